"""Locals that go on sharing a guarded map or slice when no lock is held any more."""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.entries import entries_of
from heuristics.concurrency.escapes import changed_elsewhere, given_away, guards, shared_memory
from heuristics.concurrency.freshness import fresh_at
from heuristics.concurrency.locks import InPlace, mentioning
from heuristics.golang.effects import RECEIVER, seen_from
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Element, Field, FieldRef, Flow, Function, Held, Hop, Named, Place, Step, Var


@frozen()
class Aftermath:
    """A local that still refers to guarded memory, and is used with no lock held.

    taken: sets the local. lock: held then, and released before the use; None for a struct that is copied without one.
    use: looks into it, or changes it when writes is True. other: what another goroutine does to the same memory; the
    use itself where two calls of the function meet.
    """

    taken: Step
    lock: Held | None
    field: Field
    use: Step
    writes: bool
    other: Step | InPlace


def aftermaths_of(index: Index, flow: Flow) -> Iterator[Aftermath]:
    """Locals that keep a guarded map or slice alive beyond the lock, themselves or inside a copied struct."""
    for step in flow.steps:
        value, place = step.value, step.place
        if step.act is not Act.DECLARE or value is None or place is None or place.root is None:
            continue
        source = value.inner.place if value.kind == "copy" and value.inner is not None else value.place
        if value.kind not in ("place", "copy") or source is None or source.root is None or not source.path:
            continue
        if entries_of(index, flow.function.package).around(flow, flow.body(step.body)):
            continue  # whoever runs the literal may hold the lock
        if len(_sets(flow, place)) > 1 or given_away(index, flow, source) or fresh_at(index, flow, step, source.root):
            continue
        for field, way in shared_memory(index, value.type, source):
            yield from _after(index, flow, step, source, field, way)


def _sets(flow: Flow, place: Place) -> list[Step]:
    return [s for s in flow.steps if s.act in (Act.DECLARE, Act.WRITE) and s.place == place]


def _after(
    index: Index, flow: Flow, taken: Step, source: Place, field: Field, way: tuple[str, ...]
) -> Iterator[Aftermath]:
    """The first use of what a local shares, once the lock under which it was set is released."""
    own = next((h for h in taken.held if guards(h, source)), None)
    lock = own or next(iter(taken.held), None)
    assert taken.place is not None
    var = taken.place.root
    for step in flow.steps:
        if step.span.start <= taken.span.stop or step.body != taken.body:
            continue
        if _replaced(step, var, way):
            return  # from here on it is the function's own
        if step.held or (lock is not None and not any(h.place == lock.place for h in step.released)):
            continue
        if _changes(index, step, var, way) and (own is not None or way):
            other = changed_elsewhere(index, flow.function, source, field) or _reader(
                index, flow.function, field, lock is None
            )
            if other is not None:
                yield Aftermath(taken, lock, field, step, True, other)
            return
        if own is not None and _reads(step, var, way):
            change = changed_elsewhere(index, flow.function, source, field)
            if change is not None:
                yield Aftermath(taken, lock, field, step, False, change)
            return


def _has_lock(index: Index, source: Place) -> bool:
    """Whether what a copy is taken from belongs to a struct with a lock, which several goroutines use."""
    first = source.path[0]
    if not isinstance(first, FieldRef):
        return False
    package, _, name = first.owner.rpartition(".")
    return bool(index.types.locks(Named(package, name)))


def _names(path: tuple[Hop, ...]) -> tuple[str, ...]:
    return tuple(hop.name if isinstance(hop, FieldRef) else "" for hop in path)


def _replaced(step: Step, var: Var | None, way: tuple[str, ...]) -> bool:
    """Whether the local, or the field of it that is shared, gets another value."""
    place = step.place
    if step.act is not Act.WRITE or place is None or place.root is not var:
        return False
    names = _names(place.path)
    return way[: len(names)] == names


def _changes(index: Index, step: Step, var: Var | None, way: tuple[str, ...]) -> bool:
    """Whether a step, or a function that it calls, changes an element of what a variable shares."""
    if step.act is Act.MUTATE and step.place is not None and step.place.root is var:
        return _element_of(step.place, way)
    if step.act is not Act.CALL or step.call is None or step.call.function is None:
        return False
    for operand, value in ((RECEIVER, step.call.receiver), *enumerate(step.call.arguments)):
        if value is None or value.place is None or value.place.root is not var:
            continue
        for effect in index.effects(step.call.function, operand):
            place = seen_from(effect.place, step.call) if not effect.held and not effect.guessed else None
            if place is not None and place.root is var and _element_of(place, way):
                return True
    return False


def _element_of(place: Place, way: tuple[str, ...]) -> bool:
    last = place.path[-1] if place.path else None
    return isinstance(last, Element) and last.text != "*" and _names(place.path[:-1]) == way


def _reads(step: Step, var: Var | None, way: tuple[str, ...]) -> bool:
    """Whether a step looks at elements of what a variable shares."""
    ranged = step.value if step.act is Act.DECLARE and step.value is not None and step.value.kind == "element" else None
    if ranged is not None and ranged.place is not None:
        return ranged.place.root is var and _names(ranged.place.path) == way
    return step.act is Act.READ and step.place is not None and step.place.root is var and _element_of(step.place, way)


def _reader(index: Index, function: Function, field: Field, locked: bool) -> Step | None:
    """Where another function of the package looks into the field's map or slice. locked: with a lock held."""
    ref = FieldRef(field.owner, field.name)
    for other in mentioning(index, function, field.name):
        if other is function or other.test:
            continue
        for step in index.flow(other).steps:
            place = step.value.place if step.value is not None and step.value.kind == "element" else step.place
            if place is None or ref not in place.path or (locked and not step.held):
                continue
            if step.act is Act.DECLARE or isinstance(place.path[-1], Element):
                return step
    return None
