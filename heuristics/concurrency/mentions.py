"""The steps of a function that may have to do with an object, each with the goroutine and the locks around it."""

from __future__ import annotations

from typing import TypeAlias

from heuristics.concurrency.entries import entries_of
from heuristics.concurrency.roots import launched_around
from heuristics.concurrency.ways import Ways, names_of, way_to
from heuristics.golang.effects import operands
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function, Hop, Place, Scope, Span, Step, Var

Locks: TypeAlias = "tuple[tuple[Hop, ...] | Place, ...]"


@frozen(eq=False)
class Mention:
    """A step that may have to do with an object.

    locks: ways from the object to those that are held; a global lock stands as its place. launch: where the goroutine
    starts that takes the step, None for the caller's own.
    """

    step: Step
    locks: Locks
    launch: Span | None


def mentions_of(index: Index, about: tuple[Function, Var]) -> tuple[Ways, tuple[Mention, ...]]:
    """The variables that lead to the object of one, and the steps that may touch it or hand it on.

    Not deferred ones, those under a lock of somebody else, be it of who runs the literal that they stand in, and those
    of a literal that nobody knows to be run.
    """
    function, _ = about
    flow, ways, rooted = index.flow(function), index.once(names_of, about), index.once(_by_root, function)
    positions = {position for root in (None, *ways) for position in rooted.get(root, ())}
    found = []
    for step in (flow.steps[position] for position in sorted(positions)):
        launch = goroutine_of(flow, step)
        if launch is NOWHERE or (locks := _locks(step, ways)) is None:
            continue
        body = flow.body(step.body)
        if body.how == "main" or not entries_of(index, function.package).around(flow, body):
            found.append(Mention(step, locks, launch))
    return ways, tuple(found)


def _by_root(index: Index, function: Function) -> dict[Var | None, list[int]]:
    """The positions of the steps that mention a variable, by variable; under None those of go statements."""
    found: dict[Var | None, list[int]] = {}
    for position, step in enumerate(index.flow(function).steps):
        if step.deferred:
            continue
        roots: set[Var | None] = {None} if step.act is Act.SPAWN else set()
        values = [value for _, value in operands(step.call)] if step.call is not None else []
        values += [step.value] if step.value is not None else []
        given = [value.inner if value.inner is not None else value for value in values]
        roots.update(place.root for place in (step.place, *(value.place for value in given)) if place and place.root)
        for root in roots:
            found.setdefault(root, []).append(position)
    return found


NOWHERE = Span("", 0, 0, 0, 0, 0, 0)


def goroutine_of(flow: Flow, step: Step) -> Span | None:
    """Where the goroutine of a step is started; NOWHERE for a literal that is run by nobody knows whom."""
    body = flow.body(step.body)
    launched = launched_around(flow, body)
    if launched is not None:
        return launched.site or NOWHERE
    while body.how != "main":
        if body.how == "value":
            return NOWHERE
        body = flow.body(body.parent)
    return None


def _locks(step: Step, ways: Ways) -> Locks | None:
    """The locks that are held at a step, as the object leads to them; None when one is of somebody else."""
    found: list[tuple[Hop, ...] | Place] = []
    for held in step.held:
        root, way = held.place.root, way_to(ways, held.place)
        if way is not None:
            found.append(way)
        elif root is not None and root.scope is Scope.GLOBAL:
            found.append(held.place)
        else:
            return None
    return tuple(found)
