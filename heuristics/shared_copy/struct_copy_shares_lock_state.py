"""Copying a struct copies its lock, but not what the lock guards.

An assignment like `c := *s` copies the mutex in whatever state it is in: if somebody holds it, the copy is locked for
ever. And the maps, slices and pointers inside are the same ones as before, now guarded by two locks. If both structs
are in use, one map is changed under two locks at the same time.

Write a Clone method that makes a new struct: a fresh lock, and copies of what the lock guards.

WRONG

```go
snapshot := *s // two mutexes, one map
return &snapshot
```

RIGHT

```go
s.mu.Lock()
defer s.mu.Unlock()
return &State{values: maps.Clone(s.values)}
```

The same goes for structs of the standard library that lock themselves: a `tls.Config` is in use by every connection
that was made with it, and `copy := *config` reads it without its lock. They have a Clone method.

**Limits.** Reported for comment only when the copy leaves the function or its lock is used, and the package changes the
shared state in place under the lock. Copies of a library's struct are reported where the source is a field, a parameter
or a package variable.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.copies import Shared, StructCopy, copies, functions_near_locks
from heuristics.concurrency.locks import InPlace, changed_in_place, shares_memory
from heuristics.concurrency.publication import publications, refers
from heuristics.concurrency.values import locking_library_copies
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Span, Var

TIER = Tier.B
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO = ("new-lock-shared-state",)


def check(index: Index) -> Iterator[Found]:
    """Every copied struct whose lock is copied along with a field that is changed in place under it."""
    for function in functions_near_locks(index):
        flow = index.flow(function)
        for copy in copies(index, flow):
            if copy.fresh:
                continue
            for shared in copy.shared:
                if shares_memory(index, shared.field):
                    changes = list(changed_in_place(index, function, copy.owner, shared.field))
                    if changes:
                        yield _found(index, flow, copy, shared, changes[0])
    yield from _library(index)


def _library(index: Index) -> Iterator[Found]:
    """Structs of the standard library that are copied although somebody may be using them."""
    for flow, copied in locking_library_copies(index):
        name = index.types.known_name(copied.type)
        short = name.rpartition("/")[2]
        text = index.text(copied.span.path)[copied.span.start : copied.span.stop].decode("utf-8", "replace")
        yield Found(
            span=copied.span,
            message=f"`{text}` copies a `{short}` with the lock inside it, while others may be using the original.",
            symbol=flow.function.symbol,
            variable=text,
            story=(
                Related(copied.span, f"The copy reads every field of the `{short}`, also those that its lock guards;"),
                Related(copied.span, "whoever uses the original at that moment writes them with the lock held."),
            ),
            evidence=(f"`{name}` holds a lock by value", "the original is not this function's own"),
            offered=True,
            fix=Fix("copy it with its Clone method", ()),
        )


def _found(index: Index, flow: Flow, copy: StructCopy, shared: Shared, change: InPlace) -> Found:
    used = _used(index, flow, copy.var) if copy.var is not None else copy.span
    field, type_ = shared.field.name, copy.owner.name
    return Found(
        span=copy.span,
        message=f"Copying `{copy.source.text}` copies its `{copy.lock.name}` and aliases `{field}`: "
        "two locks now guard one value.",
        symbol=flow.function.symbol,
        variable=f"{type_}.{field}",
        related=(
            Related(change.span, f"`{field}` is changed in place here, under the lock of one `{type_}` only"),
            *((Related(used, "the copy is used beside its source from here on"),) if used is not None else ()),
        ),
        story=(
            Related(copy.span, f"The copy and its source have two locks and one `{field}`."),
            Related(change.span, "Two goroutines can be here at the same time, each with one of the locks."),
        ),
        evidence=(f"{change.function.symbol} changes `{field}` in place while `{change.lock.name}` is held",),
        offered=used is not None,
        fix=Fix(f"make a new `{type_}` with a fresh `{copy.lock.name}` and a clone of `{field}`", ()),
    )


def _used(index: Index, flow: Flow, var: Var) -> Span | None:
    """Where the copy leaves the function, or its lock is taken."""
    for published in publications(index, flow, var):
        return published.span
    for step in flow.steps:
        if step.act is Act.RETURN and any(refers(value, var) for value in step.values):
            return step.span
        if step.act is Act.ACQUIRE and step.place is not None and step.place.root is var:
            return step.span
    return None
