"""A context is derived, and on some way nobody cancels it.

`context.WithCancel`, `WithTimeout` and `WithDeadline` tie a child to its parent, and start a timer where there is a
deadline. Both stay until somebody calls the cancel function, or the parent ends. A return before that call, a second
context that takes the place of the first, or a new object that is dropped with its cancel function inside leaves the
child in the parent's list: with every call one more.

Defer the cancel function directly below the line that makes it.

WRONG

```go
ctx, cancel := context.WithCancel(parent)
if timeout > 0 {
        ctx, cancel = context.WithTimeout(parent, timeout) // the first one is never cancelled
}
defer cancel()
```

RIGHT

```go
ctx, cancel := context.WithCancel(parent)
defer cancel()
if timeout > 0 {
        ctx, cancel = context.WithTimeout(ctx, timeout)
        defer cancel()
}
```

**Limits.** A cancel function that is stored, returned, captured or handed to anybody counts as called. Of a field, only
that of an object that the function has just made, and that nobody else knows before the return, is looked at. A context
without a deadline below `context.Background()` is listed, not commented: what is dropped of it is collected.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.cancels import Cancel, Lost, derives, lost_cancels
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index

TIER = Tier.B
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()
_ROOTS = ("context.Background", "context.TODO")
_HOW = {
    "return": "this return leaves it uncalled",
    "overwritten": "another cancel function takes its place here",
    "again": "the next round of the loop makes another one here",
}


def check(index: Index) -> Iterator[Found]:
    """Every cancel function that a function drops on some way."""
    for function in index.functions(tests=IN_TESTS):
        if derives(index, function):
            for cancel, ways in lost_cancels(index, function):
                yield _found(index, cancel, ways)


def _found(index: Index, cancel: Cancel, ways: tuple[Lost, ...]) -> Found:
    way = min(ways, key=lambda lost: lost.at)
    paths = "this path" if len(ways) == 1 else "some paths"
    timer = " lives" if cancel.call.call is None or "Cancel" in cancel.call.call.name else " and its timer live"
    made = cancel.call.call.name if cancel.call.call is not None else ""
    return Found(
        span=cancel.at,
        message=f"`{cancel.text}` is not called on {paths}; the context{timer} on.",
        symbol=cancel.function.symbol,
        variable=cancel.text,
        related=tuple(Related(lost.at, _HOW[lost.how]) for lost in sorted(ways, key=lambda lost: lost.at)[:3]),
        story=(
            Related(cancel.call.span, f"`{made}` ties a new context to its parent;"),
            Related(way.at, _HOW[way.how] + "."),
        ),
        evidence=(
            f"on that way `{cancel.text}` is neither called nor given to anybody",
            *(("the object that carries it is dropped there",) if cancel.in_field else ()),
        ),
        offered=not _is_rootless(cancel),
        fix=_fix(index, cancel, ways),
        silent_because=_trap(index, cancel),
    )


def _fix(index: Index, cancel: Cancel, ways: tuple[Lost, ...]) -> Fix:
    if cancel.in_field:
        return Fix(f"call {cancel.text}() on the ways that drop the object", ())
    title = f"defer {cancel.text}() right after it was made"
    text = index.text(cancel.function.path)
    start = text.rfind(b"\n", 0, cancel.at.start) + 1
    stop = text.find(b"\n", cancel.call.span.stop)
    line = text[start:stop]
    margin = line[: len(line) - len(line.lstrip())].decode()
    rest = text[cancel.call.span.stop : stop].partition(b"//")[0].strip()
    simple = cancel.plain and not cancel.call.loops and not rest
    if not simple or any(lost.how != "return" for lost in ways):
        return Fix(title, ())
    return Fix(title, (Edit(cancel.function.path, stop, stop, f"\n{margin}defer {cancel.text}()"),))


def _is_rootless(cancel: Cancel) -> bool:
    """Whether the context has no timer, and a parent that keeps nothing of it: what is dropped is collected."""
    call = cancel.call.call
    parent = call.arguments[0].call if call is not None and call.arguments else None
    while parent is not None and parent.known == "context.WithValue":
        parent = parent.arguments[0].call
    return call is not None and call.name == "WithCancel" and parent is not None and parent.known in _ROOTS


def _trap(index: Index, cancel: Cancel) -> str:
    if cancel.function.name in ("main", "init") and not cancel.function.receiver:
        return "the function ends with the process"
    text = index.text(cancel.function.path)
    line = text[text.rfind(b"\n", 0, cancel.at.start) + 1 : text.find(b"\n", cancel.call.span.stop)]
    if b"nolint" in line and (b"govet" in line or b"lostcancel" in line):
        return "a comment says that it is meant"
    return ""
