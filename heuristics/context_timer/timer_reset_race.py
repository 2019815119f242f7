"""A timer is set again without having been stopped and drained.

Before Go 1.23, Reset leaves a tick in the channel that came just before it. The next receive gets that old tick at
once, and the timer seems to fire too early.

Stop the timer, and take the tick out when Stop says that it has fired.

WRONG

```go
timer.Reset(timeout)
<-timer.C // may be the old tick
```

RIGHT

```go
if !timer.Stop() {
        <-timer.C
}
timer.Reset(timeout)
```

**Limits.** Only where the module's go line says less than 1.23, and only functions that neither stop the timer nor
receive from it. It is listed, not commented: whether a tick can be waiting takes a person.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.locks import functions_with
from heuristics.concurrency.tickers import is_old
from heuristics.engine.finding import Fix, Found, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Step

TIER = Tier.C
SEVERITY = Severity.NOTE
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every Reset of a timer that the function has neither stopped nor received from."""
    for function in functions_with(index, b".Reset(", tests=IN_TESTS):
        if not is_old(index, function):
            continue
        flow = index.flow(function)
        for step in flow.steps:
            call = step.call if step.act is Act.CALL else None
            if call is None or call.known != "time.Timer.Reset" or call.receiver is None or _is_settled(flow, step):
                continue
            yield Found(
                span=step.span,
                message="Reset without draining may fire with an old tick.",
                symbol=function.symbol,
                variable=call.receiver.text,
                evidence=("the function neither stops the timer nor receives from it",),
                fix=Fix(f"stop `{call.receiver.text}` and drain it before Reset", ()),
            )


def _is_settled(flow: Flow, reset: Step) -> bool:
    """Whether the function stops the timer, receives from it, or made it: with a callback it has no channel."""
    assert reset.call is not None and reset.call.receiver is not None
    timer = reset.call.receiver.place
    if timer is None:
        return True
    for step in flow.steps:
        place, call = step.place, step.call
        stops = call is not None and call.name == "Stop" and call.receiver is not None and call.receiver.place == timer
        makes = step.act in (Act.DECLARE, Act.WRITE) and place == timer and step.value is not None
        looks = step.act in (Act.RECEIVE, Act.READ) and place is not None and place != timer and place.under(timer)
        if stops or makes or looks:
            return True
    return False
