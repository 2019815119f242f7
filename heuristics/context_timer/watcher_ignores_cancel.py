"""A goroutine that cancels a context does not see that somebody else has cancelled it.

The function derives a context, returns it with its cancel function, and starts a goroutine that waits for something
else and then cancels. When the caller cancels first, as it should, the goroutine goes on waiting: for the end of the
parents, which may be the end of the process. Each call leaves one more.

Let the goroutine wait for its own context as well.

WRONG

```go
ctx, cancel := context.WithCancel(context.Background())
go func() {
        select {
        case <-one.Done():
        case <-other.Done():
        }
        cancel()
}()
return ctx, cancel
```

RIGHT

```go
select {
case <-one.Done():
case <-other.Done():
case <-ctx.Done():
}
cancel()
```

**Limits.** Only goroutines that wait once, and then cancel; the cancel function must be returned as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.cancels import derived_in, derives
from heuristics.concurrency.launches import Launch, code_of, launches_of
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Chan, Flow, Named, Step, Var

TIER = Tier.B
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()
_SIGNALS = (Chan(Named("os", "Signal")),)  # to the process, whose end is not far then


def check(index: Index) -> Iterator[Found]:
    """Every goroutine that waits without its own context for the moment to cancel it."""
    for function in index.functions(tests=IN_TESTS):
        if not derives(index, function):
            continue
        flow = index.flow(function)
        for context, cancel in derived_in(flow):
            returned = next((s for s in flow.steps if s.act is Act.RETURN and _gives(s, cancel)), None)
            for launch in launches_of(index, function) if returned is not None else ():
                waits = _waits(flow, launch, context, cancel)
                if waits and returned is not None:
                    yield _found(flow, launch, waits, returned, cancel, context)


def _gives(returning: Step, cancel: Var) -> bool:
    return any(v.place is not None and v.place.root is cancel and not v.place.path for v in returning.values)


def _waits(flow: Flow, launch: Launch, context: Var, cancel: Var) -> tuple[Step, ...]:
    """The receives of a goroutine that waits for others once, and then cancels; () for any other."""
    code = code_of(flow, launch)
    cancels = [s for s in code if s.act is Act.CALL and s.place is not None and s.place.root is cancel]
    cancels = cancels or [s for s in code if s.call is not None and s.call.variable and s.call.variable.root is cancel]
    receives = tuple(s for s in code if s.act is Act.RECEIVE)
    if not cancels or not receives or any(s.place is not None and s.place.root is context for s in code):
        return ()
    if any(s.value is not None and s.value.type in _SIGNALS for s in receives):
        return ()
    once = len({s.select for s in receives}) == 1 and (receives[0].select >= 0 or len(receives) == 1)
    plain = all(s.blocking and not s.loops and not s.deferred for s in receives)
    return receives if once and plain and not any(s.act is Act.SEND for s in code) else ()


def _found(flow: Flow, launch: Launch, waits: tuple[Step, ...], returned: Step, cancel: Var, context: Var) -> Found:
    return Found(
        span=waits[0].span,
        message=f"When the caller calls `{cancel.name}`, this goroutine goes on waiting without it.",
        symbol=flow.function.symbol,
        variable=cancel.name,
        related=(
            Related(returned.span, f"`{cancel.name}` is given to the caller"),
            Related(launch.span, "the goroutine is started here"),
        ),
        story=(
            Related(returned.span, f"The caller gets `{cancel.name}`, and calls it when it is done;"),
            Related(waits[0].span, "the goroutine goes on waiting for somebody else."),
        ),
        evidence=(f"the goroutine calls `{cancel.name}`, and never waits for `{context.name}`",),
        offered=True,
        fix=Fix(f"wait for {context.name}.Done() as well", ()),
    )
