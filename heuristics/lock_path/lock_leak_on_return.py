"""A return leaves a mutex locked.

The function takes a lock, gives it back on some of its paths, and forgets it on another one. The path that forgets it
leaves the lock taken for ever: the next goroutine that asks for it blocks, and every one after it. Nothing crashes; the
program stops answering, often hours after the call that did it. Error paths and early exits that were added later are
where it happens.

Defer the release right below the Lock. Where the lock must be given back before the function ends, put the section into
a function of its own, so that the deferred release still covers every return.

A round of a loop that goes on with the lock of something that only this round can name is the same mistake, and so is a
lock that is one of many, taken by its key (`locks.Lock(id)`).

WRONG

```go
c.mu.Lock()
if c.closed {
        return ErrClosed // c.mu stays locked
}
defer c.mu.Unlock()
```

RIGHT

```go
c.mu.Lock()
defer c.mu.Unlock()
if c.closed {
        return ErrClosed
}
```

Limits: functions that return with the lock held by design are left alone, as far as the text shows it: a release that
is handed on, a name that says that the function locks for others, or another function of the package that releases the
lock without taking it. Functions with more than 64 lock states are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.leaks import (
    given_back,
    in_a_once,
    kept_as_value,
    released_behind,
    released_elsewhere,
    taken_first,
)
from heuristics.concurrency.lines import line_start, line_stop, margin
from heuristics.concurrency.locks import (
    call_takes_over,
    can_fail,
    entered_with,
    functions_that_lock,
    loose_releases,
)
from heuristics.concurrency.releases import by_habit_here, only_here, releases_for_others
from heuristics.concurrency.relock import contradicts
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.known import LOCK_METHODS
from heuristics.golang.model import Act, Body, Flow, Held, Step

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = True
YIELDS_TO = ("deferred-lock", "double-lock-same-path", "rlock-upgrade", "unlock-kind-mismatch", "defer-unlock-in-loop")

_LOCK = re.compile(r"\.(?:Try)?(R?)Lock(Key)?\(")
# Functions with such names lock for their callers (trap T1).
_HANDS_OVER = re.compile(r"lock|acquire|begin|enter|start|freeze|pause|suspend|stop|hold|reserve|prepare|open", re.I)


def check(index: Index) -> Iterator[Found]:
    """Every exit of a body that keeps a lock which the same acquisition's other paths give back."""
    for function in functions_that_lock(index, tests=IN_TESTS):
        flow = index.flow(function)
        for body in flow.bodies:
            yield from _exits(index, flow, body)
            yield from _rounds(index, flow, body)
            yield from _lost(index, flow, body)
        yield from _never(index, flow)


def _exits(index: Index, flow: Flow, body: Body) -> Iterator[Found]:
    for step in flow.steps:
        if step.act is not Act.RETURN or step.body != body.start:
            continue
        for held in dict.fromkeys(h for way in step.left for h in way):
            if held.entered or held.unsure or not body.start <= held.span.start < body.stop or can_fail(index, held):
                continue
            release = released_elsewhere(flow, body, held)
            if release is not None:
                yield _found(index, flow, step, held, release)


def _found(index: Index, flow: Flow, exit_: Step, held: Held, release: Step) -> Found:
    key = held.place.text
    read = "read-" if held.mode == "R" else ""
    at_end = index.text(exit_.span.path)[exit_.span.start : exit_.span.stop] == b"}"
    where = "when the function ends" if at_end else "by this return"
    next_ = "next writer" if held.mode == "R" else "next caller"
    what = f"still {read}locked {where}" if at_end or read else f"still held {where}"
    gives = "is released by a deferred call that only later paths register" if release.deferred else "is released here"
    return Found(
        span=exit_.span,
        message=f"`{key}` is {what}, so the {next_} blocks forever.",
        symbol=flow.function.symbol,
        variable=key,
        related=(
            Related(held.span, f"`{key}` is {read}locked here"),
            Related(release.span, f"the other path: `{key}` {gives}"),
        ),
        story=(
            Related(held.span, f"One goroutine takes `{key}`,"),
            Related(exit_.span, "leaves here and keeps it;"),
            Related(held.span, f"the next goroutine that comes here waits for `{key}` for ever."),
        ),
        evidence=(
            f"the lock taken on this path is released on another path of {flow.function.symbol}",
            f"no deferred release of `{key}` is registered on the path to this return",
        ),
        fix=_fix(index, flow, exit_, held, release),
        silent_because=_trap(index, flow, exit_, held),
    )


