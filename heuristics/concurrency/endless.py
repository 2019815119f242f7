"""Loops that do not come to an end by themselves: they run until somebody says that all is over."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.blocks import enclosing
from heuristics.concurrency.course import course_of
from heuristics.golang import tree
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Function, Span, Step

_END = re.compile(r"done|quit|stop|exit|clos|shut|finish|cancel|term", re.I)


def endless_loop(index: Index, function: Function, body: int) -> Span | None:
    """The loop in which a body stays until it is told to end; None for a body that returns by itself."""
    flow = index.flow(function)
    way = course_of(index, function, body)
    if way is None or flow.gave_up:
        return None
    for statement in _loops(way.block.statements):
        inside = [s for s in flow.steps if s.body == body and statement.start <= s.span.start < statement.stop]
        left = _leaving(way.block, statement)
        if left is None or not all(_at_end(inside, way.block, offset) for offset in left):
            continue
        if left and not any(s.act is Act.RECEIVE and not _ends(s) for s in inside):
            continue
        return index.file(function.path).span(statement.start, statement.start + len("for"))
    return None


def _loops(statements: tuple[tree.Stmt, ...]) -> Iterator[tree.For]:
    """The loops without a condition that a body always comes to."""
    for statement in statements:
        inner = statement.statement if isinstance(statement, tree.Labeled) else statement
        if isinstance(inner, tree.For) and inner.condition is None:
            yield inner
        elif isinstance(inner, tree.Block):
            yield from _loops(inner.statements)


def _leaving(block: tree.Block, loop: tree.For) -> list[int] | None:
    """The offsets of the statements that leave a loop; None when a goto, or a labelled break, makes it hard to tell."""
    found: list[int] = []
    for jump in _jumps(loop.body):
        if isinstance(jump, tree.Return):
            found.append(jump.start)
        elif jump.kind == "goto":
            return None
        elif jump.kind == "break":
            around = [s for s in enclosing(block, jump.start) if s.start >= loop.start]
            if jump.label or (around and around[-1] is loop):
                found.append(jump.start)
    return found


def _jumps(node: object) -> Iterator[tree.Return | tree.Branch]:
    match node:
        case tree.Return() | tree.Branch():
            yield node
        case tree.Block(statements):
            for statement in statements:
                yield from _jumps(statement)
        case tree.If(_, _, then, otherwise):
            yield from _jumps(then)
            yield from _jumps(otherwise)
        case tree.For() | tree.Range():
            yield from _jumps(node.body)
        case tree.Labeled(_, inner):
            yield from _jumps(inner)
        case tree.Switch() | tree.TypeSwitch() | tree.Select():
            for case in node.cases:
                yield from _jumps(case.body)


def _at_end(inside: list[Step], block: tree.Block, offset: int) -> bool:
    """Whether a statement stands in the arm of a select that is taken when something ends."""
    selects = [s for s in enclosing(block, offset) if isinstance(s, tree.Select)]
    if not selects:
        return False
    taken = next(case.comm for case in selects[-1].cases if case.start <= offset < case.stop)
    arms = (s for s in inside if s.act is Act.RECEIVE and taken is not None)
    return any(taken.start <= step.span.start < taken.stop and _ends(step) for step in arms if taken is not None)


def _ends(step: Step) -> bool:
    """Whether a receive waits for the end of something."""
    call = step.value.call if step.value is not None else None
    name = call.name if call is not None else step.place.text.rpartition(".")[2] if step.place is not None else ""
    return _END.search(name) is not None
