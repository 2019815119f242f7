"""Condition variables: the lock that each is built on, whether it is held, and what the waiters test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from heuristics.concurrency.atomics import atomic_operand
from heuristics.concurrency.entries import entries_of
from heuristics.concurrency.locks import functions_with
from heuristics.concurrency.words import named_near
from heuristics.golang.index import Index
from heuristics.golang.model import Act, FieldRef, Flow, Function, Held, Named, Place, Step, Value, Var, pointee

COND = "sync.Cond"
# A field by its key, another variable by itself.
Key: TypeAlias = str | Var


def using(index: Index, *methods: str) -> Iterator[tuple[Function, Step, Place]]:
    """The calls of these methods of condition variables in focus, without test files, each with its variable."""
    known = {f"{COND}.{method}" for method in methods}
    for function in functions_with(index, *(f".{method}(".encode() for method in methods), tests=False):
        if named_near(index, function.folder, b"sync.Cond", b"sync.NewCond"):
            for step, place in _calls(index.flow(function), known):
                yield function, step, place


def _calls(flow: Flow, known: set[str]) -> Iterator[tuple[Step, Place]]:
    for step in flow.steps:
        call = step.call
        place = call.receiver.place if call is not None and call.receiver is not None else None
        if step.act is Act.CALL and call is not None and call.known in known and place is not None:
            yield step, place


def key_of(place: Place | None) -> Key | None:
    """What stands for a place wherever it is seen: its field, or the variable itself."""
    if place is None:
        return None
    field = place.field
    if field is not None:
        return field.key if field.owner != "?" else None
    return place.root if not place.path else None


def calls_on(index: Index, near: Function, cond: Place, method: str) -> Iterator[tuple[Function, Step]]:
    """The calls of a method on the same condition variable: of a field in the whole package, else in the function."""
    key, known = key_of(cond), {f"{COND}.{method}"}
    functions = index.mentioning(index.package(near), method) if isinstance(key, str) else (near,)
    for function in functions:
        for step, place in _calls(index.flow(function), known):
            if key is not None and key_of(place) == key:
                yield function, step


# --- the locker


def lockers(index: Index, near: Function, cond: Place) -> frozenset[Key | None]:
    """The locks that a condition variable is built on, None among them for one that is not known; empty: none seen."""
    key = key_of(cond)
    return index.once(_lockers, near.package).get(key, frozenset()) if key is not None else frozenset()


def _lockers(index: Index, package: str) -> dict[Key, frozenset[Key | None]]:
    found: dict[Key, frozenset[Key | None]] = {}
    declared = index.repository.package(package)
    assert declared is not None
    for function in index.functions_of(declared):
        text, spec = index.text(function.path), function.spec
        if any(text.find(word, spec.start, spec.stop) >= 0 for word in (b"NewCond(", b"sync.Cond{", b".L = ")):
            for step in index.flow(function).steps:
                for key, lock in _built(index, step):
                    found[key] = found.get(key, frozenset()) | {lock}
    return found


def _built(index: Index, step: Step) -> Iterator[tuple[Key, Key | None]]:
    """The condition variables that a step gives a lock."""
    value = step.value
    if value is None:
        return
    if step.act in (Act.DECLARE, Act.WRITE) and step.place is not None:
        last = step.place.field
        if last is not None and last.name == "L" and last.owner == "?" and len(step.place.path) > 1:
            owner = step.place.path[-2]
            if isinstance(owner, FieldRef) and owner.owner != "?":
                yield owner.key, _lock_key(index, value)
        elif (key := key_of(step.place)) is not None and (lock := _operand(value)) is not None:
            yield key, _lock_key(index, lock)
    type_ = pointee(value.type)
    if step.act is Act.MAKE and isinstance(type_, Named):
        for name, given in value.fields:
            if name and (lock := _operand(given)) is not None:
                yield f"{type_.key}.{name}", _lock_key(index, lock)


def _operand(value: Value) -> Value | None:
    """What a new condition variable is built on."""
    if value.call is not None and value.call.known == "sync.NewCond" and value.call.arguments:
        return value.call.arguments[0]
    made = value.inner if value.inner is not None else value
    type_ = pointee(made.type)
    if isinstance(type_, Named) and type_.key == COND:
        return next((given for name, given in made.fields if name == "L"), None)
    return None


def _lock_key(index: Index, value: Value) -> Key | None:
    """The lock that is handed over by its address; a struct that embeds one goes by another name where it is held."""
    if value.kind == "address" and value.place is not None and index.types.lock_name(value.place.type):
        return key_of(value.place)
    return None


def held_at(index: Index, function: Function, cond: Place, holds: Iterable[Held]) -> bool:
    """Whether one of these holds is, or may be, the lock of a condition variable."""
    built = lockers(index, function, cond)
    return any(_fits(built, cond, hold.place) for hold in holds)


def _fits(built: frozenset[Key | None], cond: Place, lock: Place) -> bool:
    if not built or None in built:
        return True
    inner = lock.field is not None and lock.field.name == "L" and lock.field.owner == "?"
    return inner or key_of(lock) in built


def entered_locked(index: Index, function: Function, cond: Place) -> bool:
    """Whether callers may hold the lock when they call a function: a name, a comment or a call says so."""
    entry = entries_of(index, function.package).entry(function)
    if entry.sheltered or held_at(index, function, cond, entry.locks):
        return True
    return any(site.step.held or site.step.released for site in index.callers(function))


# --- what the waiters test


def tested(index: Index, near: Function, cond: Place) -> frozenset[Key]:
    """The variables and fields that waiters read in their loop before they wait, atomically or not."""
    found: set[Key] = set()
    for function, wait in calls_on(index, near, cond, "Wait"):
        for step in index.flow(function).steps:
            if not wait.loops or wait.loops[-1] not in step.loops or step.span.start > wait.span.start:
                continue
            found |= {key for key in (key_of(operand(step)),) if key is not None}
    return frozenset(found - {key_of(cond)})


def operand(step: Step) -> Place | None:
    """What a step reads or changes: plainly, or with sync/atomic."""
    if step.act in (Act.READ, Act.WRITE, Act.MUTATE):
        return step.place
    call = step.call
    if step.act is Act.CALL and call is not None and call.known.startswith("sync/atomic."):
        return atomic_operand(step) if call.receiver is None else call.receiver.place
    return None
