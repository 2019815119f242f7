"""Callbacks that an object keeps, and the code of other goroutines that calls them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.roots import Root, own_root, ways_to
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Call, FieldRef, Function, Place, Scope, Span, Step, Value

# How methods are called that keep a function: only functions that call such a one with a literal are followed.
_KEEPS = re.compile(rb"\.(?:Set|On|Add|Register|Subscribe|Hook|Handle|Notify|Observe|Watch)\w*\([^\n]*\bfunc\(")


@frozen()
class Registration:
    """A literal that a method keeps in a field of its object. holder: the object, as the registering function names it.

    called: where another goroutine calls it, as a part of `root`.
    """

    function: Function
    step: Step
    body: int
    holder: Place
    field: FieldRef
    called: Span
    root: Root


def registering(index: Index) -> Iterator[Function]:
    """The functions in focus that may hand a literal to an object that keeps it; test files are left out."""
    for function in index.functions(tests=False):
        if _KEEPS.search(index.text(function.path), function.spec.start, function.spec.stop):
            yield function


def registrations_of(index: Index, function: Function) -> Iterator[Registration]:
    """The literals of a function that another object keeps, where some other goroutine calls what it keeps."""
    for step in index.flow(function).steps:
        call = step.call if step.act is Act.CALL else None
        holder = call.receiver.place if call is not None and call.receiver is not None else None
        if call is None or call.function is None or holder is None or not _outlives(holder):
            continue
        for position, argument in enumerate(call.arguments):
            if argument.body < 0:
                continue
            field = index.once(_kept_in, (call.function, position))
            caller = index.once(_caller_of, field) if field is not None else None
            if field is not None and caller is not None and caller[1].function is not function:
                yield Registration(function, step, argument.body, holder, field, *caller)


def _outlives(holder: Place) -> bool:
    """Whether an object is there without the function that names it."""
    return holder.root is not None and holder.root.scope in (Scope.GLOBAL, Scope.RECEIVER, Scope.PARAMETER)


def _kept_in(index: Index, about: tuple[Function, int]) -> FieldRef | None:
    """The field of its receiver in which a method keeps an argument."""
    method, position = about
    for step in index.flow(method).steps:
        place = step.place if step.act in (Act.WRITE, Act.MUTATE) else None
        if place is None or place.root is None or place.root.scope is not Scope.RECEIVER or step.value is None:
            continue
        given = step.value.call.arguments if _appended(step.value.call) and step.value.call else (step.value,)
        field = next((hop for hop in place.path if isinstance(hop, FieldRef)), None)
        if field is not None and any(_is_parameter(value, position) for value in given):
            return field
    return None


def _appended(call: Call | None) -> bool:
    return call is not None and call.known == "builtin.append"


def _is_parameter(value: Value, position: int) -> bool:
    root = value.place.root if value.place is not None and not value.place.path else None
    return root is not None and root.scope is Scope.PARAMETER and root.position == position


def _caller_of(index: Index, field: FieldRef) -> tuple[Span, Root] | None:
    """Where a function that a field holds is called by a goroutine of its own, and what begins that."""
    package = index.repository.package(field.owner.rpartition(".")[0])
    for function in index.mentioning(package, field.name, tests=False) if package is not None else ():
        flow = index.flow(function)
        for step in flow.steps:
            called = step.call.variable if step.call is not None and step.act is Act.CALL else None
            if called is None or field not in called.path:
                continue
            own = own_root(index, function)
            if own is not None:
                return step.span, own
            way = next((way for way in ways_to(index, function, flow.body(step.body)) if not way.sheltered), None)
            if way is not None:
                return step.span, way.root
    return None
