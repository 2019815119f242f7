"""A loop ranges over a ticker that somebody stops.

Stop ends the ticks, and leaves the ticker's channel open. A loop that ranges over the channel never ends: its goroutine
waits for a tick that does not come, and keeps what it refers to.

End the loop with a channel of your own, and select between the two.

WRONG

```go
go func() {
        for range s.ticker.C {
                s.flush()
        }
}()

func (s *sink) Close() { s.ticker.Stop() }
```

RIGHT

```go
for {
        select {
        case <-s.ticker.C:
                s.flush()
        case <-s.done:
                return
        }
}
```

**Limits.** Only goroutines whose loop has no way out of its own, and tickers in fields that another function stops.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.launches import runners
from heuristics.concurrency.locks import functions_with, mentioning
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, FieldRef, Flow, Function, Step

TIER = Tier.B
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every endless range over the channel of a ticker in a field that is stopped elsewhere."""
    for function in functions_with(index, b".C {", tests=IN_TESTS):
        flow = index.flow(function)
        for step in flow.steps:
            ticker = _ranged(index, flow, step)
            stop = _stopped(index, function, ticker) if ticker is not None else None
            if ticker is not None and stop is not None:
                yield _found(function, step, ticker, stop)


def _ranged(index: Index, flow: Flow, step: Step) -> FieldRef | None:
    """The field of the ticker over whose channel a goroutine ranges without a way out."""
    place = step.place
    if step.act is not Act.READ or place is None or len(place.path) < 2 or not place.text.endswith(".C"):
        return None
    text = index.text(flow.function.path)
    home = runners(flow, step.body)
    if not text[: step.span.start].rstrip().endswith(b"range") or any(flow.body(b).how != "spawned" for b in home):
        return None
    stop = flow.body(step.body).stop
    leaves = any(s.act is Act.RETURN and s.body == step.body and s.loops for s in flow.steps)
    ticker = place.path[-2]
    inside = text[step.span.start : stop]
    return ticker if isinstance(ticker, FieldRef) and not leaves and b"break" not in inside else None


def _stopped(index: Index, function: Function, ticker: FieldRef) -> Step | None:
    """Where another function stops the ticker."""
    for other in mentioning(index, function, ticker.name):
        for step in index.flow(other).steps if other is not function and not other.test else ():
            call = step.call
            if call is not None and call.known == "time.Ticker.Stop" and call.receiver is not None:
                place = call.receiver.place
                if place is not None and place.field == ticker:
                    return step
    return None


def _found(function: Function, ranged: Step, ticker: FieldRef, stop: Step) -> Found:
    assert ranged.place is not None
    return Found(
        span=ranged.span,
        message=f"Stop does not close `{ranged.place.text}`, so this loop never ends.",
        symbol=function.symbol,
        variable=ranged.place.text,
        related=(Related(stop.span, "the ticker is stopped here"),),
        story=(
            Related(stop.span, "The ticker is stopped, and its channel stays open;"),
            Related(ranged.span, "this loop waits for the next tick, for ever."),
        ),
        evidence=(f"`{ticker.name}` is stopped by another function", "the loop has no way out of its own"),
        offered=True,
        fix=Fix("select between the ticks and a channel that is closed at the end", ()),
    )
