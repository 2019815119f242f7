"""What a call touches of the object that it is given, or that it returns: in the caller's goroutine, or in its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from heuristics.concurrency.launches import launches_of
from heuristics.concurrency.mentions import Locks, Mention, mentions_of
from heuristics.concurrency.pauses import after_wait, answered
from heuristics.concurrency.roots import FEW, once_around
from heuristics.concurrency.spawners import spawners
from heuristics.concurrency.ways import Ways, parts, way_to
from heuristics.golang.effects import RECEIVER, operands
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import (
    Act,
    Call,
    Element,
    FieldRef,
    Flow,
    Function,
    Hop,
    Named,
    Place,
    Scope,
    Span,
    Step,
    Struct,
    Value,
    Var,
    pointee,
)

RESULT = -2  # the object that a function returns
_DEPTH = 8  # calls that are followed
_MAX_HOPS = 6
_MAX_CONTACTS = 120
_ENDLESS = _DEPTH + 1
_TOUCHES = (Act.READ, Act.WRITE, Act.MUTATE)
_READS = (Act.SEND, Act.RECEIVE, Act.CLOSE)


@frozen()
class Contact:
    """One touch of memory behind an object. way: the hops from the object to what is touched.

    locks: ways to the locks that are held, from the same object; a global lock stands as its place. chain: the calls
    on the way, outermost first, ending at the touch. launch: where the goroutine starts that makes it, None for the
    caller's own. late: it comes after a lock was given back, and so after whatever that lock kept apart.
    """

    way: tuple[Hop, ...]
    write: bool
    locks: Locks
    chain: tuple[Span, ...]
    function: Function
    launch: Span | None = None
    late: bool = False

    @property
    def span(self) -> Span:
        """Where the memory is touched."""
        return self.chain[-1]


@frozen()
class _Wish:
    """What a function does with its receiver, a parameter (by number), or RESULT.

    launched: only what goroutines do that the function brings about.
    """

    function: Function
    operand: int
    launched: bool


class _Contacts:
    """Answers, each for a number of calls that are still followed.

    What was found without leaving a call out holds for every greater number too: most functions are asked once.
    """

    def __init__(self, index: Index, _: str) -> None:
        self._index = index
        self._whole: dict[_Wish, tuple[int, tuple[Contact, ...]]] = {}  # with the number of calls that it takes
        self._cut: dict[tuple[_Wish, int], tuple[Contact, ...]] = {}
        self._needed: list[int] = []  # for each answer that is being found: what the calls in it take, so far

    def of(self, wish: _Wish, depth: int) -> tuple[Contact, ...]:
        """What can be found with `depth` functions in a row."""
        if depth == 0:
            self._takes(_ENDLESS)
            return ()
        needed, found = self._whole.get(wish, (_ENDLESS, ()))
        if needed > depth:
            cut = self._cut.get((wish, depth))
            needed, found = (_ENDLESS, cut) if cut is not None else self._find(wish, depth)
        self._takes(needed)
        return found

    def _takes(self, needed: int) -> None:
        if self._needed:
            self._needed[-1] = max(self._needed[-1], needed)

    def _find(self, wish: _Wish, depth: int) -> tuple[int, tuple[Contact, ...]]:
        self._needed.append(0)
        found = tuple(_nearest(_collect(self._index, wish, depth)))
        needed = min(self._needed.pop() + 1, _ENDLESS)
        if needed < _ENDLESS:
            self._whole[wish] = needed, found
        else:
            self._cut[wish, depth] = found
        return needed, found


def contacts_of(index: Index, function: Function, operand: int) -> tuple[Contact, ...]:
    """What the goroutines touch that a function starts, behind its receiver, a parameter (by number), or RESULT.

    Left out is what comes after a wait, inside a Once, or under a lock that the object does not lead to.
    """
    return index.once(_Contacts, "").of(_Wish(function, operand, True), _DEPTH)


def _nearest(contacts: Iterator[Contact]) -> list[Contact]:
    """Many chains of calls lead to the same, the shortest tells enough."""
    nearest: dict[object, Contact] = {}
    for contact in sorted(contacts, key=lambda contact: len(contact.chain)):
        nearest.setdefault((contact.way, contact.write, contact.locks, contact.launch, contact.late), contact)
    return list(nearest.values())[:_MAX_CONTACTS]


def _collect(index: Index, wish: _Wish, depth: int) -> Iterator[Contact]:
    function, operand = wish.function, wish.operand
    if index.flow(function).gave_up:
        return
    if operand == RESULT:
        yield from _of_result(index, wish, depth)
    elif (var := _operand(index, function, operand)) is not None:
        yield from _of_variable(index, function, var, depth, wish.launched)


def _operand(index: Index, function: Function, operand: int) -> Var | None:
    scope = Scope.RECEIVER if operand == RECEIVER else Scope.PARAMETER
    variables = (var for var in index.variables(function) if var.scope is scope)
    return next((var for var in variables if operand == RECEIVER or var.position == operand), None)


def _of_result(index: Index, wish: _Wish, depth: int) -> Iterator[Contact]:
    """The goroutines that a function starts for the object that it returns."""
    function, launched = wish.function, wish.launched
    flow = index.flow(function)
    values = [s.values[0] for s in flow.steps if s.act is Act.RETURN and s.body == function.spec.start and s.values]
    seen: set[Var] = set()
    for value in values:
        root = value.place.root if value.place is not None and not value.place.path else None
        for part, hop in parts(value):
            yield from (_behind(contact, hop) for contact in _of_variable(index, function, part, depth, launched))
        if value.call is not None and value.call.function is not None:
            yield from _at_call(index, function, value.call, value.span, RESULT, (), depth, launched)
        elif root is not None and root.scope is Scope.LOCAL and root not in seen:
            seen.add(root)
            yield from _of_variable(index, function, root, depth, launched)


def _behind(contact: Contact, hop: FieldRef) -> Contact:
    """A contact as seen from a struct whose field leads to the object."""
    locks = tuple(lock if isinstance(lock, Place) else (hop, *lock) for lock in contact.locks)
    return replace(contact, way=(hop, *contact.way), locks=locks)


def _of_variable(index: Index, function: Function, var: Var, depth: int, launched: bool) -> Iterator[Contact]:
    flow = index.flow(function)
    ways, found = index.once(mentions_of, (function, var))
    for mention in found:
        started = mention.launch or mention.step.span
        if not (launched and started.start in index.once(answered, function)):
            yield from _at_mention(index, flow, mention, ways, depth, launched)


def at_step(index: Index, flow: Flow, step: Step, var: Var, launched: bool = False) -> Iterator[Contact]:
    """What a step touches behind a variable, itself or in what it calls or starts; with launched only the latter."""
    ways, found = index.once(mentions_of, (flow.function, var))
    for mention in found:
        if mention.step is step:
            yield from _at_mention(index, flow, mention, ways, _DEPTH, launched)


def touched_later(index: Index, flow: Flow, start: int, var: Var) -> bool:
    """Whether a step that begins at an offset, or behind it, may touch something behind a variable."""
    return any(mention.step.span.start >= start for mention in index.once(mentions_of, (flow.function, var))[1])


def between(index: Index, flow: Flow, start: int, stop: int, var: Var) -> Iterator[tuple[Step, Contact]]:
    """What the steps that begin between two offsets touch behind a variable, themselves or in what they call."""
    ways, found = index.once(mentions_of, (flow.function, var))
    for mention in found:
        if start <= mention.step.span.start < stop:
            for contact in _at_mention(index, flow, mention, ways, _DEPTH, False):
                yield mention.step, contact


def _at_mention(
    index: Index, flow: Flow, mention: Mention, ways: Ways, depth: int, launched: bool
) -> Iterator[Contact]:
    step, launch = mention.step, mention.launch
    contacts = tuple(_here(index, flow, step, ways, depth, launched and launch is None))
    if not contacts or (index.once(_has_once, flow.function) and once_around(flow, step) is not None):
        return
    if after_wait(index, flow, step):
        return
    late = bool(step.released)
    for c in contacts:
        locks = (*mention.locks, *c.locks) if mention.locks and c.launch is None else c.locks
        yield Contact(c.way, c.write, locks, c.chain, c.function, c.launch or launch, c.late or late)


def _has_once(index: Index, function: Function) -> bool:
    return any(step.call is not None and step.call.known == "sync.Once.Do" for step in index.flow(function).steps)


def _here(index: Index, flow: Flow, step: Step, ways: Ways, depth: int, launched: bool) -> Iterator[Contact]:
    function, value, way = flow.function, step.value, way_to(ways, step.place)
    if step.act in (*_TOUCHES, *_READS) and way and not launched:
        yield Contact(way, step.act in (Act.WRITE, Act.MUTATE), (), (step.span,), function)
    if not launched and value is not None and value.kind == "element" and (ranged := way_to(ways, value.place)):
        yield Contact((*ranged, Element("")), False, (), (step.span,), function)
    if step.act is Act.CALL and step.call is not None:
        yield from _through(index, function, step.call, step.span, ways, depth, launched)
    elif step.act is Act.SPAWN:
        for launch in launches_of(index, function):
            if launch.step is step and launch.body < 0 and launch.call is not None:
                for contact in _through(index, function, launch.call, step.span, ways, depth, False):
                    yield replace(contact, launch=contact.launch or step.span)


def _through(
    index: Index, caller: Function, call: Call, span: Span, ways: Ways, depth: int, launched: bool
) -> Iterator[Contact]:
    for operand, value in operands(call):
        given = value.inner if value.kind == "address" and value.inner is not None else value
        if (base := way_to(ways, given.place)) is not None:
            yield from _at_call(index, caller, call, span, operand, base, depth, launched, given)


def _at_call(
    index: Index,
    caller: Function,
    call: Call,
    span: Span,
    operand: int,
    base: tuple[Hop, ...],
    depth: int,
    launched: bool,
    value: Value | None = None,
) -> Iterator[Contact]:
    targets = _targets(index, caller, call)
    if len(targets) > FEW:
        return
    known = index.once(_Contacts, "")
    owner = _owner(index, value)
    for target in targets:
        if target.test or (launched and target.name not in spawners(index, target.package)):
            continue
        if not _by_reference(index, target, operand):
            continue
        for c in known.of(_Wish(target, operand, launched), depth - 1):
            if len(base) + len(c.way) <= _MAX_HOPS and _fits(value, owner, c.way, len(targets)):
                locks = tuple(lock if isinstance(lock, Place) else (*base, *lock) for lock in c.locks)
                yield Contact((*base, *c.way), c.write, locks, (span, *c.chain), c.function, c.launch, c.late)


def _targets(index: Index, caller: Function, call: Call) -> tuple[Function, ...]:
    """What a call may reach; through an interface of the caller's own package, what that package has for it."""
    targets = index.targets(call)
    type_ = call.receiver.type if call.receiver is not None else None
    if call.interface and isinstance(type_, Named) and type_.package == caller.package:
        return tuple(target for target in targets if target.package == caller.package) or targets
    return targets


def _by_reference(index: Index, function: Function, operand: int) -> bool:
    """Whether a function works on its caller's object, not on a copy."""
    if operand == RESULT:
        return True
    var = _operand(index, function, operand)
    return var is not None and not isinstance(index.types.underlying(var.type), Struct)


def _owner(index: Index, value: Value | None) -> Named | None:
    """The struct type of an operand; None when that is unknown."""
    type_ = pointee(value.place.type) if value is not None and value.place is not None else None
    return type_ if isinstance(type_, Named) and isinstance(index.types.underlying(type_), Struct) else None


def _fits(value: Value | None, owner: Named | None, way: tuple[Hop, ...], targets: int) -> bool:
    """Whether an operand can be what a way starts at: of several methods that an interface may mean, one does."""
    if owner is not None:
        return isinstance(way[0], FieldRef) and way[0].owner == owner.key
    place = value.place if value is not None else None
    return targets == 1 or (place is not None and isinstance(pointee(place.type), Named))
