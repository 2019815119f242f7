"""Calls that come back to a lock which the caller holds: the way from the call to the acquisition."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator

from heuristics.concurrency.operands import seen_inside
from heuristics.concurrency.printed import printing_calls
from heuristics.concurrency.relock import acquires, contradicts, excludes_itself, own_holds, same_lock_still
from heuristics.concurrency.words import calls_of, lies_in
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import (
    Act,
    Call,
    FieldRef,
    Flow,
    Function,
    Held,
    Interface,
    Named,
    Place,
    Scope,
    Span,
    Step,
    Type,
    Var,
    pointee,
)

_DEPTH = 6  # calls between the one that is made under the lock and the acquisition
_FLAG = re.compile(r"lock|sync|safe|concurren|mutex", re.I)
_WORD = re.compile(r"[A-Za-z_]\w*")


@frozen()
class Reentry:
    """A call under a lock that leads to an acquisition of the same lock.

    held: the hold in the caller. mode: what the acquisition asks for. chain: the functions on the way, the one that is
    called first and the one that takes the lock last. places: of the calls on the way, the first under the lock, and of
    the acquisition.
    """

    call: Step
    held: Held
    mode: str
    chain: tuple[Function, ...]
    places: tuple[Span, ...]


@frozen()
class _Visit:
    """A function on the way, the lock as it sees it, and what types its interface parameters have this time."""

    function: Function
    lock: Place
    call: Call
    types: tuple[tuple[Var, Type], ...]
    chain: tuple[Function, ...]
    places: tuple[Span, ...]


def reentries(index: Index, function: Function) -> tuple[Reentry, ...]:
    """Every call in a function of one that waits for a lock which the caller holds on some path."""
    return index.once(_reentries, function)


def _reentries(index: Index, function: Function) -> tuple[Reentry, ...]:
    return tuple(_found(index, index.flow(function)))


def _found(index: Index, flow: Flow) -> Iterator[Reentry]:
    for step in flow.steps:
        if step.act is not Act.CALL or step.call is None or not any(step.paths):
            continue
        for held in own_holds(step):
            if not excludes_itself(index, held.place) or held.span.start >= step.span.start:
                continue
            found = _search(index, flow.function, step, held) if not contradicts(flow, held, step) else None
            if found is not None and same_lock_still(index, flow, held, step.span):
                yield found


def _search(index: Index, caller: Function, step: Step, held: Held) -> Reentry | None:
    """The shortest way to an acquisition that the hold excludes; one that only a waiting writer makes fatal else.

    A function that came back to its own Lock whatever it is given would never have worked: data decides (trap T21).
    """
    assert step.call is not None
    todo = deque(
        visit
        for call in _calls(index, step.call)
        if call.function is not None
        for visit in _visits(index, call, call.function, held.place, (), (step.span,))
    )
    seen = {(visit.function, visit.lock) for visit in todo}
    shared: Reentry | None = None
    while todo:
        visit = todo.popleft()
        flow = index.flow(visit.function)
        if flow.gave_up or _expects(flow, visit.lock):
            continue
        for inner in _followed(flow):
            if not _may_happen(inner, visit):
                continue
            mode = acquires(inner)
            if mode and inner.place == visit.lock:
                found = Reentry(step, held, mode, visit.chain, (*visit.places, inner.span))
                if "W" in (mode, held.mode):
                    return found if visit.function is not caller else None
                shared = shared or found
            elif inner.act is Act.CALL and inner.call is not None and len(visit.chain) < _DEPTH:
                for following in _onward(index, visit, inner):
                    if (following.function, following.lock) not in seen:
                        seen.add((following.function, following.lock))
                        todo.append(following)
    return shared


def _visits(
    index: Index, call: Call, function: Function, lock: Place, chain: tuple[Function, ...], places: tuple[Span, ...]
) -> Iterator[_Visit]:
    if not _may_come_to(index, function, lock) or function in chain:
        return
    variables = index.variables(function)
    types = tuple(
        (var, call.arguments[var.position].type)
        for var in variables
        if var.scope is Scope.PARAMETER
        and var.position < len(call.arguments)
        and isinstance(index.types.underlying(var.type), Interface)
    )
    for seen in seen_inside(lock, call, variables):
        if not _copied(function, seen):
            yield _Visit(function, seen, call, types, (*chain, function), places)


def _onward(index: Index, visit: _Visit, step: Step) -> Iterator[_Visit]:
    assert step.call is not None
    if any(h.place == visit.lock for path in step.paths for h in path):
        return
    for call in _calls(index, step.call):
        function = call.function or _behind_interface(index, visit, call)
        if function is not None:
            yield from _visits(index, call, function, visit.lock, visit.chain, (*visit.places, step.span))


def _calls(index: Index, call: Call) -> Iterator[Call]:
    """A call, and those that fmt makes to print its operands."""
    yield call
    yield from printing_calls(index, call)


def _behind_interface(index: Index, visit: _Visit, call: Call) -> Function | None:
    """The method that a call through an interface parameter means, given what was passed for the parameter."""
    place = call.receiver.place if call.receiver is not None else None
    if place is None or place.path:
        return None
    type_ = next((type_ for var, type_ in visit.types if var is place.root), None)
    if type_ is None or not isinstance(pointee(type_), Named):
        return None
    member = index.types.member(type_, call.name)
    return member.method if member is not None else None


def _followed(flow: Flow) -> Iterator[Step]:
    """The steps that run before the function returns, in the goroutine of its caller."""
    own: set[int] = set()
    for body in flow.bodies:  # a body stands before those that are inside it
        if body.how == "main" or (body.how in ("called", "deferred") and own.intersection(body.callers)):
            own.add(body.start)
    return (step for step in flow.steps if step.body in own)


def _expects(flow: Flow, lock: Place) -> bool:
    """Whether a function is entered with the lock held: it gives it back before it takes it again (trap T8)."""
    return any(h.entered and h.place == lock for step in flow.steps for path in step.paths for h in path)


def _copied(function: Function, lock: Place) -> bool:
    """Whether a function with a value receiver sees a copy of the lock only."""
    root = lock.root
    by_value = root is not None and root.scope is Scope.RECEIVER and not function.pointer
    return by_value and not any(isinstance(hop, FieldRef) and hop.pointer for hop in lock.path)


# --- conditions that the caller decides


def _may_happen(step: Step, visit: _Visit) -> bool:
    """Whether a step of a callee is reached whatever the caller passes: a flag can say who takes the lock (trap T6)."""
    names = [parameter.name for parameter in visit.function.spec.signature.parameters]
    for text, value in step.facts:
        subject = next((word for word in _WORD.findall(text) if word != "len"), "")
        if _FLAG.search(text) or (subject in names and not _decided(text, value, visit.call, names.index(subject))):
            return False
    return True


def _decided(text: str, value: bool, call: Call, position: int) -> bool:
    """Whether a condition over a parameter holds: by the constant that is passed, or as an ordinary guard."""
    if _WORD.fullmatch(text):
        passed = call.arguments[position].text if position < len(call.arguments) else ""
        return passed == ("true" if value else "false")
    return not value or " == " not in text


# --- what can come to a lock at all, by names alone


def _may_come_to(index: Index, function: Function, lock: Place) -> bool:
    """A cheap test before anything is followed: whether a call chain by names leads to a Lock of this name."""
    field = lock.field
    name = field.name if field is not None else lock.root.name if lock.root is not None and not lock.path else ""
    handed = lock.root is not None and lock.root.scope is not Scope.GLOBAL and not lock.path
    embedded = name in ("Mutex", "RWMutex")
    token = b"" if embedded or handed else name.encode()
    return function in index.once(_comers, (function.package, token, function.test))


def _comers(index: Index, about: tuple[str, bytes, bool]) -> frozenset[Function]:
    """The functions of a package that take a lock of this name, or call one that does, a few levels deep.

    about: the package, the name, and whether tests count, which only tests call.
    """
    key, token, tests = about
    package = index.repository.package(key)
    assert package is not None
    taken = re.compile(rb"%s\s*\.\s*R?Lock\(\)" % (rb"\b" + re.escape(token) if token else b""))
    locking = {f for word in ("Lock", "RLock") for f in index.mentioning(package, word, tests)}
    if token:
        locking.intersection_update(index.mentioning(package, token.decode(), tests))
    found = {f for f in locking if taken.search(index.text(f.path), f.spec.start, f.spec.stop)}
    fresh = found
    for _ in range(_DEPTH):
        names = {f.name for f in fresh}
        fresh = {f for name in names for f in index.once(_callers_of, (key, name, tests)) if f not in found}
        found |= fresh
    return frozenset(found)


def _callers_of(index: Index, about: tuple[str, str, bool]) -> tuple[Function, ...]:
    """The functions of a package in whose text something of a name is called."""
    key, name, tests = about
    package = index.repository.package(key)
    assert package is not None
    functions = index.mentioning(package, name, tests)
    places = {path: calls_of(index.file(path), (name,)) for path in {function.path for function in functions}}
    return tuple(function for function in functions if lies_in(function, places[function.path]))
