"""Other proof than habit that a lock guards a field: a section of the function itself, the lock's name and place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.accesses import Access, accesses_of, lock_seen_from
from heuristics.concurrency.before import tested
from heuristics.concurrency.entries import entries_of
from heuristics.concurrency.guards import Guard, guard_by
from heuristics.concurrency.harmless import harmless_read, leaves_without_lock
from heuristics.concurrency.roots import launched_around, ways_to
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Field, Flow, Function, Place, Scope, Span, Step

# What a comment beside an access says when its author knows that the lock is not held.
_KNOWN = re.compile(
    rb"//[^\n]*(?:\bwithout (?:\w+ ){0,3}(?:lock|mutex|[\w.]*\b(?:mu|mtx)\b)"
    rb"|(?:\bnot?|n't) (?:[\w.]+ ){0,3}(?:lock|synchroni)|lock-?free"
    rb"|lockless|\bunlocked|\brac(?:e|es|y)\b|\bsafe(?:ly)?\b|concurren|unsynchroni[sz]ed|unguarded|unprotected|\bbenign)",
    re.I,
)
_FIRST = re.compile(rb"\{[ \t]*\n(?:[ \t]*//[^\n]*\n)+")
_REPEATS = re.compile(
    r"(?i:update|reload|replace|swap|change|refresh|reset|handle|switch|rotate|apply|close|stop|put|push)|^[oO]n[A-Z]"
)

FEW = 2  # functions that may lack the lock before the habit is none
RARE = 0.2  # share of the accesses under the lock, below which it is there for something else


@frozen()
class Section:
    """A lock of the accessed object that the accessing function takes itself. key: as in accesses. span: where."""

    key: str
    span: Span


def sections(index: Index, access: Access) -> tuple[Section, ...]:
    """The locks of the accessed object that the same goroutine takes in the same function.

    A method of the object that it calls may do that for it, when it is one itself: to others such calls are everyday.
    """
    accessed = access.step.place
    if accessed is None:
        return ()
    home = _home(index.flow(access.function), access.step.body)
    found: dict[str, Section] = {}
    member = access.root is not None and access.root.scope is Scope.RECEIVER
    for place, span, itself in index.once(_taken_by, access.function).get(home, ()):
        if not itself and not member:
            continue
        lock = lock_seen_from(place, "W", span, accessed, access.base)
        if lock is not None and (lock.own or place.root is accessed.root):
            found.setdefault(lock.key, Section(lock.key, span))
    return tuple(found.values())


def _taken_by(index: Index, function: Function) -> dict[int, list[tuple[Place, Span, bool]]]:
    """The locks that a function takes, where, and whether itself or in a call, by the body that runs as a whole."""
    flow = index.flow(function)
    found: dict[int, list[tuple[Place, Span, bool]]] = {}
    for step in flow.steps:
        if step.act in (Act.ACQUIRE, Act.CALL) and not step.deferred:
            taken = [(place, step.span, step.act is Act.ACQUIRE) for place in _taken(index, step)]
            if taken:
                found.setdefault(_home(flow, step.body), []).extend(taken)
    return found


def _home(flow: Flow, start: int) -> int:
    """The body that runs a body as a part of itself: the function, a launched literal, one that is kept."""
    body = flow.body(start)
    while body.how in ("called", "deferred"):
        body = flow.body(body.parent)
    return body.start


def _taken(index: Index, step: Step) -> Iterator[Place]:
    """The locks that a step takes: those of an acquisition, and those of its receiver that a called method takes."""
    if step.act is Act.ACQUIRE:
        if step.place is not None:
            yield step.place
        return
    call = step.call
    if call is None or call.function is None or call.receiver is None or call.receiver.place is None:
        return
    base = call.receiver.place
    for taken in index.once(_receiver_locks, call.function):
        path = (*base.path, *taken.path)
        yield Place(base.root, base.origin, path, taken.text, taken.type, base.names)


def _receiver_locks(index: Index, function: Function) -> tuple[Place, ...]:
    flow = index.flow(function)
    return tuple(
        step.place
        for step in flow.steps
        if step.act is Act.ACQUIRE
        and step.place is not None
        and step.place.root is not None
        and step.place.root.scope is Scope.RECEIVER
        and launched_around(flow, flow.body(step.body)) is None
    )


# --- the guard that a function's own section proves


@frozen()
class _Habit:
    """How functions use a field that this lock may guard. bare: without it where it matters; without: nowhere with it,
    not even beside a section of their own."""

    guard: Guard
    locked: frozenset[Function]
    bare: frozenset[Function]
    without: frozenset[Function]


def section_guard(index: Index, package: str, field: Field, access: Access) -> Guard | None:
    """The lock that the function takes itself, when others use the field under it and few do without.

    The habit is counted in functions, not in accesses: one loop that reads a field five times is one witness.
    """
    guards = []
    for section in sections(index, access):
        habit = index.once(_habit, (package, field, section.key))
        if _witnessed(index, habit, access):
            guards.append(habit.guard)
    return max(guards, key=lambda guard: len(guard.locked), default=None)


def _habit(index: Index, about: tuple[str, Field, str]) -> _Habit:
    package, field, key = about
    guard = guard_by(field, key, "section", accesses_of(index, package).locked(field.owner, field.name))
    bare = bare_functions(index, guard)
    without = frozenset(function for function in bare if not _takes(index, function, guard))
    return _Habit(guard, guard.functions, bare, without)


def _witnessed(index: Index, habit: _Habit, access: Access) -> bool:
    guard, locked, bare, without = habit.guard, habit.locked, habit.bare, habit.without
    if len(guard.locked) < RARE * guard.total:
        return False
    if len(bare) > len(locked) + 1 or len(without) > max(FEW, len(locked) // 3):
        return False
    if len(bare - locked) > len(locked):
        return False
    if access.write:
        return len(guard.locked) > 1 and any(_another(index, other.function, access.function) for other in guard.locked)
    changes = guard.changes
    if not any(change.function is not access.function for change in changes):
        return bool(changes) and retested(index, guard, access)
    return tested(index, access) or (len(locked) > 1 and recurs(index, changes))


def _another(index: Index, user: Function, writer: Function) -> bool:
    """Whether somebody else uses a field than the function that writes it; its own helpers count when the text shows
    that several goroutines come to the function, or others may call it."""
    if user is writer:
        return False
    if not entries_of(index, writer.package).serves_only(user, writer) or writer.name[:1].isupper():
        return True
    return any(way.root.parallel for way in ways_to(index, writer))


def _takes(index: Index, function: Function, guard: Guard) -> bool:
    """Whether a function uses the field both without the lock and beside a section of its own."""
    uses = (access for access in guard.bare if access.function is function)
    return any(section.key == guard.key for access in uses for section in sections(index, access))


def bare_functions(index: Index, guard: Guard) -> frozenset[Function]:
    """The functions that use the field without the lock where it matters.

    Not the goroutine that alone changes it, and not what ends the object when everybody has left.
    """
    writers = guard.writers
    counted = (a for a in guard.bare if not leaves_without_lock(index, a.function))
    return frozenset(a.function for a in counted if a.write or not harmless_read(index, a, writers))


def recurs(index: Index, changes: tuple[Access, ...]) -> bool:
    """Whether a field changes more than once in the life of its object, as far as the text tells."""
    if len({change.span for change in changes}) > 1:
        return True
    return any(not c.whole or c.step.loops or c.launch >= 0 or _again(index, c.function) for c in changes)


def _again(index: Index, function: Function) -> bool:
    """Whether a function is called again and again: by its name, or because several others call it."""
    if _REPEATS.search(function.name):
        return True
    return len({site.caller for site in entries_of(index, function.package).sites(function)}) > 1


def retested(index: Index, guard: Guard, access: Access) -> bool:
    """Whether the function tests the field again under the lock: it knows that others may have come in between."""
    return tested(index, access) and any(
        other.function is access.function
        and not other.write
        and other.span.start > access.span.start
        and tested(index, other)
        for other in guard.locked
    )


def author_knows(index: Index, access: Access) -> bool:
    """Whether a comment on the line of the access, in the lines right above it, or at the head of the function's body
    speaks of locks or races."""
    text, spec = index.text(access.span.path), access.function.spec
    head = _FIRST.search(text, spec.name_start, spec.stop)
    if head is not None and b"\n" not in text[spec.name_start : head.start()] and _KNOWN.search(head.group()):
        return True
    start = text.rfind(b"\n", 0, access.span.start) + 1
    while start > 0:
        above = text.rfind(b"\n", 0, start - 1) + 1
        if not text[above:start].lstrip().startswith(b"//"):
            break
        start = above
    stop = text.find(b"\n", access.span.stop)
    return _KNOWN.search(text, start, stop if stop >= 0 else len(text)) is not None
