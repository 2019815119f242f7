"""A goroutine assigns a named result that a return sets, too.

A named result is a variable of the function, and every `return` assigns it before the caller gets it. A goroutine that
assigns it with `=` races with that return as long as nothing waits for it: the caller may get either value, or half of
an error. What the goroutine assigns after the return is lost for good, which mostly hides an error.

Give the goroutine a variable of its own with `:=`, and hand its result over a channel if somebody needs it; or wait for
the goroutine before each return.

WRONG

```go
func start(s *http.Server) (err error) {
        listener, err := net.Listen("tcp", s.Addr)
        if err != nil {
                return err
        }
        go func() {
                err = s.Serve(listener) // races with the return below
                if err != nil {
                        log.Print(err)
                }
        }()
        return nil
}
```

RIGHT

```go
func start(s *http.Server) (err error) {
        listener, err := net.Listen("tcp", s.Addr)
        if err != nil {
                return err
        }
        go func() {
                if err := s.Serve(listener); err != nil {
                        log.Print(err)
                }
        }()
        return nil
}
```

**Limits.** Any wait or receive between the launch and the return counts as a join. A result that the goroutine passes
to a function by address is not followed.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.conflicts import Conflict, conflicts_of
from heuristics.concurrency.launches import launchers
from heuristics.engine.finding import Found, Related, Severity, Tier
from heuristics.golang.index import Index

TIER = Tier.A
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO = ()


def check(index: Index) -> Iterator[Found]:
    for function in launchers(index):
        told: set[str] = set()
        for conflict in conflicts_of(index, function):
            name = conflict.change.root.name
            if conflict.kind == "return" and conflict.change.effect is None and name not in told:
                if not conflict.silent_because:
                    told.add(name)
                yield _found(conflict, name)


def _found(conflict: Conflict, name: str) -> Found:
    started = Related(conflict.launch.span, "the goroutine is started here")
    returned = Related(conflict.other.span, f"this return sets `{name}` without waiting")
    return Found(
        span=conflict.change.step.span,
        message=f"The goroutine writes the named result `{name}` while `return` may write it, too.",
        symbol=conflict.launch.function.symbol,
        variable=name,
        related=(returned, started),
        story=(started, Related(conflict.change.step.span, f"the goroutine assigns `{name}`"), returned),
        evidence=(f"`{name}` is a named result", "nothing waits for the goroutine before the return"),
        silent_because=conflict.silent_because,
    )
