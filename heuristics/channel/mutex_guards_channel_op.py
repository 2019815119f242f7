"""A send or receive waits with a lock held that the other side needs first.

The function holds a lock and sends or receives on a channel. Whoever could take the other end of it has to get the same
lock before, or works under it. So the one waits for the message and keeps the lock, the other waits for the lock and
keeps the message: both stand still, and so does everybody else who needs the lock.

Leave the section before you use the channel: copy what is to be sent, unlock, then send.

WRONG

```go
func (w *Watcher) Remove(path string) {
        w.mu.Lock()
        defer w.mu.Unlock()
        delete(w.paths, path)
        w.events <- path // loop() may be in front of its Lock
}

func (w *Watcher) loop() {
        for path := range w.events {
                w.mu.Lock()
                w.handle(path)
                w.mu.Unlock()
        }
}
```

RIGHT

```go
func (w *Watcher) Remove(path string) {
        w.mu.Lock()
        delete(w.paths, path)
        w.mu.Unlock()
        w.events <- path
}
```

Limits: only channels without a buffer count for a send, and only those whose users are all seen in one package. A
select with another arm can go on and is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.locks import functions_that_lock
from heuristics.concurrency.orders import Order, orders_in
from heuristics.concurrency.waits import Peer, stuck
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act

TIER = Tier.B
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO = ()
_DOES = {Act.SEND: "sends", Act.RECEIVE: "receives", Act.CLOSE: "closes it"}


def check(index: Index) -> Iterator[Found]:
    """Every send, and every receive of a message, with a lock held that all on the other side need."""
    for function in functions_that_lock(index, tests=IN_TESTS):
        for order in orders_in(index, function):
            if order.second.kind not in ("send", "receive"):
                continue
            peers = stuck(index, order)
            if peers and (order.second.kind == "send" or any(peer.step.act is not Act.CLOSE for peer in peers)):
                yield _found(order, peers)


def _found(order: Order, peers: tuple[Peer, ...]) -> Found:
    key, channel = order.held.place.text, order.second.what.label
    peer = peers[0]
    waits = "sends on" if order.second.kind == "send" else "receives from"
    end = () if order.where == order.step.span else (Related(order.where, f"it {waits} `{channel}` here"),)
    does = _DOES[peer.step.act]
    return Found(
        span=order.step.span,
        message=f"Waiting on `{channel}` with `{key}` held; the other side needs `{key}` first.",
        symbol=order.function.symbol,
        variable=f"{channel} {order.first.label}",
        related=(
            Related(peer.needs, f"`{peer.user.symbol}` takes `{order.first.label}` here before it {does}"),
            *end,
            Related(peer.step.span, f"the other side of `{channel}`"),
            Related(order.held.span, f"`{key}` is taken here"),
        ),
        story=(
            Related(order.step.span, f"One goroutine holds `{key}` and {waits} `{channel}` here;"),
            Related(peer.needs, f"the other side waits here for `{order.first.label}`"),
            Related(peer.step.span, f"and does not come to this line, where it {does}."),
        ),
        evidence=(
            f"all {len(peers)} places on the other side of `{channel}` are behind a Lock of `{order.first.label}`",
            "the channel has no room, or the wait is for a message",
        ),
        offered=not order.second.guessed,
        fix=Fix(f"release `{key}` before using the channel", ()),
    )
