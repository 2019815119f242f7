"""Several goroutines append to one slice.

`s = append(s, x)` reads the slice, writes behind its end, and assigns it anew. When two goroutines do so at once, both
write to the same element or each assigns a slice that lacks what the other added: elements are lost, and nothing tells.
A lock around the append is the cure; a channel or a slice that was made with its full length are others.

WRONG

```go
var dead []string
for _, host := range hosts {
        wg.Add(1)
        go func() {
                defer wg.Done()
                if ping(host) != nil {
                        dead = append(dead, host)
                }
        }()
}
wg.Wait()
```

RIGHT

```go
var mu sync.Mutex
var dead []string
for _, host := range hosts {
        wg.Add(1)
        go func() {
                defer wg.Done()
                if ping(host) != nil {
                        mu.Lock()
                        dead = append(dead, host)
                        mu.Unlock()
                }
        }()
}
wg.Wait()
```

**Limits.** Only goroutines that the same function starts are compared. Any lock around the append keeps it silent, even
one that another append does not take.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.conflicts import Conflict, variables_of
from heuristics.concurrency.launches import launchers
from heuristics.engine.finding import Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO = ()


def check(index: Index) -> Iterator[Found]:
    for function in launchers(index):
        for conflict, name in variables_of(index, function):
            if _appends(conflict) and not conflict.read_early:
                yield _found(conflict, name)


def _appends(conflict: Conflict) -> bool:
    step = conflict.change.step
    call = step.value.call if step.act is Act.MUTATE and step.value is not None else None
    return call is not None and call.known == "builtin.append"


def _found(conflict: Conflict, name: str) -> Found:
    change, launch, other = conflict.change, conflict.launch, conflict.other
    started = Related(launch.span, "the goroutine is started here")
    met = Related(other.span, f"`{name}` is {'assigned' if conflict.other_writes else 'read'} here")
    meets = () if conflict.kind == "repeated" else (met,)
    adds = Related(change.step.span, "each of them reads the slice, adds to it, and assigns what it made")
    return Found(
        span=change.step.span,
        message=f"`append` to `{name}` in several goroutines loses elements.",
        symbol=launch.function.symbol,
        variable=name,
        related=(*meets, started),
        story=(started, adds, *meets),
        evidence=("no lock is held at the append", *((conflict.by_data,) if conflict.by_data else ())),
        tier=Tier.B if conflict.by_data else Tier.A,
        silent_because=conflict.silent_because or ("a lock is held at the append" if change.step.held else ""),
    )
