"""Cancel functions of derived contexts: where they are made, and the ways on which nobody gets to call them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from heuristics.concurrency.blocks import asked_around
from heuristics.concurrency.paths import Acts, Change, block_of, endings, fatal, nodes
from heuristics.golang import tree
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function, Scope, Span, Step, Var, pointee

_CONTEXT = b"context.With"
# The standard library's, and the package that it came from, vendored or not.
_DERIVES = re.compile(r"(?:.*golang\.org/x/net/)?context\.With(?:Cancel|Timeout|Deadline)(?:Cause)?")
_UNUSED, _OPEN, _KNOWN = 0, 1, 2  # not made yet, or done with; nobody calls it so far; somebody may, from here on


@frozen()
class Cancel:
    """A cancel function that a body keeps in a local variable, or in a field of an object that it has just made.

    at: where it is stored, as written in text. call: what made it. plain: all that the function does with it is to call
    it. in_field: of an object that nobody else knows yet.
    """

    function: Function
    at: Span
    text: str
    call: Step
    plain: bool
    in_field: bool


@frozen()
class Lost:
    """A way on which the cancel function is dropped. how: "return", "overwritten" or "again" (in the next round)."""

    at: Span
    how: str


def derives(index: Index, function: Function) -> bool:
    """Whether a function may derive a context, by its text."""
    return index.text(function.path).find(_CONTEXT, function.spec.start, function.spec.stop) >= 0


def lost_cancels(index: Index, function: Function) -> Iterator[tuple[Cancel, tuple[Lost, ...]]]:
    """The cancel functions of a function that are dropped on some way, with those ways."""
    flow = index.flow(function)
    calls = {s.span.start: s for s in flow.steps if s.act is Act.CALL and s.call and _DERIVES.fullmatch(s.call.known)}
    if not calls:
        return
    for body in sorted({step.body for step in calls.values()}):
        block = block_of(index, function, body)
        assigns = [n for n in nodes(block) if isinstance(n, tree.Assign) and len(n.left) == 2 and len(n.right) == 1]
        own = [(a, calls[a.right[0].start]) for a in assigns if a.right[0].start in calls]
        own = [(assign, call) for assign, call in own if call.body == body]
        stored: dict[tuple[Var, str], list[tuple[tree.Assign, Step]]] = {}
        for assign, call in own:
            if (key := _stored(flow, assign.left[1], call)) is not None:
                stored.setdefault(key, []).append((assign, call))
        for (var, field), makers in stored.items():
            yield from _follow(index, flow, block, (var, field), makers)


def _stored(flow: Flow, target: tree.Expr, call: Step) -> tuple[Var, str] | None:
    """The variable that takes a cancel function, and the field of it; None for what others may know."""
    steps = (s for s in flow.steps if s.act in (Act.DECLARE, Act.WRITE) and s.span.start == target.start)
    place = next((s.place for s in steps), None)
    root = place.root if place is not None else None
    if place is None or root is None or root.scope is not Scope.LOCAL or root.body != call.body:
        return None
    if not place.path:
        return root, ""
    field = place.field
    fresh = field is not None and len(place.path) == 1 and _is_fresh(flow, root)
    return (root, field.name) if fresh and field is not None else None


def _is_fresh(flow: Flow, var: Var) -> bool:
    """Whether a local is set once, to an object that is new."""
    steps = (s for s in flow.steps if s.act in (Act.DECLARE, Act.WRITE))
    given = [s for s in steps if s.place is not None and s.place.root is var and not s.place.path]
    return len(given) == 1 and given[0].value is not None and given[0].value.kind in ("new", "composite")


def _follow(
    index: Index,
    flow: Flow,
    block: tree.Block | None,
    stored: tuple[Var, str],
    makers: list[tuple[tree.Assign, Step]],
) -> Iterator[tuple[Cancel, tuple[Lost, ...]]]:
    assert block is not None
    var, field = stored
    function = flow.function
    file = index.file(function.path)
    dropped: dict[Lost, None] = {}
    at: dict[int, Change[int]] = {start: lambda _: None for start in fatal(index, flow)}
    uses = _uses(index, block, var, field)
    at |= dict.fromkeys(uses, lambda _: _KNOWN)
    anew = {s.span.start for s in flow.steps if s.act is Act.DECLARE and s.place is not None and s.place.root is var}
    for start in anew:
        at[start] = lambda _: _UNUSED
    for assign, call in makers:
        target = assign.left[1]
        done = _known_done(assign, call) or _takes_itself_out(flow, call)
        conditions = asked_around(index, function, block, target.start)
        if done or _flagged(flow, conditions, call, uses, [a.left[1].start for a, _ in makers]):
            at[target.start] = lambda _: _OPEN
            continue
        lost = Lost(file.span(target.start, target.stop), "again" if target.start in anew else "overwritten")
        at[target.start] = _made(dropped, lost, bool(field))
    body = makers[0][1].body
    reached = {s.span.start for s in flow.steps if s.act is Act.RETURN}
    for ending in endings(index, function, body, Acts(at, {}), _UNUSED):
        if ending.state == _OPEN and ending.at in reached:
            dropped[Lost(file.span(ending.at, ending.at + 1), "return")] = None
    if dropped:
        assign, call = makers[0]
        target = assign.left[1]
        text = index.text(function.path)
        plain = not field and all(text.startswith(b"()", use + len(var.name)) for use in uses)
        span = file.span(target.start, target.stop)
        written = text[target.start : target.stop].decode()
        yield Cancel(function, span, written, call, plain, bool(field)), tuple(dropped)


def _known_done(assign: tree.Assign, call: Step) -> bool:
    """Whether a path makes the context only where it has seen that there is none: whoever cancels it sets it to nil."""
    names = {target.name for target in assign.left if isinstance(target, tree.Name)}
    return any((f"{name} == nil", True) in call.facts for name in names)


def _flagged(
    flow: Flow, conditions: frozenset[tuple[str, bool]], call: Step, uses: tuple[int, ...], made: list[int]
) -> bool:
    """Whether a flag says that there is a context: it is set behind the making, and else only behind a cancel."""
    for text, value in conditions:
        sets = [s for s in flow.steps if s.act is Act.WRITE and s.place is not None and s.place.text == text]
        back = [s for s in sets if s.value is None or s.value.text != str(not value).lower()]
        on = any(s not in back and s.body == call.body and s.span.start > call.span.start for s in sets)
        before = [max((at for at in (*uses, *made) if at < s.span.start), default=-1) for s in back]
        if on and all(at in uses and at not in made for at in before):
            return True
    return False


def _takes_itself_out(flow: Flow, call: Step) -> bool:
    """Whether the arm of a select in a loop that makes the context sets its channel to nil, and so comes up once."""
    arms = [
        s
        for s in flow.steps
        if s.act is Act.RECEIVE and s.select >= 0 and s.body == call.body and s.loops == call.loops
    ]
    arm = next((s for s in reversed(arms) if s.span.start < call.span.start), None)
    if arm is None or arm.place is None or not call.loops:
        return False
    stop = min((s.span.start for s in arms if s.span.start > call.span.start), default=call.span.stop)
    writes = (s for s in flow.steps if s.act is Act.WRITE and arm.span.start < s.span.start < max(stop, call.span.stop))
    return any(s.place == arm.place and s.value is not None and s.value.text == "nil" for s in writes)


def _made(dropped: dict[Lost, None], lost: Lost, in_field: bool) -> Change[int]:
    def change(state: int) -> int:
        if in_field and state == _KNOWN:
            return state
        if state == _OPEN:
            dropped[lost] = None
        return _OPEN

    return change


def _uses(index: Index, block: tree.Block, var: Var, field: str) -> tuple[int, ...]:
    """Where the function names what holds the cancel function, so that it is called or given to somebody.

    Of an object with a cancel function, its other fields say nothing.
    """
    others: set[int] = set()
    if field:
        names = {f.name for f in index.types.flat_fields(pointee(var.type))} - {field}
        selected = (n for n in nodes(block) if isinstance(n, tree.Selector) and n.name in names)
        others = {n.operand.start for n in selected if isinstance(n.operand, tree.Name)}
    found = (n for n in nodes(block) if isinstance(n, tree.Name) and n.name == var.name and n.start > var.start)
    return tuple(n.start for n in found if n.start not in others)


def derived_in(flow: Flow) -> Iterator[tuple[Var, Var]]:
    """The local contexts that a function derives, each with its cancel function."""
    declared = [s for s in flow.steps if s.act is Act.DECLARE and s.place is not None and not s.place.path]
    for context, cancel in pairwise(declared):
        call = context.value.call if context.value is not None else None
        if call is None or not _DERIVES.fullmatch(call.known) or cancel.value is not None:
            continue
        one, other = (s.place.root if s.place is not None else None for s in (context, cancel))
        if one is not None and other is not None and context.body == cancel.body:
            yield one, other
