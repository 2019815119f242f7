"""A send waits for a loop that may have ended.

A channel without a buffer has one receiver: a loop that takes what comes, until a quit channel or a context tells it to
return. Whoever sends after that, or is about to send at that moment, waits for ever, because the send has no second way
out. It shows as goroutines that pile up, and as callers that hang, when the object is closed under load.

Let the sender listen for the end as well: a select with the send and with the quit channel.

WRONG

```go
func (n *node) run() {
        for {
                select {
                case req := <-n.requests:
                        n.handle(req)
                case <-n.stop:
                        return
                }
        }
}

func (n *node) Do(req request) {
        n.requests <- req // run() may be gone
}
```

RIGHT

```go
func (n *node) Do(req request) error {
        select {
        case n.requests <- req:
                return nil
        case <-n.stop:
                return errStopped
        }
}
```

**Limits.** Only channels in unexported fields whose ends are all seen. A channel with a buffer, and one
that is closed or drained behind the loop, are left alone. Whether the senders are all gone before the loop is told to
stop is not followed. It is commented where the code itself counts with the end: another function waits for the end of
the loop beside something else, or what the loop receives may end it. The rest is listed: mostly the object ends with
the process, and many senders, or one that may return before, ask in another way whether it is still there.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.channels import End
from heuristics.concurrency.demands import shared_of
from heuristics.concurrency.fields import (
    FieldChannel,
    Service,
    bare_sends,
    field_channel,
    is_fresh_or_local,
    same_goroutine,
    service_of,
)
from heuristics.concurrency.locks import functions_with
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act

TIER = Tier.B
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()

_FEW = 2  # senders without a second way out; more of them know by other means that the loop is there


def check(index: Index) -> Iterator[Found]:
    """Every bare send on a field whose only receivers are loops that can end."""
    for function in functions_with(index, b"<-", tests=IN_TESTS):
        for step in index.flow(function).steps:
            if step.act is not Act.SEND or step.select >= 0:
                continue
            channel = field_channel(index, function, step)
            if channel is not None and channel.channels.unbuffered(channel.key):
                yield from _judged(index, End(function, step), channel)


def _judged(index: Index, send: End, channel: FieldChannel) -> Iterator[Found]:
    receives = channel.ends(Act.RECEIVE)
    if not receives or channel.ends(Act.CLOSE) or is_fresh_or_local(index.flow(send.function), send.step):
        return
    bare = bare_sends(index, channel)
    if not any(send.step is end.step for end in bare):
        return
    services = [service_of(index, end) for end in receives]
    service = services[0]
    if service is None or any(s is None or s.function is not service.function for s in services):
        return
    if any(same_goroutine(index, send, end) for end in receives):
        return
    odd = len({end.function for end in bare}) <= _FEW and not _may_turn_back(index, send)
    yield _found(send, channel, service, _expected(index, send, channel, service), odd)


def _may_turn_back(index: Index, send: End) -> bool:
    """Whether the sender has a way out before the send: it may ask whether the object is still in use."""
    steps = index.flow(send.function).steps
    return any(s.act is Act.RETURN and s.body == send.step.body and s.span.start < send.step.span.start for s in steps)


def _expected(index: Index, send: End, channel: FieldChannel, service: Service) -> End | None:
    """Where another function waits for the end of the loop beside something else; the sender is not who ends it."""
    channels, owner = channel.channels, channel.key.rpartition(".")[0]
    for step in (service.other, *(step for step in index.flow(service.function).steps if step.act is Act.CLOSE)):
        shared = shared_of(step.place, service.function) if step.place is not None else None
        if shared is None or (step is not service.other and shared.key.rpartition(".")[0] != owner):
            continue
        told = channels.ends(shared.key, Act.SEND) + channels.ends(shared.key, Act.CLOSE)
        if any(end.function is send.function for end in told):
            continue
        for end in told + channels.ends(shared.key, Act.RECEIVE):
            if end.step.select >= 0 and end.step.blocking and end.function is not service.function:
                return end
    return None


def _found(send: End, channel: FieldChannel, service: Service, expected: End | None, odd: bool) -> Found:
    name, loop = channel.shared.label, service.function
    apart = service.receive.body != loop.spec.start
    who, ended = (f"the goroutine of `{loop.symbol}`", "ended") if apart else (f"`{loop.symbol}`", "returned")
    return Found(
        span=send.step.span,
        message=f"This send on `{name}` blocks for ever once {who} has {ended}.",
        symbol=send.function.symbol,
        variable=name,
        related=(
            Related(service.receive.span, f"the only receiver of `{name}`"),
            Related(service.leave.span, "the loop around it ends here"),
        ),
        story=(
            Related(service.other.span, f"{who[:1].upper() + who[1:]} is told to stop"),
            Related(service.leave.span, "and ends;"),
            Related(send.step.span, "nobody receives any more, and this send has no second way out."),
        ),
        evidence=(
            "the channel has no buffer",
            "all its receivers stand in that loop",
            *(("the loop may end while the object lives",) if service.early else ()),
            *((f"`{expected.function.symbol}` counts with its end",) if expected is not None else ()),
        ),
        offered=odd and (service.by_message or expected is not None),
        fix=Fix(f"select between the send and the end of {who}", ()),
    )
