"""Goroutines range over a channel that nobody closes.

A loop over a channel ends when the channel is closed and empty, and never otherwise. When the function that made the
channel and feeds it returns without a close, the workers stay in their receive for ever; each call leaves some more.

Close the channel after the last send; `defer close(ch)` where all sends are the function's own.

WRONG

```go
work := make(chan job)
for i := 0; i < 4; i++ {
        go func() {
                for j := range work {
                        j.do()
                }
        }()
}
for _, j := range jobs {
        work <- j
}
// the four goroutines wait for the next job
```

RIGHT

```go
for _, j := range jobs {
        work <- j
}
close(work)
```

**Limits.** The channel must be made for a variable of a function that returns, and everybody who has it must be in
sight: the same package, and no code that keeps it. Loops with a way out of their own are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.channels import Channels, channels_of
from heuristics.concurrency.demands import shared_of
from heuristics.concurrency.handoffs import made_in
from heuristics.concurrency.launches import runners
from heuristics.concurrency.locks import functions_with
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function, Scope, Step

TIER = Tier.B
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every channel of a function over which a goroutine ranges, and which nobody closes."""
    for function in functions_with(index, b"make(chan ", tests=IN_TESTS):
        text = index.text(function.path)
        if text.find(b"range ", function.spec.start, function.spec.stop) < 0:
            continue
        flow = index.flow(function)
        for made in made_in(flow):
            ranged = _ranged(index, flow, made)
            if ranged is not None and _is_left_open(index, flow, made):
                yield _found(index, flow, made, ranged)


def _ranged(index: Index, flow: Flow, made: Step) -> Step | None:
    """The loop of a goroutine that the function starts, over the channel, without a way out of its own."""
    text = index.text(flow.function.path)
    home = runners(flow, made.body)
    for step in flow.steps:
        if step.act is not Act.RECEIVE or step.place != made.place or text.startswith(b"<-", step.span.start):
            continue
        inside = [s for s in flow.steps if s.act is Act.RETURN and s.body == step.body and step.loops[-1] in s.loops]
        apart = all(flow.body(start).how == "spawned" for start in runners(flow, step.body))
        if apart and not inside and home != runners(flow, step.body):
            return step
    return None


def _is_left_open(index: Index, flow: Flow, made: Step) -> bool:
    """Whether nobody closes the channel, although everybody who has it is known and the function returns."""
    assert made.place is not None
    function = flow.function
    shared = shared_of(made.place, function)
    if shared is None or function.name in ("main", "init"):
        return False
    channels = channels_of(index, function.package)
    if channels.escapes(shared.key) or channels.ends(shared.key, Act.CLOSE) or _is_open(channels, shared.key):
        return False
    if not any(s.act is Act.RETURN and s.body == made.body for s in flow.steps):
        return False
    return bool(channels.ends(shared.key, Act.SEND)) and not _closed_by_helper(index, flow, made)


def _closed_by_helper(index: Index, flow: Flow, made: Step) -> bool:
    """Whether the channel is handed to a function, of any package, that closes it."""
    for step in flow.steps:
        for position, argument in enumerate(step.call.arguments if step.call is not None else ()):
            if argument.place is None or argument.place != made.place or step.call is None:
                continue
            for target in index.targets(step.call):
                closed = [s.place.root for s in index.flow(target).steps if s.act is Act.CLOSE and s.place is not None]
                if any(r is not None and r.scope is Scope.PARAMETER and r.position == position for r in closed):
                    return True
    return False


def _is_open(channels: Channels, key: str) -> bool:
    """Whether other packages may have the channel, by a result or an exported field."""
    names = channels.names(key)
    return any("=" in name or (".go:" not in name and name.rpartition(".")[2][:1].isupper()) for name in names)


def _found(index: Index, flow: Flow, made: Step, ranged: Step) -> Found:
    assert made.place is not None
    name = made.place.text
    return Found(
        span=made.span,
        message=f"Nobody closes `{name}`, so the workers ranging over it never end.",
        symbol=flow.function.symbol,
        variable=name,
        related=(Related(ranged.span, f"the loop over `{name}`"),),
        story=(
            Related(made.span, f"`{name}` is made for this call;"),
            Related(ranged.span, "this loop waits for the next message when the last one has come, and for ever."),
        ),
        evidence=("the channel stays in sight, and nothing closes it",),
        offered=True,
        fix=_fix(index, flow.function, flow, made),
    )


def _fix(index: Index, function: Function, flow: Flow, made: Step) -> Fix:
    """A deferred close where all sends are the function's own, and it waits for nobody before it returns."""
    assert made.place is not None and made.value is not None
    title = f"close `{made.place.text}` after the last send"
    home = runners(flow, made.body)
    sends = [s for s in flow.steps if s.act is Act.SEND and s.place == made.place]
    waits = any(
        s.span.start > made.span.start
        and (s.act is Act.RECEIVE or (s.act is Act.CALL and s.call is not None and s.call.name == "Wait"))
        for s in flow.steps
        if runners(flow, s.body) == home
    )
    own = bool(sends) and all(runners(flow, s.body) == home for s in sends)
    text = index.text(function.path)
    stop = text.find(b"\n", made.value.span.stop)
    start = text.rfind(b"\n", 0, made.span.start) + 1
    margin = text[start : made.span.start]
    if (
        waits
        or not own
        or made.loops
        or margin.strip()
        or text[made.value.span.stop : stop].partition(b"//")[0].strip()
    ):
        return Fix(title, ())
    edit = Edit(function.path, stop, stop, f"\n{margin.decode()}defer close({made.place.text})")
    return Fix(title, (edit,))
