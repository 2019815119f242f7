"""A round that was counted goes by without its goroutine.

The group is counted up once for all elements of a slice or map, and a loop over them starts a goroutine that counts
down for each; but a way through the loop, mostly a `continue` that came later, starts none. The counter never comes
back to zero, and whoever waits for the group waits for ever.

Count in the loop, right before the goroutine starts.

WRONG

```go
wg.Add(len(shards))
for _, shard := range shards {
        if shard.empty() {
                continue // counted, and nobody counts down
        }
        go func() {
                defer wg.Done()
                push(shard)
        }()
}
wg.Wait()
```

RIGHT

```go
for _, shard := range shards {
        if shard.empty() {
                continue
        }
        wg.Add(1)
        go func() {
                defer wg.Done()
                push(shard)
        }()
}
wg.Wait()
```

**Limits.** The number must be `len` of what the loop ranges over, or the number that it ranges over, and the one Add of
the group in the function. A round that calls Done itself, or a function that does, is left alone, and so is a loop that
changes what it ranges over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.countdowns import Countdown, countdowns, counts_down, waited_for
from heuristics.concurrency.course import Course, course_of, position
from heuristics.concurrency.groups import calls, counting
from heuristics.concurrency.lines import alone, line_start, line_stop, margin
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function, Span, Step

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = True
YIELDS_TO: tuple[str, ...] = ()

_RANGE = re.compile(r"\brange\s+(.+)$", re.S)
# The number that an Add counts, or the thing whose length it is, and behind it a loop over what begins in the same way.
_COUNTED = re.compile(rb"\.Add\(\s*(?:len\()?([\w.]*)(?![\w.]).*?\brange\s+(?:len\()?\1(?![\w.])", re.S)


def check(index: Index) -> Iterator[Found]:
    """Every Add of a length before a loop over it of which a round can go by without the goroutine that counts down."""
    for function in counting(index, "Add", IN_TESTS):
        spec = function.spec
        if _COUNTED.search(index.text(function.path), spec.name_start, spec.stop) is None:
            continue
        flow = index.flow(function)
        for count in countdowns(index, function):
            adds = [step for step, group in calls(flow, "Add") if group == count.group]
            wait = waited_for(index, count)
            if len(adds) == 1 and wait is not None and count.launch.function is function:
                yield from _skipped(index, function, count, adds[0], wait)


def _skipped(index: Index, function: Function, count: Countdown, add: Step, wait: Span) -> Iterator[Found]:
    flow, launch = index.flow(function), count.launch.step
    course = course_of(index, function, launch.body)
    if course is None or not launch.loops or add.body != launch.body or add.loops != launch.loops[:-1]:
        return
    head = course.at(launch.loops[-1])
    if add.span.stop > launch.loops[-1] or not _counts(index, function, course, head, add):
        return
    # Behind the Add, in a further round of a loop around both, all is counted anew.
    marks = [course.at(at) for at in (launch.span.start, add.span.start)]
    marks += _counted_down(index, flow, count, course, launch)
    if head in course.reached(head, marks):
        yield _found(index, flow, count, add, course.pieces[head], wait)


def _counts(index: Index, function: Function, course: Course, head: int, add: Step) -> bool:
    """Whether an Add counts the rounds of the loop with this head, and nothing that is counted changes in it."""
    start, stop = course.pieces[head]
    text = index.text(function.path)
    found = _RANGE.search(text[start:stop].decode("utf-8", "replace"))
    counted = add.call.arguments[0] if add.call is not None and len(add.call.arguments) == 1 else None
    if found is None or counted is None:
        return False
    operand = found[1].strip()
    number = text[counted.span.start : counted.span.stop].decode("utf-8", "replace") if counted.span else ""
    changed = any(
        step.act in (Act.WRITE, Act.DECLARE, Act.MUTATE)
        and step.place is not None
        and step.place.text == operand
        and step.span.start > add.span.start
        for step in index.flow(function).steps
    )
    return number in (operand, f"len({operand})") and not changed


def _counted_down(index: Index, flow: Flow, count: Countdown, course: Course, launch: Step) -> Iterator[int]:
    """The places of the launching body that count the group down, too, or may do so."""
    for step in flow.steps:
        here = position(flow, step, launch.body) if step.act in (Act.CALL, Act.SPAWN) else None
        if here is None or step.call is None:
            continue
        done = any(done is step for done, group in calls(flow, "Done") if group == count.group)
        if done or (step is not launch and counts_down(index, step.call, count.group)):
            yield course.at(here.start)


def _found(index: Index, flow: Flow, count: Countdown, add: Step, head: tuple[int, int], wait: Span) -> Found:
    text, launch = count.group.text, count.launch
    loop = index.file(flow.function.path).span(*head)
    return Found(
        span=add.span,
        message=f"`{text}` counts every round, but a round can go by without its goroutine; Wait never returns.",
        symbol=flow.function.symbol,
        variable=text,
        related=(
            Related(launch.span, "only this goroutine counts down"),
            Related(wait, "this Wait goes on for ever"),
        ),
        story=(
            Related(add.span, f"`{text}` is counted up for all rounds at once;"),
            Related(loop, "a round of this loop goes by without starting its goroutine;"),
            Related(wait, "this Wait goes on for ever."),
        ),
        evidence=("a way through the loop comes to the next round without the goroutine",),
        fix=_fix(index, add, launch.step, text),
    )


def _fix(index: Index, add: Step, launch: Step, group: str) -> Fix:
    """Count right before the goroutine, where both stand on lines of their own."""
    text, remedy = index.text(add.span.path), f"count it in the loop: {group}.Add(1) before the goroutine"
    before, indentation = line_start(text, launch.span), margin(text, launch.span)
    if not (alone(text, add.span) and text.startswith(b"go ", before + len(indentation))):
        return Fix(remedy, ())
    line = f"{indentation}{group}.Add(1)\n"
    gone = Edit(add.span.path, line_start(text, add.span), line_stop(text, add.span), "")
    return Fix(remedy, (gone, Edit(add.span.path, before, before, line)))
