"""A channel on which others answer is closed by the one who waits for the answer.

The channel was handed out, inside a message or in a field, so that somebody sends on it; the receiver closes it when it
gives up. The other side knows nothing of that: it still sends, and a send on a closed channel panics.

Let the side that sends close, or nobody: a channel that nobody refers to any more is collected without it.

WRONG

```go
reply := make(chan int)
defer close(reply)
s.requests <- &request{reply: reply}
select {
case v := <-reply:
        return v, nil
case <-ctx.Done():
        return 0, ctx.Err() // the answer that comes now panics
}
```

RIGHT

```go
reply := make(chan int, 1)
s.requests <- &request{reply: reply}
```

**Limits.** The channel must be made for a local variable, and everybody who has it must be in sight. A close behind the
receive of the only answer is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.channels import Channels, channels_of
from heuristics.concurrency.demands import shared_of
from heuristics.concurrency.handoffs import handoffs_in, left_behind, made_in
from heuristics.concurrency.launches import runners
from heuristics.concurrency.locks import functions_with
from heuristics.concurrency.paths import Acts, Change, endings, fatal
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Span, Step

TIER = Tier.B
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


@frozen()
class _Early:
    """A close by the receiver. way: a way to it without the answer. send: that of the other side."""

    close: Step
    way: Span
    send: Span


def check(index: Index) -> Iterator[Found]:
    """Every deferred close of a receiver that can come before what others send."""
    for function in functions_with(index, b"defer ", tests=IN_TESTS):
        text, spec = index.text(function.path), function.spec
        if text.find(b"close(", spec.start, spec.stop) < 0 or text.find(b"make(chan ", spec.start, spec.stop) < 0:
            continue
        flow = index.flow(function)
        for early in (*_by_maker(index, flow), *_by_goroutine(index, flow)):
            yield _found(flow, early)


def _by_maker(index: Index, flow: Flow) -> Iterator[_Early]:
    """The function that made the channel closes it on its way out, with answers still to come."""
    for handoff in handoffs_in(index, flow.function):
        ways = left_behind(index, handoff) if handoff.closes_itself else ()
        for close in handoff.closes if ways else ():
            if close.deferred:
                yield _Early(close, ways[0].at, handoff.sends[0].step.span)


def _by_goroutine(index: Index, flow: Flow) -> Iterator[_Early]:
    """A goroutine that receives closes the channel on its way out, while others send from a field that carries it."""
    channels = channels_of(index, flow.function.package)
    for made in made_in(flow):
        assert made.place is not None
        shared = shared_of(made.place, flow.function)
        closes = [s for s in flow.steps if s.act is Act.CLOSE and s.place == made.place and s.deferred]
        if shared is None or len(closes) != 1 or not _is_sent_by_others(flow, channels, shared.key):
            continue
        send = channels.ends(shared.key, Act.SEND)[0].step.span
        for body in runners(flow, closes[0].body):
            way = _way_out(index, flow, made, body) if flow.body(body).how == "spawned" else None
            if way is not None:
                yield _Early(closes[0], way, send)


def _is_sent_by_others(flow: Flow, channels: Channels, key: str) -> bool:
    """Whether only other functions send, which have the channel from a field."""
    sends = channels.ends(key, Act.SEND)
    fields = any(".go:" not in name for name in channels.names(key))
    return fields and bool(sends) and not channels.escapes(key) and all(e.function is not flow.function for e in sends)


def _way_out(index: Index, flow: Flow, made: Step, body: int) -> Span | None:
    """A return of a goroutine that it can come to without having received from the channel."""
    receives = [s for s in flow.steps if s.act is Act.RECEIVE and s.place == made.place and s.body == body]
    if not receives:
        return None
    at: dict[int, Change[bool]] = {start: lambda _: None for start in fatal(index, flow)}
    at |= {step.span.start: lambda _: True for step in receives}
    reached = {s.span.start for s in flow.steps if s.act is Act.RETURN and s.body == body}
    found = sorted(e.at for e in endings(index, flow.function, body, Acts(at, {}), False) if not e.state)
    first = next((offset for offset in found if offset in reached), None)
    return index.file(flow.function.path).span(first, first + 1) if first is not None else None


def _found(flow: Flow, early: _Early) -> Found:
    assert early.close.place is not None
    name = early.close.place.text
    return Found(
        span=early.close.span,
        message=f"`{name}` was handed out and is closed here while the other side may still send.",
        symbol=flow.function.symbol,
        variable=name,
        related=(
            Related(early.way, "this way out closes it before anything was received"),
            Related(early.send, "the other side sends here"),
        ),
        story=(
            Related(early.way, f"The receiver leaves here, and `{name}` is closed;"),
            Related(early.send, "the other side sends after that, and panics."),
        ),
        evidence=("the sender has the channel from a field, and cannot see the close",),
        offered=True,
        fix=Fix(f"let the sender close `{name}`, or nobody", ()),
    )
