"""A lock is released by the wrong one of Unlock and RUnlock.

Unlock gives back what Lock took, RUnlock what RLock took. The wrong one stops the whole program: "sync: Unlock of
unlocked RWMutex" is a fatal error that no recover catches. Where another goroutine happens to hold the lock in the
other way, it takes that hold away instead, and the code that it protected runs unprotected.

Release a lock in the way in which it was taken.

WRONG

```go
s.mu.RLock()
defer s.mu.Unlock()
```

RIGHT

```go
s.mu.RLock()
defer s.mu.RUnlock()
```

Limits: a function that is entered with the lock held is left alone, because only its callers know how it was taken.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.locks import functions_with
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.known import RELEASE
from heuristics.golang.model import Act, Flow, Held, Step

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = True
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every release that meets, on some path, only holds of the other mode."""
    for function in functions_with(index, b"RLock()", b"RUnlock", tests=IN_TESTS):
        flow = index.flow(function)
        for step in flow.steps:
            mode = RELEASE.get(step.call.name, "") if step.act is Act.RELEASE and step.call is not None else ""
            held = _other_kind(step, mode) if mode else None
            if held is not None:
                yield _found(index, flow, step, held)


def _other_kind(step: Step, mode: str) -> Held | None:
    """The only hold that the release can end on some path, when it is of the other mode."""
    for path in step.paths:
        mine = [h for h in path if h.place == step.place]
        if mine and not any(h.mode == mode or h.entered or h.unsure for h in mine):
            return mine[-1]
    return None


def _found(index: Index, flow: Flow, step: Step, held: Held) -> Found:
    assert step.call is not None
    key = held.place.text
    how, right = ("read-locked", "RUnlock") if held.mode == "R" else ("locked for writing", "Unlock")
    always = all(any(h == held for h in path) for path in step.paths)
    return Found(
        span=step.span,
        message=f"`{key}` is {how} but released with {step.call.name}; this is a fatal error at run time.",
        symbol=flow.function.symbol,
        variable=key,
        related=(Related(held.span, f"`{key}` is {how} here"),),
        story=(
            Related(held.span, f"The function takes `{key}` here: it is {how};"),
            Related(step.span, f"{step.call.name} then finds nothing that it could release, and the program dies."),
        ),
        evidence=(f"on a path to this release `{key}` is held in the other mode only",),
        fix=_fix(index, step, right) if always else Fix(f"release with {right} on the path from there", ()),
    )


def _fix(index: Index, step: Step, right: str) -> Fix:
    assert step.call is not None
    span, wrong = step.span, step.call.name
    text = index.text(span.path)[span.start : span.stop].decode("utf-8", "replace")
    cut = text.rfind(wrong)
    call = text[:cut] + right + text[cut + len(wrong) :]
    return Fix(call, (Edit(span.path, span.start, span.stop, call),))
