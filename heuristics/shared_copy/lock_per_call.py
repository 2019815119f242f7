"""A lock is made anew in every call.

A mutex that is a local variable lives as long as one call of its function. The goroutines that this call starts exclude
each other with it; two calls have two mutexes, and other methods have none. When it guards a field of the receiver, or
a package variable, everybody else changes or reads the same memory at the same time.

Move the mutex to where the data is: into the struct, or beside the package variable.

WRONG

```go
func (f *Filter) Run(ids []string) {
        var mu sync.Mutex // of this call alone
        for _, id := range ids {
                go func() {
                        mu.Lock()
                        f.marked[id] = true
                        mu.Unlock()
                }()
        }
}

func (f *Filter) Marked() map[string]bool { return f.marked }
```

RIGHT

```go
type Filter struct {
        mu     sync.Mutex
        marked map[string]bool
}
```

**Limits.** Only maps, slices and other memory that is changed in place or replaced under the local lock. A comment is
made only where another method that the package exports, of an exported type, uses the same memory with no lock: without
that the call may be the only user. A field that other code uses under a lock of its object is left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.accesses import Access, accesses_of
from heuristics.concurrency.guards import beside_the_product
from heuristics.concurrency.locks import functions_with
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import (
    Act,
    FieldRef,
    Flow,
    Function,
    Held,
    Pointer,
    Scope,
    Step,
    Var,
)

TIER = Tier.B
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every change of shared memory under a lock that the function itself has made."""
    for function in functions_with(index, b"Mutex", tests=IN_TESTS):
        if beside_the_product(function.folder):
            continue
        flow = index.flow(function)
        seen: set[str] = set()
        for step in flow.steps:
            lock = _own_lock(step)
            field = _field(step)
            if lock is None or field is None or field.key in seen or not index.sees(field.name):
                continue
            seen.add(field.key)
            yield _found(index, flow, step, lock, field)


def _own_lock(step: Step) -> Held | None:
    """The lock of a step when it is one that the function has made, and no other is held."""
    if step.act not in (Act.WRITE, Act.MUTATE) or len(step.held) != 1:
        return None
    lock = step.held[0]
    root = lock.place.root
    local = root is not None and root.scope is Scope.LOCAL and not lock.place.path and not _captured_pointer(root)
    return lock if local else None


def _captured_pointer(lock: Var) -> bool:
    """Whether the local only refers to a lock that may live elsewhere."""
    return isinstance(lock.type, Pointer)


def _field(step: Step) -> FieldRef | None:
    """The field of the receiver's object that a step changes."""
    place = step.place
    if place is None or place.root is None or place.root.scope is not Scope.RECEIVER or not place.path:
        return None
    first = place.path[0]
    return (
        first if isinstance(first, FieldRef) and isinstance(place.root.type, Pointer) and first.owner != "?" else None
    )


def _found(index: Index, flow: Flow, step: Step, lock: Held, field: FieldRef) -> Found:
    function = flow.function
    root = lock.place.root
    assert root is not None
    declared = index.file(function.path).span(root.start, root.start + len(root.name.encode()))
    other = _other(index, flow, field)
    related = [Related(declared, f"`{root.name}` is made here, anew in every call")]
    story = [Related(step.span, f"`{function.symbol}` changes `{field.name}` under a lock of this call alone;")]
    evidence = [f"`{root.name}` is a local variable of `{function.symbol}`"]
    if other is not None:
        who = f"`{other.function.symbol}`"
        related.insert(0, Related(other.span, f"{who} uses `{field.name}` without that lock"))
        story.append(Related(other.span, f"{who} uses it here at the same time, without any."))
        evidence.append(f"{who} uses `{field.name}` with no lock held")
    return Found(
        span=step.span,
        message=f"`{lock.place.text}` is created in this call, so parallel calls do not exclude each other "
        f"from `{field.name}`.",
        symbol=function.symbol,
        variable=f"{function.receiver}.{field.name}",
        related=tuple(related),
        story=tuple(story),
        evidence=tuple(evidence),
        offered=other is not None,
        fix=Fix(f"move the mutex to `{function.receiver}`", ()),
    )


def _other(index: Index, flow: Flow, field: FieldRef) -> Access | None:
    """A use of the field by an exported method that is not this function's, with no lock."""
    accesses = accesses_of(index, flow.function.package)
    found = accesses.of(field.owner, field.name)
    if any(lock.own for access in found for lock in access.locks):
        return None  # the object has a lock for it, which callers may hold here
    for access in found:
        function = access.function
        if function is flow.function or access.locks or access.prior or access.sheltered:
            continue
        own = access.root is not None and access.root.scope is Scope.RECEIVER
        if own and _handed_out(function) and not accesses.entries.serves_only(function, flow.function):
            return access
    return None


def _handed_out(function: Function) -> bool:
    """Whether the package exports a method, and the type that it belongs to."""
    return function.name[:1].isupper() and function.receiver[:1].isupper()
