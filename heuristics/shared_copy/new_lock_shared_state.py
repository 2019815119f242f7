"""A new struct brings its own lock but shares the state that the lock guards.

A method makes another value of its type, hands over the map (or slice, or pointer) of the old one, and lets the new
value have a lock of its own. From then on one map is guarded by two locks: a goroutine that holds the first one and a
goroutine that holds the second one change the map at the same time. For a map Go ends the process with "concurrent map
writes". Loggers, views and children that are derived from a parent are where it happens.

Make the lock a pointer and hand it over together with the state that it guards, or give the new value a clone of the
state.

WRONG

```go
type Set struct {
        mu   sync.Mutex
        seen map[string]bool
}

func (s *Set) With(name string) *Set {
        return &Set{seen: s.seen} // a second mutex for the same map
}
```

RIGHT

```go
type Set struct {
        mu   *sync.Mutex
        seen map[string]bool
}

func (s *Set) With(name string) *Set {
        return &Set{mu: s.mu, seen: s.seen}
}
```

Limits: reported only when some function of the package changes the shared state in place under the lock. State that is
only ever replaced as a whole may be shared. State handed over through a constructor's parameter is not followed.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.copies import Shared, StructCopy, copies, functions_near_locks
from heuristics.concurrency.locks import InPlace, changed_in_place, shares_memory
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Flow, Map, Pointer, Slice

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every copy of a struct that has a fresh lock, for each shared field that is changed in place under it."""
    for function in functions_near_locks(index):
        flow = index.flow(function)
        for copy in copies(index, flow):
            if copy.fresh:
                for shared in copy.shared:
                    if shares_memory(index, shared.field):
                        yield from _shared(index, flow, copy, shared)


def _shared(index: Index, flow: Flow, copy: StructCopy, shared: Shared) -> Iterator[Found]:
    changes = [
        change
        for change in changed_in_place(index, flow.function, copy.owner, shared.field)
        if change.lock.name == copy.lock.name
    ]
    if changes:
        yield _found(index, flow, copy, shared, changes[0])
    elif isinstance(index.types.underlying(shared.field.type), Map):
        yield Found(
            shared.span,
            f"The new `{copy.owner.name}` shares `{shared.field.name}` with `{copy.source.text}`.",
            flow.function.symbol,
            f"{copy.owner.name}.{shared.field.name}",
            silent_because=f"trap T13: no place changes {shared.field.name} in place under {copy.lock.name}",
        )


def _found(index: Index, flow: Flow, copy: StructCopy, shared: Shared, change: InPlace) -> Found:
    type_, lock, field, source = copy.owner.name, copy.lock.name, shared.field.name, copy.source.text
    match index.types.underlying(shared.field.type):
        case Map():
            what = "map"
        case Slice():
            what = "slice"
        case Pointer() | _:
            what = "value"
    return Found(
        span=shared.span,
        message=f"The new `{type_}` gets its own `{lock}` but shares `{field}` with `{source}`: "
        f"two locks now guard one {what}.",
        symbol=flow.function.symbol,
        variable=f"{type_}.{field}",
        related=(
            Related(change.span, f"`{field}` is changed in place here, under `{lock}` of one `{type_}` only"),
            Related(copy.span, f"this `{type_}` has a `{lock}` of its own"),
        ),
        story=(
            Related(shared.span, f"The new `{type_}` and `{source}` refer to the same {what}."),
            Related(change.span, f"A goroutine that uses `{source}` changes it here with the lock of `{source}` held;"),
            Related(
                change.span, f"one that uses the new `{type_}` does the same under the other lock, at the same time."
            ),
        ),
        evidence=(
            f"`{lock}` of the new `{type_}` is not the lock of `{source}`",
            f"{change.function.symbol} changes `{field}` in place while `{lock}` is held",
        ),
        fix=Fix(f"make `{lock}` a pointer and hand it over with `{field}`, or clone `{field}`", ()),
    )
