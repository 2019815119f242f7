"""Where a goroutine waits for others, so that what it does afterwards may be ordered by that."""

from __future__ import annotations

from collections.abc import Sequence

from heuristics.golang.index import Index
from heuristics.golang.known import WAITS
from heuristics.golang.model import Act, Flow, Function, Span, Step


def after_wait(index: Index, flow: Flow, step: Step) -> bool:
    """Whether the goroutine has waited for somebody, or got something, before it comes to a step."""
    first = index.once(_first_waits, flow.function).get(step.body)
    return first is not None and step.span.start > first.stop


def _first_waits(index: Index, function: Function) -> dict[int, Span]:
    """Where each body of a function waits first for what others do, in the order of the text."""
    found: dict[int, Span] = {}
    steps = index.flow(function).steps
    for position, step in enumerate(steps):
        if step.body in found or step.deferred or not waits(index, step):
            continue
        if step.act is not Act.RECEIVE or not (_from_clock(step) or _way_out(steps[position + 1 :], step)):
            found[step.body] = step.span
    return found


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
