"""A lock stays held during an operation that can take long.

The section contains a send, a receive, a wait, a sleep or a network call. Nothing is wrong for as long as the
operation is quick; when the other side is slow, everybody else who needs the lock stands still for the same time, and a
timeout on one side becomes a timeout everywhere.

Copy what the operation needs, release the lock, then block.

WRONG

```go
c.mu.Lock()
defer c.mu.Unlock()
resp, err := c.client.Do(c.request)
```

RIGHT

```go
c.mu.Lock()
request := c.request
c.mu.Unlock()
resp, err := c.client.Do(request)
```

Limits: listed only, never a comment: whether the wait matters, and whether the lock exists for that very operation, the
text does not tell. Sends into a buffer, selects with another way out and conditions are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.channels import channels_of
from heuristics.concurrency.locks import functions_that_lock
from heuristics.concurrency.orders import Order, orders_in
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.known import BLOCKING_CALLS
from heuristics.golang.model import Act, Function, Held, Span

TIER = Tier.C
SEVERITY = Severity.NOTE
IN_TESTS = False
YIELDS_TO = ("wait-holds-lock", "mutex-guards-channel-op")
_OPERATIONS = {"send": "a send on `{}`", "receive": "a receive from `{}`", "wait": "a wait for `{}`"}


def check(index: Index) -> Iterator[Found]:
    """Every operation that can block while a lock is held that the function took itself."""
    for function in functions_that_lock(index, tests=IN_TESTS):
        for order in orders_in(index, function):
            if order.second.kind in _OPERATIONS and not _has_room(index, order):
                operation = _OPERATIONS[order.second.kind].format(order.second.what.label)
                yield _found(function, order.held, order.step.span, operation, order.where)
        for step in index.flow(function).steps:
            known = step.call.known if step.act is Act.CALL and step.call is not None else ""
            if known in BLOCKING_CALLS:
                taken = [held for held in step.held if not held.entered]
                if taken:
                    yield _found(function, taken[-1], step.span, f"`{known.rpartition('/')[2]}`", step.span)


def _has_room(index: Index, order: Order) -> bool:
    """Whether a send may go into a buffer."""
    what = order.second.what
    return order.second.kind == "send" and not channels_of(index, what.package).unbuffered(what.key)


def _found(function: Function, held: Held, span: Span, operation: str, where: Span) -> Found:
    key = held.place.text
    end = () if where == span else (Related(where, "it blocks here"),)
    return Found(
        span=span,
        message=f"`{key}` stays locked during {operation}; every other user waits for it.",
        symbol=function.symbol,
        variable=key,
        related=(Related(held.span, f"`{key}` is taken here"), *end),
        story=(
            Related(held.span, f"One goroutine takes `{key}`"),
            Related(where, "and may be kept waiting here, as long as the other side likes."),
        ),
        evidence=(f"`{key}` is held at an operation that can block",),
        fix=Fix(f"copy what is needed and release `{key}` before", ()),
    )
