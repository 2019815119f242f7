"""A lock is taken in a loop and its release deferred to the end of the function.

Defer waits for the end of the function, not of the round. The first round takes the lock and keeps it; the second round
waits for it, and for itself, for ever.

Give the lock back in the open at the end of the round, or put the body of the loop into a function of its own.

WRONG

```go
for _, e := range entries {
        m.mu.Lock()
        defer m.mu.Unlock()
        m.seen[e] = true
}
```

RIGHT

```go
for _, e := range entries {
        m.mu.Lock()
        m.seen[e] = true
        m.mu.Unlock()
}
```

Limits: a lock that belongs to the element of the round is another one each time, and left alone. For read locks the
rounds do not wait for each other, unless a writer comes; they are left alone too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.locks import functions_that_lock
from heuristics.concurrency.relock import acquires, excludes_itself, own_holds, same_lock_still
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function, Held, Step

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = True
YIELDS_TO: tuple[str, ...] = ()
_CALL = re.compile(rb"(?P<defer>\bdefer\s+)?(?P<lock>[\w.\[\]]+)\.R?(?P<does>Lock|Unlock)\(\)")
_HELPER = re.compile(rb"Lock|(?<![bBcC])lock")


def check(index: Index) -> Iterator[Found]:
    """Every Lock in a loop that meets its own hold of the round before, which only a deferred call would end."""
    for function in functions_that_lock(index, b"defer", b"for ", tests=IN_TESTS):
        if not _may_keep(index, function):
            continue
        flow = index.flow(function)
        for step in flow.steps:
            if not step.loops or acquires(step) != "W" or step.place is None:
                continue
            held = next((h for h in own_holds(step) if h.place == step.place and h.span == step.span), None)
            if (
                held is None
                or not excludes_itself(index, step.place)
                or not same_lock_still(index, flow, held, held.span)
            ):
                continue
            release = _deferred(flow, held)
            if release is not None:
                yield _found(flow, step, release)


def _may_keep(index: Index, function: Function) -> bool:
    """Whether the text behind the first `for` has a Lock that is not given back in the open next: most have none."""
    text, start, stop = index.text(function.path), function.spec.start, function.spec.stop
    loop = text.find(b"for ", start, stop)
    if text.find(b"defer func", start, stop) >= 0 or _HELPER.search(_CALL.sub(b"", text[loop:stop])):
        return True  # what a literal gives back in the end, and what helpers do, only the flow tells
    given_back: dict[bytes, bool] = {}
    for call in reversed(list(_CALL.finditer(text, loop, stop))):
        if call["does"] == b"Lock" and not given_back.get(call["lock"], False):
            return True
        given_back[call["lock"]] = call["does"] == b"Unlock" and not call["defer"]
    return False


def _deferred(flow: Flow, held: Held) -> Step | None:
    """The deferred release of a hold, when no other kind of release ends it."""
    ends = [s for s in flow.steps if s.act is Act.RELEASE and any(held in path for path in s.paths)]
    return ends[0] if ends and all(s.deferred for s in ends) else None


def _found(flow: Flow, step: Step, release: Step) -> Found:
    assert step.place is not None
    key = step.place.text
    return Found(
        span=release.span,
        message=f"The deferred unlock waits for the function to end, so the next iteration blocks on `{key}`.",
        symbol=flow.function.symbol,
        variable=key,
        related=(Related(step.span, f"each round locks `{key}` here"),),
        story=(
            Related(step.span, f"The first round takes `{key}`"),
            Related(release.span, "and leaves its release to the end of the function;"),
            Related(step.span, "the second round waits here for itself, for ever."),
        ),
        evidence=(f"a path around the loop comes back to the Lock with `{key}` held",),
        fix=Fix("release it at the end of the round, or make the round a function", ()),
    )
