"""A lock is taken again by the goroutine that holds it.

A mutex does not know who holds it. A goroutine that locks what it has locked already waits for itself, for ever, and
with it everybody else who wants the lock. Often a branch was meant to unlock before it returns, or a section was moved
below another one that still holds the lock.

Give the lock back before it is taken again, or leave out the second Lock.

WRONG

```go
s.mu.Lock()
if s.conns == nil {
        s.mu.Lock() // Unlock was meant
        return
}
```

RIGHT

```go
s.mu.Lock()
if s.conns == nil {
        s.mu.Unlock()
        return
}
```

Limits: both locks must be written alike, and nothing on the way to the lock may get another value in between. Locks
that are chosen by a computed index, or that are the result of a call, are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.locks import functions_with
from heuristics.concurrency.relock import Again, taken_again
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Held

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = True
YIELDS_TO = ("deferred-lock",)


def check(index: Index) -> Iterator[Found]:
    """Every Lock or RLock of what the same body has write-locked before, on some path."""
    for function in functions_with(index, b"Lock()", tests=IN_TESTS):
        flow = index.flow(function)
        for again in taken_again(index, flow):
            if again.held.mode == "W":
                yield _found(index, flow, again)


def _found(index: Index, flow: Flow, again: Again) -> Found:
    key = again.held.place.text
    return Found(
        span=again.step.span,
        message=f"`{key}` is already held here; locking it again deadlocks this goroutine.",
        symbol=flow.function.symbol,
        variable=key,
        related=(Related(again.held.span, f"`{key}` is locked here"),),
        story=(
            Related(again.held.span, f"One goroutine takes `{key}`,"),
            Related(again.step.span, "and still holding it waits here for itself, for ever."),
        ),
        evidence=(f"on a path from the first Lock to this one nothing releases `{key}`",),
        fix=_fix(index, flow, again),
    )


def _fix(index: Index, flow: Flow, again: Again) -> Fix | None:
    """Unlock, where the path goes on to leave the function without it."""
    after = [s for s in flow.steps if s.body == again.step.body and s.span.start >= again.step.span.stop]
    way = next((s for s in after if s.act is Act.RETURN or s.place == again.held.place), None)
    if way is None or way.act is not Act.RETURN or not all(_keeps(left, again) for left in way.left):
        return Fix("release it before it is taken again", ())
    span = again.step.span
    right = index.text(span.path)[span.start : span.stop].decode("utf-8", "replace")
    right = right.replace("RLock()", "Lock()").replace("Lock()", "Unlock()")
    return Fix(right, (Edit(span.path, span.start, span.stop, right),))


def _keeps(left: tuple[Held, ...], again: Again) -> bool:
    return any(held == again.held for held in left)
