"""A condition is changed and signalled without the lock of its waiters.

A waiter tests the condition under the lock, finds it false, and is about to sleep. Whoever changes the condition and
signals in that moment, without the lock, wakes nobody up: the waiter falls asleep behind the signal, and there may be
no second one. An atomic variable does not help, because test and sleep are two steps.

Change the condition under the lock; signal there, or right behind it.

WRONG

```go
go func() {
        <-timeout.C
        atomic.StoreInt32(&abort, 1)
        cond.Broadcast() // the waiter may stand between its test and its Wait
}()
```

RIGHT

```go
go func() {
        <-timeout.C
        mu.Lock()
        abort = true
        cond.Broadcast()
        mu.Unlock()
}()
```

**Limits.** It comments when what the waiters test is written in the same goroutine just before, without the lock. A
signal without such a write is listed. A signal that is given again and again, in a loop, stays silent.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.conds import (
    calls_on,
    entered_locked,
    held_at,
    key_of,
    lockers,
    operand,
    tested,
    using,
)
from heuristics.concurrency.groups import around
from heuristics.concurrency.launches import runners
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Place, Step

TIER = Tier.B
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every Signal or Broadcast of a goroutine that has never held the lock of the condition variable."""
    for function, signal, cond in using(index, "Signal", "Broadcast"):
        built = lockers(index, function, cond)
        flow = index.flow(function)
        if not built or None in built or _locks(index, flow, signal, cond):
            continue
        waits = next(calls_on(index, function, cond, "Wait"), None)
        if waits is not None:
            yield _found(index, flow, signal, cond, waits[1])


def _locks(index: Index, flow: Flow, signal: Step, cond: Place) -> bool:
    """Whether the goroutine holds the lock at the signal, or has held it before."""
    homes = runners(flow, signal.body)
    before = [s for s in flow.steps if s.span.start <= signal.span.start and runners(flow, s.body) & homes]
    holds = (h for s in before for h in (*(h for path in s.paths for h in path), *s.released))
    if held_at(index, flow.function, cond, holds):
        return True
    return flow.function.spec.start in homes and entered_locked(index, flow.function, cond)


def _found(index: Index, flow: Flow, signal: Step, cond: Place, wait: Step) -> Found:
    method = signal.call.name if signal.call is not None else "Signal"
    written = _written(index, flow, signal, cond)
    place = operand(written) if written is not None else None
    changed = f"`{place.text}`, which the waiters test, is changed without the lock" if place is not None else ""
    return Found(
        span=signal.span,
        message=f"{method} without ever holding `{cond.text}.L`: a waiter can miss it for ever.",
        symbol=flow.function.symbol,
        variable=cond.text,
        related=(
            *((Related(written.span, changed),) if written is not None else ()),
            Related(wait.span, "the waiter tests under the lock, and waits here"),
        ),
        story=(
            Related(wait.span, "The waiter has tested the condition, and is about to sleep;"),
            Related(signal.span, f"{method} finds nobody asleep;"),
            Related(wait.span, "the waiter falls asleep, and nobody wakes it up."),
        ),
        evidence=(changed,) if changed else (),
        offered=written is not None,
        fix=Fix("change the condition and signal under the lock", ()),
        silent_because="the signal is given again in a loop" if around(flow, signal) else "",
    )


def _written(index: Index, flow: Flow, signal: Step, cond: Place) -> Step | None:
    """Where the goroutine changes what the waiters test, before it signals."""
    homes, about = runners(flow, signal.body), tested(index, flow.function, cond)
    for step in flow.steps:
        change = step.act in (Act.WRITE, Act.MUTATE) or (
            step.act is Act.CALL and step.call is not None and not step.call.name.startswith("Load")
        )
        if change and step.span.start < signal.span.start and runners(flow, step.body) & homes:
            key = key_of(operand(step))
            if key is not None and key in about:
                return step
    return None
