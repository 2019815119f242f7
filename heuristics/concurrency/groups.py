"""WaitGroups: where they are counted up, counted down and waited for, and which object carries them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from heuristics.concurrency.locks import functions_with, mentioning
from heuristics.concurrency.words import named_near
from heuristics.golang.effects import seen_from
from heuristics.golang.index import Index
from heuristics.golang.known import WAIT_GROUP
from heuristics.golang.model import Act, Call, Flow, Function, Place, Step

_DONE = re.compile(rb"\.\s*Done\s*\(")
_METHODS = {method: re.compile(rf"\.{method}\(".encode()) for method in ("Done", "Go", "Wait")}
# What is added to a time counts nothing.
_METHODS["Add"] = re.compile(rb"\.Add\((?![^\n]*\btime\.)")
_RECEIVED = re.compile(rb"<-\s*[\w.()\[\]]+\.Done\(\)")
_CHAIN = re.compile(rb"(?<![\w.])([A-Za-z_]\w*+)(?:\.\w++)*+\Z")
# Before the method of a variable or field, what makes its result a part of something else: a key of a literal, too.
_USED = re.compile(rb"(?:[(,=+\-*/%&|^<>!]|\breturn|^\s*(?!default\b)\w+:)[ \t]*[\w.]+\Z")


def counting(index: Index, method: str, tests: bool) -> Iterator[Function]:
    """The functions in focus that may call a method of a WaitGroup: their package, or one that it imports, names it."""
    for function in functions_with(index, f".{method}(".encode(), tests=tests):
        if method == "Done" and not may_count_down(index, function):
            continue
        if all(map(_USED.search, before_calls(index, function, method))):  # also where there are none
            continue
        if named_near(index, function.folder, b"WaitGroup"):
            yield function


def before_calls(index: Index, function: Function, method: str) -> Iterator[bytes]:
    """What stands on the line before each call of a method of this name in a function's text."""
    text = index.text(function.path)
    for call in _METHODS[method].finditer(text, function.spec.name_start, function.spec.stop):
        yield text[text.rfind(b"\n", 0, call.start()) + 1 : call.start()]


def may_count_up(index: Index, function: Function) -> bool:
    """Whether an Add stands in a function's text that may be that of a group."""
    spec = function.spec
    return _METHODS["Add"].search(index.text(function.path), spec.name_start, spec.stop) is not None


def variable_before(line: bytes) -> bytes:
    """The variable that leads to what a call is made on by selectors alone, at the end of a line; empty for none."""
    found = _CHAIN.search(line)
    return found[1] if found is not None else b""


def may_count_down(index: Index, function: Function) -> bool:
    """Whether a Done stands in a function's text that gives no value, as that of a context does."""
    text, start, stop = index.text(function.path), function.spec.start, function.spec.stop
    return text.find(b"Done", start, stop) >= 0 and _DONE.search(_RECEIVED.sub(b"", text[start:stop])) is not None


def calls(flow: Flow, method: str) -> Iterator[tuple[Step, Place]]:
    """The calls of a method of a WaitGroup, each with its group."""
    known = f"{WAIT_GROUP}.{method}"
    for step in flow.steps:
        call = step.call
        if step.act is not Act.CALL or call is None or call.known != known:
            continue
        if call.receiver is not None and call.receiver.place is not None:
            yield step, call.receiver.place


def calls_in_package(index: Index, near: Function, group: Place, method: str) -> Iterator[tuple[Function, Step, Place]]:
    """The calls of a method on the same field of any object, in the package of `near`."""
    field = group.field
    if field is None or field.owner == "?":
        return
    for function in mentioning(index, near, method):
        for step, place in calls(index.flow(function), method):
            if place.field == field:
                yield function, step, place


def is_constant(step: Step) -> bool:
    """Whether an Add counts a number that the source spells out."""
    return step.call is not None and all(argument.kind == "constant" for argument in step.call.arguments)


def around(flow: Flow, step: Step) -> tuple[int, ...]:
    """The loops around a step, outermost first, through literals that run in place."""
    loops = step.loops
    body = flow.body(step.body)
    while body.parent != -1 and body.how in ("called", "deferred"):
        loops = (*body.loops, *loops)
        body = flow.body(body.parent)
    return loops


def as_the_caller_sees(group: Place, call: Call) -> Place | None:
    """A callee's group, named by the operand that the caller hands over; None when that is no place."""
    seen = seen_from(group, call)
    if seen is None or group.root is None or seen == group:
        return seen
    return replace(seen, text=seen.text + group.text.removeprefix(group.root.name))
