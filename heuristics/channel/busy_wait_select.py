"""A loop polls channels and never waits.

The select in the loop has a default that does nothing, so the loop comes round at once, again and again, until a
channel is ready. One processor is busy with it for as long as it takes, and on a small machine the goroutine that would
end the wait gets less of it.

Remove the default: a select without one waits until an arm is ready.

WRONG

```go
for {
        select {
        case <-done:
                return
        default:
        }
}
```

RIGHT

```go
<-done
```

**Limits.** Only loops that do nothing else. A sleep, a yield or any work in the loop or in the default is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.spins import spins
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index

TIER = Tier.B
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every loop that spins over a select with an empty default."""
    for function in index.functions(tests=IN_TESTS):
        for spin in spins(index, function):
            yield Found(
                span=spin.select,
                message="The empty default makes this loop spin.",
                symbol=function.symbol,
                variable=spin.channel,
                related=(Related(spin.default, "the default that does nothing"),),
                story=(
                    Related(spin.select, f"While `{spin.channel}` is not ready,"),
                    Related(spin.default, "the default is taken, and does nothing;"),
                    Related(spin.loop, "so the loop comes round at once."),
                ),
                evidence=("the loop does nothing else",),
                offered=True,
                fix=Fix("remove the empty default", ()),
            )