def _trap(index: Index, flow: Flow, exit_: Step, held: Held) -> str:
    body = flow.body(exit_.body)
    if entered_with(flow, body, held.place) and not taken_first(flow, body, held):
        return f"trap T3: the code around is entered with {held.place.text} held"
    if flow.function.receiver and flow.function.name in LOCK_METHODS:
        return "trap T1: the function is a lock itself"
    return given_back(index, flow, exit_, held)


# --- the edge of a loop


def _rounds(index: Index, flow: Flow, body: Body) -> Iterator[Found]:
    """A round of a loop that comes back to its Lock with the lock still held from the round before."""
    for step in flow.steps:
        if step.act is not Act.ACQUIRE or step.body != body.start or not step.loops or step.place is None:
            continue
        kept = [h for path in step.paths for h in path if h.place == step.place and h.span == step.span]
        if not kept or kept[0].mode != "W" or contradicts(flow, kept[0], step):
            continue
        release = released_elsewhere(flow, body, kept[0]) or released_behind(flow, step, kept[0])
        if release is None or release.deferred:
            continue
        key = step.place.text
        yield Found(
            span=step.span,
            message=f"`{key}` can still be held from the round before when this round locks it again: a deadlock.",
            symbol=flow.function.symbol,
            variable=key,
            related=(Related(release.span, f"only some of the loop's paths release `{key}`, here"),),
            story=(
                Related(step.span, f"One round takes `{key}`"),
                Related(release.span, "and reaches its end without passing this release;"),
                Related(step.span, "the next round waits for itself, for ever."),
            ),
            evidence=(f"a path around the loop reaches this Lock with `{key}` held from the same line",),
            silent_because=given_back(index, flow, step, kept[0]),
        )


def _lost(index: Index, flow: Flow, body: Body) -> Iterator[Found]:
    """A round that ends with the lock of something that only this round can name."""
    for step in flow.steps:
        if step.act is not Act.ROUND or step.body != body.start:
            continue
        for held in dict.fromkeys(h for path in step.paths for h in path if h.span.start > step.loops[-1]):
            if held.entered or held.unsure or can_fail(index, held):
                continue
            release = released_elsewhere(flow, body, held)
            if release is None or release.deferred or kept_as_value(flow, step, held):
                continue
            yield _lost_by(index, flow, step, held, release)


def _lost_by(index: Index, flow: Flow, end: Step, held: Held, release: Step) -> Found:
    key, read = held.place.text, "read-" if held.mode == "R" else ""
    return Found(
        span=end.span,
        message=f"`{key}` is still {read}locked when this round of the loop ends, so the next "
        f"{'writer' if read else 'caller'} blocks forever.",
        symbol=flow.function.symbol,
        variable=key,
        related=(
            Related(held.span, f"`{key}` is {read}locked here"),
            Related(release.span, f"the other path: `{key}` is released here"),
        ),
        story=(
            Related(held.span, f"One goroutine takes `{key}`,"),
            Related(end.span, "goes on to the next round, which means another one by that name, and keeps it;"),
            Related(held.span, f"whoever asks for this `{key}` again waits for ever."),
        ),
        evidence=(
            f"the lock taken in this round is released on another path of {flow.function.symbol}",
            f"the next round has another `{key}`",
        ),
        fix=_fix(index, flow, end, held, release),
        silent_because=_trap(index, flow, end, held),
    )


# --- a lock that nobody gives back


def _never(index: Index, flow: Flow) -> Iterator[Found]:
    """A lock that the function keeps on every way out, while nothing in the package releases it for another."""
    function = flow.function
    exits = [s for s in flow.steps if s.act is Act.RETURN and s.body == function.spec.start]
    if function.test or not exits or _HANDS_OVER.search(function.name):
        return
    for held in dict.fromkeys(h for h in exits[0].left[0] if not h.entered) if exits[0].left else ():
        kept = all(any(h.span == held.span for h in way) for s in exits for way in s.left)
        if not kept or held.unsure or _gives_away(flow, held) or can_fail(index, held):
            continue
        if not only_here(held) and not by_habit_here(index, flow, held):
            continue
        if releases_for_others(index, function, held.place) is None and not _taken_over(index, flow, exits, held):
            yield _kept(flow, exits[-1], held)


