"""A function is called under a lock that it takes itself.

A mutex does not know who holds it. A method that locks, called by another one that has locked already, waits for its
own goroutine, for ever. Both look right on their own; it happens when a locking accessor is used inside a section, or
when a helper gets a lock of its own later.

Call a form of the function that expects the lock (by custom its name ends in Locked), or call it after the Unlock.

WRONG

```go
func (c *Cache) Put(k, v string) {
        c.mu.Lock()
        defer c.mu.Unlock()
        if c.Len() >= c.max { // Len waits for the lock that Put holds
                c.evict()
        }
        c.m[k] = v
}

func (c *Cache) Len() int {
        c.mu.Lock()
        defer c.mu.Unlock()
        return len(c.m)
}
```

RIGHT

```go
func (c *Cache) Put(k, v string) {
        c.mu.Lock()
        defer c.mu.Unlock()
        if c.lenLocked() >= c.max {
                c.evict()
        }
        c.m[k] = v
}
```

Limits: followed are calls whose function is known, and methods of an interface parameter when the caller passes a known
type; not what a stored function or another interface leads to. A callee that takes the lock only when a parameter says
so is left alone, unless the caller passes that very constant; so is a function that calls itself on the way.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.locks import functions_with
from heuristics.concurrency.reentry import Reentry, reentries
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Flow

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = True
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every call, with a lock held, of a function that comes to wait for the same lock."""
    for function in functions_with(index, b"Lock()", tests=IN_TESTS):
        flow = index.flow(function)
        for reentry in reentries(index, function):
            if "W" in (reentry.mode, reentry.held.mode):
                yield _found(index, flow, reentry)


def _found(index: Index, flow: Flow, reentry: Reentry) -> Found:
    key = reentry.held.place.text
    first, last = reentry.chain[0], reentry.chain[-1]
    how = "locks" if reentry.mode == "W" else "read-locks"
    what = f"`{first.symbol}` {how} `{key}` itself"
    if last is not first:
        what = f"`{first.symbol}` comes to `{last.symbol}`, which {how} `{key}`"
    between = [
        Related(place, f"`{caller.symbol}` calls `{callee.symbol}`")
        for caller, callee, place in zip(reentry.chain, reentry.chain[1:], reentry.places[1:], strict=False)
    ]
    return Found(
        span=reentry.call.span,
        message=f"{what}, and it is called while `{key}` is held.",
        symbol=flow.function.symbol,
        variable=key,
        related=(
            Related(reentry.held.span, f"`{key}` is {'read-' * (reentry.held.mode == 'R')}locked here"),
            Related(reentry.places[-1], f"`{last.symbol}` waits for it here"),
            *between,
        ),
        story=(
            Related(reentry.held.span, f"One goroutine takes `{key}` in {flow.function.symbol},"),
            Related(reentry.call.span, f"calls {first.symbol} with the lock held,"),
            Related(reentry.places[-1], f"and in {last.symbol} waits for itself, for ever."),
        ),
        evidence=(" -> ".join((flow.function.symbol, *(function.symbol for function in reentry.chain))),),
        fix=_fix(index, reentry),
    )


def _fix(index: Index, reentry: Reentry) -> Fix:
    """The form of the callee that expects the lock, where the type has one."""
    callee, call = reentry.chain[0], reentry.call
    package = index.package(callee)
    lowered = callee.name[:1].lower() + callee.name[1:]
    for name in (f"{callee.name}Locked", f"{lowered}Locked"):
        other = package.method(callee.receiver, name) if callee.receiver else None
        if (
            other is not None
            and index.declared.signature(other) == index.declared.signature(callee)
            and call.call is not None
        ):
            start = call.span.start
            text = index.text(call.span.path)[start : call.span.stop]
            cut = text.find(callee.name.encode() + b"(")
            if cut >= 0 and text.count(callee.name.encode() + b"(") == 1:
                edit = Edit(call.span.path, start + cut, start + cut + len(callee.name), name)
                return Fix(f"call {name}, which expects the lock", (edit,))
    return Fix("call it after the Unlock, or a form of it that expects the lock", ())
