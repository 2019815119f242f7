"""Goroutines write one map at the same time.

A map is not safe for concurrent use. Two goroutines that store into it at once, or one that stores while another reads,
end the process with `fatal error: concurrent map writes`; no recover catches that. Different keys do not help: the map
itself is rearranged by a write. Results that workers collect in a captured map are where it happens most.

Guard the map with a mutex, let each goroutine send its result over a channel to the one that owns the map, give each
worker a map of its own, or use a `sync.Map`.

WRONG

```go
sizes := map[string]int64{}
for _, file := range files {
        wg.Add(1)
        go func() {
                defer wg.Done()
                sizes[file] = measure(file)
        }()
}
wg.Wait()
```

RIGHT

```go
sizes := map[string]int64{}
for _, file := range files {
        wg.Add(1)
        go func() {
                defer wg.Done()
                size := measure(file)
                mu.Lock()
                sizes[file] = size
                mu.Unlock()
        }()
}
wg.Wait()
```

**Limits.** Only goroutines that the same function starts are compared, and what they do in functions that they call, as
far as the calls can be followed. A write under any lock stays silent, and so does one that a wait or a receive
separates from the other access.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.conflicts import Conflict, conflicts_of
from heuristics.concurrency.launches import launchers
from heuristics.concurrency.ownership import in_copy, map_of
from heuristics.engine.finding import Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import FieldRef

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO = ()


def check(index: Index) -> Iterator[Found]:
    for function in launchers(index):
        told: set[str] = set()
        for conflict in conflicts_of(index, function):
            name, effect = _map_name(index, conflict), conflict.change.effect
            cause = effect.function.symbol if effect is not None else name
            if name and not told & {name, cause}:
                if not conflict.silent_because:
                    told |= {name, cause}
                yield _found(conflict, name)


def _map_name(index: Index, conflict: Conflict) -> str:
    """The map that the goroutine writes, as a variable with its fields; "" when it writes something else."""
    change = conflict.change
    way = map_of(change.place)
    if way is None or in_copy(index, change) or (change.effect is not None and change.effect.guessed):
        return ""
    return ".".join([change.root.name, *(hop.name for hop in way if isinstance(hop, FieldRef))])


def _found(conflict: Conflict, name: str) -> Found:
    change, launch = conflict.change, conflict.launch
    through = f" through `{change.effect.function.symbol}`" if change.effect is not None else ""
    started = Related(launch.span, "the goroutine is started here")
    other = Related(conflict.other.span, f"`{name}` is {'written' if conflict.other_writes else 'read'} here, too")
    related = [Related(change.span, f"the write of `{name}`")] if change.effect is not None else []
    if conflict.kind == "repeated":
        where = f"by `{launch.name}`" if launch.many else "in this loop"
        message = f"Goroutines started {where} write map `{name}`{through} at the same time; Go aborts on this."
        story = (started, Related(change.step.span, f"every one of them writes `{name}`, and no lock keeps them apart"))
    elif conflict.kind == "sibling":
        message = (
            f"Two goroutines use map `{name}` at the same time, and this one writes it{through}; Go aborts on this."
        )
        story = (Related(change.step.span, f"one goroutine writes `{name}`"), other)
        related.append(other)
    else:
        verb = "written" if conflict.other_writes else "read"
        message = (
            f"Map `{name}` is written by this goroutine{through} and {verb} by the code that started it, at the same "
            "time; Go aborts on this."
        )
        story = (started, other)
        related.append(other)
    return Found(
        span=change.step.span,
        message=message,
        symbol=launch.function.symbol,
        variable=name,
        related=(*related, started),
        story=story,
        evidence=("no lock is held at the write", "nothing waits for the goroutine in between"),
        silent_because=conflict.silent_because or ("a lock is held at the write" if change.step.held else ""),
    )
