"""Who may give a lock back that a path keeps: another path of the body, a function that is called, somebody else."""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.blocks import asked_twice
from heuristics.concurrency.locks import call_takes_over, loose_releases
from heuristics.concurrency.releases import releases_for_others
from heuristics.concurrency.relock import taken_at
from heuristics.concurrency.roots import once_around
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Body, Flow, Held, Place, Step, Value


def released_elsewhere(flow: Flow, body: Body, held: Held) -> Step | None:
    """A release, in the same body, of the very hold that an exit keeps; None when there is none."""
    found = [
        step
        for step in flow.steps
        if step.act is Act.RELEASE
        and step.place == held.place
        and body.start <= step.span.start < body.stop
        and any(h.place == held.place and h.span == held.span for path in step.paths for h in path)
    ]
    # A release that is also reached without the lock hangs on the condition under which the lock was taken (trap T6).
    return next((s for s in found if all(any(h.place == held.place for h in path) for path in s.paths)), None)


def released_behind(flow: Flow, acquire: Step, held: Held) -> Step | None:
    """A release of the hold behind the loop in which it is taken: it cannot serve a round that comes back."""
    return next(
        (
            step
            for step in flow.steps
            if step.act is Act.RELEASE
            and step.span.start > acquire.span.start
            and acquire.loops[-1] not in step.loops
            and any(held in path for path in step.paths)
        ),
        None,
    )


def given_back(index: Index, flow: Flow, exit_: Step, held: Held) -> str:
    """Why somebody else may give back what this body keeps, "" when nobody does."""
    if loose_releases(flow, held.place):
        return f"trap T1/T7: the release of {held.place.text} is handed on as a value"
    if in_a_once(flow, held.place):
        return f"trap T7: a Once gives {held.place.text} back"
    if _owned_by(flow, held) or _in_literal_of_others(flow, held.place):
        return f"trap T1: others get {held.place.text}, or a literal that releases it, to give it back"
    if _released_likewise(index, flow, exit_, held):
        return f"trap T6: {held.place.text} is released before, under the condition under which it was taken"
    if call_takes_over(index, flow, exit_, held):
        return f"trap T8: a function that is called here releases {held.place.text}"
    if releases_for_others(index, flow.function, held.place) is not None:
        return f"trap T2: another function of the package releases {held.place.text} without taking it"
    return ""


def in_a_once(flow: Flow, lock: Place) -> bool:
    """Whether the function gives a lock back in a sync.Once, so that it may do so on several ways."""
    if any(s.act is Act.RELEASE and s.place == lock and once_around(flow, s) is not None for s in flow.steps):
        return True
    calls = (s.call for s in flow.steps if s.act is Act.CALL and s.call is not None and s.call.known == "sync.Once.Do")
    values = (value for call in calls for value in call.arguments if value.kind == "method")
    return any(v.text in ("Unlock", "RUnlock") and v.place is not None and v.place.root is lock.root for v in values)


def _in_literal_of_others(flow: Flow, lock: Place) -> bool:
    """Whether a literal that gives the lock back has a name by which it is stored, returned or appended."""
    bodies = {s.body for s in flow.steps if s.act is Act.RELEASE and s.place == lock}
    named = {
        s.place.root
        for s in flow.steps
        if s.act in (Act.DECLARE, Act.WRITE) and s.place is not None and s.value is not None and s.value.body in bodies
    }
    values = (value for s in flow.steps for value in _handed_on(s))
    return any(v.place is not None and v.place.root is not None and v.place.root in named for v in values)


def _released_likewise(index: Index, flow: Flow, exit_: Step, held: Held) -> bool:
    """Whether the way to an exit passes a release that hangs on the very condition that the lock hangs on."""
    taken = taken_at(flow, held)
    between = (s for s in flow.steps if held.span.start < s.span.start < exit_.span.start)
    releases = [s for s in between if s.act is Act.RELEASE and s.place == held.place and not s.deferred]
    return taken is not None and any(asked_twice(index, flow.function, taken, s) for s in releases)


def _owned_by(flow: Flow, held: Held) -> bool:
    """Whether a struct that is made with the lock held gets the lock itself, which only a variable names."""
    if held.place.path:
        return False
    made = (s for s in flow.steps if s.act is Act.MAKE and s.value is not None and s.span.start >= held.span.stop)
    kept = (s for s in made if any(h.span == held.span for path in s.paths for h in path))
    return any(_is_whole(value, held.place) for s in kept if s.value is not None for _, value in s.value.fields)


def taken_first(flow: Flow, body: Body, held: Held) -> bool:
    """Whether a body takes a lock before anything in it gives that lock back: it does not take again what it was
    entered with, even if a later release is for callers that held it."""
    acts = (s for s in flow.steps if s.place == held.place and body.start <= s.span.start < body.stop)
    before = [s for s in acts if s.span.start <= held.span.start]
    return not any(s.act is Act.RELEASE or s.loops for s in before) and not held.entered


def kept_as_value(flow: Flow, end: Step, held: Held) -> bool:
    """Whether what owns the lock is put somewhere while the lock is held, so that it can be given back from there."""
    root = held.place.root
    if root is None:
        return True
    return any(
        any(h.span == held.span for path in step.paths for h in path)
        and any(_is_whole(value, Place(root, "", (), root.name, root.type)) for value in _handed_on(step))
        for step in flow.steps
        if held.span.stop <= step.span.start < end.span.start
    )


def _handed_on(step: Step) -> Iterator[Value]:
    """The values that a step stores, sends, returns or appends."""
    if step.call is not None and step.call.known == "builtin.append":
        yield from step.call.arguments
    if step.value is not None:
        yield step.value
        yield from (value for _, value in step.value.fields)
    yield from step.values


def _is_whole(value: Value, place: Place) -> bool:
    return value.place == place and value.kind in ("place", "address", "conversion")
