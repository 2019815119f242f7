"""A receive from the channel of a timer that has none.

`time.AfterFunc` gives a timer that calls a function; its field C is nil, and a receive from a nil channel blocks for
ever. The usual `if !t.Stop() { <-t.C }` is meant for the timers of `time.NewTimer`, and hangs here whenever the
function has been called already.

Leave the receive out; to wait for the function, let it close a channel of its own.

WRONG

```go
t := time.AfterFunc(timeout, cancel)
if !t.Stop() {
        <-t.C // nil: blocks for ever
}
```

RIGHT

```go
t := time.AfterFunc(timeout, cancel)
t.Stop()
```

**Limits.** Only variables that get nothing but the result of AfterFunc; a test of the channel against nil silences it.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.locks import functions_with
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Scope, Step

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = True
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every bare receive from the channel of a timer that AfterFunc made."""
    for function in functions_with(index, b"time.AfterFunc(", tests=IN_TESTS):
        flow = index.flow(function)
        for step in flow.steps:
            made = _made(flow, step) if step.act is Act.RECEIVE and step.select < 0 else None
            if made is not None and step.place is not None and (f"{step.place.text} == nil", False) not in step.facts:
                yield _found(flow, step, made)


def _made(flow: Flow, receive: Step) -> Step | None:
    """The call of AfterFunc whose timer a function receives from; None when the variable may hold another one."""
    place = receive.place
    field = place.field if place is not None else None
    root = place.root if place is not None else None
    if place is None or field is None or field.name != "C" or len(place.path) != 1 or root is None:
        return None
    if root.scope is not Scope.LOCAL:
        return None
    given = [s for s in flow.steps if s.act in (Act.DECLARE, Act.WRITE) and s.place is not None]
    own = [s for s in given if s.place is not None and s.place.root is root and not s.place.path]
    made = [s for s in own if s.value is not None and s.value.call is not None]
    known = all(
        s.value is not None and s.value.call is not None and s.value.call.known == "time.AfterFunc" for s in made
    )
    empty = all(s in made or s.value is None or s.value.text == "nil" for s in own)
    return made[0] if made and known and empty else None


def _found(flow: Flow, receive: Step, made: Step) -> Found:
    assert receive.place is not None
    name = receive.place.text
    return Found(
        span=receive.span,
        message=f"`{name}` is nil, because AfterFunc made the timer; this receive blocks for ever.",
        symbol=flow.function.symbol,
        variable=name,
        related=(Related(made.span, "the timer is made here"),),
        story=(
            Related(made.span, "AfterFunc gives a timer without a channel;"),
            Related(receive.span, "this receive from a nil channel blocks for ever."),
        ),
        evidence=("nothing but AfterFunc gives the variable a timer",),
        fix=Fix("leave the receive out", ()),
    )
