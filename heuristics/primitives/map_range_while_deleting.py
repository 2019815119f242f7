"""A loop ranges over a map from which its own goroutines delete.

The loop starts a goroutine for each entry and goes on to the next one. The goroutines delete their entries meanwhile:
"fatal error: concurrent map iteration and map write", which cannot be recovered from. A lock in the goroutine alone
does not help, because the loop reads without it.

Collect the keys first, or hold one lock in both places.

WRONG

```go
for id, s := range sessions {
        go func() {
                s.close()
                delete(sessions, id) // the loop is still reading
        }()
}
```

RIGHT

```go
for _, s := range maps.Clone(sessions) {
        go s.close()
}
clear(sessions)
```

**Limits.** The goroutine must delete itself, or in what it calls, from the very map of the loop. A lock that both
hold, and a wait in each round, silence. What the literal of a go statement deletes itself is told by goroutine-map-
write.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.blocks import enclosing
from heuristics.concurrency.course import course_of
from heuristics.concurrency.launches import Launch, code_of, launchers, launches_of
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.effects import operands, seen_from
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Call, Element, Flow, Function, Held, Map, Place, Span, Step, Value
from heuristics.golang.tree import Range

TIER = Tier.B
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO = ("goroutine-map-write",)


def check(index: Index) -> Iterator[Found]:
    """Every loop over a map that starts goroutines which delete from that map."""
    for function in launchers(index):
        text, spec = index.text(function.path), function.spec
        if text.find(b"range ", spec.start, spec.stop) < 0:
            continue
        flow = index.flow(function)
        for launch in launches_of(index, function):
            for over in _ranges(index, flow, launch):
                assert over.place is not None
                deleted = next(_deletions(index, flow, launch, over.place), None)
                if deleted is not None:
                    yield _found(index, function, launch, over, *deleted)


def _ranges(index: Index, flow: Flow, launch: Launch) -> Iterator[Step]:
    """The reads of the maps that the loops around a launch go through."""
    way = course_of(index, flow.function, launch.step.body) if launch.step.loops else None
    for loop in enclosing(way.block, launch.site) if way is not None else ():
        if isinstance(loop, Range):
            for step in flow.steps:
                whole = step.span.start == loop.operand.start and step.span.stop == loop.operand.stop
                if whole and step.place is not None and isinstance(index.types.underlying(step.place.type), Map):
                    yield step
                    break


def _deletions(index: Index, flow: Flow, launch: Launch, over: Place) -> Iterator[tuple[Span, tuple[Held, ...]]]:
    """Where the goroutine deletes from the map, itself or in what it calls, and the locks that it holds itself."""
    for step in code_of(flow, launch):
        if step.act is Act.MUTATE and step.place is not None and _element_of(step.place, over):
            if _is_delete(index, step.span):
                yield step.span, step.held
        elif step.act is Act.CALL and step.call is not None:
            yield from ((span, step.held) for span in _deleted_in(index, step.call, over))
    if launch.body < 0 and launch.call is not None:
        yield from ((span, ()) for span in _deleted_in(index, launch.call, over))


def _deleted_in(index: Index, call: Call, over: Place) -> Iterator[Span]:
    """Where a callee deletes from a map of its caller."""
    function: Function | None = call.function
    if function is None:
        return
    for operand, value in operands(call):
        if not _may_lead(value, over):
            continue  # what a callee changes elsewhere would take walks through all that it calls
        for effect in index.effects(function, operand):
            place = seen_from(effect.place, call)
            if place is not None and _element_of(place, over) and _is_delete(index, effect.span):
                yield effect.span


def _may_lead(value: Value, over: Place) -> bool:
    """Whether a map may be reached from what a call hands over."""
    if value.place is not None:
        base = value.place
        return base.root is over.root and base.origin == over.origin and over.path[: len(base.path)] == base.path
    parts = (value.inner, *(given for _, given in value.fields))
    return any(part is not None and _may_lead(part, over) for part in parts)


def _is_delete(index: Index, span: Span) -> bool:
    return index.text(span.path).startswith(b"delete(", span.start)


def _element_of(place: Place, over: Place) -> bool:
    last = place.path[-1] if place.path else None
    whole = isinstance(last, Element) and place.path[:-1] == over.path
    return whole and place.root is over.root and place.origin == over.origin


def _found(
    index: Index, function: Function, launch: Launch, over: Step, deleted: Span, held: tuple[Held, ...]
) -> Found:
    assert over.place is not None
    name = over.place.text
    return Found(
        span=over.span,
        message=f"The loop ranges over `{name}` while its goroutines delete from it.",
        symbol=function.symbol,
        variable=name,
        related=(
            Related(deleted, f"a goroutine deletes from `{name}`"),
            Related(launch.span, "the goroutine is started here, in each round"),
        ),
        story=(
            Related(launch.span, "A round starts a goroutine, and the loop goes on;"),
            Related(deleted, f"the goroutine deletes from `{name}`"),
            Related(over.span, "while the loop reads it: the program ends."),
        ),
        evidence=("the deleting goroutines are launched by the loop itself",),
        offered=True,
        fix=Fix("collect the keys first, or hold one lock around the loop and each delete", ()),
        silent_because=_trap(index, launch, over, held),
    )


def _trap(index: Index, launch: Launch, over: Step, held: tuple[Held, ...]) -> str:
    if over.held:
        return f"`{over.held[0].place.text}` is held around the loop"
    flow = index.flow(launch.function)
    loop = launch.step.loops[-1] if launch.step.loops else -1
    waits = (s for s in flow.steps if loop in s.loops and s.span.start > launch.span.stop)
    if any(s.act is Act.RECEIVE or (s.call is not None and s.call.name == "Wait") for s in waits):
        return "trap T18: each round waits for its goroutine"
    return ""
