"""A goroutine can return without Done.

A goroutine was counted by Add, and calls Done at its end, but a return on the way leaves before. The counter never
comes back to zero, and whoever waits for the group waits for ever.

Let `defer wg.Done()` be the first line of the goroutine: then every way out counts down, a panic too.

WRONG

```go
wg.Add(1)
go func() {
        conn, err := dial(address)
        if err != nil {
                return // Wait never comes back
        }
        serve(conn)
        wg.Done()
}()
wg.Wait()
```

RIGHT

```go
wg.Add(1)
go func() {
        defer wg.Done()
        conn, err := dial(address)
        if err != nil {
                return
        }
        serve(conn)
}()
wg.Wait()
```

Limits: Add must stand before the launch in the function that launches, and somebody must wait for the group. A Done
inside a loop counts jobs rather than goroutines and is not looked at; a helper that counts down is.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.countdowns import (
    Countdown,
    added_before,
    countdowns,
    counts_down,
    course,
    places,
    waited_for,
)
from heuristics.concurrency.course import Course, position
from heuristics.concurrency.done_first import done_first
from heuristics.concurrency.groups import calls, counting
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Scope, Span, Step

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = True
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every return of a goroutine that was counted and counts down elsewhere, but not on the way to this return."""
    for function in counting(index, "Add", IN_TESTS):
        for count in countdowns(index, function):
            adds = added_before(index, count)
            wait = waited_for(index, count)
            if not adds or wait is None or any(_in_loop(count, done) or _asked(count, done) for done in count.dones):
                continue
            way = course(index, count)
            for left in _left(index, count, way) if way is not None else ():
                yield _found(index, count, left, adds[-1], wait)


def _asked(count: Countdown, done: Step) -> bool:
    """Whether a Done rests on a test of the group itself: a parameter that may be nil, and then counts nobody."""
    return any(text.partition(" ")[0] == count.inner.text for text, _ in done.facts)


def _in_loop(count: Countdown, step: Step) -> bool:
    if step.loops:
        return True
    body = count.flow.body(step.body)
    while body.start != count.body:
        if body.loops:
            return True
        body = count.flow.body(body.parent)
    return False


def _left(index: Index, count: Countdown, way: Course) -> Iterator[Step]:
    """The returns that the body comes to without having counted down, or arranged for it."""
    marks = [way.at(span.start) for span in places(count)]
    for step in count.flow.steps:
        here = position(count.flow, step, count.body) if _is_helper(index, count, step) else None
        marks += [way.at(here.start)] if here is not None else []
    ways = way.leaving_without(marks) - {way.end}
    for step in count.flow.steps:
        leaves = step.act is Act.RETURN and step.body == count.body and step.span.start in ways
        if leaves and not any(_same_way(done, step) for done in count.dones):
            yield step


def _is_helper(index: Index, count: Countdown, step: Step) -> bool:
    """Whether a step of the goroutine calls something that may count the group down."""
    if step.act is not Act.CALL or step.call is None or step in count.dones or not count.inside(step):
        return False
    return counts_down(index, step.call, count.inner)


def _same_way(done: Step, left: Step) -> bool:
    """Whether the conditions that led to a Done hold at the return: then it was passed."""
    return bool(done.facts) and done.facts <= left.facts and done.span.start < left.span.start


def _found(index: Index, count: Countdown, left: Step, add: Step, wait: Span) -> Found:
    text, flow = count.inner.text, count.flow
    return Found(
        span=left.span,
        message=f"This return skips `{text}.Done`, so Wait never returns.",
        symbol=flow.function.symbol,
        variable=text,
        related=(
            Related(count.dones[0].span, "Done is called here, on another way"),
            Related(wait, "this Wait goes on for ever"),
        ),
        story=(
            Related(add.span, f"`{count.group.text}` is counted up for the goroutine;"),
            Related(left.span, "the goroutine ends here, and has not counted down;"),
            Related(wait, "this Wait goes on for ever."),
        ),
        evidence=("Done is neither deferred nor called on the way to this return",),
        fix=_fix(index, count),
        silent_because=_trap(index, count, left),
    )


def _trap(index: Index, count: Countdown, left: Step) -> str:
    outer = index.flow(count.launch.function)
    own = {count.launch.body, outer.function.spec.start}
    others = [s for s, g in calls(outer, "Done") if g == count.group and s.body not in own and s not in count.dones]
    if any(s.body != count.body and not count.inside(s) for s in others):
        return "trap T27: another goroutine counts the same group down"
    signals = (s for s in count.flow.steps if s.act in (Act.SEND, Act.CALL) and count.inside(s))
    between = [s for s in signals if s.span.stop <= left.span.start and _hands_over(s, count)]
    return "the group, or its owner, is handed on before this return" if between else ""


def _hands_over(step: Step, count: Countdown) -> bool:
    """Whether the group itself, or a local that carries it, is sent away."""
    root = count.inner.root
    value = step.value if step.act is Act.SEND else None
    carried = value is not None and value.place is not None and root is not None and value.place.root is root
    return carried and root is not None and root.scope is not Scope.RECEIVER


def _fix(index: Index, count: Countdown) -> Fix:
    title = f"defer {count.inner.text}.Done() first in the goroutine"
    path = count.flow.function.path
    return Fix(title, tuple(Edit(path, *replacement) for replacement in done_first(index, count)))
