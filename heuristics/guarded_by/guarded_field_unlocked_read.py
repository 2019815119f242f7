"""A field that is guarded by a lock is read without it.

The field is changed under a lock, and nearly everybody who looks at it takes that lock; this read does not. It can see
a map while it grows (the Go runtime ends the process), a slice or string whose halves do not belong together, or a
value that is stale for ever. Getters, `len(...)` in a log line and an early test before the lock is taken are the usual
places.

Read the field under the lock, into a local if it is needed for longer.

WRONG

```go
func (r *ring) Add(n node) { r.mu.Lock(); defer r.mu.Unlock(); r.nodes = append(r.nodes, n) }
func (r *ring) Drop()      { r.mu.Lock(); defer r.mu.Unlock(); r.nodes = nil }
func (r *ring) Len() int   { return len(r.nodes) }
```

RIGHT

```go
func (r *ring) Len() int {
        r.mu.Lock()
        defer r.mu.Unlock()
        return len(r.nodes)
}
```

**Limits.** What guards a field is concluded from its accesses in the package or from a comment. To be offered for
comment, a read needs one more fact: a comment that names the guard, the function taking the same lock a few lines away,
or a map, slice, string or interface that an exported method reads. Fields that are set once or by a setter, fields that
the reading goroutine alone writes, and reads after a wait stay silent.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.accesses import Access, accesses_of
from heuristics.concurrency.guards import Guard, ends, guard_of, harmless_read, structs_with_locks
from heuristics.concurrency.roots import ways_to
from heuristics.engine.finding import Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Basic, Interface, Map, Named, Place, Pointer, Scope, Slice

TIER = Tier.B
SEVERITY = Severity.WARNING
IN_TESTS = False
FEW = 2  # functions that may lack the lock before the habit is none
YIELDS_TO = ("guarded-read-after-unlock", "guarded-field-unlocked-write")


def check(index: Index) -> Iterator[Found]:
    for package in index.packages():
        for named, fields in structs_with_locks(index, package.key):
            for field in fields:
                guard = guard_of(index, package.key, field)
                if guard is None or not guard.changes or any(access.write for access in guard.bare):
                    continue
                for access in accesses_of(index, package.key).of(field.owner, field.name):
                    if not access.write and not access.locks and _through_receiver(access):
                        yield _found(index, named, guard, access)


def _through_receiver(access: Access) -> bool:
    return access.root is not None and access.root.scope is Scope.RECEIVER and not access.base


def _found(index: Index, named: Named, guard: Guard, access: Access) -> Found:
    function, name = access.function, guard.field.name
    writer = next((w for w in guard.changes if w.function is not function), guard.changes[0])
    proof, who = _proof(index, guard, access), f"`{writer.function.symbol}`"
    return Found(
        span=access.span,
        message=f"`{name}` is read without `{guard.name}`, while {who} changes it under that lock.",
        symbol=function.symbol,
        variable=f"{named.name}.{name}",
        related=(Related(writer.span, f"{who} changes `{name}` under `{guard.name}`"),),
        story=(
            Related(writer.span, f"one goroutine holds `{guard.name}` and changes `{name}`"),
            Related(access.span, f"another one reads `{name}` in `{function.symbol}` without waiting for it"),
        ),
        evidence=(f"{len(guard.locked)} of {guard.total} accesses hold `{guard.name}`", *((proof,) if proof else ())),
        offered=bool(proof),
        silent_because=access.prior or access.sheltered or harmless_read(index, access, guard.changes),
    )


def _proof(index: Index, guard: Guard, access: Access) -> str:
    """The second piece of evidence, in words; "" without one."""
    if guard.by == "comment":
        return "a comment names the guard"
    function = access.function
    # What ends an object often relies on everybody having left.
    if ends(function):
        return ""
    acquired = [s for s in index.flow(function).steps if s.act is Act.ACQUIRE and s.place is not None]
    if any(s.place is not None and _is_guard(s.place, access, guard) for s in acquired):
        return f"`{function.symbol}` takes `{guard.name}` itself"
    # Another lock that was taken before may have made everybody leave.
    if any(s.span.start < access.span.start for s in acquired):
        return ""
    bare, locked = {a.function for a in guard.bare}, {a.function for a in guard.locked}
    if bare == {function} and function.name[:1].isupper() and _returned(index, access):
        return "it is the only one, a getter, that lacks the lock"
    if len(bare) > FEW or (len(locked) <= FEW and not guard.small):
        return ""
    if not _torn(index, guard):
        return ""
    if function.name[:1].isupper() and function.receiver:
        return "an exported method reads it"
    return "concurrent code reaches the read" if any(w.root.parallel for w in ways_to(index, function)) else ""


def _returned(index: Index, access: Access) -> bool:
    """Whether the value is what the function returns."""
    returns = (s.span for s in index.flow(access.function).steps if s.act is Act.RETURN)
    return any(span.start <= access.span.start and access.span.stop <= span.stop for span in returns)


def _is_guard(lock: Place, access: Access, guard: Guard) -> bool:
    return lock.root is access.root and lock.field is not None and lock.field.name == guard.name


def _torn(index: Index, guard: Guard) -> bool:
    """Whether a reader can see a half-written value: a map, slice, string or interface, or what changes in place."""
    behind = index.types.underlying(guard.field.type)
    if isinstance(behind, Pointer | Named) and any(not change.whole for change in guard.changes):
        return True
    return isinstance(behind, Map | Slice | Interface) or behind in (Basic("string"), Basic("error"), Basic("any"))
