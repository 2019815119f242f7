"""Nobody signals a condition variable on which somebody waits.

Wait sleeps until Signal or Broadcast wakes it up. Where nothing in the package ever calls either, a waiter that has
come to Wait sleeps for ever, whatever happens to the condition.

Call Broadcast wherever the condition changes, under the lock.

WRONG

```go
func (p *plugin) wait() {
        p.cond.L.Lock()
        for !p.active {
                p.cond.Wait()
        }
        p.cond.L.Unlock()
}

func (p *plugin) activate() { p.active = true }
```

RIGHT

```go
func (p *plugin) activate() {
        p.cond.L.Lock()
        p.active = true
        p.cond.Broadcast()
        p.cond.L.Unlock()
}
```

**Limits.** The condition variable must be an unexported field or package variable, or a local, that is neither handed
on nor assigned elsewhere: then the package shows all who could signal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.conds import key_of, using
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Function, Place, Scope, Span, Step

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()

# Whatever is done with a condition variable but to declare it, to make it, to lock its lock, and to wait.
_MORE = rb"\b%s\b(?!\.Wait\(|\.L\b|(?:\s*:?=|:)\s*(?:sync\.NewCond|&?sync\.Cond)|\s+\*?sync\.Cond)"


def check(index: Index) -> Iterator[Found]:
    """Every Wait on a condition variable whose package shows no Signal or Broadcast."""
    for function, wait, cond in using(index, "Wait"):
        name = cond.field.name if cond.field is not None else cond.text
        if key_of(cond) is None or not name[:1].islower() or _known_elsewhere(index, function, cond, name):
            continue
        yield _found(index, function, wait, cond)


def _known_elsewhere(index: Index, function: Function, cond: Place, name: str) -> bool:
    """Whether anybody does more with a variable of this name than to make it and to wait, by the text."""
    pattern = re.compile(_MORE % re.escape(name.encode()))
    root = cond.root
    if root is None or (cond.field is None and root.scope not in (Scope.LOCAL, Scope.GLOBAL)):
        return True
    if cond.field is None and root.scope is Scope.LOCAL:
        return _in_code(pattern, index.text(function.path)[function.spec.start : function.spec.stop])
    return any(_in_code(pattern, file.text) for file in index.package(function).files)


def _in_code(pattern: re.Pattern[bytes], text: bytes) -> bool:
    """Whether a pattern occurs outside comments."""
    found = (match.start() for match in pattern.finditer(text))
    return any(b"//" not in text[text.rfind(b"\n", 0, start) + 1 : start] for start in found)


def _found(index: Index, function: Function, wait: Step, cond: Place) -> Found:
    changed = _changed(index, function, wait)
    told = f"`{changed[1]}` changes, and nobody calls Signal or Broadcast." if changed else ""
    return Found(
        span=wait.span,
        message=f"Nobody signals `{cond.text}`, so Wait never returns.",
        symbol=function.symbol,
        variable=cond.text,
        related=(Related(changed[0], f"`{changed[1]}` changes here, and nobody is woken up"),) if changed else (),
        story=(
            Related(wait.span, "A goroutine sleeps here until it is woken up;"),
            *((Related(changed[0], told),) if changed else ()),
        ),
        evidence=(f"the package calls neither Signal nor Broadcast on `{cond.text}`",),
        fix=Fix("call Broadcast where the condition changes, under the lock", ()),
    )


def _changed(index: Index, function: Function, wait: Step) -> tuple[Span, str] | None:
    """Where the package writes a field that the loop around the Wait tests."""
    tested = {
        step.place.field
        for step in index.flow(function).steps
        if step.act is Act.READ and step.place is not None and step.place.field is not None
        if set(step.loops) & set(wait.loops) and step.span.start < wait.span.start
    }
    for field in sorted(tested, key=lambda field: field.key):
        for other in index.mentioning(index.package(function), field.name):
            for step in index.flow(other).steps:
                if step.act is Act.WRITE and step.place is not None and step.place.field == field:
                    return step.span, step.place.text
    return None
