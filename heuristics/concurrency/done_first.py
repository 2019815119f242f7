"""The remedy for a Done that comes too early or not at all: `defer wg.Done()` as the first line of the goroutine."""

from __future__ import annotations

from heuristics.concurrency.countdowns import Countdown, course
from heuristics.concurrency.course import Course
from heuristics.concurrency.lines import alone, deferred_whole, line_start, line_stop, margin
from heuristics.concurrency.remedies import Replacement
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Step


def done_first(index: Index, count: Countdown, early: bool = False) -> tuple[Replacement, ...]:
    """Takes every Done of the body out and defers one at its head; () where that would change more than the order.

    A Done that work follows may be a signal that is meant to come before it: only early ones are moved then.
    """
    way = course(index, count)
    text = index.text(count.flow.function.path)
    if way is None or not way.block.statements or text[way.block.start : way.block.start + 1] != b"{":
        return ()
    first = index.file(count.flow.function.path).span(way.block.statements[0].start, way.block.statements[0].start)
    if text[way.block.start + 1 : line_start(text, first)].strip() or b"\n" not in text[way.block.start : first.start]:
        return ()
    spans = [deferred_whole(text, step.span) for step in count.dones]
    if any(step.body != count.body or not alone(text, span) for step, span in zip(count.dones, spans, strict=True)):
        return ()
    if not early and not all(step.deferred or _is_last(count, way, step) for step in count.dones):
        return ()
    head = line_start(text, first)
    line = f"{margin(text, first)}defer {count.inner.text}.Done()\n"
    return ((head, head, line), *((line_start(text, span), line_stop(text, span), "") for span in spans))


def _is_last(count: Countdown, way: Course, step: Step) -> bool:
    """Whether nothing is done behind a Done but to return."""
    behind = way.reached(way.at(step.span.start))
    acts = (s for s in count.flow.steps if s.body == count.body and s.act is not Act.RETURN)
    return not any(way.at(act.span.start) in behind for act in acts)
