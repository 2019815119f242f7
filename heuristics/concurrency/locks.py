"""Locks across functions: who hands them over, which fields they guard, what is changed in place under them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.entries import entries_of
from heuristics.golang.effects import RECEIVER, Effect
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import (
    Act,
    Body,
    Element,
    Field,
    FieldRef,
    Flow,
    Function,
    Held,
    Hop,
    Named,
    Place,
    Pointer,
    Scope,
    Span,
    Step,
)

# What is called, or leads to what is called; blocks and clocks lock nothing. What begins with plain text is found fast.
_LOCKING = re.compile(rb"ock(?:(?<=Lock)|(?<=lock)(?<![bBcC]lock))\w*[.(\[)]")
_WHOLE = re.compile(r"(?<=\W)\w+(?=\W)")


@frozen()
class InPlace:
    """A change in place of what a field refers to, made under a lock of the same struct. span: where it is made.

    inside: the way from the field to what is changed.
    """

    function: Function
    span: Span
    lock: FieldRef
    inside: tuple[Hop, ...]


def mentioning(index: Index, function: Function, name: str) -> Iterator[Function]:
    """The functions of the package of `function` in whose text a name occurs, without test files."""
    return iter(index.mentioning(index.package(function), name, tests=function.test))


def functions_with(index: Index, *words: bytes, tests: bool) -> tuple[Function, ...]:
    """The functions in focus in whose text one of the words stands: only those need to be followed."""
    return index.once(_functions_with, (words, tests))


def _functions_with(index: Index, about: tuple[tuple[bytes, ...], bool]) -> tuple[Function, ...]:
    words, tests = about
    found: list[Function] = []
    named = [(word, _WHOLE.findall(word.decode())) for word in words]  # a file knows its names
    for file in index.files(tests):
        text = file.text
        here = [word for word, names in named if all(map(file.mentions, names)) and word in text]
        for function in index.functions_in(file) if here else ():
            if any(text.find(word, function.spec.start, function.spec.stop) >= 0 for word in here):
                found.append(function)
    return tuple(found)


def functions_that_lock(index: Index, *words: bytes, tests: bool) -> Iterator[Function]:
    """The functions in focus that may take a lock, by its method or by a helper that says so in its name.

    words: what must stand in their text besides.
    """
    for function in index.once(_functions_that_lock, tests):
        text, start, stop = index.text(function.path), function.spec.start, function.spec.stop
        if all(text.find(word, start, stop) >= 0 for word in words):
            yield function


def _functions_that_lock(index: Index, tests: bool) -> tuple[Function, ...]:
    files = (file for file in index.files(tests) if _LOCKING.search(file.text))
    functions = ((file.text, function) for file in files for function in index.functions_in(file))
    return tuple(f for text, f in functions if _LOCKING.search(text, f.spec.start, f.spec.stop))


def same_lock(one: Place, other: Place) -> bool:
    """Whether two functions may mean the same lock: the same field of the same struct type, or the same variable; of a
    collection of locks in such a field, any two."""
    mine, its = one.path, other.path
    if mine and its and isinstance(mine[-1], Element) and isinstance(its[-1], Element):
        mine, its = mine[:-1], its[:-1]
    last = mine[-1] if mine else None
    if isinstance(last, FieldRef) and its and isinstance(its[-1], FieldRef):
        return last == its[-1] and last.owner != "?"
    return one == other or (mine, one.root) == (its, other.root) != ((), None)


def releasing(index: Index, function: Function) -> tuple[Function, ...]:
    """The functions of the package of `function` that may release a lock, as `mentioning` finds them."""
    return tuple(dict.fromkeys(o for word in ("Unlock", "RUnlock") for o in mentioning(index, function, word)))


def not_taken(step: Step, flow: Flow) -> bool:
    """Whether a release has no acquisition before it in its own body, on some path."""
    return any(not any(h.place == step.place and not h.entered for h in path) for path in step.paths) and not any(
        h.place == step.place for h in step.released
    )


def left_as_found(flow: Flow, lock: Place) -> bool:
    """Whether the lock is held again wherever the function returns."""
    ways = [way for s in flow.steps if s.act is Act.RETURN and s.body == flow.function.spec.start for way in s.left]
    return bool(ways) and all(any(h.place == lock for h in way) for way in ways)


def can_fail(index: Index, held: Held) -> bool:
    """Whether the call that took a lock has a result that is used: a file lock, or a helper, that may not have it.

    The result of TryLock is followed, path by path.
    """
    text = index.text(held.span.path)
    before = text[text.rfind(b"\n", 0, held.span.start) + 1 : held.span.start].rstrip()
    tried = text[held.span.start : held.span.stop].endswith((b"TryLock()", b"TryRLock()"))
    return not tried and bool(before) and not before.endswith((b";", b"{", b":", b"}"))


def entered_with(flow: Flow, body: Body, lock: Place) -> bool:
    """Whether a body is entered with the lock held: somewhere it releases a hold that it did not take (trap T3)."""

    def taken_here(path: tuple[Held, ...]) -> bool:
        holds = [h for h in path if h.place == lock]
        return any(not h.entered and body.start <= h.span.start < body.stop for h in holds)

    return any(
        step.act is Act.RELEASE
        and step.place == lock
        and body.start <= step.span.start < body.stop
        and not all(taken_here(path) for path in step.paths)
        for step in flow.steps
    ) or any(h.entered and h.place == lock for step in flow.steps for way in (*step.paths, *step.left) for h in way)


def loose_releases(flow: Flow, lock: Place) -> tuple[Span, ...]:
    """Where the function gives the release of a lock away: a method value, or a literal that runs some other time."""
    later = {body.start for body in flow.bodies if body.how in ("value", "spawned")}
    found = [
        step.span
        for step in flow.steps
        if step.act is Act.RELEASE
        and step.place == lock
        and _inside(flow, step.body, later)
        and any(not any(h.place == lock for h in path) for path in step.paths)
    ]
    found += [
        step.span
        for step in flow.steps
        if step.act is Act.READ
        and step.value is not None
        and step.value.kind == "method"
        and step.value.text in ("Unlock", "RUnlock")
        and step.place == lock
    ]
    return tuple(found)


def _inside(flow: Flow, body: int, those: set[int]) -> bool:
    while body != -1:
        if body in those:
            return True
        body = flow.body(body).parent
    return False


def own_lock(index: Index, owner: Named, held: tuple[Place, ...], value: Place) -> FieldRef | None:
    """The lock among `held` that is a field of the very struct whose field `value` starts with."""
    names = {field.name for field in index.types.locks(owner)}
    cut = next((i for i, hop in enumerate(value.path) if _field_of(hop, owner)), -1)
    for place in held:
        field = place.field
        if field is None or field.name not in names:
            continue
        if place.root is value.root and place.origin == value.origin and place.path[:cut] == value.path[:cut]:
            return field
    return None


def _field_of(hop: Hop, owner: Named) -> bool:
    return isinstance(hop, FieldRef) and hop.owner == owner.key


def changed_in_place(index: Index, near: Function, owner: Named, field: Field) -> Iterator[InPlace]:
    """Where the package changes what a field of `owner` refers to, in place, with a lock of the same struct held.

    Replacing the field as a whole is no change in place, and neither is one under a lock of the referred value's own.
    """
    for function in mentioning(index, near, field.name):
        for effect in _all_effects(index, function):
            place = effect.place
            cut = next((i for i, hop in enumerate(place.path) if hop == FieldRef(field.owner, field.name)), -1)
            if cut < 0 or cut == len(place.path) - 1 or effect.spawned:
                continue
            if any(lock.path[: cut + 1] == place.path[: cut + 1] for lock in effect.held):
                continue
            if _just_made(index, effect, FieldRef(field.owner, field.name)):
                continue
            if (lock := own_lock(index, owner, _held_throughout(index, function, effect.held), place)) is not None:
                yield InPlace(effect.function, effect.span, lock, place.path[cut + 1 :])


def _just_made(index: Index, effect: Effect, field: FieldRef) -> bool:
    """Whether the function has given the field a new map or slice right before: only that one is changed (trap T13)."""
    text = index.text(effect.span.path)
    for step in index.flow(effect.function).steps:
        made = step.act is Act.WRITE and step.value is not None and step.value.kind in ("new", "composite")
        if not made or step.place is None or step.place.field != field or step.span.start > effect.span.start:
            continue
        line = text.rfind(b"\n", 0, step.span.start) + 1
        between = [row for row in text[line : effect.span.start].split(b"\n") if row.strip()]
        margins = [len(row) - len(row.lstrip()) for row in between]
        if min(margins) == margins[0]:  # not inside an `if` that has ended
            return True
    return False


def _all_effects(index: Index, function: Function) -> Iterator[Effect]:
    for operand in (RECEIVER, *range(len(function.spec.signature.parameters))):
        yield from index.effects(function, operand)


def _held_throughout(index: Index, function: Function, held: tuple[Place, ...]) -> tuple[Place, ...]:
    """The locks at an effect of a function, those among them that all of its callers hold (a helper's)."""
    return (*held, *(h.place for h in entries_of(index, function.package).entry(function).locks))


def replaced_under(index: Index, near: Function, owner: Named, field: FieldRef) -> Span | None:
    """Where the package gives a field another value with a lock of the same struct held, through a pointer."""
    for function in mentioning(index, near, field.name):
        for step in index.flow(function).steps:
            place = step.place
            if step.act not in (Act.WRITE, Act.MUTATE) or place is None or place.field != field or place.root is None:
                continue
            held = tuple(h.place for h in step.held)
            if isinstance(place.root.type, Pointer) and own_lock(index, owner, held, place) is not None:
                return step.span
    return None


def shares_memory(index: Index, field: Field) -> bool:
    """Whether a copy of the field lets both structs change the same memory, and that memory does not lock itself."""
    if not index.types.is_reference(field.type) or index.types.is_concurrent(field.type):
        return False
    behind = index.types.underlying(field.type)
    if isinstance(behind, Pointer):
        return not index.types.locks(behind.element) and not index.types.is_unknown(behind.element)
    return True


def call_takes_over(index: Index, flow: Flow, exit_: Step, held: Held) -> bool:
    """Whether a function that is called with the lock held releases it without taking it (trap T8)."""
    for step in flow.steps:
        if step.call is None or step.act not in (Act.CALL, Act.SPAWN) or step.body != exit_.body:
            continue
        if not any(h.span == held.span for path in step.paths for h in path) or _in_other_return(flow, step, exit_):
            continue
        if any(s.act is Act.RELEASE and s.span == step.span for s in flow.steps):
            continue  # a helper of which the paths know what it gives back: this lock, or another one
        for target in index.targets(step.call):
            inner = index.flow(target)
            for release in inner.steps:
                if (
                    release.act is Act.RELEASE
                    and release.place is not None
                    and not_taken(release, inner)
                    and not left_as_found(inner, release.place)
                    and _may_be(release.place, held.place)
                ):
                    return True
    return False


def _in_other_return(flow: Flow, call: Step, exit_: Step) -> bool:
    """Whether a call stands in a return statement other than this exit: then it is on another path."""
    return any(
        s.act is Act.RETURN and s is not exit_ and s.span.start <= call.span.start and call.span.stop <= s.span.stop
        for s in flow.steps
    )


def _may_be(inner: Place, lock: Place) -> bool:
    """Whether a callee's lock can be the caller's: the same field, or one that the callee got as a parameter."""
    if same_lock(inner, lock):
        return True
    return inner.root is not None and not inner.path and inner.root.scope is Scope.PARAMETER
