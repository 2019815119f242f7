"""A lock is taken and given back at once, and protects nothing.

Between Lock and the Unlock right below it there is nothing to protect; the code that follows touches what the lock
guards elsewhere, and runs without it. Mostly a defer was forgotten.

Defer the release, or move it behind what it should protect.

WRONG

```go
c.mu.Lock()
c.mu.Unlock()
c.entries[k] = v
```

RIGHT

```go
c.mu.Lock()
defer c.mu.Unlock()
c.entries[k] = v
```

Limits: a section without content can be a barrier that waits until others are done. It is offered only when the code
below it touches a field that other functions touch under this lock; a comment in the section or above it silences it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.lines import line_start
from heuristics.concurrency.locks import functions_with, mentioning, same_lock
from heuristics.concurrency.relock import acquires, released_at_once
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, FieldRef, Flow, Place, Span, Step

TIER = Tier.B
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()

_SPEAKS = re.compile(rb"lock|mutex|\bmu\b", re.I)
_TOUCHES = (Act.READ, Act.WRITE, Act.MUTATE)


def check(index: Index) -> Iterator[Found]:
    """Every Lock with nothing but white space before its Unlock."""
    for function in functions_with(index, b"Lock()", tests=IN_TESTS):
        flow = index.flow(function)
        for lock in flow.steps:
            if not acquires(lock) or lock.place is None:
                continue
            unlock = released_at_once(index, flow, lock)
            if unlock is not None:
                yield _found(index, flow, lock, unlock)


def _found(index: Index, flow: Flow, lock: Step, unlock: Step) -> Found:
    assert lock.place is not None
    key = lock.place.text
    bare = _touched_below(index, flow, unlock)
    related = (
        (
            Related(bare[0].span, f"`{bare[0].place.text if bare[0].place else ''}` is touched here without `{key}`"),
            Related(bare[1], f"and here with `{key}` held"),
        )
        if bare
        else ()
    )
    span = unlock.span
    return Found(
        span=lock.span,
        message=f"`{key}` is released immediately, so the code below runs unprotected.",
        symbol=flow.function.symbol,
        variable=key,
        related=related,
        story=(
            Related(lock.span, f"The function takes `{key}` and gives it back at once;"),
            *((Related(bare[0].span, "what it guards is then touched without it."),) if bare else ()),
        ),
        evidence=("nothing stands between the Lock and its Unlock",),
        offered=bool(bare),
        fix=Fix("defer the Unlock", (Edit(span.path, span.start, span.start, "defer "),)),
        silent_because=_barrier(index, lock),
    )


def _touched_below(index: Index, flow: Flow, unlock: Step) -> tuple[Step, Span] | None:
    """The first touch behind the release of what other functions touch under the lock, and where one of them does."""
    assert unlock.place is not None
    for step in flow.steps:
        if step.span.start < unlock.span.stop or step.body != unlock.body:
            continue
        if acquires(step) and step.place == unlock.place:
            return None
        field = _beside(step, unlock.place) if step.act in _TOUCHES else None
        for other in mentioning(index, flow.function, field.name) if field is not None else ():
            for touch in index.flow(other).steps if other is not flow.function else ():
                guarded = touch.act in _TOUCHES and touch.place is not None and field in touch.place.path
                if guarded and any(same_lock(h.place, unlock.place) for h in touch.held):
                    return step, touch.span
    return None


def _beside(step: Step, lock: Place) -> FieldRef | None:
    """The field that a step touches in the struct of which the lock is a field too."""
    place, depth = step.place, len(lock.path) - 1
    if place is None or (place.root, place.origin, place.path[:depth]) != lock.base or len(place.path) <= depth:
        return None
    hop = place.path[depth]
    return hop if isinstance(hop, FieldRef) else None


def _barrier(index: Index, lock: Step) -> str:
    """Trap T23: a comment above the Lock, or above what is done right before it, says what the empty section is for."""
    text = index.text(lock.span.path)
    start = line_start(text, lock.span)
    paragraph = text[text.rfind(b"\n\n", 0, start) + 1 : start].strip().split(b"\n")
    said = [line for line in paragraph if line.strip().startswith(b"//")]
    explained = paragraph[-1].strip().startswith(b"//") or any(_SPEAKS.search(line) for line in said)
    return "trap T23: a comment explains the empty section" if explained else ""
