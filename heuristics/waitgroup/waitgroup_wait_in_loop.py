"""Wait stands inside the loop that starts the goroutines.

Add has counted all rounds of the loop at once, before it. The first round starts one goroutine and waits until the
counter is zero; but the goroutines of the other rounds are never started, and the loop stands still for ever.

Move Wait behind the loop.

WRONG

```go
wg.Add(len(jobs))
for _, job := range jobs {
        go func() {
                defer wg.Done()
                job.run()
        }()
        wg.Wait() // waits for jobs that the next rounds would start
}
```

RIGHT

```go
wg.Add(len(jobs))
for _, job := range jobs {
        go func() {
                defer wg.Done()
                job.run()
        }()
}
wg.Wait()
```

Limits: Add must stand before the loop and count more than one, and each round must start one goroutine that counts down
and then come to Wait without a condition. A round that counts up itself silences.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.countdowns import Countdown, countdowns
from heuristics.concurrency.course import course_of
from heuristics.concurrency.groups import calls, counting
from heuristics.concurrency.lines import alone, line_start, line_stop, margin
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Flow, Function, Step

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = True
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every Wait that each round of a loop comes to, for goroutines that the later rounds would start."""
    for function in counting(index, "Wait", IN_TESTS):
        flow = index.flow(function)
        waits = [(step, group) for step, group in calls(flow, "Wait") if step.loops and not step.deferred]
        for count in countdowns(index, function) if waits else ():
            for wait, group in waits:
                add = _counted_at_once(flow, count, wait) if group == count.group else None
                if add is not None and _each_round(index, function, count, wait):
                    yield _found(index, count, wait, add)


def _counted_at_once(flow: Flow, count: Countdown, wait: Step) -> Step | None:
    """The Add before the loop, when it is the only one and counts more than one."""
    adds = [step for step, group in calls(flow, "Add") if group == count.group]
    if len(adds) != 1 or adds[0].call is None or not adds[0].call.arguments:
        return None
    add, number = adds[0], adds[0].call.arguments[0]
    several = number.kind != "constant" or (number.text.isdigit() and int(number.text) > 1)
    return add if several and add.body == wait.body and add.span.start < wait.loops[-1] else None


def _each_round(index: Index, function: Function, count: Countdown, wait: Step) -> bool:
    """Whether a round that starts a goroutine starts no other before it comes to Wait, which it cannot go around."""
    launch = count.launch.step
    if launch.body != wait.body or launch.loops != wait.loops or launch.span.start > wait.span.start:
        return False
    way = course_of(index, function, wait.body)
    return way is not None and way.at(launch.span.start) not in way.reached(
        way.at(launch.span.start), (way.at(wait.span.start),)
    )


def _found(index: Index, count: Countdown, wait: Step, add: Step) -> Found:
    text = count.group.text
    number = add.call.arguments[0] if add.call is not None else None
    source = index.text(add.span.path)
    many = source[number.span.start : number.span.stop].decode("utf-8", "replace") if number is not None else ""
    return Found(
        span=wait.span,
        message=f"Wait inside the loop blocks the first round until all `{many}` are done, which never start.",
        symbol=count.launch.function.symbol,
        variable=text,
        related=(
            Related(add.span, "Add counts the goroutines of all rounds at once"),
            Related(count.launch.span, "each round starts one of them"),
        ),
        story=(
            Related(add.span, f"`{text}` is counted up for all goroutines;"),
            Related(count.launch.span, "the first round starts one of them,"),
            Related(wait.span, "and waits here for those that no round will ever start."),
        ),
        evidence=("Add stands before the loop, launch and Wait inside it",),
        fix=_fix(index, wait),
    )


def _fix(index: Index, wait: Step) -> Fix:
    """Move the line behind the loop, when it is the last of the loop's body."""
    title = "wait behind the loop"
    text, span = index.text(wait.span.path), wait.span
    stop = line_stop(text, span)
    closing = text[stop : text.find(b"\n", stop) + 1]
    if not alone(text, span) or closing.strip() != b"}" or len(wait.loops) != 1:
        return Fix(title, ())
    outer = margin(text, span).removesuffix("\t")
    moved = f"{outer}{text[span.start : stop].decode('utf-8', 'replace')}"
    behind = stop + len(closing)
    return Fix(title, (Edit(span.path, line_start(text, span), stop, ""), Edit(span.path, behind, behind, moved)))
