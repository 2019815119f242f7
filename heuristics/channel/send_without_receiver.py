"""A send that nobody can ever receive.

The channel has no buffer, and no other goroutine knows it when the function sends on it; or nothing in the package
receives from it at all. The send waits for ever, and so does everybody who waits for this goroutine.

Give the channel a buffer for what is sent before it is handed out, or send from a goroutine of its own.

WRONG

```go
func wait() <-chan error {
        failed := make(chan error)
        if err := prepare(); err != nil {
                failed <- err // the caller has not got the channel yet
                return failed
        }
        go run(failed)
        return failed
}
```

RIGHT

```go
failed := make(chan error, 1)
```

**Limits.** A local channel must not have been handed to anybody before the send; a field must be unexported, its
channel without a buffer, and no code of the package, tests among it, may receive from it.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.demands import is_alone
from heuristics.concurrency.fields import field_channel, is_fresh_or_local
from heuristics.concurrency.handoffs import made_in
from heuristics.concurrency.launches import runners
from heuristics.concurrency.locks import functions_with
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function, Step, Value, Var

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()
_HARMLESS = frozenset({"builtin.make", "builtin.len", "builtin.cap", "builtin.close"})


def check(index: Index) -> Iterator[Found]:
    """Sends on a local channel before anybody else has it, and on a field that nobody receives from."""
    for function in functions_with(index, b"<-", tests=IN_TESTS):
        flow = index.flow(function)
        sends = [s for s in flow.steps if s.act is Act.SEND and s.place is not None and is_alone(flow, s)]
        for made in made_in(flow) if sends else ():
            assert made.place is not None and made.value is not None
            lone = next((s for s in sends if s.place == made.place and _is_first(flow, made, s)), None)
            if lone is not None and made.value.text in ("", "0"):
                yield _local(index, function, made, lone)
        for send in sends:
            if send.place is not None and send.place.path and not is_fresh_or_local(flow, send):
                yield from _field(index, function, send)


def _is_first(flow: Flow, made: Step, send: Step) -> bool:
    """Whether the goroutine that made a channel sends on it before anybody else can have it."""
    assert made.place is not None and made.place.root is not None
    var = made.place.root
    if runners(flow, send.body) != runners(flow, made.body) or send.deferred or send.loops != made.loops:
        return False
    between = (s for s in flow.steps if made.span.start <= s.span.start < send.span.start and s is not made)
    return not any(_hands_out(flow, s, made, var) for s in between)


def _hands_out(flow: Flow, step: Step, made: Step, var: Var) -> bool:
    """Whether a step gives the channel to somebody: another body, a callee, a variable, a field, a message."""
    if step.place is not None and step.place.root is var and step.body != made.body:
        return True
    call = step.call
    if call is not None and call.known not in _HARMLESS:
        operands = (*call.arguments, *((call.receiver,) if call.receiver is not None else ()))
        if any(_carries(operand, var) for operand in operands):
            return True
    given = step.act in (Act.DECLARE, Act.WRITE, Act.MUTATE, Act.SEND, Act.MAKE)
    return given and _carries(step.value, var)


def _carries(value: Value | None, var: Var) -> bool:
    if value is None:
        return False
    if value.place is not None and value.place.root is var:
        return True
    return _carries(value.inner, var) or any(_carries(inner, var) for _, inner in value.fields)


def _local(index: Index, function: Function, made: Step, send: Step) -> Found:
    assert made.place is not None and made.value is not None
    name, make = made.place.text, made.value.span
    plain = not made.value.text and index.text(make.path)[make.start : make.stop].endswith(b")")
    edits = (Edit(make.path, make.stop - 1, make.stop, ", 1)"),) if plain else ()
    return Found(
        span=send.span,
        message=f"Nobody else has `{name}` yet, so this send blocks for ever.",
        symbol=function.symbol,
        variable=name,
        related=(Related(made.span, f"`{name}` is made here, without a buffer"),),
        story=(
            Related(made.span, f"`{name}` is made without a buffer"),
            Related(send.span, "and sent on before any other goroutine can have it."),
        ),
        evidence=("the channel was not handed to anybody before the send",),
        fix=Fix(f"give `{name}` a buffer of one", edits),
    )


def _field(index: Index, function: Function, send: Step) -> Iterator[Found]:
    channel = field_channel(index, function, send)
    if channel is None or not channel.channels.unbuffered(channel.key) or channel.ends(Act.RECEIVE):
        return
    name = channel.shared.label
    yield Found(
        span=send.span,
        message=f"Nothing receives from `{name}`, so this send blocks for ever.",
        symbol=function.symbol,
        variable=name,
        evidence=("the channel has no buffer, and its field is not exported", "the package never receives from it"),
        fix=Fix(f"receive from `{name}`, or remove the send", ()),
    )
