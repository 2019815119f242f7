"""Done can run more often than Add counted.

A loop over events goes through all registered objects and calls Done on some of them, but leaves them registered: the
waiter takes the object away once it wakes up. Until then the next event finds the object again, and calls Done a second
time on a group that was counted once: "negative WaitGroup counter", and the program ends with a panic.

Make the signal one that may be given twice: close a channel inside a sync.Once, or take the object out of the
collection on the path that calls Done.

WRONG

```go
for event := range s.events {
        s.clients.Range(func(_, value any) bool {
                c := value.(*client)
                if err := c.send(event); err != nil {
                        c.wg.Done() // c is still registered when the next event comes
                }
                return true
        })
}
```

RIGHT

```go
if err := c.send(event); err != nil {
        c.once.Do(func() { close(c.done) })
}
```

Limits: the object must be an element of a collection that a loop runs through, the Add a constant. A removal from the
collection, a Once, or a flag of the object that is tested and set on the way silence it.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.groups import around, calls, calls_in_package, counting, is_constant
from heuristics.concurrency.publication import collection_of
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Place, Scope, Step

TIER = Tier.B
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()

_REMOVERS = frozenset({"sync.Map.Delete", "sync.Map.LoadAndDelete", "sync.Map.CompareAndDelete", "sync.Map.Clear"})


def check(index: Index) -> Iterator[Found]:
    """Every Done on an element of a shared collection that a later round of a loop can reach again."""
    for function in counting(index, "Done", IN_TESTS):
        flow = index.flow(function)
        for done, group in calls(flow, "Done"):
            collection = collection_of(flow, group.root) if group.root is not None and group.path else None
            if collection is None or not _lives_on(collection):
                continue
            loops = around(flow, done)
            if len(loops) > 1 and not _leaves(flow, done, loops[-2]):
                yield from _found(index, flow, done, group, collection)


def _lives_on(collection: Place) -> bool:
    """Whether the collection is shared: a field or package variable, no local."""
    return bool(collection.path) or (collection.root is not None and collection.root.scope is Scope.GLOBAL)


def _leaves(flow: Flow, done: Step, loop: int) -> bool:
    """Whether a return in the outer loop stands behind the Done: then there may be no next round."""
    return any(s.act is Act.RETURN and loop in s.loops and s.span.start > done.span.start for s in flow.steps)


def _found(index: Index, flow: Flow, done: Step, group: Place, collection: Place) -> Iterator[Found]:
    assert group.root is not None
    adds = [(step, place) for _, step, place in calls_in_package(index, flow.function, group, "Add")]
    if not adds or not all(is_constant(step) for step, _ in adds):
        return
    name = group.root.name
    others = [step for step, place in calls(flow, "Done") if step is not done and place.field == group.field]
    field = group.field
    assert field is not None
    yield Found(
        span=done.span,
        message=f"Done can run again for the same `{name}` on the next round of the loop, but Add counted it once.",
        symbol=flow.function.symbol,
        variable=f"{field.owner.rpartition('.')[2]}.{field.name}",
        related=(
            Related(adds[0][0].span, "Add counts it once, here"),
            *(Related(step.span, "another Done for every element that is still registered") for step in others[:1]),
        ),
        story=(
            Related(adds[0][0].span, f"A waiter counts `{group.text}` once and waits."),
            Related(done.span, f"One round of the loop calls Done, and leaves `{name}` in `{collection.text}`;"),
            Related(done.span, "the next round finds it again before the waiter has removed it: a negative counter."),
        ),
        evidence=(
            f"`{name}` is an element of `{collection.text}`, and nothing here takes it out",
            f"every Add on `{field.name}` is constant",
        ),
        offered=True,
        fix=Fix(f"signal once: close a channel inside a sync.Once, or remove `{name}` before Done", ()),
        silent_because=_trap(flow, done, group, collection),
    )


def _trap(flow: Flow, done: Step, group: Place, collection: Place) -> str:
    for step in flow.steps:
        if step.call is not None and step.call.known in _REMOVERS and _same(step.place, collection):
            return f"the element is removed from {collection.text}"
        if step.act in (Act.MUTATE, Act.WRITE) and _same(step.place, collection):
            return f"{collection.text} is changed on the way"
        once = step.call is not None and step.call.known == "sync.Once.Do"
        if step.call is not None and once and any(argument.body == done.body for argument in step.call.arguments):
            return "a sync.Once is around Done"
    if _flagged(flow, done, group):
        return "a flag of the element is tested and set on the way"
    return ""


def _same(place: Place | None, collection: Place) -> bool:
    if place is None:
        return False
    if collection.field is not None:
        return collection.field in place.path
    return place.root is collection.root


def _flagged(flow: Flow, done: Step, group: Place) -> bool:
    """Whether a field of the element is read and then set in the body of the Done."""
    near = [s for s in flow.steps if s.body == done.body and s.place is not None and s.place.root is group.root]
    read = {s.place for s in near if s.act is Act.READ and s.span.start < done.span.start}
    return any(s.act is Act.WRITE and s.place in read for s in near)
