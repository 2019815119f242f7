"""Wait is called once, and its condition is not tested again.

Between the signal and the moment in which the waiter has the lock again, others run: one that took what was
signalled, or one that signals something else on the same condition variable. Wait says that something may have
changed, not that the condition holds. And a waiter that does not test before it waits sleeps for ever when the signal
came first.

Wait in a loop that tests the condition.

WRONG

```go
q.mu.Lock()
if len(q.items) == 0 {
        q.cond.Wait()
}
item := q.items[0] // somebody else was faster
```

RIGHT

```go
q.mu.Lock()
for len(q.items) == 0 {
        q.cond.Wait()
}
item := q.items[0]
```

**Limits.** A loop around the Wait, or around the calls of the function that waits, silences, and so does a second
test of the same condition behind it.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.blocks import enclosing
from heuristics.concurrency.conds import using
from heuristics.concurrency.course import course_of
from heuristics.concurrency.groups import around
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function, Place, Step
from heuristics.golang.tree import ExprStmt, If

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every Wait on a condition variable with no loop around it, behind a test or a lock of the same function."""
    for function, wait, cond in using(index, "Wait"):
        flow = index.flow(function)
        way = course_of(index, function, wait.body)
        if around(flow, wait) or way is None or flow.body(wait.body).how == "value":
            continue
        ifs = [one for one in enclosing(way.block, wait.span.start) if isinstance(one, If)]
        locked = next((h for path in wait.paths for h in path if not h.entered), None)
        if not ifs and locked is None:
            continue
        yield _found(index, flow, wait, cond, ifs[-1] if ifs else None)


def _found(index: Index, flow: Flow, wait: Step, cond: Place, tested: If | None) -> Found:
    function = flow.function
    start = tested.condition if tested is not None else None
    asked = index.file(function.path).span(start.start, start.stop) if start is not None else None
    return Found(
        span=wait.span,
        message="Wait can wake without the condition being true.",
        symbol=function.symbol,
        variable=cond.text,
        related=(Related(asked, "the condition is tested once, here"),) if asked is not None else (),
        story=(
            *((Related(asked, "The condition is tested,"),) if asked is not None else ()),
            Related(wait.span, "the goroutine sleeps, is woken up, and goes on, whatever others have done meanwhile."),
        ),
        evidence=("there is no loop around this Wait",),
        fix=_fix(index, function, wait, tested),
        silent_because=_trap(index, flow, wait, tested),
    )


def _trap(index: Index, flow: Flow, wait: Step, tested: If | None) -> str:
    function = flow.function
    if any(site.step.loops or around(index.flow(site.caller), site.step) for site in index.callers(function)):
        return "the function that waits is called in a loop"
    if tested is not None:
        text = index.text(function.path)
        condition = text[tested.condition.start : tested.condition.stop]
        if text.find(condition, wait.span.stop, function.spec.stop) >= 0:
            return "the condition is tested again behind Wait"
        reads = {s.place for s in flow.steps if s.act is Act.READ and _within(s, tested)}
        inside = [s for s in flow.steps if wait.span.stop <= s.span.start < tested.then.stop]
        if any(s.act is Act.READ and s.place in reads for s in inside):
            return "the condition is tested again behind Wait"
    return ""


def _within(step: Step, tested: If) -> bool:
    return tested.condition.start <= step.span.start < tested.condition.stop


def _fix(index: Index, function: Function, wait: Step, tested: If | None) -> Fix:
    """`for` in the place of `if`, where the test does nothing but wait."""
    title = "wait in a loop that tests the condition"
    if tested is None or tested.init is not None or tested.otherwise is not None:
        return Fix(title, ())
    only = tested.then.statements[0] if len(tested.then.statements) == 1 else None
    if not isinstance(only, ExprStmt) or only.start != wait.span.start:
        return Fix(title, ())
    text = index.text(function.path)
    if text[tested.start : tested.start + 3] != b"if ":
        return Fix(title, ())
    condition = text[tested.condition.start : tested.condition.stop].decode("utf-8", "replace")
    title = f"for {condition} {{ {_source(text, wait)} }}" if len(condition) < 40 else title
    return Fix(title, (Edit(function.path, tested.start, tested.start + 2, "for"),))


def _source(text: bytes, wait: Step) -> str:
    return text[wait.span.start : wait.span.stop].decode("utf-8", "replace")
