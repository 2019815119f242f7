"""The first test of a double check reads without the lock.

A value is tested, the lock is taken, and the value is tested again and set. The first test runs beside the write:
that is a data race. It may see a pointer to an object whose fields are not written yet, because nothing orders the
two for a reader who took no lock.

Use sync.Once, an atomic.Pointer, or take the lock for the first test, too.

WRONG

```go
if c.table == nil {
        c.mu.Lock()
        if c.table == nil {
                c.table = build()
        }
        c.mu.Unlock()
}
return c.table
```

RIGHT

```go
c.once.Do(func() { c.table = build() })
return c.table
```

**Limits.** The value must be a field or package variable of no atomic type, and the same function must test it before
the lock, test it again under the lock, and write it there.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.accesses import accesses_of
from heuristics.concurrency.blocks import enclosing
from heuristics.concurrency.course import course_of
from heuristics.concurrency.entries import entries_of
from heuristics.concurrency.locks import functions_that_lock
from heuristics.concurrency.proofs import author_knows
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Place, Scope, Step
from heuristics.golang.tree import If

TIER = Tier.A
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every first test of a shared variable that is tested again, and written, under the lock that follows."""
    for function in functions_that_lock(index, b"if ", tests=False):
        flow = index.flow(function)
        for taken in flow.steps:
            if taken.act is Act.ACQUIRE and not taken.held:
                yield from _behind(index, flow, taken)


def _behind(index: Index, flow: Flow, taken: Step) -> Iterator[Found]:
    """Writes under the lock that the same condition leads to as led to the lock: it was asked again in between."""
    told: set[Place] = set()
    for write in flow.steps:
        place = write.place
        if write.act is not Act.WRITE or place is None or place in told or not _shared(place):
            continue
        if not any(hold.span == taken.span for hold in write.held):
            continue
        first = _first_test(flow, taken, place)
        if first is not None and (_asked_again(taken, write, place) or _in_ifs(index, flow, first, taken, write)):
            told.add(place)
            yield _found(index, flow, first, taken, write)


def _shared(place: Place) -> bool:
    """Whether others may know a variable: a field of what was handed in, or a package variable."""
    root = place.root
    if root is None:
        return False
    return root.scope is Scope.GLOBAL or (place.field is not None and root.scope in (Scope.RECEIVER, Scope.PARAMETER))


def _asked_again(taken: Step, write: Step, place: Place) -> bool:
    """Whether the condition that led to the lock leads to the write, too: the lock has made the path forget it."""
    return any(_about(text, place) and (text, value) in taken.facts for text, value in write.facts)


def _in_ifs(index: Index, flow: Flow, first: Step, taken: Step, write: Step) -> bool:
    """The same by the text, for package variables, of which paths remember nothing."""
    way = course_of(index, flow.function, taken.body)
    if way is None or write.body != taken.body or first.place is None or first.place.root is None:
        return False
    if first.place.root.scope is not Scope.GLOBAL:
        return False
    outer = [one for one in enclosing(way.block, taken.span.start) if isinstance(one, If) and _holds(one, first)]
    inner = [one for one in enclosing(way.block, write.span.start) if isinstance(one, If) and one not in outer]
    again = (s for s in flow.steps if s.act is Act.READ and s.place == first.place and s.span.start > taken.span.stop)
    return bool(outer) and any(_holds(one, step) for step in again for one in inner)


def _holds(statement: If, step: Step) -> bool:
    return statement.condition.start <= step.span.start < statement.condition.stop


def _about(condition: str, place: Place) -> bool:
    """Whether a condition tests the very variable, rather than what it leads to."""
    word = condition.partition(" ")[0].removeprefix("!")
    return word == place.text


def _first_test(flow: Flow, taken: Step, place: Place) -> Step | None:
    """The read that the function makes before it takes the lock, with none held."""
    reads = [
        s
        for s in flow.steps
        if s.act is Act.READ and s.place == place and s.body == taken.body and s.span.stop <= taken.span.start
    ]
    return reads[-1] if reads and not any(reads[-1].paths) else None


def _found(index: Index, flow: Flow, first: Step, taken: Step, write: Step) -> Found:
    place = write.place
    assert place is not None and taken.place is not None
    name, lock = place.text, taken.place.text
    return Found(
        span=first.span,
        message=f"The first test reads `{name}` without the lock that writes it.",
        symbol=flow.function.symbol,
        variable=_stable(place),
        related=(
            Related(write.span, f"`{name}` is written here, under `{lock}`"),
            Related(taken.span, f"`{lock}` is taken only behind the first test"),
        ),
        story=(
            Related(write.span, f"One goroutine writes `{name}` under `{lock}`;"),
            Related(first.span, "another one reads it in that moment, without the lock, and may see it half made."),
        ),
        evidence=(f"`{name}` is tested, `{lock}` is taken, `{name}` is tested again and written",),
        fix=Fix("use sync.Once or an atomic value, or take the lock for the first test", ()),
        silent_because=_trap(index, flow, first),
    )


def _stable(place: Place) -> str:
    field = place.field
    return f"{field.owner.rpartition('.')[2]}.{field.name}" if field is not None else place.text


def _trap(index: Index, flow: Flow, first: Step) -> str:
    function = flow.function
    entry = entries_of(index, function.package).entry(function)
    if entry.locks or entry.sheltered:
        return entry.sheltered or f"trap T11: every caller holds `{entry.locks[0].place.text}`"
    if entry.fresh:
        return "trap T10: nobody else knows the object yet"
    field = first.place.field if first.place is not None else None
    if field is None or field.owner == "?":
        return ""
    for access in accesses_of(index, function.package).of(field.owner, field.name):
        if access.span == first.span:
            knows = "a comment at the access speaks of locks or races" if author_knows(index, access) else ""
            return access.prior or access.sheltered or knows
    return ""
