"""Some workers of a function are not in the group that it waits for.

A function counts one goroutine, which lists or produces, and waits for it. The workers which that goroutine starts take
a token of a channel that the function has made, and give it back at their end: the channel bounds their number, but
nobody waits for the last of them. The function returns, and says that all is done, while they still run.

Count the workers, too, or take all tokens before the function returns.

WRONG

```go
go func() {
        defer wg.Done()
        for item := range list() {
                tokens <- struct{}{}
                go func() {
                        defer func() { <-tokens }()
                        process(item)
                }()
        }
}()
wg.Wait() // the last workers may still run
```

RIGHT

```go
        tokens <- struct{}{}
        wg.Add(1)
        go func() {
                defer wg.Done()
                defer func() { <-tokens }()
                process(item)
        }()
```

Limits: the channel and the group must be the function's own. A worker that sends, closes or counts anything, and a
function that fills the channel to see the end, stay silent.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.groups import calls, counting
from heuristics.concurrency.launches import Launch, code_of, launches_of
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Place, Scope, Step

TIER = Tier.B
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every launch of a worker that takes a token of the function, but is in none of its groups."""
    for function in counting(index, "Wait", IN_TESTS):
        flow = index.flow(function)
        main = function.spec.start
        waits = [(s, g) for s, g in calls(flow, "Wait") if s.body == main and _own(flow, g)]
        counted = [group for _, group in calls(flow, "Add")]
        wait = next(((s, g) for s, g in waits if g in counted and not _ends_all(flow, s)), None)
        for launch in launches_of(index, function) if wait is not None else ():
            back = _token(flow, launch)
            if back is not None and wait is not None and launch.site < wait[0].span.start:
                yield _found(flow, launch, back, *wait)


def _own(flow: Flow, place: Place | None) -> bool:
    """Whether a variable is a local of the function, or of a literal in it."""
    return place is not None and not place.path and place.root is not None and place.root.scope is Scope.LOCAL


def _ends_all(flow: Flow, wait: Step) -> bool:
    """Whether the function goes on to receive something behind its Wait: that may be the end of the workers."""
    return any(s.act is Act.RECEIVE and s.body == wait.body and s.span.start > wait.span.stop for s in flow.steps)


def _token(flow: Flow, launch: Launch) -> Step | None:
    """Where a worker gives back the token that was taken for it; None for one whose end is told to anybody."""
    code = code_of(flow, launch)
    backs = [step for step in code if step.act is Act.RECEIVE and _own(flow, step.place)]
    back = next((step for step in backs if _taken_for(flow, launch, step.place)), None)
    if back is None or back.place is None or not _only_tokens(flow, back.place):
        return None
    tells = any(s.act in (Act.SEND, Act.CLOSE) or (s.call is not None and s.call.name == "Done") for s in code)
    return back if not tells else None


def _taken_for(flow: Flow, launch: Launch, channel: Place | None) -> bool:
    """Whether a token is put into the channel right before the launch, in the same body."""
    return any(
        s.act is Act.SEND and s.place == channel and s.body == launch.step.body and s.span.stop <= launch.site
        for s in flow.steps
    )


def _only_tokens(flow: Flow, channel: Place) -> bool:
    """Whether all that is put into a channel is a token for a launch that follows: nobody fills it up, or asks it."""
    spawns = [s for s in flow.steps if s.act is Act.SPAWN]
    for step in flow.steps:
        if step.call is not None and any(argument.place == channel for argument in step.call.arguments):
            return False
        if step.act is Act.SEND and step.place == channel:
            behind = (s for s in spawns if s.body == step.body and s.span.start > step.span.start)
            if not any(spawn.loops == step.loops for spawn in behind):
                return False
    return True


def _found(flow: Flow, launch: Launch, back: Step, wait: Step, group: Place) -> Found:
    assert back.place is not None
    return Found(
        span=launch.span,
        message=f"The goroutine is not counted in `{group.text}`, so Wait returns while it still runs.",
        symbol=flow.function.symbol,
        variable=group.text,
        related=(
            Related(wait.span, "the function waits for the others here"),
            Related(back.span, f"the goroutine gives its token back to `{back.place.text}`, which nobody waits for"),
        ),
        story=(
            Related(launch.span, f"A worker is started with a token of `{back.place.text}`;"),
            Related(wait.span, "the function waits for what it has counted, and returns;"),
            Related(back.span, "the worker still runs, and ends when nobody looks any more."),
        ),
        evidence=(f"`{back.place.text}` is made here, bounds the workers, and is never filled up to see them end",),
        offered=True,
        fix=Fix(f"call {group.text}.Add(1) before it, and Done where it gives the token back", ()),
    )
