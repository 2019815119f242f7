"""Two touches of one field, by a goroutine that a function starts through a call and by what the function does next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from heuristics.concurrency.clauses import clause_end
from heuristics.concurrency.contacts import RESULT, Contact, at_step, between, contacts_of, touched_later
from heuristics.concurrency.entries import entries_of
from heuristics.concurrency.launches import code_of, launches_of
from heuristics.concurrency.mentions import goroutine_of
from heuristics.concurrency.pauses import waits
from heuristics.concurrency.spawners import spawners
from heuristics.golang.effects import operands as operands_of
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Element, FieldRef, Flow, Function, Hop, Scope, Step, Var

_GIVES = (Act.DECLARE, Act.WRITE)
_STARTS = (*_GIVES, Act.CALL, Act.SPAWN)


@frozen()
class Encounter:
    """inside: the touch of the goroutine that `start` brings about. outside: what `step` brings about beside it."""

    function: Function
    variable: Var
    start: Step
    inside: Contact
    step: Step
    outside: Contact

    @property
    def field(self) -> FieldRef:
        """The field that both touch."""
        return next(hop for hop in reversed(self.inside.way) if isinstance(hop, FieldRef))


def encounters_of(index: Index, function: Function) -> Iterator[Encounter]:
    """For every call or go statement that starts a goroutine on an object: whom that goroutine meets in it."""
    flow = index.flow(function)
    for start in flow.steps:
        if start.deferred or start.loops or start.act not in _STARTS:
            continue
        own = goroutine_of(flow, start)
        if own is None and not _may_start(index, start):
            continue
        for var in _objects(index, flow, start):
            if not touched_later(index, flow, start.span.stop, var):
                continue  # nobody meets the goroutine, whatever it does
            launched = tuple(contact for contact in _started(index, flow, start, var) if contact.launch != own)
            if any(c.locks or c.late for c in launched) and _entered_guarded(index, function):
                launched = tuple(c for c in launched if not (c.locks or c.late))
            if launched:
                yield from _met(index, flow, start, var, launched)


def _may_start(index: Index, start: Step) -> bool:
    """Whether a call may start goroutines, as the name of its callee tells."""
    callee = start.call.function if start.act is Act.CALL and start.call is not None else None
    return callee is None or callee.name in spawners(index, callee.package)


def _entered_guarded(index: Index, function: Function) -> bool:
    """Whether callers of a function may hold what keeps the goroutine away."""
    entry = entries_of(index, function.package).entry(function)
    return bool(entry.locks or entry.sheltered)


def _objects(index: Index, flow: Flow, start: Step) -> Iterator[Var]:
    """The variables whose objects a step may start goroutines for."""
    candidates: list[Var | None]
    if start.act in _GIVES and start.value is not None and start.value.kind == "call":
        candidates = [start.place.root if start.place is not None and not start.place.path else None]
    elif start.act in (Act.CALL, Act.SPAWN) and start.call is not None:
        operands = [*start.call.arguments, *([start.call.receiver] if start.call.receiver is not None else [])]
        candidates = [v.place.root for v in operands if v.place is not None]
        candidates += [v.inner.place.root for v in operands if v.inner is not None and v.inner.place is not None]
        candidates += [v for step in _launched(index, flow, start) for v in _used(step) if v.start < start.span.start]
    else:
        return
    for var in dict.fromkeys(candidates):
        if var is not None and var.scope is not Scope.GLOBAL and _one_value(index, flow.function, var):
            yield var


def _launched(index: Index, flow: Flow, start: Step) -> Iterator[Step]:
    """What the literal does that a step starts."""
    if start.act is Act.SPAWN:
        for launch in launches_of(index, flow.function):
            if launch.step is start:
                yield from code_of(flow, launch)


def _used(step: Step) -> Iterator[Var]:
    operands = (value for _, value in operands_of(step.call)) if step.call is not None else ()
    for place in (step.place, *(value.place for value in operands)):
        if place is not None and place.root is not None:
            yield place.root


def _one_value(index: Index, function: Function, var: Var) -> bool:
    """Whether a variable of a function stands for one object all the time."""
    return index.once(_given, function)[var] <= (var.scope is Scope.LOCAL)


def _given(index: Index, function: Function) -> Counter[Var | None]:
    """How often a function gives each variable a value."""
    steps = (s for s in index.flow(function).steps if s.act in _GIVES)
    return Counter(s.place.root for s in steps if s.place is not None and not s.place.path)


def _started(index: Index, flow: Flow, start: Step, var: Var) -> Iterator[Contact]:
    if start.act in _GIVES:
        call = start.value.call if start.value is not None else None
        if call is not None and call.function is not None:
            yield from contacts_of(index, call.function, RESULT)
    else:
        yield from at_step(index, flow, start, var, launched=True)
        for step in _launched(index, flow, start):
            yield from at_step(index, flow, step, var)


def _met(index: Index, flow: Flow, start: Step, var: Var, launched: tuple[Contact, ...]) -> Iterator[Encounter]:
    told: set[tuple[Hop, ...]] = set()
    for step, outside in between(index, flow, start.span.stop, _end(index, flow, start), var):
        for inside in launched:
            called = len(inside.chain) > 1 or len(outside.chain) > 1  # without a call others compare them
            if called and inside.way not in told and _race(inside, outside):
                told.add(inside.way)
                yield Encounter(flow.function, var, start, inside, step, outside)


def _end(index: Index, flow: Flow, start: Step) -> int:
    """How far a start is followed by what runs in its goroutine before that waits, and by goroutines started then."""
    text = index.text(flow.function.path)
    stop = flow.body(start.body).stop
    later = (s for s in flow.steps if s.body == start.body and not s.deferred)
    joined = min((s.span.start for s in later if s.span.start >= start.span.stop and waits(index, s)), default=stop)
    return min(joined, stop, clause_end(text, start.span.stop, stop))


def _race(inside: Contact, outside: Contact) -> bool:
    if not (inside.write or outside.write) or set(inside.locks) & set(outside.locks):
        return False
    if inside.locks and outside.locks:
        return False  # two names of one lock, perhaps
    if (inside.late and outside.locks) or (outside.late and inside.locks) or inside.span == outside.span:
        return False
    return _same(inside, outside)


def _same(inside: Contact, outside: Contact) -> bool:
    """Whether two touches are of one field, or elements of one map; a changed field meets what lies behind it."""
    one, other = inside.way, outside.way
    if _of_map(one[-1], other[-1]):
        return len(one) == len(other) and _along(one[:-1], other[:-1])
    shorter, longer = sorted((one, other), key=len)
    if not isinstance(shorter[-1], FieldRef) or not isinstance(longer[-1], FieldRef):
        return False
    replaced = any(contact.write and contact.way == shorter for contact in (inside, outside))
    return (len(one) == len(other) or replaced) and _along(shorter, longer)


def _along(shorter: tuple[Hop, ...], longer: tuple[Hop, ...]) -> bool:
    """Whether a way is the beginning of another; a range over all elements comes to each of them."""
    return all(
        hop == other if isinstance(hop, FieldRef) else isinstance(other, Element) and "" in (hop.text, other.text)
        for hop, other in zip(shorter, longer, strict=False)
    )


def _of_map(*hops: Hop) -> bool:
    return any(isinstance(hop, Element) and hop.of_map for hop in hops)
