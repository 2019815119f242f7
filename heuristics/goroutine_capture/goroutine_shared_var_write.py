"""Goroutines assign a variable that they share.

A function literal after `go` sees the variables around it, not copies. When it assigns one with `=`, while another
goroutine or the code after the `go` statement reads or assigns the same variable, the two race: results are lost, an
error is overwritten with nil, a reader sees half of an interface value. Most of these come from `=` where `:=` was
meant, from `err` above all, and from counters and slices that workers fill.

Declare the variable inside the goroutine, hand results over a channel, let each goroutine write an element of its own,
or guard the variable with a mutex; and read a result only after the goroutine was waited for.

WRONG

```go
var err error
for _, host := range hosts {
        go func() {
                defer wg.Done()
                err = ping(host) // all of them, and one result wins
        }()
}
```

RIGHT

```go
errs := make([]error, len(hosts))
for i, host := range hosts {
        go func() {
                defer wg.Done()
                errs[i] = ping(host)
        }()
}
wg.Wait()
```

**Limits.** Only accesses in the function that starts the goroutine, and in its literals, are compared. Any wait or
receive between the launch and the other access counts as a join; any lock around the write keeps it silent. A write
that only one goroutine can come to, as an equality test before it tells, is listed but not commented.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.conflicts import Conflict, variables_of
from heuristics.concurrency.launches import launchers
from heuristics.engine.finding import Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Step

TIER = Tier.A
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO = ("goroutine-named-result-capture", "goroutine-err-capture", "goroutine-append-shared-slice")
_ASSIGN = ("assign", "assigns", "assigned")


def check(index: Index) -> Iterator[Found]:
    for function in launchers(index):
        for conflict, name in variables_of(index, function):
            if not conflict.read_early:
                yield _found(index, conflict, name)


def _found(index: Index, conflict: Conflict, name: str) -> Found:
    change, launch = conflict.change, conflict.launch
    act, acts, done = ("change", "changes", "changed") if _by_call(index, change.step) else _ASSIGN
    started = Related(launch.span, "the goroutine is started here")
    verb = ("changed" if _by_call(index, conflict.other) else "assigned") if conflict.other_writes else "read"
    other = Related(conflict.other.span, f"`{name}` is {verb} here")
    if conflict.kind == "repeated":
        where = f"by `{launch.name}`" if launch.many else "in this loop"
        message = f"Goroutines started {where} all {act} `{name}` without synchronisation."
        related: tuple[Related, ...] = (started,)
        story: tuple[Related, ...] = (
            started,
            Related(change.step.span, f"every one of them {acts} the same `{name}`"),
        )
    elif conflict.kind == "sibling":
        message = f"`{name}` is {done} by this goroutine and {verb} by another one without synchronisation."
        related = (other, started)
        story = (Related(change.step.span, f"one goroutine {acts} `{name}`"), other)
    else:
        message = f"`{name}` is {done} by this goroutine and {verb} by the code that started it before any join."
        related = (other, started)
        story = (started, Related(change.step.span, f"the goroutine {acts} `{name}`"), other)
    return Found(
        span=change.step.span,
        message=message,
        symbol=launch.function.symbol,
        variable=name,
        related=related,
        story=story,
        evidence=("no lock is held at the assignment", *((conflict.by_data,) if conflict.by_data else ())),
        tier=Tier.B if conflict.by_data else Tier.A,
        silent_because=conflict.silent_because,
    )


def _by_call(index: Index, step: Step) -> bool:
    """Whether a method of the variable changes it, rather than an assignment."""
    return step.act is Act.MUTATE and index.text(step.span.path)[: step.span.stop].endswith(b")")
