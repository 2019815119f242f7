"""A deferred call locks again instead of unlocking.

`defer mu.Lock()` right after `mu.Lock()` is a slip of the pen for `defer mu.Unlock()`. When the function ends, it waits
for the lock that it holds itself, for ever, and everybody else who wants the lock waits with it.

Defer the matching Unlock.

WRONG

```go
s.mu.Lock()
defer s.mu.Lock()
s.count++
```

RIGHT

```go
s.mu.Lock()
defer s.mu.Unlock()
s.count++
```

Limits: a function that is entered with the lock held, gives it back and takes it again when it ends is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.locks import functions_with
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Held, Step

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = True
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every deferred acquisition that finds its lock taken by the same body, on every path."""
    for function in functions_with(index, b"Lock()", tests=IN_TESTS):
        flow = index.flow(function)
        for step in flow.steps:
            if step.act is Act.ACQUIRE and step.deferred and _is_statement(index, step):
                held = next((h for h in step.held if h.place == step.place), None)
                if held is not None and not held.entered and held.span != step.span:
                    yield _found(index, flow, step, held)


def _is_statement(index: Index, step: Step) -> bool:
    """Whether the call itself is deferred, rather than a literal that makes it."""
    return index.text(step.span.path)[: step.span.start].rstrip().endswith(b"defer")


def _found(index: Index, flow: Flow, step: Step, held: Held) -> Found:
    key = held.place.text
    text = index.text(step.span.path)[step.span.start : step.span.stop].decode("utf-8", "replace")
    right = text.replace("Lock()", "Unlock()")
    return Found(
        span=step.span,
        message=f"This deferred call locks `{key}` again while it is still held; Unlock was probably meant.",
        symbol=flow.function.symbol,
        variable=key,
        related=(Related(held.span, f"`{key}` is locked here"),),
        story=(
            Related(held.span, f"The function takes `{key}`,"),
            Related(step.span, "and at its end waits here for itself, for ever."),
        ),
        evidence=(f"`{key}` is held on every path when the deferred call runs",),
        fix=Fix(f"defer {right}", (Edit(step.span.path, step.span.start, step.span.stop, right),)),
    )
