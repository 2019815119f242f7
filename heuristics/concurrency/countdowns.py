"""Goroutines that count a WaitGroup down: what they run, which group their launcher means, and where Done stands."""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.course import Course, course_of, position
from heuristics.concurrency.groups import as_the_caller_sees, calls, calls_in_package, may_count_down
from heuristics.concurrency.launches import Launch, launches_of, may_launch, runners
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.known import WAIT_GROUP
from heuristics.golang.model import Act, Call, Flow, Function, Place, Scope, Span, Step

_DEPTH = 3  # calls on the way to a Done


@frozen()
class Countdown:
    """A launched body that counts a group down. group: as the launcher names it; inner: as the body does.

    flow: of the function that the body stands in. body: its offset. dones: in the order of the text.
    """

    launch: Launch
    flow: Flow
    body: int
    group: Place
    inner: Place
    dones: tuple[Step, ...]

    def inside(self, step: Step) -> bool:
        """Whether the goroutine itself runs a step."""
        return self.body in runners(self.flow, step.body)


def countdowns(index: Index, function: Function) -> Iterator[Countdown]:
    """The goroutines that a function launches and that call Done on a group which the launcher knows."""
    if not may_launch(index, function):
        return
    outer = index.flow(function)
    for launch in launches_of(index, function):
        flow, body = outer, launch.body
        if body < 0:
            if launch.call is None or launch.call.function is None:
                continue
            if not may_count_down(index, launch.call.function):
                continue
            flow = index.flow(launch.call.function)
            body = launch.call.function.spec.start
        groups: dict[Place, list[Step]] = {}
        for step, place in calls(flow, "Done"):
            if body in runners(flow, step.body):
                groups.setdefault(place, []).append(step)
        for inner, dones in groups.items():
            group = _outside(launch, flow, body, inner)
            if group is not None:
                yield Countdown(launch, flow, body, group, inner, tuple(dones))


def _outside(launch: Launch, flow: Flow, body: int, inner: Place) -> Place | None:
    """The group as the launcher names it; None for one that the goroutine has for itself."""
    root = inner.root
    if root is None:
        return None
    own = root.body == body and root.scope in (Scope.PARAMETER, Scope.RECEIVER)
    if launch.call is not None and own:
        return as_the_caller_sees(inner, launch.call)
    if body <= root.start < flow.body(body).stop and root.body >= body:
        return None
    return inner if launch.body >= 0 or root.scope is Scope.GLOBAL else None


def added_before(index: Index, count: Countdown) -> tuple[Step, ...]:
    """The Adds on the group that its launcher makes before the launch."""
    flow = index.flow(count.launch.function)
    return tuple(s for s, g in calls(flow, "Add") if g == count.group and s.span.start < count.launch.site)


def waited_for(index: Index, count: Countdown) -> Span | None:
    """Where somebody waits for the group: the launcher, or another function of the package on the same field."""
    function = count.launch.function
    own = next((s.span for s, g in calls(index.flow(function), "Wait") if g == count.group), None)
    others = (s.span for _, s, _ in calls_in_package(index, function, count.group, "Wait"))
    return own or next(others, None)


def course(index: Index, count: Countdown) -> Course | None:
    """The course of the body; None where a goto makes it hard to tell."""
    return course_of(index, count.flow.function, count.body)


def places(count: Countdown) -> tuple[Span, ...]:
    """Where the body comes to its Dones, in its own text."""
    found = (position(count.flow, step, count.body) for step in count.dones)
    return tuple(span for span in found if span is not None)


def counts_down(index: Index, call: Call, group: Place, depth: int = _DEPTH) -> bool:
    """Whether a call may count a group down: a callee does, or it gets the group and nobody can tell what it does."""
    handed = [v for v in (*call.arguments, *((call.receiver,) if call.receiver else ())) if v.place is not None]
    if call.function is None:
        known = call.known.startswith((WAIT_GROUP, "builtin."))
        return not known and any(v.place == group for v in handed)
    about = call.function, depth
    return any(inner == group or as_the_caller_sees(inner, call) == group for inner in index.once(_counted_down, about))


def _counted_down(index: Index, about: tuple[Function, int]) -> tuple[Place, ...]:
    """The groups that a function counts down, itself or in what it calls, as it sees them."""
    function, depth = about
    flow = index.flow(function)
    found = [group for _, group in calls(flow, "Done")]
    if depth > 0:
        for step in flow.steps:
            call = step.call
            if step.act is Act.CALL and call is not None and call.function is not None:
                for inner in index.once(_counted_down, (call.function, depth - 1)):
                    seen = as_the_caller_sees(inner, call)
                    found += [seen] if seen is not None else []
    return tuple(dict.fromkeys(found))
