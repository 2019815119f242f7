"""Where a goroutine waits for others, so that what it does afterwards may be ordered by that."""

from __future__ import annotations

from collections.abc import Sequence

from heuristics.golang.index import Index
from heuristics.golang.known import WAITS
from heuristics.golang.model import Act, Body, Flow, Function, Scope, Span, Step, Var


def after_wait(index: Index, flow: Flow, step: Step) -> bool:
    """Whether the goroutine has waited for somebody, or got something, before it comes to a step."""
    return index.once(_FirstWait, (flow.function, step.body)).ends_before(step)


class _FirstWait:
    """Where a body of a function waits first for what others do, in the order of the text.

    Looked for no further than somebody asks: whether a call waits takes walks through all that it calls.
    """

    def __init__(self, index: Index, about: tuple[Function, int]) -> None:
        function, body = about
        self._index = index
        self._steps = index.flow(function).steps
        self._left = [n for n, step in enumerate(self._steps) if step.body == body and not step.deferred][::-1]
        self._found: Span | None = None

    def ends_before(self, step: Step) -> bool:
        """Whether the wait is over where a step of the body begins."""
        start = step.span.start
        while self._found is None and self._left and self._steps[self._left[-1]].span.start < start:
            self._look(self._left.pop())
        return self._found is not None and start > self._found.stop

    def _look(self, position: int) -> None:
        step = self._steps[position]
        if waits(self._index, step) and (
            step.act is not Act.RECEIVE or not (_from_clock(step) or _way_out(self._steps[position + 1 :], step))
        ):
            self._found = step.span


def _from_clock(step: Step) -> bool:
    """Whether a receive takes what a timer or ticker sends, which says nothing of other goroutines."""
    value = step.value
    if value is not None and value.call is not None:
        return value.call.known in ("time.After", "time.Tick")
    return step.place is not None and step.place.field is not None and step.place.field.name == "C"


def _way_out(following: Sequence[Step], receive: Step) -> bool:
    """Whether an arm of a select leaves the function at once: what stands below it is reached by the other arms."""
    after = next((s for s in following if s.span.start >= receive.span.stop), None)
    return receive.select >= 0 and after is not None and after.act is Act.RETURN and after.body == receive.body


def waits(index: Index, step: Step) -> bool:
    """Whether a step waits for other goroutines, itself or in what it calls."""
    if step.act is Act.RECEIVE:
        return True
    if step.act is not Act.CALL or step.call is None:
        return False
    return step.call.name in WAITS or (step.call.function is not None and index.summaries.waits(step.call.function))


def answered(index: Index, function: Function) -> frozenset[int]:
    """The offsets of the go statements whose literal sends a last message that the function has when it returns."""
    flow = index.flow(function)
    literals = [body for body in flow.bodies if body.how == "spawned" and body.parent == function.spec.start]
    ends = [s for s in flow.steps if s.act is Act.RETURN and s.body == function.spec.start] if literals else []
    sites = (site.start for body in literals if _awaited(flow, body) for site in body.sites)
    return frozenset(site for site in sites if not any(site in end.running for end in ends))


def _awaited(flow: Flow, body: Body) -> bool:
    """Whether the last thing that a literal does is to send on a local channel from which its function receives."""
    own = [s for s in flow.steps if s.body == body.start and s.act is not Act.RETURN]
    last = max(own, key=lambda s: (s.deferred, s.span.stop), default=None)
    if last is None or last.act not in (Act.SEND, Act.CLOSE):
        return False
    channel = _local(last)
    taken = (s for s in flow.steps if s.act is Act.RECEIVE and s.body == body.parent and s.select < 0)
    return channel is not None and any(_local(receive) is channel for receive in taken)


def _local(step: Step) -> Var | None:
    place = step.place
    return (
        place.root if place is not None and place.root and place.root.scope is Scope.LOCAL and not place.path else None
    )
