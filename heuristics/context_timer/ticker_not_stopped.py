"""A ticker is never stopped.

Before Go 1.23 a ticker that nobody stops runs for ever, even when nobody refers to it any more: its timer stays in the
runtime's heap and fires. A goroutine that makes one and ends leaves one behind each time.

Stop it when the function ends.

WRONG

```go
go func() {
        ticker := time.NewTicker(interval)
        for {
                select {
                case <-ticker.C:
                        refresh()
                case <-ctx.Done():
                        return // the ticker goes on
                }
        }
}()
```

RIGHT

```go
ticker := time.NewTicker(interval)
defer ticker.Stop()
```

**Limits.** Only where the module's go line says less than 1.23. A ticker that is stored, returned or handed to anybody
is left alone. One that a plain function leaves behind, without a loop that is told to end, is listed, not commented.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.tickers import Running, endless, is_old, keeps_time, left_running
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Step

TIER = Tier.B
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every ticker that a function of an old Go version leaves running."""
    for function in index.functions(tests=IN_TESTS):
        if not keeps_time(index, function) or not is_old(index, function) or function.name in ("main", "init"):
            continue
        flow = index.flow(function)
        for running in left_running(index, flow):
            yield _found(index, flow, running)
        for step in flow.steps:
            if step.act is Act.CALL and step.call is not None and step.call.known == "time.Tick":
                yield from _ticking(flow, step)


def _found(index: Index, flow: Flow, running: Running) -> Found:
    told = running.stopped is not None or endless(flow, running.made.body)
    stopped = (Related(running.stopped, "another way stops it"),) if running.stopped is not None else ()
    return Found(
        span=running.made.span,
        message="The ticker is never stopped."
        if running.stopped is None
        else "The ticker is not stopped on every way.",
        symbol=flow.function.symbol,
        variable=running.name,
        related=(Related(running.ways[0], "this way out leaves it running"), *stopped),
        story=(
            Related(running.made.span, f"`{running.name}` is started,"),
            Related(running.ways[0], "and this way out leaves it running, for ever in this version of Go."),
        ),
        evidence=(
            f"`{running.name}` stays in the function",
            "the goroutine ends when it is told to" if told else "the function returns",
        ),
        tier=Tier.B if told else Tier.C,
        offered=told,
        fix=_fix(index, running),
    )


def _fix(index: Index, running: Running) -> Fix:
    made = running.made
    text = index.text(made.span.path)
    start, stop = text.rfind(b"\n", 0, made.span.start) + 1, text.find(b"\n", made.span.stop)
    line = text[start:stop].partition(b"//")[0].rstrip()
    margin = text[start : made.span.start]
    title = f"defer {running.name}.Stop() right after it was made"
    if margin.strip() or made.loops or running.stopped is not None or not line.endswith(b")"):
        return Fix(title, ())
    return Fix(title, (Edit(made.span.path, stop, stop, f"\n{margin.decode()}defer {running.name}.Stop()"),))


def _ticking(flow: Flow, tick: Step) -> Iterator[Found]:
    """A Tick, which nobody can stop, in a loop that is told to end."""
    if not endless(flow, tick.body):
        return
    leave = next(s for s in flow.steps if s.act is Act.RETURN and s.body == tick.body and s.loops)
    yield Found(
        span=tick.span,
        message="The ticker is never stopped.",
        symbol=flow.function.symbol,
        variable="time.Tick",
        related=(Related(leave.span, "the loop ends here, the ticker does not"),),
        story=(
            Related(tick.span, "`time.Tick` starts a ticker that nobody can stop,"),
            Related(leave.span, "and the goroutine ends here without it."),
        ),
        evidence=("the goroutine ends when it is told to",),
        offered=True,
        fix=Fix("use time.NewTicker, and stop it", ()),
    )
