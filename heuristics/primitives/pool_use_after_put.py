"""A value is used after it went back to the pool.

Put gives the value to whoever calls Get next, in any goroutine, at once. Whoever still reads or writes it works on
somebody else's object: data of another request, or a write into it. A slice of its memory, as `Buffer.Bytes` returns
it, is such a use, too; a deferred Put runs before the caller sees the result.

Let Put be the last thing that is done with the value, and copy what must outlive it.

WRONG

```go
func render(v any) []byte {
        buf := pool.Get().(*bytes.Buffer)
        defer pool.Put(buf)
        encode(buf, v)
        return buf.Bytes() // the memory belongs to the next user of buf
}
```

RIGHT

```go
func render(v any) []byte {
        buf := pool.Get().(*bytes.Buffer)
        defer pool.Put(buf)
        encode(buf, v)
        return bytes.Clone(buf.Bytes())
}
```

**Limits.** Followed are locals and parameters, in one body, through a helper that does nothing but Put, and slices of
a buffer. A value that is assigned anew before it is used stays silent.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.pools import Returned, returned_values, use_after
from heuristics.concurrency.words import functions_near
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Flow, Step

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every first use of a value behind the Put that gave it away."""
    for function in functions_near(index, b"sync.Pool", b"ut"):
        for back in returned_values(index, function):
            flow = index.flow(function)
            used = use_after(index, flow, back)
            if used is not None:
                yield _found(flow, back, used)


def _found(flow: Flow, back: Returned, used: Step) -> Found:
    name = back.var.name
    when = "when the function returns" if back.step.deferred else "here"
    return Found(
        span=used.span,
        message=f"`{name}` is used after it went back to the pool.",
        symbol=flow.function.symbol,
        variable=name,
        related=(Related(back.step.span, f"`{name}` goes back to the pool {when}"),),
        story=(
            Related(back.step.span, f"`{name}` goes back to the pool, and another goroutine gets it;"),
            Related(used.span, "both of them use the same memory."),
        ),
        evidence=(f"nothing assigns `{name}` anew in between",),
        fix=Fix("let Put be the last thing that is done with it, and copy what must outlive it", ()),
    )
