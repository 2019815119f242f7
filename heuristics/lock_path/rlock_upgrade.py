"""A lock is taken for writing while the same goroutine holds it for reading.

A read lock cannot be turned into a write lock. Lock waits until every reader is gone, and this goroutine is one of
them: it waits for itself, for ever, and every reader that comes later waits behind it.

Give the read lock back before Lock, and test again under the write lock what was seen under the read lock: in between
another goroutine may have changed it.

WRONG

```go
c.mu.RLock()
defer c.mu.RUnlock()
if c.m[k] == nil {
        c.mu.Lock() // waits for the RUnlock above
        c.m[k] = load(k)
        c.mu.Unlock()
}
```

RIGHT

```go
c.mu.RLock()
v := c.m[k]
c.mu.RUnlock()
if v == nil {
        c.mu.Lock()
        defer c.mu.Unlock()
        if c.m[k] == nil {
                c.m[k] = load(k)
        }
}
```

Limits: both locks must be written alike. Where the Lock is in a function that is called, self-deadlock-through-call
says it.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.lines import alone, margin
from heuristics.concurrency.locks import functions_with
from heuristics.concurrency.relock import Again, taken_again
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = True
YIELDS_TO = ("deferred-lock",)


def check(index: Index) -> Iterator[Found]:
    """Every Lock of what the same body has read-locked before, on some path."""
    for function in functions_with(index, b"RLock()", tests=IN_TESTS):
        flow = index.flow(function)
        for again in taken_again(index, flow):
            if again.held.mode == "R" and again.mode == "W":
                yield _found(index, flow, again)


def _found(index: Index, flow: Flow, again: Again) -> Found:
    key = again.held.place.text
    return Found(
        span=again.step.span,
        message=f"Lock is taken while `{key}` is still read-locked: deadlock.",
        symbol=flow.function.symbol,
        variable=key,
        related=(Related(again.held.span, f"`{key}` is read-locked here"),),
        story=(
            Related(again.held.span, f"One goroutine takes `{key}` for reading,"),
            Related(again.step.span, "and waits here until all readers are gone, itself among them."),
        ),
        evidence=(f"on a path from the RLock to this Lock nothing releases `{key}`",),
        fix=_fix(index, flow, again),
    )


def _fix(index: Index, flow: Flow, again: Again) -> Fix:
    span = again.step.span
    text = index.text(span.path)
    lock = text[span.start : span.stop].decode("utf-8", "replace")
    release = lock.replace("Lock()", "RUnlock()")
    later = any(
        s.call is not None and s.call.name == "RUnlock" and any(again.held in path for path in s.paths)
        for s in flow.steps
        if s.act is Act.RELEASE and (s.deferred or s.span.start > again.step.span.start)
    )
    edits = (
        (Edit(span.path, span.start, span.start, f"{release}\n{margin(text, span)}"),)
        if alone(text, span) and not later
        else ()
    )
    return Fix(f"{release} before this Lock", edits)