def _gives_away(flow: Flow, held: Held) -> bool:
    return bool(loose_releases(flow, held.place) or in_a_once(flow, held.place)) or any(
        s.act is Act.RELEASE and s.place == held.place for s in flow.steps
    )


def _taken_over(index: Index, flow: Flow, exits: list[Step], held: Held) -> bool:
    return any(call_takes_over(index, flow, exit_, held) for exit_ in exits)


def _kept(flow: Flow, exit_: Step, held: Held) -> Found:
    key = held.place.text
    read = "read-" if held.mode == "R" else ""
    return Found(
        span=held.span,
        message=f"`{key}` is {read}locked here and released nowhere, so the next "
        f"{'writer' if read else 'caller'} blocks forever.",
        symbol=flow.function.symbol,
        variable=key,
        related=(Related(exit_.span, f"`{key}` is still {read}locked here"),),
        story=(
            Related(held.span, f"One goroutine takes `{key}`,"),
            Related(exit_.span, "leaves here and keeps it; nothing in this package gives it back."),
        ),
        evidence=(f"{flow.function.symbol} has no release of `{key}`", "no function of the package releases it for it"),
        fix=Fix("defer the release right below the Lock", ()),
    )


# --- the remedy


def _fix(index: Index, flow: Flow, exit_: Step, held: Held, release: Step) -> Fix:
    file = index.file(held.span.path)
    text = file.text
    lock = text[held.span.start : held.span.stop].decode("utf-8", "replace")
    # A helper that gives the lock back may do more than that; its name says when it does not.
    helper = text[release.span.start : release.span.stop].decode("utf-8", "replace")
    unlock = helper if helper.lower().endswith("unlock()") else _LOCK.sub(r".\1Unlock\2(", lock, count=1)
    if unlock == lock:
        return Fix(f"release `{held.place.text}` before {_this(exit_)}", ())
    deferred = [
        s
        for s in flow.steps
        if s.act is Act.RELEASE
        and s.deferred
        and s.body == exit_.body
        and s.place == held.place
        and text[line_start(text, s.span) : s.span.start].strip() == b"defer"
    ]
    releases = [s for s in flow.steps if s.act is Act.RELEASE and s.place == held.place and _undoes(s, held)]
    alone = text[line_start(text, held.span) : line_stop(text, held.span)].strip() == lock.encode()
    if alone and len(deferred) == 1 and releases == deferred and deferred[0].span.start > held.span.stop:
        late = deferred[0].span
        return Fix(
            f"defer {unlock} right below the Lock",
            (
                Edit(file.path, held.span.stop, held.span.stop, f"\n{margin(text, held.span)}defer {unlock}"),
                Edit(file.path, line_start(text, late), line_stop(text, late), ""),
            ),
        )
    return _unlock_before(flow, text, exit_, held, unlock)


def _unlock_before(flow: Flow, text: bytes, exit_: Step, held: Held, unlock: str) -> Fix:
    """Give the lock back in front of the return, where what is returned reads nothing that the lock may guard."""
    title = f"{unlock} before {_this(exit_)}"
    start = line_start(text, exit_.span)
    inside = [s for s in flow.steps if exit_.span.start < s.span.start < exit_.span.stop]
    plain = not any(s.act in (Act.READ, Act.CALL) for s in inside)
    leaves = text.startswith((b"return", b"continue"), exit_.span.start)
    if not plain or text[start : exit_.span.start].strip() or not leaves:
        return Fix(title, ())
    before = Edit(exit_.span.path, exit_.span.start, exit_.span.start, f"{unlock}\n{margin(text, exit_.span)}")
    return Fix(title, (before,))


def _this(exit_: Step) -> str:
    return "this return" if exit_.act is Act.RETURN else "this round ends"


def _undoes(step: Step, held: Held) -> bool:
    return any(h.span == held.span for path in step.paths for h in path)
