"""A channel can be closed twice.

Closing a closed channel panics, and the panic ends the process. It happens where a loop closes, or starts a goroutine
that closes, the same channel in two of its rounds; where two closes lie on one way; and where a method closes a field
without asking whether it has done so before, and a loop calls that method for each message or error that comes.

Let one place own the close, or put it into a `sync.Once`.

WRONG

```go
func (s *sync) fail(err error) {
        if isFatal(err) {
                close(s.abort) // the second fatal error panics
        }
}

func (s *sync) run() {
        for job := range s.jobs {
                if err := job.do(); err != nil {
                        s.fail(err)
                }
        }
}
```

RIGHT

```go
func (s *sync) fail(err error) {
        if isFatal(err) {
                s.once.Do(func() { close(s.abort) })
        }
}
```

**Limits.** A method that looks at any other field of its object before it closes, sets the field anew, or receives from
the channel is taken to know what it does. Calls through interfaces are not followed.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.closings import Again, closed_again, closed_by_calls
from heuristics.concurrency.locks import functions_with
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index

TIER = Tier.B
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every close that can meet a channel that is closed."""
    for function in functions_with(index, b"close(", tests=IN_TESTS):
        flow = index.flow(function)
        told: set[int] = set()
        for again in (*closed_again(index, flow), *closed_by_calls(index, flow)):
            if again.close.span.start not in told:
                told.add(again.close.span.start)
                yield _found(again)


def _found(again: Again) -> Found:
    assert again.close.place is not None
    name = again.close.place.text
    return Found(
        span=again.close.span,
        message=f"`{name}` can be closed twice, which panics.",
        symbol=again.function.symbol,
        variable=name,
        related=tuple(Related(span, again.how) for span in again.way),
        story=(
            *(Related(span, again.how + ";") for span in again.way[:2]),
            Related(again.close.span, f"`{name}` is closed already, and this close panics."),
        ),
        evidence=(again.how, "nothing on the way asks whether the channel is closed"),
        offered=True,
        fix=Fix(f"close `{name}` in a sync.Once", ()),
    )
