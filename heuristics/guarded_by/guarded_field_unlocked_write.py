"""A field that is guarded by a lock is written without it.

Almost every other access of the field is made under one lock: that lock is what makes the field safe to share. A write
that does not take it races with all of them. Readers under the lock may see half of the change, an old value for ever,
or, for maps and slices, memory that is being moved; for maps the runtime ends the process.

Take the lock around the write, or call the helper that does.

WRONG

```go
func (s *server) Add(c *conn)    { s.mu.Lock(); defer s.mu.Unlock(); s.conns[c.id] = c }
func (s *server) Remove(c *conn) { s.mu.Lock(); defer s.mu.Unlock(); delete(s.conns, c.id) }
func (s *server) Count() int     { s.mu.Lock(); defer s.mu.Unlock(); return len(s.conns) }
func (s *server) Reset()         { s.conns = map[string]*conn{} }
```

RIGHT

```go
func (s *server) Reset() {
        s.mu.Lock()
        defer s.mu.Unlock()
        s.conns = map[string]*conn{}
}
```

**Limits.** What guards a field is concluded from the accesses in its package: three or more under the lock in at least
two functions, at least seven of ten, one of them a write; or from the function that writes, when it takes the lock
itself and others use the field under it. Constructors and set-up code before the first goroutine do not count, helpers
whose callers hold the lock neither, and nothing is said where a lock may be held that the text does not show (function
values, names that end in `Locked`). A write into an object that a local variable holds is listed: its writer may have
it alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.accesses import Access, accesses_of
from heuristics.concurrency.harmless import leaves_without_lock
from heuristics.concurrency.remedies import lock_taken
from heuristics.concurrency.suspects import Suspect, harmless, suspects_of
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Scope

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO = ("comment-says-guarded",)


def check(index: Index) -> Iterator[Found]:
    for package in index.packages():
        for suspect in suspects_of(index, package.key):
            if suspect.access.write and suspect.guard.by != "comment":
                yield _found(index, suspect)


def _held_by_a_local(access: Access) -> bool:
    return access.root is not None and access.root.scope is Scope.LOCAL


def _found(index: Index, suspect: Suspect) -> Found:
    guard, access = suspect.guard, suspect.access
    function, name = access.function, guard.field.name
    others = [other for other in guard.locked if other.function is not function] or guard.locked
    witness = next((other for other in others if other.write), others[0])
    n, total = len(guard.locked), guard.total
    reachable = _reachable(index, access)
    # What a method of another module does inside is not known.
    foreign = access.step.call is not None and access.step.call.function is None
    return Found(
        span=access.span,
        message=f"`{name}` is accessed under `{guard.name}` in {n} of {total} places; this write is not.",
        symbol=function.symbol,
        variable=suspect.variable,
        related=(
            Related(witness.span, f"`{witness.function.symbol}` accesses `{name}` under `{guard.name}`"),
            *(
                Related(a.span, f"so does `{a.function.symbol}`")
                for a in guard.locked
                if a.function not in (witness.function, function)
            ),
        )[:3],
        story=(
            Related(witness.span, f"one goroutine is in `{witness.function.symbol}` and holds `{guard.name}`"),
            Related(access.span, f"another one is in `{function.symbol}` and changes `{name}` without waiting for it"),
        ),
        evidence=(f"{n} of {total} accesses hold `{guard.name}`", f"known by {guard.by}"),
        # Who writes into an object that a local holds may have made it, or have it alone for now: that is listed.
        tier=None if reachable and not foreign and not _held_by_a_local(access) else Tier.B,
        fix=_fix(index, suspect),
        silent_because=harmless(index, suspect),
    )


def _reachable(index: Index, access: Access) -> bool:
    """Whether the write is in an exported method, or in one that code outside the package or a goroutine runs."""
    if leaves_without_lock(index, access.function):
        return False
    if access.function.name[:1].isupper() or access.launch >= 0:
        return True
    return bool(accesses_of(index, access.function.package).entries.origins(access.function))


def _fix(index: Index, suspect: Suspect) -> Fix:
    call, changes = lock_taken(index, suspect.access, suspect.guard)
    edits = tuple(Edit(suspect.access.span.path, *change) for change in changes)
    return Fix(f"take {call or suspect.guard.name} around it", edits)
