"""What a call does to a map of an object that it is given, in the goroutine of its caller."""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.roots import launched_around, once_around
from heuristics.golang.effects import RECEIVER, operands
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Call, Element, FieldRef, Flow, Function, Hop, Scope, Span, Step, Var

_DEPTH = 3  # calls that are followed; what lies deeper belongs to other parts of the program
_TOUCHES = (Act.WRITE, Act.MUTATE, Act.READ)


@frozen()
class Touch:
    """An act on an element of the map. function: the one in which it stands."""

    function: Function
    step: Step

    @property
    def writes(self) -> bool:
        return self.step.act is not Act.READ


def touch_inside(index: Index, call: Call, root: Var, way: tuple[Hop, ...], depth: int = _DEPTH) -> Touch | None:
    """The first act of a call on the map that `way` leads to from a variable of the caller; writes come first.

    What a lock, a Once or an earlier wait keeps apart does not count.
    """
    return min(_touches(index, call, root, way, depth), key=lambda touch: not touch.writes, default=None)


def _touches(index: Index, call: Call, root: Var, way: tuple[Hop, ...], depth: int) -> Iterator[Touch]:
    callee = call.function
    if callee is None or depth == 0 or callee.test:
        return
    for position, value in operands(call):
        given = value.place
        if given is None or given.root is not root or given.path != way[: len(given.path)]:
            continue
        rest = way[len(given.path) :]
        if _may_touch(index, callee, rest) and (var := _operand(index, callee, position)) is not None:
            yield from _in_callee(index, callee, var, rest, depth)


def _may_touch(index: Index, callee: Function, rest: tuple[Hop, ...]) -> bool:
    """Whether the callee's package can name the fields on the way; a map itself needs no name."""
    names = [hop.name.encode() for hop in rest if isinstance(hop, FieldRef)]
    files = [file.text for file in index.package(callee).files if not file.test]
    return all(any(name in text for text in files) for name in names)


def _operand(index: Index, callee: Function, position: int) -> Var | None:
    scope = Scope.RECEIVER if position == RECEIVER else Scope.PARAMETER
    return next(
        (
            var
            for var in index.variables(callee)
            if var.scope is scope and (position == RECEIVER or var.position == position)
        ),
        None,
    )


def _in_callee(index: Index, callee: Function, var: Var, rest: tuple[Hop, ...], depth: int) -> Iterator[Touch]:
    flow = index.flow(callee)
    joined = first_join(index, callee)
    for step in flow.steps:
        if step.held or (joined is not None and step.span.start > joined.start):
            continue
        if _touched(step, var, rest) and _runs_at_once(flow, step):
            yield Touch(callee, step)
        elif step.act is Act.CALL and step.call is not None and _runs_at_once(flow, step):
            yield from _touches(index, step.call, var, rest, depth - 1)


def _runs_at_once(flow: Flow, step: Step) -> bool:
    body = flow.body(step.body)
    return body.how != "value" and launched_around(flow, body) is None and once_around(flow, step) is None


def _touched(step: Step, var: Var, rest: tuple[Hop, ...]) -> bool:
    if step.act in (Act.DECLARE, Act.WRITE) and step.value is not None and step.value.kind == "element":
        ranged = step.value.place  # a range over the map reads all of it
        return ranged is not None and (ranged.root, ranged.path) == (var, rest)
    place = step.place
    if step.act not in _TOUCHES or place is None or place.root is not var or len(place.path) <= len(rest):
        return False
    return place.path[: len(rest)] == rest and isinstance(place.path[len(rest)], Element)


def first_join(index: Index, function: Function) -> Span | None:
    """Where a function first waits for others in the goroutine of its caller."""
    return next((s.span for s in index.flow(function).steps if _joins(index, s)), None)


def _joins(index: Index, step: Step) -> bool:
    """Whether a step waits for others, apart from an event loop that takes what comes."""
    if step.act is Act.RECEIVE:
        return step.select < 0 and not step.loops
    if step.act is not Act.CALL or step.call is None:
        return False
    return step.call.name == "Wait" or (step.call.function is not None and index.summaries.waits(step.call.function))
