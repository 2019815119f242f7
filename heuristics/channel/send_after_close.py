"""A sender may still run when the channel is closed.

A send on a closed channel panics, and the panic ends the process. It happens where a function starts goroutines that
send, and closes the channel before it has waited for them; and where one method closes a field on which another method
sends. A select does not help the sender: when the channel is closed, its send is ready, and panics if it is chosen,
whatever the other arms are.

Close after the last sender is done, or do not close at all, and tell the receiver with a channel of its own.

WRONG

```go
for _, job := range jobs {
        go func() { results <- job.do() }()
}
close(results)
```

RIGHT

```go
var wg sync.WaitGroup
for _, job := range jobs {
        wg.Add(1)
        go func() {
                defer wg.Done()
                results <- job.do()
        }()
}
go func() {
        wg.Wait()
        close(results)
}()
```

**Limits.** Any wait or receive between the start of the senders and the close counts as a join. Of fields, only those
are told whose sender has a second way out in its select and yet none against this close, with no lock that both hold.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.channels import End
from heuristics.concurrency.closings import closes
from heuristics.concurrency.demands import lock_of
from heuristics.concurrency.fields import field_channel, is_fresh_or_local
from heuristics.concurrency.handoffs import sends_in
from heuristics.concurrency.launches import launches_of, may_run, runners
from heuristics.concurrency.locks import functions_with
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function, Scope, Span, Step, Var

TIER = Tier.B
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


@frozen()
class _Late:
    """A send that may come after a close. started: what lets it run beside the close. why: in words."""

    close: Step
    send: Span
    started: Related
    why: str


def check(index: Index) -> Iterator[Found]:
    """Every close beside which a sender may still run."""
    for function in functions_with(index, b"close(", tests=IN_TESTS):
        flow = index.flow(function)
        for step in closes(flow):
            late = _local(index, flow, step) or _field(index, flow, step)
            if late is not None:
                yield _found(function, late)


def _local(index: Index, flow: Flow, close: Step) -> _Late | None:
    """A goroutine that the function starts sends on a variable, and nothing has waited since."""
    root = close.place.root if close.place is not None and not close.place.path else None
    if root is None or root.scope is not Scope.LOCAL or close.deferred:
        return None
    if any(s.act is Act.RECEIVE and s.place == close.place and s.span.start < close.span.start for s in flow.steps):
        return None  # what has been received may be all that is sent
    for launch in launches_of(index, flow.function):
        if not may_run(launch.site, close) or launch.body < 0 or launch.step.body != close.body:
            continue
        if _is_fed(flow, launch.body, root):
            continue
        if any((fact, not holds) in close.facts for fact, holds in launch.step.facts):
            continue
        if sends_in(index, flow.function, launch.body, root):
            started = Related(launch.span, "the sender is started here, and not waited for")
            return _Late(close, launch.span, started, "nothing waits between the start of the sender and the close")
    return None


def _is_fed(flow: Flow, body: int, var: Var) -> bool:
    """Whether a sender only hands on what it receives: it sends nothing more when nothing comes."""
    inside = [s for s in flow.steps if body in runners(flow, s.body)]
    sends = [s for s in inside if s.act is Act.SEND and s.place is not None and s.place.root is var]
    fed = {loop for s in inside if s.act is Act.RECEIVE for loop in s.loops}
    return bool(sends) and all(fed & set(send.loops) for send in sends)


def _field(index: Index, flow: Flow, close: Step) -> _Late | None:
    """Another method sends on a field of the object, in a select that shows that the object may be closed meanwhile."""
    if is_fresh_or_local(flow, close) or _waits(flow) or close.deferred:
        return None
    channel = field_channel(index, flow.function, close)
    if channel is None or len(channel.ends(Act.CLOSE)) > 1:
        return None
    for send in channel.ends(Act.SEND):
        if _is_beside(index, flow, close, send) and _has_other_way(index, send):
            started = Related(index.span(send.function), f"`{send.function.symbol}` is called beside it")
            return _Late(
                close, send.step.span, started, "no lock is held at both, and a select does not keep the send back"
            )
    return None


def _waits(flow: Flow) -> bool:
    """Whether the function waits for somebody: for the senders before it closes, or for the receivers behind it.

    Who waits for the receivers is the last one to use the object, as a rule.
    """
    return any(s.act is Act.CALL and s.call is not None and s.call.name == "Wait" for s in flow.steps)


def _is_beside(index: Index, flow: Flow, close: Step, send: End) -> bool:
    """Whether a send may run in another goroutine than the close, under no lock of both."""
    if send.function is flow.function or flow.body(close.body).how == "value":
        return False
    inner = index.flow(send.function)
    if inner.body(send.step.body).how == "value" or is_fresh_or_local(inner, send.step):
        return False
    ours = {lock.key for h in close.held if (lock := lock_of(index, h.place, flow.function))}
    theirs = {lock.key for h in send.step.held if (lock := lock_of(index, h.place, send.function))}
    return not ours & theirs and _has_others(index, flow.function, send.function)


def _has_others(index: Index, closer: Function, sender: Function) -> bool:
    """Whether somebody else than the closer calls the sender, and both are open to any goroutine."""
    callers = [site.caller for site in index.callers(sender) if not site.caller.test]
    open_to_all = [f for f in (sender, *callers) if f.name[:1].isupper() and f is not closer]
    return closer.name[:1].isupper() and bool(open_to_all)


def _has_other_way(index: Index, send: End) -> bool:
    """Whether the send is an arm of a select that also listens for an end: on another field."""
    flow = index.flow(send.function)
    arms = [s for s in flow.steps if s.select == send.step.select >= 0 and s is not send.step]
    home = runners(flow, send.step.body)
    return any(s.act is Act.RECEIVE and runners(flow, s.body) == home and s.place != send.step.place for s in arms)


def _found(function: Function, late: _Late) -> Found:
    assert late.close.place is not None
    name = late.close.place.text
    return Found(
        span=late.close.span,
        message=f"A sender may still run when `{name}` is closed.",
        symbol=function.symbol,
        variable=name,
        related=(Related(late.send, f"a send on `{name}`"), late.started),
        story=(
            late.started,
            Related(late.close.span, f"`{name}` is closed;"),
            Related(late.send, "this send comes after it, and panics."),
        ),
        evidence=(late.why,),
        offered=True,
        fix=Fix(f"close `{name}` once its last sender is done", ()),
    )
