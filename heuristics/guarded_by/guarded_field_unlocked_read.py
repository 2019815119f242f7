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

**Limits.** What guards a field is concluded from its accesses in the package, counted in functions. To be offered for
comment, a read needs one more fact: the function takes the same lock itself a few lines away, the lock is named after
the field, another type reads what its owner always locks, or a map, slice, string or interface is read by an exported
method or a goroutine of its own. Fields that are set once or by a setter, fields that the reading goroutine alone
writes, reads after a wait, and reads beside a comment that speaks of the lock stay silent.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.accesses import Access
from heuristics.concurrency.before import tested
from heuristics.concurrency.guards import Guard
from heuristics.concurrency.harmless import ends, goroutines, meeting
from heuristics.concurrency.proofs import FEW, bare_functions, recurs, sections
from heuristics.concurrency.reach import own
from heuristics.concurrency.remedies import lock_taken
from heuristics.concurrency.roots import ways_to
from heuristics.concurrency.suspects import Suspect, harmless, suspects_of
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Basic, Function, Interface, Map, Named, Pointer, Slice

TIER = Tier.B
SEVERITY = Severity.WARNING
IN_TESTS = False
_SHORT = 10  # lines of a getter, with its head

YIELDS_TO = (
    "guarded-read-after-unlock",
    "guarded-field-unlocked-write",
    "comment-says-guarded",
    "double-checked-without-atomic",
)


def check(index: Index) -> Iterator[Found]:
    for package in index.packages():
        for suspect in suspects_of(index, package.key):
            guard = suspect.guard
            if suspect.access.write or guard.by == "comment" or not guard.changes:
                continue
            if guard.by == "section" or not any(access.write for access in guard.bare):
                yield _found(index, suspect)


def _found(index: Index, suspect: Suspect) -> Found:
    guard, access = suspect.guard, suspect.access
    function, name = access.function, guard.field.name
    writers = meeting(guard.changes, access) or guard.changes
    writer = next((w for w in writers if w.function is not function), writers[0])
    proof, who = _proof(index, guard, access), f"`{writer.function.symbol}`"
    return Found(
        span=access.span,
        message=f"`{name}` is read without `{guard.name}`, while {who} changes it under that lock.",
        symbol=function.symbol,
        variable=suspect.variable,
        related=(Related(writer.span, f"{who} changes `{name}` under `{guard.name}`"),),
        story=(
            Related(writer.span, f"one goroutine holds `{guard.name}` and changes `{name}`"),
            Related(access.span, f"another one reads `{name}` in `{function.symbol}` without waiting for it"),
        ),
        evidence=(f"{len(guard.locked)} of {guard.total} accesses hold `{guard.name}`", *((proof,) if proof else ())),
        offered=bool(proof),
        fix=_fix(index, suspect),
        silent_because=harmless(index, suspect),
    )


def _proof(index: Index, guard: Guard, access: Access) -> str:
    """The second piece of evidence, in words; "" without one."""
    function = access.function
    # What ends an object often relies on everybody having left.
    if ends(function) and not (guard.by == "section" and tested(index, access)):
        return ""
    if guard.by == "section":
        return f"`{function.symbol}` takes `{guard.name}` itself"
    # Another lock that was taken before may have made everybody leave.
    if any(section.span.start < access.span.start for section in sections(index, access)):
        return ""
    bare, locked = bare_functions(index, guard), guard.functions
    if guard.by in ("name", "renewal"):
        why = "is named after it" if guard.by == "name" else "is held where a new channel takes its place"
        return f"`{guard.name}` {why}" if len(bare) <= FEW and recurs(index, guard.changes) else ""
    if bare == {function} and function.name[:1].isupper() and _short(index, function) and _returned(index, access):
        return "it is the only one, a getter, that lacks the lock"
    if len(bare) > FEW or (len(locked) <= FEW and not guard.small):
        return ""
    if not own(index, access):
        return f"its owner always holds `{guard.name}`" if recurs(index, guard.changes) else ""
    if not _torn(index, guard):
        return ""
    if function.name[:1].isupper() and function.receiver:
        return "an exported method reads it"
    if any(way.root.parallel for way in ways_to(index, function)):
        return "concurrent code reaches the read"
    return "a goroutine of its own reads it" if _apart(index, guard, access) else ""


def _apart(index: Index, guard: Guard, access: Access) -> bool:
    """Whether goroutines that the package starts make the access, and another one makes a change."""
    mine = goroutines(index, access)
    if not mine or any(origin.launcher is None for origin in mine):
        return False
    return any(not goroutines(index, change) <= mine for change in guard.changes)


def _short(index: Index, function: Function) -> bool:
    """Whether a function is so short that it can do little else than give back a value."""
    return index.text(function.path).count(b"\n", function.spec.start, function.spec.stop) <= _SHORT


def _returned(index: Index, access: Access) -> bool:
    """Whether the value is what the function returns."""
    returns = (s.span for s in index.flow(access.function).steps if s.act is Act.RETURN)
    return any(span.start <= access.span.start and access.span.stop <= span.stop for span in returns)


def _torn(index: Index, guard: Guard) -> bool:
    """Whether a reader can see a half-written value: a map, slice, string or interface, or what changes in place."""
    behind = index.types.underlying(guard.field.type)
    if isinstance(behind, Pointer | Named) and any(not change.whole for change in guard.changes):
        return True
    return isinstance(behind, Map | Slice | Interface) or behind in (Basic("string"), Basic("error"), Basic("any"))


def _fix(index: Index, suspect: Suspect) -> Fix:
    call, changes = lock_taken(index, suspect.access, suspect.guard)
    edits = tuple(Edit(suspect.access.span.path, *change) for change in changes)
    return Fix(f"take {call or suspect.guard.name} around it", edits)
