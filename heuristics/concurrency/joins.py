"""What may run beside a launched goroutine, and what keeps two acts apart."""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.callbacks import runs_locked
from heuristics.concurrency.launches import Launch, code_of, launches_of, may_run, outlasts_round, runners
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Call, Flow, Held, Place, Step, Var

# Library functions that run their argument at most once at a time.
_ONE_AT_A_TIME = frozenset({"sync.Once.Do", "golang.org/x/sync/singleflight.Group.Do"})


def beside(index: Index, launch: Launch, var: Var) -> Iterator[Step]:
    """The steps of the launcher that may run while the goroutine does, and that see the same variable.

    They come after the launch and before the first join, or in a later round of a loop that does not declare it anew.
    """
    flow = index.flow(launch.function)
    own = {step.span for step in code_of(flow, launch)}
    sites = {launch.site, ~launch.site} if outlasts_round(index, launch, var) else {launch.site}
    for step in flow.steps:
        if step.running and not sites.isdisjoint(step.running) and step.span not in own:
            yield step


def siblings(index: Index, launch: Launch, var: Var) -> Iterator[Launch]:
    """The other launches of the same function whose goroutines may run at the same time and see the same variable."""
    later = outlasts_round(index, launch, var)
    for other in launches_of(index, launch.function):
        if (other.site, other.body) == (launch.site, launch.body):
            continue
        same = launch.site in other.step.running or other.site in launch.step.running
        if same or (later and (may_run(launch.site, other.step) or may_run(other.site, launch.step))):
            yield other


# --- what keeps apart


def locked(index: Index, flow: Flow, launch: Launch, step: Step) -> str:
    """Why no two goroutines can be at this step at once, in words; "" when nothing in the text says so."""
    outer = [held for held in step.held if _outside(launch, flow, held)]
    if outer:
        return f"`{outer[0].place.text}` is held"
    for call in _calls_around(flow, step):
        if call.known in _ONE_AT_A_TIME:
            return f"`{call.name}` runs it alone"
        if call.function is not None and runs_locked(index, call.function):
            return f"`{call.name}` runs it under a lock"
    return _token(flow, step)


def once_for_both(flow: Flow, one: Step, other: Step) -> Call | None:
    """The Do of the Once that both steps stand in, in different calls: only one of them ever runs."""
    around = [[c for c in _calls_around(flow, step) if c.known == "sync.Once.Do"] for step in (one, other)]
    pairs = ((a, b) for a in around[0] for b in around[1] if a is not b)
    return next((a for a, b in pairs if a.receiver and b.receiver and a.receiver.place == b.receiver.place), None)


def common_lock(one: Step, other: Step) -> Held | None:
    """A lock that is held at both steps."""
    return next((held for held in one.held if any(held.place == h.place for h in other.held)), None)


def _outside(launch: Launch, flow: Flow, held: Held) -> bool:
    """Whether a lock is one for all goroutines, not one that the goroutine made."""
    root = held.place.root
    return root is None or launch.body < 0 or not launch.body <= root.start < flow.body(launch.body).stop


def _calls_around(flow: Flow, step: Step) -> Iterator[Call]:
    """The calls whose function argument the step stands in, in the goroutine that it runs in."""
    apart = {body.start for body in flow.bodies if body.how in ("spawned", "main", "value")}
    start = max((start for start in runners(flow, step.body) if start in apart), default=-1)
    for call in flow.steps:
        if call.act is Act.CALL and call.call is not None and start < call.span.start < step.span.start:
            literals = [a for a in call.call.arguments if a.kind == "literal"]
            if any(a.span.start <= step.span.start and step.span.stop <= a.span.stop for a in literals):
                yield call.call


def _token(flow: Flow, step: Step) -> str:
    """A channel from which a token was taken before the step and to which it is given back after it."""
    around = [s for s in flow.steps if s.body == step.body or s.deferred]
    for first, second in ((Act.SEND, Act.RECEIVE), (Act.RECEIVE, Act.SEND)):
        for before in around:
            if before.act is not first or before.place is None or before.span.start > step.span.start:
                continue
            back = [s for s in around if s.act is second and s.place == before.place]
            if any(s.span.start > step.span.start or s.deferred for s in back) and _one_token(flow, before.place):
                return f"`{before.place.text}` lets one goroutine pass at a time"
    return ""


def _one_token(flow: Flow, channel: Place) -> bool:
    """Whether a channel may have room for one token only: it was not made here with more."""
    for step in flow.steps:
        if step.act in (Act.DECLARE, Act.WRITE) and step.place == channel and step.value is not None:
            return step.value.kind != "new" or step.value.text == "1"
    return True


# --- order through channels


def ordered(flow: Flow, launch: Launch, inside: Step, outside: Step) -> bool:
    """Whether a message orders a step of the launcher before one of the goroutine: the goroutine waits for it first."""
    signals = {
        step.place.root
        for step in flow.steps
        if step.act in (Act.SEND, Act.CLOSE)
        and step.place is not None
        and step.body == outside.body
        and step.span.start > outside.span.start
    }
    return any(var in signals for var in _awaited_before(flow, launch, inside))


def signalled(flow: Flow, launch: Launch, inside: Step, outside: Step) -> bool:
    """Whether the launcher hands over a value or looks at an atomic flag, and the goroutine takes or sets it later."""
    after = [step for step in code_of(flow, launch) if step.span.start > inside.span.start]
    taken = {step.place.root for step in after if step.act is Act.RECEIVE and step.place is not None}
    flagged = any(is_atomic(step) for step in after)
    for step in flow.steps:
        if step.body == outside.body and launch.site < step.span.start < outside.span.start:
            if step.act is Act.SEND and step.place is not None and step.place.root in taken:
                return True
            if flagged and is_atomic(step):
                return True
    return False


def is_atomic(step: Step) -> bool:
    """Whether a step is a call of package atomic, which may tell one goroutine of another."""
    return step.call is not None and step.call.known.startswith(("sync/atomic.", "go.uber.org/atomic."))


def waits_before(flow: Flow, launch: Launch, step: Step) -> bool:
    """Whether the goroutine receives or waits before it comes to a step of its own."""
    return bool(_awaited_before(flow, launch, step))


def _awaited_before(flow: Flow, launch: Launch, step: Step) -> frozenset[Var | None]:
    found: set[Var | None] = set()
    for other in code_of(flow, launch):
        if other.span.start >= step.span.start:
            continue
        waits = other.act is Act.CALL and other.call is not None and other.call.name == "Wait"
        if other.act is Act.RECEIVE or waits:
            found.add(other.place.root if other.place is not None else None)
    return frozenset(found)
