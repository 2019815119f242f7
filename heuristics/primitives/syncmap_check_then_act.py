"""Load followed by Store on a sync.Map is not atomic.

Each call on a sync.Map is safe by itself; two in a row are not. Another goroutine can store its own value between a
Load that misses and the Store: one of the two values is lost, and those who got it hold on to an object that nobody
else knows.

`LoadOrStore` does both at once; `Swap` and `CompareAndSwap` replace what is there.

WRONG

```go
v, ok := m.Load(key)
if !ok {
        v = newEntry()
        m.Store(key, v)
}
```

RIGHT

```go
v, ok := m.Load(key)
if !ok {
        v, _ = m.LoadOrStore(key, newEntry())
}
```

**Limits.** Load and Store must name the same key and stand in one body, the Store where the Load is known to have
missed. It is listed, not commented: most of the findings that were read are caches of equal values, or maps of which
each key belongs to one goroutine. A lock that is held silences; so does a map that the function has made itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.words import functions_near
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Place, Scope, Span, Step

TIER = Tier.C
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every Store in a sync.Map on the way on which a Load of the same key has missed."""
    for function in functions_near(index, b"sync.Map", b".Store(", b".Load("):
        flow = index.flow(function)
        for store, stored in _on_maps(flow, "Store"):
            for load, loaded in _on_maps(flow, "Load"):
                if loaded == stored and _checked(index, flow, load, store):
                    yield _found(flow, load, store, stored)
                    break


def _on_maps(flow: Flow, method: str) -> Iterator[tuple[Step, Place]]:
    for step in flow.steps:
        call = step.call
        place = call.receiver.place if call is not None and call.receiver is not None else None
        if step.act is Act.CALL and call is not None and call.known == f"sync.Map.{method}" and place is not None:
            yield step, place


def _checked(index: Index, flow: Flow, load: Step, store: Step) -> bool:
    """Whether the Store is made because the Load of the same key missed."""
    if load.body != store.body or load.span.stop > store.span.start or load.call is None or store.call is None:
        return False
    one, other = (_source(index, step.call.arguments[0].span) for step in (load, store) if step.call is not None)
    found = _found_flag(flow, load)
    return one == other and found is not None and (found, False) in store.facts


def _source(index: Index, span: Span) -> bytes:
    return index.text(span.path)[span.start : span.stop]


def _found_flag(flow: Flow, load: Step) -> str | None:
    """The local that says whether the Load found something: the second one that its statement sets."""
    given = [
        step
        for step in flow.steps
        if step.act in (Act.DECLARE, Act.WRITE)
        and step.place is not None
        and step.body == load.body
        and step.span.line == load.span.line
        and step.span.start < load.span.start
    ]
    return given[-1].place.text if given and given[-1].place is not None else None


def _found(flow: Flow, load: Step, store: Step, place: Place) -> Found:
    return Found(
        span=store.span,
        message=f"Load followed by Store on `{place.text}` is not atomic.",
        symbol=flow.function.symbol,
        variable=place.text,
        related=(Related(load.span, "this Load has missed, and another goroutine may store since then"),),
        story=(
            Related(load.span, "Two goroutines look for one key, and both miss;"),
            Related(store.span, "the second Store replaces what the first one has stored, and handed out."),
        ),
        evidence=("the Store stands where the Load of the same key has missed",),
        fix=Fix("use LoadOrStore, and go on with the value that it returns", ()),
        silent_because=_trap(load, store, place),
    )


def _trap(load: Step, store: Step, place: Place) -> str:
    common = [h for h in store.held if any(h.place == other.place for other in load.held)]
    if common:
        return f"`{common[0].place.text}` is held around both"
    local = place.root is not None and place.root.scope is Scope.LOCAL and not place.path
    return "trap T10: the function has made the map itself" if local else ""
