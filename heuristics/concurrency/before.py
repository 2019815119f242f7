"""What comes before an access and keeps changes of the field away: a start, a first call, an atomic flag."""

from __future__ import annotations

import re

from heuristics.concurrency.accesses import Access, accesses_of
from heuristics.concurrency.clauses import clause_end
from heuristics.concurrency.entries import Origin
from heuristics.concurrency.joins import is_atomic
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Chan, Function, Place, Step

_COMPARED = re.compile(rb"\s*[!=]=")
_NIL = re.compile(rb"\s*[!=]=\s*nil\b")
_SET = re.compile(rb"\s*!=\s*nil\b[^{}]*\{")
_UNSET = re.compile(rb"\s*==\s*nil\s*\{")
_LEAVES_SET = re.compile(rb"\s*!=\s*nil\s*\{[^{}]*\breturn\b[^{}]*\}")
_CONDITION = re.compile(rb"(?:\bif|\bfor|&&|\|\||;)\s*\(*!?$")
_MESSAGES = (Act.SEND, Act.RECEIVE, Act.CLOSE)
_HAS_KEY = re.compile(rb",\s*\w+\s*:?=\s*$")
_ASKS, _SETS = ("Load",), ("Store", "Swap", "CompareAndSwap", "Add")


def tested(index: Index, access: Access) -> bool:
    """Whether the access is a test: a comparison, a flag in a condition, a look whether a map has a key."""
    text = index.text(access.span.path)
    if _COMPARED.match(text, access.span.stop):
        return True
    line = text.rfind(b"\n", 0, access.span.start) + 1
    return any(test.search(text, line, access.span.start) is not None for test in (_CONDITION, _HAS_KEY))


def tested_nil(index: Index, access: Access) -> bool:
    """Whether the function has compared the field with nil under a lock before the access."""
    text = index.text(access.span.path)
    accesses = accesses_of(index, access.function.package).locked(access.owner, access.field)
    before = (a for a in accesses if a.function is access.function and a.span.start < access.span.start)
    return any(a.locks and _NIL.match(text, a.span.stop) for a in before)


def stays(index: Index, access: Access) -> bool:
    """Whether the function has found a field set, or has set it, under a lock, and whoever sets it does so under a lock
    under which it was nil: the value is the last one."""
    accesses = accesses_of(index, access.function.package).locked(access.owner, access.field)
    text, stop = index.text(access.span.path), access.function.spec.stop
    for other in accesses:
        if other.write and not other.prior and not _fills_nil(index, other, accesses):
            return False
    before = (a for a in accesses if a.function is access.function and a.locks and a.span.stop <= access.span.start)
    return any(a.write or _encloses(text, _SET, a, access, stop) for a in before)


def _fills_nil(index: Index, writer: Access, accesses: tuple[Access, ...]) -> bool:
    """Whether a write replaces nil alone, by a test in the same section."""
    value, text = writer.step.value, index.text(writer.span.path)
    if not (writer.whole and writer.locks) or value is None or value.text == "nil":
        return False
    before = (a for a in accesses if a.function is writer.function and a.span.stop <= writer.span.start)
    tests = [a for a in before if not a.write and set(a.locks) & set(writer.locks)]
    stop = writer.function.spec.stop
    return any(_LEAVES_SET.match(text, a.span.stop) or _encloses(text, _UNSET, a, writer, stop) for a in tests)


def _encloses(text: bytes, condition: re.Pattern[bytes], test: Access, access: Access, stop: int) -> bool:
    """Whether an access stands in the block of a test."""
    found = condition.match(text, test.span.stop)
    return found is not None and found.end() <= access.span.start < clause_end(text, found.end(), stop)


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
