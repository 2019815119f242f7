"""A task that `wg.Go` counts calls Done itself.

From Go 1.25 on `wg.Go(f)` counts the group up, runs f in a goroutine, and counts it down when f returns. A Done in f
counts down once more: "negative WaitGroup counter", and the program ends with a panic, or Wait comes back too early.

Leave Done out.

WRONG

```go
wg.Go(func() {
        defer wg.Done() // Go calls Done as well
        work()
})
```

RIGHT

```go
wg.Go(func() {
        work()
})
```

Limits: the task must be a literal, or a function of the repository. A second Add on the group, which such a Done may
belong to, silences.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.countdowns import Countdown, countdowns
from heuristics.concurrency.groups import calls, counting
from heuristics.concurrency.lines import alone, deferred_whole, line_start, line_stop
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.known import WAIT_GROUP
from heuristics.golang.model import Place, Step

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = True
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every Done in a task that the same group's Go has counted already."""
    for function in counting(index, "Go", IN_TESTS):
        for count in countdowns(index, function):
            started = _started_by(count.launch.step)
            if started is not None and started == count.group:
                for done in count.dones:
                    yield _found(index, count, done)


def _started_by(step: Step) -> Place | None:
    """The WaitGroup whose Go a launch is."""
    call = step.call
    if call is None or call.known != f"{WAIT_GROUP}.Go" or call.receiver is None:
        return None
    return call.receiver.place


def _found(index: Index, count: Countdown, done: Step) -> Found:
    text = count.group.text
    return Found(
        span=done.span,
        message=f"`{text}.Go` already counts this task; the extra Done makes the counter negative.",
        symbol=count.flow.function.symbol,
        variable=count.inner.text,
        related=(Related(count.launch.span, f"`{text}.Go` starts the task, and calls Done when it returns"),),
        story=(
            Related(count.launch.span, f"`{text}.Go` counts the task up, once;"),
            Related(done.span, "the task counts itself down, and Go does so again: a negative counter."),
        ),
        evidence=("Go and Done are called on the same group",),
        fix=_fix(index, done),
        silent_because=_trap(index, count),
    )


def _trap(index: Index, count: Countdown) -> str:
    outer = index.flow(count.launch.function)
    adds = [*calls(outer, "Add"), *calls(count.flow, "Add")]
    if any(group in (count.group, count.inner) for _, group in adds):
        return "trap T27: an Add on the same group may be what this Done belongs to"
    return ""


def _fix(index: Index, done: Step) -> Fix:
    """Take the line out that the Done fills, with its defer."""
    title = "leave Done to Go"
    text = index.text(done.span.path)
    span = deferred_whole(text, done.span)
    whole = alone(text, span)
    return Fix(title, (Edit(span.path, line_start(text, span), line_stop(text, span), ""),) if whole else ())
