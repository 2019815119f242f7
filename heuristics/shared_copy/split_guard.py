"""A field is guarded by one lock here and by another one there.

Every access holds a lock, and the code looks safe. But two goroutines that hold different locks do not wait for each
other: the field is as good as unguarded. It happens when a struct has two locks, or lies inside another one that has a
lock too, and somebody took the nearer one.

Take the same lock everywhere.

WRONG

```go
func (a *account) Add(n int)  { a.values.mu.Lock(); a.values.bytes += n; a.values.mu.Unlock() }
func (a *account) Reset()     { a.mu.Lock(); a.values.bytes = 0; a.mu.Unlock() }
```

RIGHT

```go
func (a *account) Reset()     { a.values.mu.Lock(); a.values.bytes = 0; a.values.mu.Unlock() }
```

**Limits.** Only locks of the object itself and of the struct that it is a part of count: a lock of somebody else that
is held as well is there for something else. A field whose writers hold both locks may be read under either, so one
place that holds both silences the field. To be offered for comment, a comment must name the usual lock, the
lock must be named after the field, or three accesses in two functions at least must hold it.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.accesses import Access, Lock, accesses_of, lock_seen_from
from heuristics.concurrency.freshness import first_made
from heuristics.concurrency.guards import ENOUGH, Guard, guard_of, is_setter, structs_with_locks
from heuristics.concurrency.harmless import harmless_read
from heuristics.concurrency.remedies import lock_taken
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.comments import HOLDS
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Element, Field, FieldRef, Named, Scope, Struct

TIER = Tier.B
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO = ("comment-says-guarded",)


@frozen()
class Sides:
    """The accesses under the usual lock and those under another one without it. key: the usual lock. against: the
    access of the usual side that a finding names."""

    key: str
    usual: list[Access]
    side: list[Access]
    against: Access


def check(index: Index) -> Iterator[Found]:
    """Every access under a lock that is not the one under which the field is mostly used."""
    for package in index.packages():
        for named, fields in structs_with_locks(index, package.key):
            for field in fields:
                if index.types.locks(field.type) or isinstance(index.types.underlying(field.type), Struct):
                    continue  # it looks after itself, or its own fields are looked at one by one
                found = accesses_of(index, package.key).of(field.owner, field.name)
                accesses = [seen for access in found if access.counts and (seen := _as_seen(index, access)) is not None]
                yield from _look(index, named, field, accesses)


def _as_seen(index: Index, access: Access) -> Access | None:
    """The access with the locks that code is seen to take; None when others are only said to be held, by a name or a
    comment: which ones, it does not say."""
    texts = (index.text(lock.span.path)[lock.span.start : lock.span.stop] for lock in access.locks)
    return access if all(text.endswith(b")") for text in texts) else None


def _look(index: Index, named: Named, field: Field, accesses: list[Access]) -> Iterator[Found]:
    keys = {lock.key for access in accesses for lock in access.locks}
    keys = {key for key in keys if key.split(".")[0] != field.name}  # a lock inside the field guards its inside
    if len(keys) < 2:
        return
    if not any(map(_changes, accesses)):
        return  # what nobody changes needs no lock: those that are held are there for something else
    sides = {key: [access for access in accesses if access.holds(key)] for key in keys}
    guard = guard_of(index, named.package, field)
    named_by = guard.key if guard is not None and guard.by in ("comment", "name") and guard.key in sides else ""
    usual = named_by or max(sorted(sides), key=lambda key: (len({a.function for a in sides[key]}), len(sides[key])))
    if not any(_belongs(access) for access in sides[usual]):
        return
    for key in sorted(sides):
        if key != usual and not _may_be_one(key, usual):
            alone = [access for access in sides[key] if not access.holds(usual)]
            for access in alone:
                if not _belongs(access) or first_made(index.flow(access.function), access.step):
                    continue
                if _takes_all(index, access, usual) or _perhaps_under(access, usual) or _asks_for_a_lock(access):
                    continue
                against = [other for other in sides[usual] if _race(access, other)]
                changes = tuple(filter(_changes, against))
                if against and (access.write or not harmless_read(index, access, changes)):
                    other = next(filter(_changes, against), against[0])
                    yield _found(index, named, field, access, Sides(usual, sides[usual], alone, other), bool(named_by))


def _perhaps_under(access: Access, key: str) -> bool:
    """Whether a lock is held on some path to an access: what makes the others do without it, text may not tell."""
    place = access.step.place
    if place is None:
        return False
    holds = (held for path in access.step.paths for held in path)
    seen = (lock_seen_from(held.place, held.mode, held.span, place, access.base) for held in holds)
    return any(lock is not None and lock.key == key for lock in seen)


def _takes_all(index: Index, access: Access, key: str) -> bool:
    """Whether the function asks a collection of locks, of which the other accesses hold one each, for more than one."""
    collection = key.partition(".[")[0]
    calls = (
        s.call for s in index.flow(access.function).steps if s.call is not None and s.span.stop <= access.span.start
    )
    on = (c.receiver.place for c in calls if "Lock" in c.name and c.receiver is not None)
    return collection != key and any(p is not None and p.field is not None and p.field.name == collection for p in on)


def _asks_for_a_lock(access: Access) -> bool:
    """Whether the function's comment says that callers hold a lock, in words that do not name one of the object."""
    said = any(kind == HOLDS for kind, _ in access.function.spec.notes)
    return said and not any(held.entered for path in access.step.paths for held in path)


