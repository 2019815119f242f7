"""Methods that are called without being named: fmt and log ask what they print for its Error or String."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.golang.index import Index
from heuristics.golang.model import Call, Function, Named, Pointer, Value, pointee

_PRINTS = re.compile(
    r"(?:fmt|log|log\.Logger)\.(?:[FS]?[pP]rint(?:f|ln)?|Append(?:f|ln)?|Errorf|(?:Fatal|Panic)(?:f|ln)?)"
)
_VERB = re.compile(r"%[-+ 0-9.]*(.)")
_ASKS = "svqxX"  # the verbs that call String or Error; %#v asks for GoString
_METHODS = ("Error", "String")


def printing_calls(index: Index, call: Call) -> Iterator[Call]:
    """The calls of Error and String methods of this repository that a printing call makes for its operands."""
    if not _PRINTS.fullmatch(call.known):
        return
    for operand in _printed(call):
        method = _asked(index, operand)
        if method is not None:
            yield Call(method.name, (), operand, method)


def _printed(call: Call) -> tuple[Value, ...]:
    """The operands that are printed by a method of theirs, as far as the format tells."""
    if not call.name.endswith("f"):
        return call.arguments
    position = next((i for i, argument in enumerate(call.arguments) if argument.kind == "constant"), -1)
    text = call.arguments[position].text.replace("%%", "") if position >= 0 else "*"
    verbs = _VERB.findall(text)
    if "*" in text or "[" in verbs or "#" in verbs:
        return ()
    return tuple(value for value, verb in zip(call.arguments[position + 1 :], verbs, strict=False) if verb in _ASKS)


def _asked(index: Index, operand: Value) -> Function | None:
    """The method that fmt finds on an operand; one of a pointer receiver only on a pointer."""
    if not isinstance(pointee(operand.type), Named) or operand.place is None:
        return None
    for name in _METHODS:
        member = index.types.member(operand.type, name)
        method = member.method if member is not None else None
        if method is None or method.spec.signature.parameters:
            continue
        return method if isinstance(operand.type, Pointer) or not method.pointer else None
    return None
