"""What comes before an access and keeps changes of the field away: a start, a first call, an atomic flag."""

from __future__ import annotations

import re

from heuristics.concurrency.accesses import Access, accesses_of
from heuristics.concurrency.entries import Origin
from heuristics.concurrency.joins import is_atomic
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Chan, Function, Place, Step

_COMPARED = re.compile(rb"\s*[!=]=")
_NIL = re.compile(rb"\s*[!=]=\s*nil\b")
_CONDITION = re.compile(rb"(?:\bif|\bfor|&&|\|\||;)\s*\(*!?$")
_MESSAGES = (Act.SEND, Act.RECEIVE, Act.CLOSE)
_ASKS, _SETS = ("Load",), ("Store", "Swap", "CompareAndSwap", "Add")


def tested(index: Index, access: Access) -> bool:
    """Whether the access is a test: a comparison, or a flag in a condition."""
    text = index.text(access.span.path)
    if _COMPARED.match(text, access.span.stop):
        return True
    return _CONDITION.search(text, text.rfind(b"\n", 0, access.span.start) + 1, access.span.start) is not None


def tested_nil(index: Index, access: Access) -> bool:
    """Whether the function has compared the field with nil under a lock before the access."""
    text = index.text(access.span.path)
    accesses = accesses_of(index, access.function.package).locked(access.owner, access.field)
    before = (a for a in accesses if a.function is access.function and a.span.start < access.span.start)
    return any(a.locks and _NIL.match(text, a.span.stop) for a in before)


def of_its_start(index: Index, access: Access, starts: frozenset[Origin], writers: tuple[Access, ...]) -> bool:
    """Whether a goroutine uses what its object had when it was started: who starts it gives the field its value before.

    Others only take a channel away, behind an exchange of messages with the goroutine. starts: the goroutines that make
    the access.
    """
    place = access.step.place
    if place is None or any(origin.launcher is None for origin in starts) or not all(w.whole for w in writers):
        return False
    channel = isinstance(place.type, Chan)
    for writer in writers:
        if channel and writer.step.value is not None and writer.step.value.text == "nil":
            steps = index.flow(writer.function).steps
            if not any(s.act in _MESSAGES and s.span.start < writer.span.start for s in steps):
                return False
        elif any(o.launcher is not writer.function or o.start < writer.span.start for o in starts):
            return False
    return bool(starts)


def filled_before(index: Index, access: Access, writers: tuple[Access, ...]) -> bool:
    """Whether the function has called, before the access, what fills the field in when it finds it empty under the
    lock, and nobody else changes the field."""
    fillers = {writer.function for writer in writers}
    if access.function in fillers or not all(_fills(index, writer) for writer in writers):
        return False
    called = (s.call.function for s in _calls(index, access.function) if s.span.stop <= access.span.start and s.call)
    return any(f is not None and (f in fillers or _comes_to(index, f, fillers)) for f in called)


def _fills(index: Index, writer: Access) -> bool:
    """Whether a function tests the field under a lock before it replaces it."""
    accesses = accesses_of(index, writer.function.package).locked(writer.owner, writer.field)
    before = (a for a in accesses if a.function is writer.function and a.span.start < writer.span.start)
    return writer.whole and any(not a.write and a.locks and tested(index, a) for a in before)


def _comes_to(index: Index, function: Function, fillers: set[Function]) -> bool:
    return any(s.call is not None and s.call.function in fillers for s in _calls(index, function))


def _calls(index: Index, function: Function) -> tuple[Step, ...]:
    return tuple(s for s in index.flow(function).steps if s.act is Act.CALL and not s.deferred)


def published(index: Index, access: Access, writers: tuple[Access, ...]) -> str:
    """The atomic flag that the function asks before the access, and that all who change the field set behind that."""
    for place in _flags(index, access.function, _ASKS, 0, access.span.start):
        ends = (_flags(index, w.function, _SETS, w.span.stop, w.function.spec.stop) for w in writers)
        if all(any(place.field == set_.field for set_ in found) for found in ends):
            return place.text
    return ""


def _flags(index: Index, function: Function, names: tuple[str, ...], start: int, stop: int) -> tuple[Place, ...]:
    """The fields on which a function calls these atomic methods between two offsets."""
    calls = (s.call for s in _calls(index, function) if start <= s.span.start < stop and is_atomic(s))
    found = (c.receiver.place for c in calls if c is not None and c.name.startswith(names) and c.receiver is not None)
    return tuple(place for place in found if place is not None and place.field is not None)
