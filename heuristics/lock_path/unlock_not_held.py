"""A path releases a lock that it does not hold.

Unlock of a mutex that is not locked ends the program: "sync: unlock of unlocked mutex" is a fatal error that no recover
catches. And when another goroutine holds the lock at that moment, it loses it, so that two of them are in the section
at once. It happens on error paths: the lock was given back a few lines above, or a deferred call gives it back anyway.

Release a lock once on every path: either by the deferred call, or in the open.

WRONG

```go
s.mu.Lock()
defer s.mu.Unlock()
if s.closed {
        s.mu.Unlock() // and the deferred call once more
        return ErrClosed
}
```

RIGHT

```go
s.mu.Lock()
defer s.mu.Unlock()
if s.closed {
        return ErrClosed
}
```

Limits: certain is only what the body itself took and gave back. A release by a body that took the lock on other paths
only is listed with `--all`, because a caller may hold it; it is offered when no caller does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from heuristics.concurrency.blocks import asked_twice
from heuristics.concurrency.lines import alone, line_start, line_stop
from heuristics.concurrency.locks import functions_with, same_lock
from heuristics.concurrency.relock import acquires, taken_at
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.known import TEST_TYPES
from heuristics.golang.model import Act, Flow, Held, Step

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = True
YIELDS_TO = (
    "double-lock-same-path",
    "rlock-upgrade",
    "recursive-rlock",
    "unlock-kind-mismatch",
    "lock-leak-on-return",
    "defer-unlock-in-loop",
)


def check(index: Index) -> Iterator[Found]:
    """Every release that finds its lock given back, or on one path not taken at all."""
    for function in functions_with(index, b"Unlock", tests=IN_TESTS):
        flow = index.flow(function)
        for step in flow.steps:
            if step.act is not Act.RELEASE or step.place is None:
                continue
            if step.freed and not _entered(flow, step):
                yield from _again(index, flow, step)
            elif _sometimes(flow, step):
                yield _bare(index, flow, step)


def _may_end_the_test(index: Index, flow: Flow, first: Step, second: Step) -> bool:
    """Whether a helper that knows the test is called in between: it may end it."""
    between = (s.call for s in flow.steps if first.span.stop <= s.span.start < second.span.start and s.call is not None)
    operands = (value.place for call in between for value in call.arguments)
    return any(place is not None and index.types.known_name(place.type) in TEST_TYPES for place in operands)


def _entered(flow: Flow, step: Step) -> bool:
    return any(h.entered and h.place == step.place for s in flow.steps for path in s.paths for h in path)


# --- a second release


def _again(index: Index, flow: Flow, step: Step) -> Iterator[Found]:
    before = [first for first in _before(flow, step) if not _paired(index, flow, first, step)]
    if not before:
        return
    if _taken_beside(flow, step):
        return  # trap T2
    first = before[-1]
    if not step.deferred:
        found = _twice(index, flow, step, first, step)
        ends = flow.function.test and any(_may_end_the_test(index, flow, each, step) for each in before)
        yield replace(found, silent_because="trap T9: a helper of the test may end it in between") if ends else found
    elif not first.deferred:
        yield _twice(index, flow, first, step, first)


def _paired(index: Index, flow: Flow, first: Step, step: Step) -> bool:
    """Whether the lock is taken in between under the condition under which it is given back (trap T6)."""
    taken = (s for s in flow.steps if acquires(s) and s.place == step.place)
    between = (s for s in taken if first.span.stop <= s.span.start < step.span.start)
    return any(asked_twice(index, flow.function, s, step) for s in between)


def _taken_beside(flow: Flow, step: Step) -> bool:
    """Whether a goroutine, or a literal that a callee runs, takes the lock and does not give it back."""
    acts = [(s, flow.body(s.body)) for s in flow.steps if s.place == step.place]
    acts = [(s, body) for s, body in acts if step.deferred or s.span.start < step.span.start]
    beside = [(s, body) for s, body in acts if body.parent != -1 and body.start != step.body]
    released = {body.start for s, body in beside if s.act is Act.RELEASE}
    return any(acquires(s) and body.start not in released for s, body in beside)


def _before(flow: Flow, step: Step) -> list[Step]:
    """The releases that may have come before on the path: those that no acquisition follows before the second."""
    found = [
        s
        for s in flow.steps
        if s.act is Act.RELEASE
        and s is not step
        and s.place == step.place
        and any(h in step.freed for path in s.paths for h in path)
        and (step.deferred or s.span.start < step.span.start)
    ]
    return [s for s in found if not _retaken(flow, s) and not _said(flow, s, step)] if step.deferred else found


def _said(flow: Flow, release: Step, deferred: Step) -> bool:
    """Whether the function notes behind a release that it was made, in a variable that the deferred one asks."""
    asked = {text for text, _ in deferred.facts}
    after = [s for s in flow.steps if s.span.start >= release.span.stop and s.body == release.body]
    end = next((s.span.start for s in after if s.act is Act.RETURN), None)
    return any(
        s.act is Act.WRITE and s.place is not None and s.place.text in asked and (end is None or s.span.start < end)
        for s in after
    )


def _retaken(flow: Flow, release: Step) -> bool:
    """Whether the next thing that happens to the lock in the text is another acquisition, before any return."""
    after = (s for s in flow.steps if s.span.start >= release.span.stop and s.body == release.body)
    following = next((s for s in after if s.act is Act.RETURN or (acquires(s) and s.place == release.place)), None)
    return following is None or following.act is not Act.RETURN


def _twice(index: Index, flow: Flow, at: Step, other: Step, surplus: Step) -> Found:
    assert at.place is not None
    key = at.place.text
    pending = other.deferred
    where = "the deferred call releases it once more" if pending else f"`{key}` was already released here"
    return Found(
        span=at.span,
        message=(
            f"`{key}` is released here although a deferred call releases it too; the second one is a fatal error."
            if pending
            else f"This path releases `{key}` without holding it: it was released before."
        ),
        symbol=flow.function.symbol,
        variable=key,
        related=(
            Related(other.span, where),
            *(Related(h.span, f"`{key}` was locked here") for h in _lost(at, other)[:1]),
        ),
        story=(
            Related(min(at.span, other.span) if not pending else at.span, f"The function gives `{key}` back,"),
            Related(other.span if pending else at.span, "and once more here: the program dies, or another loses it."),
        ),
        evidence=(f"on a path through both releases `{key}` is not taken in between",),
        fix=_fix(index, surplus),
    )


def _lost(at: Step, other: Step) -> tuple[Held, ...]:
    return at.freed or other.freed


def _fix(index: Index, surplus: Step) -> Fix:
    text = index.text(surplus.span.path)
    if not alone(text, surplus.span):
        return Fix("release it once", ())
    edit = Edit(surplus.span.path, line_start(text, surplus.span), line_stop(text, surplus.span), "")
    return Fix("leave out this release", (edit,))


# --- a release without a lock


def _sometimes(flow: Flow, step: Step) -> bool:
    """Whether some paths hold what the body took, and others nothing."""
    taken = [any(h.place == step.place for h in path) for path in step.paths]
    own = any(h.place == step.place and not (h.entered or h.unsure) for path in step.paths for h in path)
    return own and not all(taken) and not _entered(flow, step)


def _bare(index: Index, flow: Flow, step: Step) -> Found:
    assert step.place is not None
    key = step.place.text
    held = next(h for path in step.paths for h in path if h.place == step.place)
    return Found(
        span=step.span,
        message=f"This path releases `{key}` without holding it.",
        symbol=flow.function.symbol,
        variable=key,
        related=(Related(held.span, f"only other paths lock `{key}`, here"),),
        story=(
            Related(held.span, f"A path that does not come by here has not taken `{key}`,"),
            Related(step.span, "and releases it all the same: the program dies, or another goroutine loses the lock."),
        ),
        evidence=(f"a path reaches this release without `{key}`",),
        tier=Tier.B,
        offered=_by_chance(index, flow, step, held) and _nobody_holds(index, flow, held),
        fix=Fix(f"lock `{key}` on every path, or return earlier", ()),
    )


def _by_chance(index: Index, flow: Flow, step: Step, held: Held) -> bool:
    """Whether the lock hangs on a condition that text can follow, and the release on none.

    Else the two can hang on the same condition (trap T6), or all that is missing may be the first round of a loop.
    """
    taken = taken_at(flow, held)
    if taken is None or asked_twice(index, flow.function, taken, step) or _on_condition(index, flow, step):
        return False
    return bool(taken.facts) and not step.facts and set(taken.loops) <= set(step.loops)


def _on_condition(index: Index, flow: Flow, step: Step) -> bool:
    """Whether a helper gives the lock back, under a condition of its own."""
    calls = [s.call for s in flow.steps if s.act is Act.CALL and s.span == step.span and s.call is not None]
    inner = [index.flow(target) for call in calls for target in index.targets(call)]
    return any(s.act is Act.RELEASE and s.facts for one in inner for s in one.steps)


def _nobody_holds(index: Index, flow: Flow, held: Held) -> bool:
    """Whether the callers are known, and none of them holds the lock."""
    sites = index.callers(flow.function)
    return bool(sites) and not any(same_lock(h.place, held.place) for s in sites for p in s.step.paths for h in p)
