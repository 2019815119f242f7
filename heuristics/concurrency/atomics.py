"""Fields that are updated with the functions of sync/atomic: where, and by whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from heuristics.concurrency.operands import leaves
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import FieldRef, Function, Place, Pointer, Span, Step
from heuristics.golang.repository import Package

_CHANGES = ("Add", "Store", "Swap", "CompareAndSwap", "Or", "And")


@frozen()
class AtomicUpdate:
    """An atomic change of a field. place: of which object. span: where it is made. locks: the fields whose locks it
    holds all the same. holders: the fields in which objects lie that the package changes so, "" for what lies in none.
    others: who else changes the field so. sums: every change is an addition, which keeps those apart who count and says
    nothing of who reads."""

    function: Function
    place: Place
    span: Span
    locks: frozenset[FieldRef]
    holders: frozenset[str] = frozenset()
    others: frozenset[Function] = frozenset()
    sums: bool = False


def holder_of(place: Place) -> str:
    """The field in which the object itself lies whose field a place is, "" when it lies in none."""
    last = place.path[-2] if len(place.path) > 1 else None
    return last.name if isinstance(last, FieldRef) and not last.pointer else ""


def atomic_operand(step: Step) -> Place | None:
    """What a call like `atomic.AddInt64(&s.hits, 1)` works on."""
    call = step.call
    if call is None or not call.known.startswith("sync/atomic.") or call.receiver is not None or not call.arguments:
        return None
    return call.arguments[0].place if call.arguments[0].kind == "address" else None


def updated_atomically(index: Index, package: str, field: FieldRef) -> AtomicUpdate | None:
    """The first place where a package changes a field atomically, in a struct that the function has not copied."""
    return index.once(_updates, package).get(field.key)


def atomic_fields(index: Index, package: str) -> dict[str, AtomicUpdate]:
    """The fields that a package changes atomically, by their key, each with the first place."""
    return index.once(_updates, package)


def loaded_atomically(index: Index, package: str) -> frozenset[str]:
    """The keys of the fields that somebody in a package reads with an atomic load."""
    return index.once(_loads, package)


def _loads(index: Index, package: str) -> frozenset[str]:
    declared = index.repository.package(package)
    assert declared is not None
    found = set()
    for function in _using_atomics(index, declared):
        for step in index.flow(function).steps:
            place = atomic_operand(step)
            if place is not None and place.field is not None and step.call is not None:
                found |= {place.field.key} if step.call.name.startswith("Load") else set()
    return frozenset(found)


def _using_atomics(index: Index, package: Package) -> Iterator[Function]:
    for function in index.functions_of(package, tests=False, having=b"atomic."):
        spec, text = function.spec, index.text(function.path)
        if index.concerns(function) and text.find(b"atomic.", spec.start, spec.stop) >= 0:
            yield function


def updates_fields_atomically(index: Index, package: str) -> bool:
    """Whether a package changes any field atomically: only there can plain code miss an update."""
    return bool(index.once(_updates, package))


def _updates(index: Index, package: str) -> dict[str, AtomicUpdate]:
    every: dict[str, list[AtomicUpdate]] = {}
    declared = index.repository.package(package)
    assert declared is not None
    for function in _using_atomics(index, declared):
        for field, step in _changed(index, function):
            place = atomic_operand(step)
            assert place is not None
            sums = step.call is not None and step.call.name.startswith("Add")
            update = AtomicUpdate(function, place, step.span, lock_fields(step), sums=sums)
            every.setdefault(field.key, []).append(update)
    return {key: _together(updates) for key, updates in every.items()}


def _together(updates: list[AtomicUpdate]) -> AtomicUpdate:
    """The update with the fewest locks, which tells most, and what is to be said of all of them."""
    best = min(updates, key=lambda update: len(update.locks))
    holders = frozenset(holder_of(update.place) for update in updates)
    others = frozenset(update.function for update in updates) - {best.function}
    return replace(best, holders=holders, others=others, sums=all(update.sums for update in updates))


def lock_fields(step: Step) -> frozenset[FieldRef]:
    """The fields whose locks are held at a step."""
    return frozenset(held.place.field for held in step.held if held.place.field is not None)


def _changed(index: Index, function: Function) -> Iterator[tuple[FieldRef, Step]]:
    for step in index.flow(function).steps:
        place = atomic_operand(step)
        if place is None or place.field is None or place.root is None or step.call is None:
            continue
        if step.call.name.startswith(_CHANGES) and (_behind_pointer(place) or place.root.body < 0):
            yield place.field, step


def _behind_pointer(place: Place) -> bool:
    """Whether the memory outlives the variable that the place begins with."""
    assert place.root is not None
    return isinstance(place.root.type, Pointer) or leaves(place.path[:-1])
