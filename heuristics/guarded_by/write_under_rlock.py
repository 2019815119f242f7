"""A field is changed while only the read lock is held.

`RLock` keeps writers out, not other readers: any number of goroutines hold it at once. A function that changes the
guarded field under it races with everybody who reads it at the same time, and with itself. For a map the Go runtime
ends the process with `fatal error: concurrent map writes`. The change is often hidden: a helper that fills a cache on a
miss, or a container whose lookup moves what it found to the front.

Take the write lock; where the change is rare, look under the read lock first and look again under the write lock.

WRONG

```go
func (c *cache) Get(key string) *entry {
        c.mu.RLock()
        defer c.mu.RUnlock()
        c.recent.MoveToFront(c.entries[key])
        return c.entries[key].Value.(*entry)
}
```

RIGHT

```go
func (c *cache) Get(key string) *entry {
        c.mu.Lock()
        defer c.mu.Unlock()
        c.recent.MoveToFront(c.entries[key])
        return c.entries[key].Value.(*entry)
}
```

**Limits.** Other code must use the field under the same lock, so that it is known to be for this field, and some of it
without the write lock; where all others take the write lock, or where nobody else uses the field and it is read and
changed under one read lock, the function itself must be one that anybody may call.
Elements of slices stay silent, because each reader may have one of its own, and so does what a further lock, a Once or
a single goroutine protects. A helper counts as run under the read lock when every caller of it in the package holds the
lock, and one of them only for reading.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.accesses import Access, Lock, accesses_of
from heuristics.concurrency.guards import structs_with_locks
from heuristics.concurrency.harmless import same_goroutine
from heuristics.concurrency.roots import once_around, one_at_a_time
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Element, Function, Named, Place, Span

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO = ()


def check(index: Index) -> Iterator[Found]:
    for package in index.packages():
        if any(b"RLock()" in file.text for file in package.files if not file.test):
            yield from _once_per_section(_writes(index, package.key))


def _once_per_section(writes: Iterator[tuple[Lock, Found]]) -> Iterator[Found]:
    """The most telling finding for each place that takes a read lock: that lock is the one cause of all."""
    best: dict[Span, Found] = {}
    for lock, one in writes:
        if one.silent_because:
            yield one
        elif lock.span not in best or len(one.evidence) > len(best[lock.span].evidence):
            best[lock.span] = one
    yield from best.values()


def _writes(index: Index, package: str) -> Iterator[tuple[Lock, Found]]:
    for named, fields in structs_with_locks(index, package):
        for field in fields:
            accesses = accesses_of(index, package).locked(field.owner, field.name)
            for access in accesses:
                lock = _read_lock(access)
                if lock is not None and not _one_element(access.step.place):
                    yield from ((lock, one) for one in _judge(index, named, access, lock, accesses))


def _read_lock(access: Access) -> Lock | None:
    """The lock under which a field is written, when it is held for reading.

    What a method of another module does is a guess from its name, and its type may look after itself.
    """
    call = access.step.call
    if (
        not access.write
        or (call is not None and call.function is None)
        or any(lock.mode == "W" for lock in access.locks)
    ):
        return None
    return next(iter(access.locks), None)


def _one_element(place: Place | None) -> bool:
    """Whether one element of a slice or array is written: every goroutine may have its own (trap T20)."""
    last = place.path[-1] if place is not None and place.path else None
    return isinstance(last, Element) and not last.of_map and bool(last.text)


def _judge(index: Index, named: Named, access: Access, lock: Lock, accesses: tuple[Access, ...]) -> Iterator[Found]:
    """A finding when others use the field under that lock; those who do not exclude readers are the most telling."""
    others = [a for a in accesses if a.function is not access.function and a.counts]
    guarded = [a for a in others if a.holds(lock.key)]
    if not guarded:
        if not others and (read := _updated(access, lock, accesses)) is not None:
            yield _found(index, named, access, lock, read, _silence(index, access, ()))
        return
    alone = set(_masters(index, access.function))
    beside = next(
        (a for a in others if not _exclusive(a, lock) and not alone.intersection(_masters(index, a.function))), None
    )
    witness = beside or min(guarded, key=lambda a: not a.write)
    reason = _silence(index, access, accesses)
    if beside is None and not reason and not _runs_beside_itself(index, access, lock):
        reason = "all others take the write lock, and nothing shows that two goroutines run this function"
    yield _found(index, named, access, lock, witness, reason)


def _updated(access: Access, lock: Lock, accesses: tuple[Access, ...]) -> Access | None:
    """The read that goes before a change in one section of a method that takes the read lock and that anybody may call.

    Who takes a lock for readers expects several of them, and nobody else uses the field.
    """
    function = access.function
    if not (function.receiver and function.name[:1].isupper() and _stands_in(lock.span, function)):
        return None
    before = (a for a in accesses if a.function is function and a.span.start < access.span.start)
    return next((a for a in before if not a.write and lock in a.locks), None)


def _masters(index: Index, function: Function) -> Iterator[Function]:
    """A private function, its only caller, the only caller of that one, as far as one goroutine runs them all."""
    entries = accesses_of(index, function.package).entries
    seen: set[Function] = set()
    while function not in seen and not function.name[:1].isupper():
        yield function
        seen.add(function)
        sites = entries.sites(function)
        callers = {site.caller for site in sites}
        if len(callers) != 1 or any(site.launched or site.step.act is Act.SPAWN for site in sites):
            return
        function = callers.pop()


def _runs_beside_itself(index: Index, access: Access, lock: Lock) -> bool:
    """Whether anybody may call the function that takes the read lock, and the change is one of more than a value."""
    if access.step.act is Act.WRITE:
        return False
    sites = accesses_of(index, access.function.package).entries.sites(access.function)
    takes = (f for f in (access.function, *(site.caller for site in sites)) if _stands_in(lock.span, f))
    return any(function.name[:1].isupper() for function in takes)


def _stands_in(span: Span, function: Function) -> bool:
    return span.path == function.path and function.spec.start <= span.start < function.spec.stop


def _exclusive(access: Access, lock: Lock) -> bool:
    return any(held.key == lock.key and held.mode == "W" for held in access.locks)


def _silence(index: Index, access: Access, accesses: tuple[Access, ...]) -> str:
    if access.prior:
        return access.prior
    if one_at_a_time(access.function):
        return "its comment says that one goroutine at a time calls the function"
    if further := next((held for held in access.step.held if held.mode == "W" and not held.entered), None):
        return f"`{further.place.text}` is held, too"
    if once_around(index.flow(access.function), access.step) is not None:
        return "a Once runs the write"
    others = tuple(other for other in accesses if other is not access and not other.prior)
    if same_goroutine(index, access, others):
        return "trap T16: one goroutine makes all the accesses"
    return ""


def _found(index: Index, named: Named, access: Access, lock: Lock, witness: Access, reason: str) -> Found:
    name, mutex = access.field, lock.key.rpartition(".")[2]
    here = _stands_in(lock.span, access.function)
    taken = "is read-locked here" if here else f"is only read-locked when `{access.function.symbol}` is called"
    verb, exclusive = "changes" if witness.write else "reads", _exclusive(witness, lock)
    how = "under the write lock" if exclusive else "under the read lock, too" if witness.locks else "without a lock"
    other = f"`{witness.function.symbol}` {verb} `{name}` {how}"
    return Found(
        span=access.span,
        message=f"`{name}` is changed while only the read lock of `{mutex}` is held.",
        symbol=access.function.symbol,
        variable=f"{named.name}.{name}",
        related=(Related(lock.span, f"`{mutex}` {taken}"), Related(witness.span, other)),
        story=(
            Related(lock.span, f"any number of goroutines hold `{mutex}` for reading from here on"),
            Related(access.span, f"each of them changes `{name}` here, while others read it"),
        ),
        evidence=(
            f"`{mutex}` is held for reading on every path to the change",
            *(() if exclusive else (other,)),
        ),
        fix=_fix(index, access, lock) if here else None,
        silent_because=reason,
    )


def _fix(index: Index, access: Access, lock: Lock) -> Fix | None:
    """The write lock instead, where the function has one section of that lock."""
    steps = index.flow(access.function).steps
    taken = [s for s in steps if s.act is Act.ACQUIRE and s.span == lock.span]
    if len(taken) != 1 or taken[0].place is None:
        return None
    mutex = taken[0].place
    spans = {s.span for s in steps if s.place == mutex and s.act in (Act.ACQUIRE, Act.RELEASE)}
    edits = []
    for span in sorted(spans):
        text = index.text(span.path)[span.start : span.stop].decode("utf-8", "replace")
        called = text.replace(".RLock()", ".Lock()").replace(".RUnlock()", ".Unlock()")
        if called == text or (text.endswith(".RLock()") and span != lock.span):
            return None
        edits.append(Edit(span.path, span.start, span.stop, called))
    return Fix(f"take the write lock of {mutex.text}", tuple(edits))
