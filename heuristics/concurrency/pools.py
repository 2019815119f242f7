"""Values that go back to a sync.Pool, and what is still done with them afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.course import course_of
from heuristics.concurrency.publication import refers
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Call, Flow, Function, Scope, Step, Value, Var

_PUT = "sync.Pool.Put"
_PUTS = re.compile(rb"[pP]ut\w*\(")
_TRUTHS = ("true", "false")
# What is asked of a slice itself, not of the memory that it leads to.
_HEADS = frozenset({"builtin.len", "builtin.cap"})
# Results that share the memory of what they were called on.
_SHARING = frozenset({"bytes.Buffer.Bytes", "bytes.Buffer.Next", "bytes.Buffer.AvailableBuffer"})


@frozen()
class Returned:
    """A step that gives the value of a local or parameter back to its pool."""

    step: Step
    var: Var


def returned_values(index: Index, function: Function) -> Iterator[Returned]:
    """The values that a function gives back to a pool, itself or through a helper that does nothing else with them."""
    text, spec = index.text(function.path), function.spec
    if _PUTS.search(text, spec.start, spec.stop) is None:
        return
    for step in index.flow(function).steps:
        call = step.call
        if step.act is not Act.CALL or call is None:
            continue
        for position, argument in enumerate(call.arguments):
            root = argument.place.root if argument.place is not None and not argument.place.path else None
            if root is None or root.scope not in (Scope.LOCAL, Scope.PARAMETER):
                continue
            if call.known == _PUT or _puts(index, call, position):
                yield Returned(step, root)


def _puts(index: Index, call: Call, position: int) -> bool:
    """Whether a function of the repository gives this argument to a pool, whatever happens."""
    function = call.function
    if function is None or "put" not in function.name.lower():
        return False
    for step in index.flow(function).steps:
        inner = step.call
        if step.act is Act.CALL and inner is not None and inner.known == _PUT and not step.facts and not step.loops:
            root = inner.arguments[0].place.root if inner.arguments and inner.arguments[0].place is not None else None
            if root is not None and root.scope is Scope.PARAMETER and root.position == position:
                return _straight(index, function, step)
    return False


def _straight(index: Index, function: Function, step: Step) -> bool:
    """Whether no way through a function leads past a step."""
    way = course_of(index, function, function.spec.start)
    return step.body == function.spec.start and way is not None and not way.leaving_without((way.at(step.span.start),))


def use_after(index: Index, flow: Flow, back: Returned) -> Step | None:
    """The first use of a value, or of memory that it shares, behind the step that gave it back."""
    names = (back.var, *_sharing(flow, back.var))
    if back.step.deferred:
        returns = (s for s in flow.steps if s.act is Act.RETURN and s.body == back.step.body)
        return next((s for s in returns if any(_hands_out(v, names) for v in s.values)), None)
    way = course_of(index, flow.function, back.step.body)
    if way is None:
        return None
    here = way.at(back.step.span.start)
    anew = [s for s in flow.steps if s.act in (Act.WRITE, Act.DECLARE) and _whole(s, back.var)]
    marks = [way.at(s.span.start) for s in anew if s.body == back.step.body]
    marks += [way.at(back.var.loop)] if back.var.loop >= 0 else []
    body = [s for s in flow.steps if s.body == back.step.body and not s.deferred]
    marks += [way.at(s.span.start) for s in body if _ruled_out(flow, back.step, s)]
    behind = way.reached(here, marks) - {here, *marks}
    used = (s for s in body if s not in anew and any(_uses(s, name) for name in names))
    return next((s for s in used if way.at(s.span.start) in behind), None)


def _ruled_out(flow: Flow, back: Step, use: Step) -> bool:
    """Whether a flag that is set right where a value goes back keeps the path away from a use."""
    between = (s for s in flow.steps if s.body == back.body and back.span.start < s.span.start < use.span.start)
    flags = (s for s in between if s.act is Act.WRITE and s.value is not None and s.value.text in _TRUTHS)
    beside = ((s.place, s.value) for s in flags if back.facts <= s.facts)
    return any(p is not None and v is not None and (p.text, v.text == "false") in use.facts for p, v in beside)


def _sharing(flow: Flow, var: Var) -> Iterator[Var]:
    """The locals that hold a part of a value's memory."""
    for step in flow.steps:
        local = step.place.root if step.place is not None and not step.place.path else None
        if step.act in (Act.DECLARE, Act.WRITE) and local is not None and _shares(step.value, (var,)):
            yield local


def _shares(value: Value | None, names: tuple[Var, ...]) -> bool:
    """Whether a value is a slice of the memory of one of these."""
    call = value.call if value is not None else None
    if call is None or call.known not in _SHARING or call.receiver is None or call.receiver.place is None:
        return False
    return call.receiver.place.root in names and not call.receiver.place.path


def _hands_out(value: Value, names: tuple[Var, ...]) -> bool:
    """Whether a result is one of these, or shares its memory."""
    plain = value.kind == "place" and value.place is not None and not value.place.path and value.place.root in names
    return plain or _shares(value, names)


def _whole(step: Step, var: Var) -> bool:
    return step.place is not None and step.place.root is var and not step.place.path


def _uses(step: Step, var: Var) -> bool:
    if step.place is not None and step.place.root is var:
        return True
    call = step.call
    if call is not None and call.known not in _HEADS:
        given = (*call.arguments, *((call.receiver,) if call.receiver is not None else ()))
        if any(refers(value, var) for value in given):
            return True
    return refers(step.value, var) or any(refers(value, var) for value in step.values)
