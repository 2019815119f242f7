"""A guarded field is read after its lock was released.

The function takes the lock, looks at the object, releases the lock, and then reads a field that other code replaces
under that very lock. Between the release and the read a writer may run: the value that is used is not the one that was
checked, and the race detector calls the read a data race. It is typical of cached values: "is the cache fresh?" is
asked under the lock, and the cache is returned after it.

Copy the field into a local while the lock is held and use the local afterwards.

WRONG

```go
func (c *cache) entries() []entry {
        c.mu.RLock()
        if !c.stale {
                c.mu.RUnlock()
                return c.list // another goroutine may be replacing it
        }
        ...
```

RIGHT

```go
func (c *cache) entries() []entry {
        c.mu.RLock()
        if !c.stale {
                list := c.list
                c.mu.RUnlock()
                return list
        }
        ...
```

**Limits.** The lock must guard the field elsewhere in the package: it is written under the lock after the object was
made. Fields that are set once, that only ever get a value in place of nil, or that the reading goroutine alone writes,
stay silent; so do reads after the function has waited for the goroutines that write, and reads after the test of a flag
that is never taken back (`closed`).
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.accesses import Access, accesses_of
from heuristics.concurrency.before import tested_nil
from heuristics.concurrency.guards import is_setter, structs_with_locks
from heuristics.concurrency.harmless import harmless_read
from heuristics.concurrency.proofs import author_knows
from heuristics.concurrency.relock import released_at_once, taken_at
from heuristics.concurrency.remedies import copied_before
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Field, Held, Named

TIER = Tier.A
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO = ()


def check(index: Index) -> Iterator[Found]:
    for package in index.packages():
        for named, fields in structs_with_locks(index, package.key):
            for field in fields:
                accesses = accesses_of(index, package.key).locked(field.owner, field.name)
                yield from _look(index, named, field, accesses)


def _look(index: Index, named: Named, field: Field, accesses: tuple[Access, ...]) -> Iterator[Found]:
    for access in accesses:
        if access.write or access.locks:
            continue
        released = _released(access)
        if released is None or _is_barrier(index, access, released):
            continue
        key = released.place.field.name if released.place.field is not None else released.place.text
        writers = [a for a in accesses if a.write and a.whole and a.counts and _under(a, key)]
        if writers:
            yield _found(index, named, field, access, released, tuple(writers))


def _under(access: Access, key: str) -> bool:
    return not is_setter(access) and any(lock.own and lock.key == key for lock in access.locks)


def _released(access: Access) -> Held | None:
    """The lock of the accessed object that the function released last before the access."""
    mine = [
        h
        for h in access.step.released
        if h.place.root is access.root is not None
        and h.place.path[:-1] == access.base
        and h.span.start < access.span.start
    ]
    return max(mine, key=lambda h: h.span.start, default=None)


def _is_barrier(index: Index, access: Access, released: Held) -> bool:
    """Whether the function looked at nothing under the lock: it waited for those who were in their sections."""
    flow = index.flow(access.function)
    taken = taken_at(flow, released)
    return taken is not None and released_at_once(index, flow, taken) is not None


def _found(
    index: Index,
    named: Named,
    field: Field,
    access: Access,
    released: Held,
    writers: tuple[Access, ...],
) -> Found:
    assert access.step.place is not None
    mutex, text = released.place.text, _text(access)
    reason = access.prior or access.sheltered or harmless_read(index, access, writers)
    if not reason and _set_once(index, access, writers):
        reason = "the field is set once, and was found set under the lock"
    if not reason and author_knows(index, access):
        reason = "a comment at the access speaks of locks or races"
    writer, reader = writers[0], access.function.symbol
    other = f"`{writer.function.symbol}`"
    return Found(
        span=access.span,
        message=f"`{text}` is read after `{mutex}` was released; a writer may replace it in between.",
        symbol=access.function.symbol,
        variable=text,
        related=(
            Related(writer.span, f"{other} replaces `{field.name}` under `{mutex.rpartition('.')[2]}`"),
            Related(released.span, f"`{mutex}` is taken here"),
        ),
        story=(
            Related(released.span, f"`{reader}` takes `{mutex}` and releases it again"),
            Related(writer.span, f"another goroutine in {other} takes it and replaces `{field.name}`"),
            Related(access.span, f"`{reader}` reads `{text}` without the lock"),
        ),
        evidence=tuple(f"`{w.function.symbol}` writes `{named.name}.{field.name}` under the lock" for w in writers[:4]),
        fix=_fix(index, access, released, text, field.name),
        silent_because=reason,
    )


def _set_once(index: Index, access: Access, writers: tuple[Access, ...]) -> bool:
    """Whether one assignment gives the field its only value, and the function has compared it with nil under the lock:
    who finds it set finds what stays."""
    value = writers[0].step.value
    if len(writers) > 1 or value is None or value.text == "nil" or not tested_nil(index, access):
        return False
    changes = accesses_of(index, access.function.package).locked(access.owner, access.field)
    counted = (a for a in changes if a.write and not a.prior and a.span != writers[0].span)
    return not writers[0].step.loops and not any(counted)


def _fix(index: Index, access: Access, released: Held, text: str, name: str) -> Fix:
    changes = copied_before(index, access, released, text, name)
    edits = tuple(Edit(access.span.path, *change) for change in changes)
    return Fix(f"copy {text} to a local before {released.place.text} is released", edits)


def _text(access: Access) -> str:
    """The field as the function writes it, without what is selected from it."""
    assert access.step.place is not None
    whole = access.step.place.text
    position = whole.find(f".{access.field}")
    return whole[: position + 1 + len(access.field)] if position >= 0 else whole
