"""Locks that a goroutine takes while it holds them: which acquisitions meet a hold of the very same lock."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.launches import runners
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.known import ACQUIRE, VALUE_LOCKS
from heuristics.golang.model import Act, Element, FieldRef, Flow, Held, Place, Span, Step

_PLAIN = re.compile(r"\w+|\"[^\"]*\"|\*")


@frozen()
class Again:
    """An acquisition in whose way stands a hold of the same goroutine, on some path. mode: what it asks for."""

    step: Step
    held: Held
    mode: str


def acquires(step: Step) -> str:
    """The mode in which a step waits for a lock, "" when it does not: TryLock never waits."""
    return ACQUIRE.get(step.call.name, "") if step.act is Act.ACQUIRE and step.call is not None else ""


def own_holds(step: Step) -> Iterator[Held]:
    """What the body itself took and certainly holds at a step, on some path."""
    yield from dict.fromkeys(h for path in step.paths for h in path if not h.entered and not h.unsure)


def taken_again(index: Index, flow: Flow) -> Iterator[Again]:
    """Every acquisition of a lock that the same goroutine took at another place and still holds."""
    for step in flow.steps:
        mode = acquires(step)
        if not mode or step.place is None or not excludes_itself(index, step.place):
            continue
        for held in own_holds(step):
            if held.place != step.place or held.span == step.span or contradicts(flow, held, step):
                continue
            if same_lock_still(index, flow, held, step.span) and not _handed_over(flow, held, step):
                yield Again(step, held, mode)
                break


def _handed_over(flow: Flow, held: Held, step: Step) -> bool:
    """Whether a goroutine that is started in between gives the lock back, which it has not taken (trap T7)."""
    for release in flow.steps:
        if release.act is not Act.RELEASE or release.place != held.place or release.body == step.body:
            continue
        sites = (site for start in runners(flow, release.body) for site in flow.body(start).sites)
        own = any(h.place == held.place for path in release.paths for h in path)
        if not own and any(held.span.stop <= site.start < step.span.start for site in sites):
            return True
    return False


def taken_at(flow: Flow, held: Held) -> Step | None:
    """The acquisition that a hold goes back to; None when a callee made it."""
    return next((s for s in flow.steps if s.act is Act.ACQUIRE and s.span == held.span), None)


def released_at_once(index: Index, flow: Flow, lock: Step) -> Step | None:
    """The release of the lock when nothing stands in between, not even a comment."""
    text = index.text(lock.span.path)
    for step in flow.steps:
        if step.act is Act.RELEASE and step.place == lock.place and step.span.start > lock.span.start:
            between = text[lock.span.stop : step.span.start]
            return step if not between.replace(b";", b"").strip() and not step.deferred else None
    return None


def contradicts(flow: Flow, held: Held, step: Step) -> bool:
    """Whether a condition, perhaps over fields, that led to the lock has to be false for the step, or has led to its
    release before (trap T6).

    Paths forget such conditions at every call, because fields may change; that they do is no reason to speak.
    """
    taken = taken_at(flow, held)
    if taken is None:
        return False
    if any((text, not value) in step.facts for text, value in taken.facts):
        return True
    # A lock makes paths forget what they know of fields: where it is known again, it was asked again.
    asked = {fact for fact in taken.facts if "." in fact[0]}
    stop = step.span.start if step.span.start > taken.span.start else flow.function.spec.stop
    between = (s for s in flow.steps if s.act is Act.RELEASE and taken.span.start < s.span.start < stop)
    return any(s.place == held.place and asked and asked <= s.facts for s in between)


def excludes_itself(index: Index, lock: Place) -> bool:
    """Whether a lock is of a type that is known not to let its own holder in again; a Locker can be that of readers."""
    return index.types.lock_name(lock.type) in VALUE_LOCKS


def same_lock_still(index: Index, flow: Flow, held: Held, later: Span) -> bool:
    """Whether the text of a key still means the lock that was taken: nothing on its way got another value (T22)."""
    lock = held.place
    if lock.root is None or not all(_is_plain(hop) for hop in lock.path):
        return False
    start, stop = held.span.stop, later.start
    if stop < start:
        start, stop = flow.function.spec.start, flow.function.spec.stop
    between = [step for step in flow.steps if start <= step.span.start < stop]
    return not any(_leads_to(step.place, lock) for step in between if step.act in (Act.WRITE, Act.MUTATE)) and not any(
        _may_replace(index, step, lock) for step in between if step.act is Act.CALL
    )


def _is_plain(hop: FieldRef | Element) -> bool:
    return isinstance(hop, FieldRef) or _PLAIN.fullmatch(hop.text) is not None


def _leads_to(place: Place | None, lock: Place) -> bool:
    return place is not None and bool(place.path) and len(place.path) < len(lock.path) and lock.under(place)


def _may_replace(index: Index, step: Step, lock: Place) -> bool:
    """Whether a function that is called gives a pointer on the way to the lock another value."""
    names = [hop.name for hop in lock.path[:-1] if isinstance(hop, FieldRef) and hop.pointer]
    if not names or step.call is None or (function := step.call.function) is None:
        return False
    assigned = rb"\.(?:%s)\s*=[^=]" % b"|".join(re.escape(name.encode()) for name in names)
    text = index.text(function.path)
    return re.compile(assigned).search(text, function.spec.start, function.spec.stop) is not None
