"""What a goroutine sets is read before the goroutine was waited for.

A function starts a goroutine that fills a variable, and reads the variable while nothing says that the goroutine is
done: it gets the old value, the new one, or half of it. Often there is a wait, but only on some of the ways: the arm of
a `select` for the timeout or the cancelled context returns the same variable that the goroutine is about to assign.

Read it only behind the wait. On the ways that do not wait, return something else, or send the result over a channel of
capacity one, so that there is no shared variable.

WRONG

```go
var err error
done := make(chan struct{})
go func() {
        defer close(done)
        err = ping(host)
}()
select {
case <-done:
        return err
case <-ctx.Done():
        return err // the goroutine may be assigning it
}
```

RIGHT

```go
done := make(chan error, 1)
go func() { done <- ping(host) }()
select {
case err := <-done:
        return err
case <-ctx.Done():
        return ctx.Err()
}
```

**Limits.** Only reads in the function that starts the goroutine are seen, and any wait or receive in between counts as
a join. Where the goroutine sets the variable only under a condition, or the read depends on one, the finding is listed
and not commented, unless the condition is whether there was an error.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.conflicts import Conflict, variables_of
from heuristics.concurrency.launches import launchers
from heuristics.engine.finding import Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Step

TIER = Tier.B
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO = ("goroutine-shared-var-write", "goroutine-named-result-capture")


def check(index: Index) -> Iterator[Found]:
    for function in launchers(index):
        for conflict, name in variables_of(index, function):
            if conflict.read_early:
                yield _found(conflict, name)


def _found(conflict: Conflict, name: str) -> Found:
    change, launch = conflict.change, conflict.launch
    started = Related(launch.span, "the goroutine is started here")
    read = Related(conflict.other.span, f"`{name}` is read here, and nothing was waited for")
    always = not _conditions(change.step) and not _conditions(conflict.other) - _conditions(launch.step)
    return Found(
        span=change.step.span,
        message=f"`{name}` is read before the goroutine that sets it is joined.",
        symbol=launch.function.symbol,
        variable=name,
        related=(read, started),
        story=(started, Related(change.step.span, f"the goroutine sets `{name}`"), read),
        evidence=(
            "no lock is held at the assignment",
            *(("neither the assignment nor the read depends on a condition",) if always else ()),
        ),
        offered=always,
        silent_because=conflict.silent_because,
    )


def _conditions(step: Step) -> frozenset[tuple[str, bool]]:
    """What a step depends on, whether there was an error aside."""
    return frozenset(fact for fact in step.facts if not fact[0].endswith(("= nil", "== nil", "!= nil")))
