"""A lock is held while waiting for goroutines that need it.

The function holds a lock and waits: for a WaitGroup, or for a channel that a goroutine closes or sends on when it is
done. That goroutine takes the same lock before it comes to its end. Neither side can go on, and nobody gets the lock
again. It shows rarely, because the goroutine is mostly past its last Lock when the wait begins.

Release the lock before you wait, and take it again behind the wait where it is still needed.

WRONG

```go
func (s *Server) Close() {
        s.mu.Lock()
        defer s.mu.Unlock()
        close(s.stop)
        s.wg.Wait() // run() may be in front of its Lock
}

func (s *Server) run() {
        defer s.wg.Done()
        for range s.tick {
                s.mu.Lock()
                s.flush()
                s.mu.Unlock()
        }
}
```

RIGHT

```go
func (s *Server) Close() {
        s.mu.Lock()
        close(s.stop)
        s.mu.Unlock()
        s.wg.Wait()
}
```

Limits: a wait with a second way out (a select with another arm) is left alone, and so is one where a goroutine that
does not need the lock could end it. What a channel is called in other packages is not followed.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.locks import functions_that_lock
from heuristics.concurrency.orders import Order, orders_in
from heuristics.concurrency.waits import Peer, stuck
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO = ()


def check(index: Index) -> Iterator[Found]:
    """Every wait for a group, or for the end of a goroutine, with a lock held that the goroutine needs."""
    for function in functions_that_lock(index, tests=IN_TESTS):
        for order in orders_in(index, function):
            if order.second.kind not in ("wait", "receive"):
                continue
            peers = stuck(index, order)
            if peers and (order.second.kind == "wait" or all(peer.step.act is Act.CLOSE for peer in peers)):
                yield _found(order, peers)


def _found(order: Order, peers: tuple[Peer, ...]) -> Found:
    key, what = order.held.place.text, order.second.what.label
    peer = peers[0]
    ends = "is counted down" if order.second.kind == "wait" else "is closed"
    wait = () if order.where == order.step.span else (Related(order.where, f"it waits for `{what}` here"),)
    return Found(
        span=order.step.span,
        message=f"`{key}` is held while waiting for goroutines that need it: neither side can go on.",
        symbol=order.function.symbol,
        variable=f"{order.first.label} {what}",
        related=(
            Related(peer.needs, f"`{peer.user.symbol}` takes `{order.first.label}` here before it can end the wait"),
            Related(order.held.span, f"`{key}` is taken here"),
            *wait,
            Related(peer.step.span, f"`{what}` {ends} here"),
        ),
        story=(
            Related(order.step.span, f"One goroutine holds `{key}` and waits here for `{what}`;"),
            Related(peer.needs, f"another one waits here for `{order.first.label}`"),
            Related(peer.step.span, "and never comes to this line, which would end the wait."),
        ),
        evidence=(
            f"`{order.first.label}` is held at the wait in {order.function.symbol}",
            f"{len(peers)} of the places that end the wait are behind a Lock of `{order.first.label}`",
        ),
        fix=Fix(f"release `{key}` before waiting", ()),
        offered=not order.second.guessed,
        tier=Tier.B if order.second.guessed else None,
    )
