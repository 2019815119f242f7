"""Done is called before the result is written.

A goroutine counts down and then writes what the waiter came for. Mostly it is the order of defers: the one that was
registered last runs first, so a deferred Done that stands below a deferred literal runs before it. Wait comes back, and
the waiter reads a value that is not there yet, or half of it.

Let `defer wg.Done()` be the first line of the goroutine: it then runs last.

WRONG

```go
go func() {
        defer func() { err = recovered(recover()) }()
        defer wg.Done() // runs first
        work()
}()
wg.Wait()
return err
```

RIGHT

```go
go func() {
        defer wg.Done()
        defer func() { err = recovered(recover()) }()
        work()
}()
wg.Wait()
return err
```

Limits: the write must be one to a variable of the launcher, or to what one leads to, and the launcher must read it
behind Wait. Another wait or receive between the two, or a lock that both hold, silences.
A Done in a loop counts jobs, and is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.countdowns import Countdown, countdowns, course
from heuristics.concurrency.course import Course, position
from heuristics.concurrency.done_first import done_first
from heuristics.concurrency.groups import calls, counting
from heuristics.concurrency.joins import common_lock
from heuristics.concurrency.launches import captures
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.known import WAITS
from heuristics.golang.model import Act, FieldRef, Place, Step

TIER = Tier.B
SEVERITY = Severity.ERROR
IN_TESTS = True
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every Done that a write follows which the launcher reads behind its Wait."""
    for function in counting(index, "Wait", IN_TESTS):
        for count in countdowns(index, function):
            way = course(index, count)
            if way is None or count.launch.body < 0:
                continue
            for done in count.dones:
                if done.loops:  # it counts what the rounds deal with, not the goroutine
                    continue
                met = next(_met(index, count, way, done), None)
                if met is not None:
                    yield _found(index, count, done, *met)


def _met(index: Index, count: Countdown, way: Course, done: Step) -> Iterator[tuple[Step, Step, Step]]:
    """A write behind the Done, the Wait that comes back too early, and the read behind that."""
    for write in count.flow.steps:
        root = write.place.root if write.place is not None else None
        if write.act not in (Act.WRITE, Act.MUTATE) or root is None or not count.inside(write):
            continue
        if not captures(count.flow, count.launch, root) or not _follows(count, way, done, write):
            continue
        for wait, read in _read_behind_wait(index, count, write):
            yield write, wait, read


def _follows(count: Countdown, way: Course, done: Step, write: Step) -> bool:
    """Whether a goroutine comes to a write after the Done; deferred calls run last, and the last one of them first."""
    first = position(count.flow, done, count.body)
    second = position(count.flow, write, count.body)
    if first is None or second is None:
        return False
    if done.deferred:
        same = first == second and write.body == done.body
        return write.deferred and (second.start < first.start or (same and write.span.start > done.span.start))
    if write.deferred:
        return True
    behind = second.start > first.start or (first == second and write.span.start > done.span.start)
    return behind and way.at(second.start) in way.reached(way.at(first.start))


def _read_behind_wait(index: Index, count: Countdown, write: Step) -> Iterator[tuple[Step, Step]]:
    outer = index.flow(count.launch.function)
    body = count.launch.step.body
    for wait, group in calls(outer, "Wait"):
        if group != count.group or wait.body != body or wait.deferred or wait.span.start < count.launch.site:
            continue
        for step in outer.steps:
            if step.body != body or step.span.start < wait.span.stop:
                continue
            if step.act is Act.RECEIVE or (step.call is not None and step.call.name in WAITS):
                break
            if step.act is Act.READ and _overlap(step.place, write.place) and common_lock(step, write) is None:
                yield wait, step


def _overlap(one: Place | None, other: Place | None) -> bool:
    """Whether two places may share memory: one variable, and no field that tells them apart."""
    if one is None or other is None or one.root is not other.root:
        return False
    hops = zip(one.path, other.path, strict=False)
    return all(not (isinstance(a, FieldRef) and isinstance(b, FieldRef)) or a == b for a, b in hops)


def _found(index: Index, count: Countdown, done: Step, write: Step, wait: Step, read: Step) -> Found:
    assert write.place is not None
    name, order = write.place.text, " (defer order)" if done.deferred else ""
    title = f"defer {count.inner.text}.Done() first in the goroutine"
    path = count.flow.function.path
    edits = tuple(Edit(path, *replacement) for replacement in done_first(index, count, early=True))
    return Found(
        span=done.span,
        message=f"Done runs before `{name}` is written{order}, so the waiter reads too early.",
        symbol=count.flow.function.symbol,
        variable=name,
        related=(
            Related(write.span, f"`{name}` is written here, after Done"),
            Related(read.span, f"the waiter reads `{name}` behind its Wait"),
        ),
        story=(
            Related(done.span, "The goroutine counts down,"),
            Related(wait.span, "the waiter goes on,"),
            Related(read.span, f"and reads `{name}`"),
            Related(write.span, "before the goroutine has written it."),
        ),
        evidence=(f"`{name}` is read behind Wait with nothing else between",),
        offered=True,
        fix=Fix(title, edits),
    )
