"""A goroutine read-locks what it has read-locked already.

Two read locks of one goroutine look harmless, and are, until a writer comes in between: from then on RLock waits behind
the writer, the writer waits until all readers are gone, and one of those readers is the goroutine that waits behind it.
It happens under load only, and then the lock never opens again. The documentation of sync.RWMutex forbids it.

Pass on what was read, or call a form of the function that expects the lock.

WRONG

```go
func (e *Endpoint) HasLabels() bool {
        e.mu.RLock()
        defer e.mu.RUnlock()
        return len(e.Labels()) > 0 // Labels read-locks e.mu too
}
```

RIGHT

```go
func (e *Endpoint) HasLabels() bool {
        return len(e.Labels()) > 0
}
```

Limits: offered only when something in the package takes the lock for writing. Of functions that are called, those that
are known are followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.locks import functions_with, same_lock
from heuristics.concurrency.reentry import reentries
from heuristics.concurrency.relock import acquires, taken_again
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Flow, Held, Place, Span, Step

TIER = Tier.B
SEVERITY = Severity.ERROR
IN_TESTS = True
YIELDS_TO = ("deferred-lock", "self-deadlock-through-call")


def check(index: Index) -> Iterator[Found]:
    """Every RLock, here or in a function that is called, of what the same goroutine has read-locked before."""
    for function in functions_with(index, b"RLock()", tests=IN_TESTS):
        flow = index.flow(function)
        for again in taken_again(index, flow):
            if again.held.mode == again.mode == "R":
                yield _found(index, flow, again.step, again.held, ())
        for reentry in reentries(index, function):
            if reentry.held.mode == reentry.mode == "R":
                last = reentry.chain[-1]
                way = Related(reentry.places[-1], f"`{last.symbol}` read-locks it again here")
                yield _found(index, flow, reentry.call, reentry.held, (way,))


def _found(index: Index, flow: Flow, step: Step, held: Held, way: tuple[Related, ...]) -> Found:
    key = held.place.text
    writer = _writer(index, flow, held.place)
    beside = (Related(writer, f"a writer waits for `{key}` here"),) if writer is not None else ()
    second = way[0].span if way else step.span
    return Found(
        span=step.span,
        message=f"`{key}` is read-locked twice by one goroutine; a writer waiting in between deadlocks both.",
        symbol=flow.function.symbol,
        variable=key,
        related=(Related(held.span, f"`{key}` is read-locked here"), *way, *beside),
        story=(
            Related(held.span, f"One goroutine takes `{key}` for reading;"),
            *((Related(writer, "another one asks for it for writing, and waits;"),) if writer is not None else ()),
            Related(second, "the first asks for it once more, waits behind the writer, and neither can go on."),
        ),
        evidence=("a second RLock waits behind a writer that waits for the first one",),
        offered=writer is not None,
        fix=Fix("pass on what was read, or call a form that expects the lock", ()),
    )


def _writer(index: Index, flow: Flow, lock: Place) -> Span | None:
    """Where a function of the package takes the lock for writing."""
    name = lock.field.name if lock.field is not None else lock.root.name if lock.root is not None else ""
    token = "" if name in ("RWMutex", "Mutex") else rf"\b{re.escape(name)}"
    taken = re.compile(rf"{token}\s*\.\s*Lock\(\)".encode())
    for other in index.mentioning(index.package(flow.function), "Lock", tests=flow.function.test):
        if taken.search(index.text(other.path), other.spec.start, other.spec.stop):
            for step in index.flow(other).steps:
                if acquires(step) == "W" and step.place is not None and same_lock(step.place, lock):
                    return step.span
    return None
