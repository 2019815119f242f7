"""What a call touches of the object that it is given, or that it returns: in the caller's goroutine, or in its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from heuristics.concurrency.launches import launches_of
from heuristics.concurrency.pauses import after_wait
from heuristics.concurrency.roots import FEW, launched_around, once_around
from heuristics.concurrency.spawners import spawners
from heuristics.concurrency.ways import Ways, names_of, parts, way_to
from heuristics.golang.effects import RECEIVER, operands
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
_TOUCHES = (Act.READ, Act.WRITE, Act.MUTATE)
_READS = (Act.SEND, Act.RECEIVE, Act.CLOSE)


@dataclass(frozen=True, slots=True)
class Contact:
    """One touch of memory behind an object. way: the hops from the object to what is touched.

    locks: ways to the locks that are held, from the same object; a global lock stands as its place. chain: the calls
    on the way, outermost first, ending at the touch. launch: where the goroutine starts that makes it, None for the
    caller's own. late: it comes after a lock was given back, and so after whatever that lock kept apart.
    """

    way: tuple[Hop, ...]
    write: bool
    locks: tuple[tuple[Hop, ...] | Place, ...]
    chain: tuple[Span, ...]
    function: Function
    launch: Span | None = None
    late: bool = False

    @property
    def span(self) -> Span:
        """Where the memory is touched."""
        return self.chain[-1]


@dataclass(frozen=True, slots=True)
class _Wish:
    """depth: calls that are still followed. launched: only what goroutines do that the function brings about."""

    depth: int
    launched: bool

    def deeper(self) -> _Wish:
        """The same for a call."""
        return _Wish(self.depth - 1, self.launched)


def contacts_of(index: Index, function: Function, operand: int) -> tuple[Contact, ...]:
    """What the goroutines touch that a function starts, behind its receiver, a parameter (by number), or RESULT.

    Left out is what comes after a wait, inside a Once, or under a lock that the object does not lead to.
    """
    return index.once(_contacts, (function, operand, _Wish(_DEPTH, True)))


def _contacts(index: Index, about: tuple[Function, int, _Wish]) -> tuple[Contact, ...]:
    function, operand, wish = about
    if wish.depth == 0 or index.flow(function).gave_up:
        return ()
    found: list[Contact] = []
    if operand == RESULT:
        found += _of_result(index, function, wish)
    elif (var := _operand(index, function, operand)) is not None:
        found += _of_variable(index, function, var, wish)
    nearest: dict[object, Contact] = {}  # many chains of calls lead to the same, the shortest tells enough
    for contact in sorted(found, key=lambda contact: len(contact.chain)):
        nearest.setdefault((contact.way, contact.write, contact.locks, contact.launch, contact.late), contact)
    return tuple(nearest.values())[:_MAX_CONTACTS]


def _operand(index: Index, function: Function, operand: int) -> Var | None:
    scope = Scope.RECEIVER if operand == RECEIVER else Scope.PARAMETER
    variables = (var for var in index.variables(function) if var.scope is scope)
    return next((var for var in variables if operand == RECEIVER or var.position == operand), None)


def _of_result(index: Index, function: Function, wish: _Wish) -> Iterator[Contact]:
    """The goroutines that a function starts for the object that it returns."""
    flow = index.flow(function)
    values = [s.values[0] for s in flow.steps if s.act is Act.RETURN and s.body == function.spec.start and s.values]
    seen: set[Var] = set()
    for value in values:
        root = value.place.root if value.place is not None and not value.place.path else None
        for part, hop in parts(value):
            yield from (_behind(contact, hop) for contact in _of_variable(index, function, part, wish))
        if value.call is not None and value.call.function is not None:
            yield from _at_call(index, function, value.call, value.span, RESULT, (), wish)
        elif root is not None and root.scope is Scope.LOCAL and root not in seen:
            seen.add(root)
            yield from _of_variable(index, function, root, wish)


def _behind(contact: Contact, hop: FieldRef) -> Contact:
    """A contact as seen from a struct whose field leads to the object."""
    locks = tuple(lock if isinstance(lock, Place) else (hop, *lock) for lock in contact.locks)
    return replace(contact, way=(hop, *contact.way), locks=locks)


def _of_variable(index: Index, function: Function, var: Var, wish: _Wish) -> Iterator[Contact]:
    flow = index.flow(function)
    for step in flow.steps:
        yield from _at_step(index, flow, step, var, wish)


def at_step(index: Index, flow: Flow, step: Step, var: Var, launched: bool = False) -> Iterator[Contact]:
    """What a step touches behind a variable, itself or in what it calls or starts; with launched only the latter."""
    return _at_step(index, flow, step, var, _Wish(_DEPTH, launched))


def _at_step(index: Index, flow: Flow, step: Step, var: Var, wish: _Wish) -> Iterator[Contact]:
    ways = index.once(names_of, (flow.function, var))
    if step.deferred or not _concerned(step, ways) or (locks := _locks(step, ways)) is None:
        return
    launch = goroutine_of(flow, step)
    contacts = tuple(_here(index, flow, step, ways, _Wish(wish.depth, wish.launched and launch is None)))
    if not contacts:
        return
    if launch is NOWHERE or once_around(flow, step) is not None or after_wait(index, flow, step):
        return
    for contact in contacts:
        held = (*locks, *contact.locks) if contact.launch is None else contact.locks
        late = contact.late or bool(step.released)
        yield replace(contact, locks=held, launch=contact.launch or launch, late=late)


def _concerned(step: Step, ways: Ways) -> bool:
    """Whether a step can have to do with the object at all."""
    if step.act is Act.SPAWN or (step.place is not None and step.place.root in ways):
        return True
    values = [value for _, value in operands(step.call)] if step.call is not None else []
    values += [step.value] if step.value is not None else []
    given = (value.inner if value.inner is not None else value for value in values)
    return any(value.place is not None and value.place.root in ways for value in given)


NOWHERE = Span("", 0, 0, 0, 0, 0, 0)


def goroutine_of(flow: Flow, step: Step) -> Span | None:
    """Where the goroutine of a step is started; NOWHERE for a literal that is run by nobody knows whom."""
    body = flow.body(step.body)
    launched = launched_around(flow, body)
    if launched is not None:
        return launched.site or NOWHERE
    while body.how != "main":
        if body.how == "value":
            return NOWHERE
        body = flow.body(body.parent)
    return None


def _locks(step: Step, ways: Ways) -> tuple[tuple[Hop, ...] | Place, ...] | None:
    """The locks that are held at a step, as the object leads to them; None when one is of somebody else."""
    found: list[tuple[Hop, ...] | Place] = []
    for held in step.held:
        root, way = held.place.root, way_to(ways, held.place)
        if way is not None:
            found.append(way)
        elif root is not None and root.scope is Scope.GLOBAL:
            found.append(held.place)
        else:
            return None
    return tuple(found)


def _here(index: Index, flow: Flow, step: Step, ways: Ways, wish: _Wish) -> Iterator[Contact]:
    function, value, way = flow.function, step.value, way_to(ways, step.place)
    if step.act in (*_TOUCHES, *_READS) and way and not wish.launched:
        yield Contact(way, step.act in (Act.WRITE, Act.MUTATE), (), (step.span,), function)
    if not wish.launched and value is not None and value.kind == "element" and (ranged := way_to(ways, value.place)):
        yield Contact((*ranged, Element("")), False, (), (step.span,), function)
    if step.act is Act.CALL and step.call is not None:
        yield from _through(index, function, step.call, step.span, ways, wish)
    elif step.act is Act.SPAWN:
        for launch in launches_of(index, function):
            if launch.step is step and launch.body < 0 and launch.call is not None:
                for contact in _through(index, function, launch.call, step.span, ways, _Wish(wish.depth, False)):
                    yield replace(contact, launch=contact.launch or step.span)


def _through(index: Index, caller: Function, call: Call, span: Span, ways: Ways, wish: _Wish) -> Iterator[Contact]:
    for operand, value in operands(call):
        given = value.inner if value.kind == "address" and value.inner is not None else value
        if (base := way_to(ways, given.place)) is not None:
            yield from _at_call(index, caller, call, span, operand, base, wish, given)


def _at_call(
    index: Index,
    caller: Function,
    call: Call,
    span: Span,
    operand: int,
    base: tuple[Hop, ...],
    wish: _Wish,
    value: Value | None = None,
) -> Iterator[Contact]:
    targets = _targets(index, caller, call)
    if len(targets) > FEW:
        return
    for target in targets:
        if target.test or not _by_reference(index, target, operand):
            continue
        if wish.launched and target.name not in spawners(index, target.package):
            continue
        for contact in index.once(_contacts, (target, operand, wish.deeper())):
            if len(base) + len(contact.way) <= _MAX_HOPS and _fits(index, value, contact.way, len(targets)):
                locks = tuple(lock if isinstance(lock, Place) else (*base, *lock) for lock in contact.locks)
                yield replace(contact, way=(*base, *contact.way), locks=locks, chain=(span, *contact.chain))


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


def _fits(index: Index, value: Value | None, way: tuple[Hop, ...], targets: int) -> bool:
    """Whether an operand can be what a way starts at: of several methods that an interface may mean, one does."""
    type_ = pointee(value.place.type) if value is not None and value.place is not None else None
    if not isinstance(type_, Named) or not isinstance(index.types.underlying(type_), Struct):
        return targets == 1 or isinstance(type_, Named)
    return isinstance(way[0], FieldRef) and way[0].owner == type_.key
