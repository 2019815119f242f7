"""Function values that are kept to be called later: by whom, and whether a lock of this package can be held then."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.words import selecting
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Call, FieldRef, Flow, Function, Named, Step, Value, pointee

# Functions of other modules that keep what they are handed, to call it when something happens.
_REGISTERS = re.compile(
    r"^(?:Handle|HandleFunc|HandlerFunc|Subscribe|Register|Watch|Observe|Schedule|Submit)(?![a-z])"
    r"|^(?:On|Set|Add)[A-Z]\w*$|(?:Handler|Hook|Callback|Listener)$"
)


@frozen()
class Kept:
    """A function value and who keeps it. field: the field that it is given to, None for a call that registers it.
    package: import path of another module's package, or the key of one of this repository."""

    value: Value
    field: FieldRef | None
    package: str


def kept_in(flow: Flow) -> Iterator[Kept]:
    """The function values that a function gives to fields, or registers with other modules."""
    for step in flow.steps:
        value, call = step.value, step.call
        if step.act is Act.MAKE and value is not None:
            type_ = pointee(value.type)
            if isinstance(type_, Named):
                for name, given in value.fields:
                    yield Kept(given, FieldRef(type_.key, name), type_.package)
        elif step.act is Act.WRITE and value is not None and step.place is not None and step.place.field is not None:
            field = step.place.field
            yield Kept(value, field, field.owner.rpartition(".")[0])  # "" when the struct is unknown, so not ours
        elif step.act is Act.CALL and call is not None and call.known and _REGISTERS.search(call.name):
            for argument in call.arguments:
                yield Kept(argument, None, _package(call.known, call.receiver))


def _package(known: str, receiver: Value | None) -> str:
    """The package of a known function or method."""
    function = known.rpartition(".")[0]
    return function.rpartition(".")[0] if receiver is not None else function


def called_bare(
    index: Index, package: str, owners: frozenset[str], kept: Kept
) -> tuple[tuple[Function, Step], ...] | None:
    """The calls of a kept function inside this package, none of which holds a lock but one of the keeper's own.

    package: key of the package that gave the function away. owners: keys of the structs that the function uses. None
    when a lock may be held, or nobody is seen to call; () when another module calls, which knows no locks of this
    package and is not called under one of those structs.
    """
    if kept.package.startswith("./"):
        return _own_calls(index, package, kept.field) if kept.package == package and kept.field is not None else None
    return None if index.once(_under_lock, (package, kept.package, owners)) else ()


def _own_calls(index: Index, key: str, field: FieldRef) -> tuple[tuple[Function, Step], ...] | None:
    package = index.repository.package(key)
    assert package is not None
    found = tuple(
        (function, step)
        for function in selecting(index, package, field.name)
        for step in index.flow(function).steps
        if step.act is Act.CALL and step.call is not None and step.call.variable is not None
        if step.call.variable.field == field
    )
    locked = any(held.place.field is None or held.place.field.owner != field.owner for _, s in found for held in s.held)
    return None if locked or not found else found


def _under_lock(index: Index, about: tuple[str, str, frozenset[str]]) -> bool:
    """Whether a package calls another module's package, "" for an unknown one, under a lock of one of the structs."""
    key, foreign, owners = about
    package = index.repository.package(key)
    assert package is not None
    for function in index.functions_of(package, tests=False, having=b"Lock()"):
        text = index.text(function.path)
        if text.find(b"Lock()", function.spec.start, function.spec.stop) >= 0:
            for step in index.flow(function).steps:
                if step.call is not None and _belongs(step.call, foreign) and _locked(step, owners):
                    return True
    return False


def _locked(step: Step, owners: frozenset[str]) -> bool:
    return any(held.place.field is None or held.place.field.owner in owners for held in step.held)


def _belongs(call: Call, package: str) -> bool:
    if package:
        return call.known.startswith(f"{package}.")
    host, slash, _ = call.known.partition("/")
    return call.function is None and not call.interface and (not call.known or bool(slash and "." in host))