def _race(one: Access, other: Access) -> bool:
    """Whether nothing keeps two accesses apart, and one of them is a change; whoever changes under both locks lets
    others look under either."""
    return (_changes(one) or _changes(other)) and {k.key for k in one.locks}.isdisjoint(k.key for k in other.locks)


def _changes(access: Access) -> bool:
    """Whether an access changes the field or its elements: not a part of what it refers to, nor when all is set up."""
    place = access.step.place
    inside = place.path[len(access.base) + 1 :] if place is not None else ()
    return access.write and not is_setter(access) and all(isinstance(hop, Element) for hop in inside)


def _belongs(access: Access) -> bool:
    """Whether the lock is one of the object itself, or of the struct that it is a part of."""
    lock = _lock(access)
    if lock.own:
        return True
    held = next((h.place.root for h in access.step.held if h.span == lock.span), None)
    part = all(isinstance(hop, FieldRef) and not hop.pointer for hop in access.base)
    return part and held is not None and held.scope is not Scope.GLOBAL


def _may_be_one(one: str, other: str) -> bool:
    """Whether two keys may name the same lock: that of a condition variable is mostly a lock of the struct, and an
    embedded lock that embeds another one is that one."""
    inside = one.startswith(f"{other}.") or other.startswith(f"{one}.")
    return inside or one.endswith(".L") or other.endswith(".L")


def _found(index: Index, named: Named, field: Field, access: Access, sides: Sides, noted: bool) -> Found:
    usual, side, other = sides.usual, sides.side, sides.against
    here, there = _lock(access), next(lock for lock in other.locks if lock.key == sides.key)
    both = any(access.holds(here.key) for access in usual)
    mine, its = f"`{_spelled(index, here)}`", f"`{_spelled(index, there)}`"
    who = f"`{other.function.symbol}`"
    return Found(
        span=access.span,
        message=f"`{field.name}` is guarded by {mine} here and by {its} in {who}: neither excludes the other.",
        symbol=access.function.symbol,
        variable=f"{named.name}.{field.name}",
        related=(
            Related(other.span, f"{who} {_verb(other)} `{field.name}` under {its}"),
            Related(here.span, f"{mine} is taken here"),
        ),
        story=(
            Related(access.span, f"One goroutine {_verb(access)} `{field.name}` with {mine} held;"),
            Related(other.span, f"another one {_verb(other)} it here with {its} held, and does not wait."),
        ),
        evidence=(
            f"{len(usual)} accesses hold {its}, {len(side)} hold {mine}{' alone' if both else ', none holds both'}",
        )
        + (("a comment or the name of the lock says which is meant",) if noted else ()),
        offered=noted or _proven(sides),
        fix=_fix(index, access, Guard(field, there.key, "habit", tuple(usual), ()), len(side) == 1),
    )


def _fix(index: Index, access: Access, guard: Guard, only: bool) -> Fix:
    """Take the usual lock too, around the statement. only: no other access lacks it, or the trial would prove nothing,
    as one place that holds both locks silences the field."""
    call, changes = lock_taken(index, access, guard)
    changes = changes if only else ()
    return Fix(f"take {call or guard.name} around it", tuple(Edit(access.span.path, *change) for change in changes))


def _proven(sides: Sides) -> bool:
    """Whether the usual lock is a habit: three accesses in two functions, none of which is one of the other side."""
    functions = {access.function for access in sides.usual}
    apart = functions.isdisjoint(access.function for access in sides.side)
    return len(sides.usual) >= ENOUGH and len(functions) > 1 and apart


def _lock(access: Access) -> Lock:
    return access.locks[0]


def _spelled(index: Index, lock: Lock) -> str:
    """The lock as the function that takes it writes it: names alone can be the same on both sides."""
    text = index.text(lock.span.path)[lock.span.start : lock.span.stop].decode("utf-8", "replace")
    return text.rpartition(".")[0] or lock.key.rpartition(".")[2]


def _verb(access: Access) -> str:
    return "changes" if access.write else "reads"
