"""The body of a sync.Once does not return.

`once.Do(f)` holds the others back until f has returned: whoever calls Do meanwhile waits. A body that runs the main
loop of the object, or waits for its end, never returns, and every later caller stands still behind it, often with a
lock or a request in its hands.

Start a goroutine in the body.

WRONG

```go
s.once.Do(func() {
        for {
                select {
                case job := <-s.jobs:
                        job()
                case <-s.quit:
                        return
                }
        }
})
```

RIGHT

```go
s.once.Do(func() { go s.loop() })
```

**Limits.** The body must be a literal or a function of the repository with an endless loop that is left, if at all,
when something ends. It comments when there is a second caller: another Do of the same Once, several calls of the
function around it, or one in a loop; with one caller nobody waits, and it is listed.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.conds import key_of
from heuristics.concurrency.endless import endless_loop
from heuristics.concurrency.locks import mentioning
from heuristics.concurrency.words import functions_near
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Function, Place, Span, Step

TIER = Tier.B
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every body of a Once that runs a loop without an end of its own."""
    for function in functions_near(index, b"sync.Once", b".Do("):
        for step, once in _dos(index, function):
            body = _body(index, function, step)
            loop = endless_loop(index, *body) if body is not None else None
            if loop is not None:
                yield _found(index, function, step, once, loop)


def _dos(index: Index, function: Function) -> Iterator[tuple[Step, Place]]:
    for step in index.flow(function).steps:
        call = step.call
        place = call.receiver.place if call is not None and call.receiver is not None else None
        if step.act is Act.CALL and call is not None and call.known == "sync.Once.Do" and place is not None:
            yield step, place


def _body(index: Index, function: Function, step: Step) -> tuple[Function, int] | None:
    """What the Once runs: the function that it stands in, and its offset."""
    argument = step.call.arguments[0] if step.call is not None and step.call.arguments else None
    if argument is None:
        return None
    if argument.kind == "literal":
        return function, argument.body
    return (argument.function, argument.function.spec.start) if argument.function is not None else None


def _found(index: Index, function: Function, step: Step, once: Place, loop: Span) -> Found:
    second = _second(index, function, step, once)
    return Found(
        span=step.span,
        message="This Once body does not return, so every later caller blocks.",
        symbol=function.symbol,
        variable=once.text,
        related=(
            Related(loop, "the body stays in this loop"),
            *((Related(second[0], second[1]),) if second is not None else ()),
        ),
        story=(
            Related(step.span, "The first caller runs the body, and stays in it;"),
            *((Related(second[0], f"{second[1]}, and waits for the body to return."),) if second is not None else ()),
        ),
        evidence=(second[1],) if second is not None else (),
        offered=second is not None,
        fix=Fix("start a goroutine in the body of the Once", ()),
    )


def _second(index: Index, function: Function, step: Step, once: Place) -> tuple[Span, str] | None:
    """Somebody else who calls Do on the same Once, or makes the function around it do so."""
    key = key_of(once)
    for other in mentioning(index, function, "Do") if isinstance(key, str) else ():
        for do, place in _dos(index, other):
            if key_of(place) == key and do.span != step.span:
                return do.span, "another Do of the same Once"
    sites = [site for site in index.callers(function) if not site.caller.test]
    if sites and any(site.step.loops for site in sites):
        return sites[0].step.span, "the function is called in a loop"
    return (sites[1].step.span, "the function is called here, too") if len(sites) > 1 else None
