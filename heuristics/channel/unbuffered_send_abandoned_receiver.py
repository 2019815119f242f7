"""A goroutine sends an answer that nobody waits for any more.

A function makes a channel without a buffer, starts a goroutine that sends its result there, and waits for the result,
but not on every way out: a timeout, a cancelled context or an error returns before the receive. The goroutine then
blocks in its send for ever, with everything that it holds on to. Every such call leaves one more.

Give the channel room for what will be sent: with a buffer of one, the only send never blocks, and the channel is
collected with its goroutine's result.

WRONG

```go
result := make(chan int)
go func() { result <- compute() }()
select {
case v := <-result:
        return v, nil
case <-ctx.Done():
        return 0, ctx.Err() // compute() goes on, and its send blocks for ever
}
```

RIGHT

```go
result := make(chan int, 1)
go func() { result <- compute() }()
select {
case v := <-result:
        return v, nil
case <-ctx.Done():
        return 0, ctx.Err()
}
```

**Limits.** The channel must be made for one variable and stay in sight: its senders are goroutines that the function
starts, or code of the same package that gets it inside a message. A send that has a second way out (a select), a wait
for the goroutines, a function that ends the process, or stops something, and what belongs to commands or tests are left
alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.guards import beside_the_product
from heuristics.concurrency.handoffs import MANY, Handoff, Left, handoffs_in, left_behind
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index

TIER = Tier.B
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()

_TOOLS = ("cmd", "command", "commands", "cli", "tools", "hack", "scripts")  # folders of commands and their parts
_LAST = ("stop", "close", "shutdown", "gracefulstop")


def check(index: Index) -> Iterator[Found]:
    """Every channel that its maker may leave while others still have to send on it."""
    for function in index.functions(tests=IN_TESTS):
        for handoff in handoffs_in(index, function):
            if handoff.closes_itself or handoff.paced or not handoff.can_overflow:
                continue
            ways = left_behind(index, handoff)
            if ways:
                yield _found(index, handoff, ways)


def _found(index: Index, handoff: Handoff, ways: tuple[Left, ...]) -> Found:
    name = handoff.var.name
    send = handoff.sends[0].step.span
    way = max(ways, key=lambda left: left.pending)  # where nothing has been received, if there is such a way
    anew = way.at == handoff.made.span
    how = (
        "in the next round of the loop the channel is another one" if anew else "this way out does not receive from it"
    )
    blocked = "the goroutine stays" if handoff.most == 1 else "goroutines stay"
    selects = all(step.select >= 0 for step in handoff.receives)
    leaves = "select leaves by timeout or cancellation" if selects else "function leaves before it has received"
    return Found(
        span=handoff.made.span,
        message=f"If this {leaves}, {blocked} blocked sending on `{name}`.",
        symbol=handoff.function.symbol,
        variable=name,
        related=(Related(send, f"the send on `{name}`"), Related(way.at, how)),
        story=(
            Related(handoff.starts[0][0].span, f"`{name}` is handed to the sender;"),
            Related(way.at, how + ","),
            Related(send, "so this send waits for ever."),
        ),
        evidence=(
            "all senders and receivers of the channel are in sight",
            f"the channel has room for {handoff.size or 'nothing'}",
        ),
        offered=True,
        fix=_fix(index, handoff),
        silent_because=_trap(index, handoff),
    )


def _serves(index: Index, handoff: Handoff) -> bool:
    """Whether the only send is of what the call that serves returns."""
    steps = [index.flow(end.function).steps for end in handoff.sends]
    values = [s.value for end, own in zip(handoff.sends, steps, strict=True) for s in own if s is end.step]
    return bool(values) and all(v is not None and v.call is not None and "Serve" in v.call.name for v in values)


def _fix(index: Index, handoff: Handoff) -> Fix:
    made = handoff.make
    text = index.text(made.path)[made.start : made.stop]
    if handoff.size or handoff.most >= MANY or not text.endswith(b")"):
        return Fix(f"give `{handoff.var.name}` room for every send", ())
    edit = Edit(made.path, made.stop - 1, made.stop, f", {handoff.most})")
    return Fix(f"give `{handoff.var.name}` a buffer of {handoff.most}", (edit,))


def _trap(index: Index, handoff: Handoff) -> str:
    folder = handoff.function.path.rpartition("/")[0]
    if index.package(handoff.function).name == "main" or any(part in _TOOLS for part in folder.split("/")):
        return "the function belongs to a command, and may end with the process"
    if beside_the_product(folder):
        return "trap T15: what a test leaves behind ends with it"
    if handoff.function.name.lower().startswith(_LAST):
        return "the function stops something, and may be the last thing that the process does"
    if (handoff.room or 0) > 1 and handoff.most == MANY:
        return "trap T28: the room for several sends was counted by somebody"
    if handoff.called_back:
        return "a callback starts the sender, which may be one of several of which one is called"
    if _serves(index, handoff):
        return "what is sent is how a server has ended, which it does with the process"
    if handoff.signals:
        return "the function ends on a signal, with the process"
    return ""
