"""Guarded maps and slices that a method hands out of its critical section, and who goes on to use them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.freshness import fresh_at
from heuristics.concurrency.locks import InPlace, changed_in_place
from heuristics.golang.callgraph import CallSite
from heuristics.golang.comments import READ_ONLY
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import (
    Act,
    Element,
    Field,
    FieldRef,
    Flow,
    Function,
    Held,
    Hop,
    Map,
    Named,
    Place,
    Pointer,
    Scope,
    Slice,
    Step,
    Struct,
    Type,
    Value,
    pointee,
)

_READERS = ("encoding/json.", "maps.", "slices.", "sort.", "strings.Join", "reflect.")  # they look at every element
_NESTED = 3  # structs inside structs that a copy takes along


@frozen()
class Escape:
    """A guarded map or slice among what a method returns.

    value: as returned. lock: held when the value was read, and no more when the caller has it. field: what is shared;
    way: from the returned value to it, empty when it is the value itself. change: where it is changed in place under
    the lock.
    """

    method: Function
    value: Value
    lock: Held
    field: Field
    way: tuple[str, ...]
    change: InPlace


def escapes_of(index: Index, method: Function) -> Iterator[Escape]:
    """What a method returns of the memory that a lock of its receiver guards, by reference."""
    if not method.receiver or method.test or not any(_may_share(index, t) for t in _results(index, method)):
        return
    if any(kind == READ_ONLY for kind, _ in method.spec.notes):
        return
    flow = index.flow(method)
    for step in flow.steps:
        if step.act is Act.RETURN and step.body == method.spec.start and step.values:
            # Only the first of several results is followed in callers.
            yield from _returned(index, flow, step, step.values[0])


def _results(index: Index, method: Function) -> tuple[Type, ...]:
    return index.declared.signature(method).results[:1]


def _may_share(index: Index, type_: Type) -> bool:
    behind = index.types.underlying(pointee(type_))
    return isinstance(behind, Map | Slice | Struct)


def _returned(index: Index, flow: Flow, step: Step, value: Value) -> Iterator[Escape]:
    for read, taken in _origins(flow, step, value):
        place = taken.inner.place if taken.kind == "copy" and taken.inner is not None else taken.place
        if place is None or place.root is None or place.root.scope is not Scope.RECEIVER or not place.path:
            continue
        lock = next((h for h in read.held if guards(h, place)), None)
        if lock is None or lock.entered or any(h.place == lock.place for way in step.left for h in way):
            continue
        if given_away(index, flow, place):
            continue
        for field, way in shared_memory(index, taken.type, place):
            change = changed_elsewhere(index, flow.function, place, field)
            if change is not None:
                yield Escape(flow.function, value, lock, field, way, change)
                return


def _origins(flow: Flow, step: Step, value: Value) -> Iterator[tuple[Step, Value]]:
    """The operand that a result is, with the step that read it; a local stands for everything that it is set to."""
    place = value.place
    if place is None or value.kind not in ("place", "copy"):
        return
    root = place.root
    if value.kind == "copy" or place.path or root is None or root.scope not in (Scope.LOCAL, Scope.RESULT):
        yield step, value
        return
    for given in flow.steps:
        taken = given.value if given.act in (Act.DECLARE, Act.WRITE) and given.place == place else None
        if taken is not None and taken.kind in ("place", "copy"):
            yield given, taken


def guards(held: Held, place: Place) -> bool:
    """Whether a held lock lies in a struct on the way to a place."""
    around = held.place.path[:-1]
    return held.place.root is place.root and bool(held.place.path) and place.path[: len(around)] == around


def given_away(index: Index, flow: Flow, place: Place) -> bool:
    """Whether the method replaces what it hands out, itself or in a method of the same object: the caller owns it."""
    for step in flow.steps:
        if step.act is Act.WRITE and step.place is not None and place.under(step.place):
            return True
        call = step.call if step.act is Act.CALL else None
        if call is None or call.function is None or call.receiver is None or call.receiver.place is None:
            continue
        object_ = call.receiver.place
        same = place.base == (object_.root, object_.origin, object_.path)
        if same and place.field in index.once(_replaced, call.function):
            return True
    return False


def _replaced(index: Index, function: Function) -> frozenset[FieldRef]:
    """The fields of its receiver that a method gives other values."""
    places = (s.place for s in index.flow(function).steps if s.act is Act.WRITE and s.place is not None)
    own = (p for p in places if p.root is not None and p.root.scope is Scope.RECEIVER and len(p.path) == 1)
    return frozenset(p.field for p in own if p.field is not None)


def shared_memory(index: Index, type_: Type, place: Place) -> Iterator[tuple[Field, tuple[str, ...]]]:
    """The map or slice fields that a value is or carries along, with the way to them."""
    if isinstance(index.types.underlying(type_), Map | Slice):
        field = _field_of(index, place)
        if field is not None:
            yield field, ()
    elif not isinstance(type_, Pointer):
        yield from _carried(index, type_, (), _NESTED)


def _carried(index: Index, type_: Type, way: tuple[str, ...], depth: int) -> Iterator[tuple[Field, tuple[str, ...]]]:
    if depth == 0 or index.types.value_locks(type_):
        return  # a struct with a lock of its own is what struct-copy-shares-lock-state is about
    for field in index.types.fields(type_):
        behind = index.types.underlying(field.type)
        if isinstance(behind, Map | Slice):
            yield field, (*way, field.name)
        elif isinstance(behind, Struct) and not isinstance(field.type, Pointer):
            yield from _carried(index, field.type, (*way, field.name), depth - 1)


def _field_of(index: Index, place: Place) -> Field | None:
    last = place.field
    if last is None or last.owner == "?":
        return None
    package, _, name = last.owner.rpartition(".")
    return next((f for f in index.types.fields(Named(package, name)) if f.name == last.name), None)


def changed_elsewhere(index: Index, method: Function, place: Place, field: Field) -> InPlace | None:
    """Where the package changes elements of the map or slice under the lock of the struct that holds it."""
    first = place.path[0]
    if not isinstance(first, FieldRef):
        return None
    package, _, name = first.owner.rpartition(".")
    for change in changed_in_place(index, method, Named(package, name), field):
        if change.function is not method and isinstance(change.inside[0], Element) and _of_element(change.inside):
            return change
    return None


def _of_element(inside: tuple[Hop, ...]) -> bool:
    """Whether an element itself is changed, not what it refers to."""
    return len(inside) == 1


# --- callers


@frozen()
class Use:
    """What a caller does with the escaped memory, without a lock."""

    site: CallSite
    step: Step


def uses_of(index: Index, escape: Escape) -> Iterator[Use]:
    """Where callers look into what escaped, or change it, with no lock held."""
    for site in _callers(index, escape.method):
        call, flow = site.step.call, index.flow(site.caller)
        if site.step.held or call is None:
            continue
        receiver = call.receiver.place.root if call.receiver is not None and call.receiver.place is not None else None
        if receiver is not None and fresh_at(index, flow, site.step, receiver):
            continue
        for step in flow.steps:
            if not step.held and _looks_inside(flow, site, step, escape):
                yield Use(site, step)
                break


def _callers(index: Index, method: Function) -> Iterator[CallSite]:
    """The calls whose result is kept or ranged over, in code that can name the type: cheaper than all callers are."""
    name = re.escape(method.name).encode()
    kept = re.compile(rb"(?:range\s|=)[^\n]*\.%b\(" % name)
    for file in index.repository.mentioning(method.name):
        near = file.folder == method.folder or method.package in index.repository.imports_of(file).values()
        if file.test or not near:
            continue
        for caller in index.graph.in_file(file):
            if kept.search(file.text, caller.spec.start, caller.spec.stop) is None:
                continue
            for step in index.flow(caller).steps:
                if step.act is Act.CALL and step.call is not None and step.call.function is method:
                    yield CallSite(caller, step)


def _looks_inside(flow: Flow, site: CallSite, step: Step, escape: Escape) -> bool:
    ranged = step.value if step.act is Act.DECLARE and step.value is not None and step.value.kind == "element" else None
    if ranged is not None and ranged.inner is not None:
        return _is_escaped(flow, site, ranged.inner, escape)
    if step.call is not None and step.act is Act.CALL and step.call.known.startswith(_READERS):
        return any(_is_escaped(flow, site, argument, escape) for argument in step.call.arguments)
    place = step.place
    if place is None or step.act not in (Act.READ, Act.WRITE, Act.MUTATE) or not place.path:
        return False
    if not isinstance(place.path[-1], Element) or place.path[-1].text == "*":
        return False
    return _leads(flow, site, place, place.path[:-1], escape.way)


def _is_escaped(flow: Flow, site: CallSite, value: Value, escape: Escape) -> bool:
    if value.kind == "call":
        return not escape.way and value.span == site.step.span
    return value.place is not None and _leads(flow, site, value.place, value.place.path, escape.way)


def _leads(flow: Flow, site: CallSite, place: Place, path: tuple[Hop, ...], way: tuple[str, ...]) -> bool:
    """Whether a path from a local that holds the call's result ends at what escaped."""
    if tuple(hop.name if isinstance(hop, FieldRef) else "" for hop in path) != way or place.root is None:
        return False
    sets = [s for s in flow.steps if s.act in (Act.DECLARE, Act.WRITE) and s.place is not None and s.place.path == ()]
    given = [s.value for s in sets if s.place is not None and s.place.root is place.root]
    return bool(given) and all(v is not None and v.kind == "call" and v.span == site.step.span for v in given)
