"""Function values that can be followed: which code a call through a field, an interface or a name may run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.launches import runners
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Call, FieldRef, Function, Named, Place, Scope, Step, Value, pointee

# A field or an interface with more candidates says nothing about who is meant.
MAX_CODES = 4
MAX_FILES = 40
_HANDED_ON = 2  # functions that hand their argument on, before one calls it


@frozen()
class Code:
    """What a call runs: a function, or a literal that stands in it. body: offset of the function or the literal."""

    function: Function
    body: int

    @property
    def literal(self) -> bool:
        """Whether a literal is meant."""
        return self.body != self.function.spec.start


@frozen()
class Target:
    """Code that a call may run. guessed: one of several candidates, or found by the shape of a method alone.

    bound: the operands of the call are those of the code, so that places can be translated.
    """

    code: Code
    guessed: bool = False
    bound: bool = True


def whole(function: Function) -> Code:
    """A function as code."""
    return Code(function, function.spec.start)


def targets_of(index: Index, call: Call) -> tuple[Target, ...]:
    """What a call may run, as far as the repository tells; test code is left out."""
    if call.function is not None:
        return (Target(whole(call.function)),)
    if call.variable is not None:
        field = call.variable.field
        codes = index.once(_stored, field) if field is not None and field.owner.startswith("./") else ()
        return tuple(Target(code, len(codes) > 1, False) for code in codes)
    if call.interface and call.receiver is not None and not index.types.is_unknown(call.receiver.type):
        found = tuple(function for function in index.targets(call) if not function.test)
        if len(found) <= MAX_CODES:
            return tuple(Target(whole(function), len(found) > 1) for function in found)
    return ()


def steps_of(index: Index, code: Code) -> tuple[Step, ...]:
    """What code does in the goroutine that runs it: without closures that run elsewhere."""
    return index.once(_steps, code)


def _steps(index: Index, code: Code) -> tuple[Step, ...]:
    flow = index.flow(code.function)
    if len(flow.bodies) < 2:
        return flow.steps
    own = {body.start for body in flow.bodies if code.body in runners(flow, body.start)}
    return tuple(step for step in flow.steps if step.body in own)


# --- functions in fields


def stored_literals(index: Index, function: Function) -> Iterator[tuple[FieldRef, int]]:
    """The literals that a function gives to fields of the repository's types, each by its offset."""
    for step in index.flow(function).steps:
        value = step.value
        if value is None:
            continue
        field = step.place.field if step.act is Act.WRITE and step.place is not None else None
        if field is not None and value.body >= 0 and field.owner.startswith("./"):
            yield field, value.body
        type_ = pointee(value.type)
        if step.act is Act.MAKE and isinstance(type_, Named) and type_.package.startswith("./"):
            yield from ((FieldRef(type_.key, name), given.body) for name, given in value.fields if given.body >= 0)


def _stored(index: Index, field: FieldRef) -> tuple[Code, ...]:
    """The function values that the repository gives to a field; () when there are too many, or one is unknown."""
    found: dict[Code, None] = {}
    for function in _mentioning(index, field):
        for value in _given(index, function, field):
            codes = tuple(_codes(index, function, value))
            if not codes:
                return ()
            found.update(dict.fromkeys(codes))
    return tuple(found) if len(found) <= MAX_CODES else ()


def _mentioning(index: Index, field: FieldRef) -> Iterator[Function]:
    """The functions outside tests that may give a field something; those of its package for a private one."""
    package = index.repository.package(field.owner.rpartition(".")[0])
    if package is None:
        return
    needle = field.name.encode()
    given = re.compile(rb"\b%s\b[^\n]*[:=]" % re.escape(needle))
    files = list(package.files)
    if field.name[:1].isupper():
        files = [file for file in index.repository.mentioning(field.name) if not file.test]
        if len(files) > MAX_FILES:
            return
    for file in files:
        if not file.test and file.mentions(field.name) and not file.generated:
            for function in index.graph.in_file(file):
                start, stop = function.spec.name_start, function.spec.stop
                if file.text.find(needle, start, stop) >= 0 and given.search(file.text, start, stop):
                    yield function


def _given(index: Index, function: Function, field: FieldRef) -> Iterator[Value]:
    """The values other than nil that a function gives to a field."""
    for step in index.flow(function).steps:
        value = step.value
        if value is None:
            continue
        if step.act is Act.WRITE and step.place is not None and step.place.field == field:
            if value.text != "nil":
                yield value
        elif step.act is Act.MAKE and value.kind == "composite":
            type_ = pointee(value.type)
            if isinstance(type_, Named) and type_.key == field.owner:
                yield from (given for name, given in value.fields if name == field.name and given.text != "nil")


def _codes(index: Index, function: Function, value: Value) -> Iterator[Code]:
    """The code that a function value means; nothing when that is unknown."""
    if value.body >= 0:
        yield Code(function, value.body)
    elif value.function is not None:
        yield whole(value.function)
    elif value.place is not None and value.place.root is not None and not value.place.path:
        root = value.place.root
        if root.scope is Scope.PARAMETER:
            yield from _passed(index, function, root.position)
        elif root.scope is Scope.LOCAL:
            for step in index.flow(function).steps:
                given = step.value if step.act in (Act.DECLARE, Act.WRITE) and step.place == value.place else None
                if given is not None and given.body >= 0:
                    yield Code(function, given.body)


def _passed(index: Index, function: Function, position: int) -> Iterator[Code]:
    """What callers outside tests hand over for a parameter, one call away."""
    for site in index.callers(function):
        call = site.step.call
        if call is None or site.caller.test or position >= len(call.arguments):
            continue
        given = call.arguments[position]
        if given.body >= 0:
            yield Code(site.caller, given.body)
        elif given.function is not None:
            yield whole(given.function)


# --- arguments


def runs_locked(index: Index, function: Function) -> bool:
    """Whether the function calls a function argument with a lock held, itself or through one that it hands it to."""
    return index.once(_runs_locked, (function, _HANDED_ON))


def _runs_locked(index: Index, about: tuple[Function, int]) -> bool:
    function, depth = about
    for step in index.flow(function).steps:
        call = step.call
        if step.act is not Act.CALL or call is None:
            continue
        if step.held and _is_argument(call.variable):
            return True
        if not depth or call.function is None or not any(_is_argument(value.place) for value in call.arguments):
            continue
        if index.once(_runs_locked, (call.function, depth - 1)):
            return True
    return False


def _is_argument(place: Place | None) -> bool:
    """Whether a place is a parameter, which a call runs or hands on."""
    return place is not None and place.root is not None and place.root.scope is Scope.PARAMETER and not place.path
