"""What was tested under the read lock is not tested again under the write lock.

The function looks something up with the lock held, gives the lock back, takes it again and acts on the old answer. In
between another goroutine can have done the same: both create the object, and the second one replaces the first, which
somebody may already be using. The cache then hands out two objects for one key, or counts twice.

Test again behind the second Lock, and use what the other goroutine has put there.

WRONG

```go
c.mu.RLock()
conn, ok := c.conns[addr]
c.mu.RUnlock()
if !ok {
        conn = dial(addr)
        c.mu.Lock()
        c.conns[addr] = conn // may replace the one that another goroutine got
        c.mu.Unlock()
}
return conn
```

RIGHT

```go
c.mu.Lock()
if other, ok := c.conns[addr]; ok {
        conn = other
} else {
        c.conns[addr] = conn
}
c.mu.Unlock()
```

Limits: only elements of maps, tested and set in one function, with an object that the function made and hands on. It
comments where that object carries a lock, a channel or the like; a value that is computed twice does no harm.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.freshness import makes
from heuristics.concurrency.locks import functions_with
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Chan, Element, Flow, Held, Pointer, Scope, Step, Value, Var, pointee

TIER = Tier.B
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO = ()


def check(index: Index) -> Iterator[Found]:
    """Every map element that is set under a lock after it was looked up in an earlier section of the same lock."""
    for function in functions_with(index, b"Lock", tests=IN_TESTS):
        flow = index.flow(function)
        for step in flow.steps:
            if step.act is Act.MUTATE and step.place is not None and _sets_element(step):
                found = _acts(index, flow, step)
                if found is not None:
                    yield found


def _sets_element(step: Step) -> bool:
    assert step.place is not None
    last = step.place.path[-1] if step.place.path else None
    return isinstance(last, Element) and last.of_map and bool(last.text) and step.value is not None


def _acts(index: Index, flow: Flow, step: Step) -> Found | None:
    """The finding for one assignment: the lock was released between the test and it, and nobody looked again."""
    held = next((h for h in step.held if h.mode == "W" and not h.entered), None)
    earlier = _tested_before(flow, step, held) if held is not None else None
    if held is None or earlier is None or _tested_again(flow, step, held):
        return None
    value = _handed_on(index, flow, step)
    return _found(index, flow, step, held, earlier, value) if value is not None else None


def _tested_before(flow: Flow, step: Step, held: Held) -> Step | None:
    """The read of the same element in an earlier section of the same lock."""
    for other in flow.steps:
        if other.act is not Act.READ or other.place != step.place or other.body != step.body:
            continue
        sections = [h for h in other.held if h.place == held.place]
        if sections and other.span.stop < held.span.start and sections[0].span != held.span and not other.deferred:
            return other
    return None


def _tested_again(flow: Flow, step: Step, held: Held) -> bool:
    """Whether the section in which the element is set looks at the map, or hands it to code that may."""
    assert step.place is not None
    whole = step.place.path[:-1]
    for other in flow.steps:
        if not held.span.stop <= other.span.start < step.span.start:
            continue
        same = other.place is not None and other.place.root is step.place.root
        if other.act is Act.READ and same and other.place is not None and other.place.path[: len(whole)] == whole:
            return True
        if other.act is Act.CALL and other.call is not None and not other.call.known.startswith("builtin."):
            return True
    return False


def _handed_on(index: Index, flow: Flow, step: Step) -> Var | None:
    """The local that was set to a new object, is put into the map and leaves the function."""
    assert step.value is not None
    var = step.value.place.root if step.value.place is not None and not step.value.place.path else None
    if var is None or var.scope not in (Scope.LOCAL, Scope.RESULT) or not _is_reference(index, var):
        return None
    made = [
        s.value
        for s in flow.steps
        if s.act in (Act.DECLARE, Act.WRITE) and s.place is not None and s.place.root is var and not s.place.path
    ]
    returned = any(
        value.place is not None and value.place.root is var
        for s in flow.steps
        if s.act is Act.RETURN and s.body == step.body and s.span.start > step.span.start
        for value in s.values
    )
    return var if returned and any(value is not None and _new(index, value) for value in made) else None


def _is_reference(index: Index, var: Var) -> bool:
    return isinstance(index.types.underlying(var.type), Pointer)


def _new(index: Index, value: Value) -> bool:
    return value.kind in ("new", "composite") or (value.call is not None and makes(index, value))


def _has_state(index: Index, var: Var) -> bool:
    """Whether two objects are more than one computed twice: they carry a lock, a channel, a group or an atomic."""
    fields = index.types.flat_fields(pointee(var.type))
    types = index.types
    return any(
        isinstance(types.underlying(f.type), Chan) or types.is_lock(f.type) or types.is_concurrent(f.type)
        for f in fields
    )


def _found(index: Index, flow: Flow, step: Step, held: Held, earlier: Step, value: Var) -> Found:
    assert step.place is not None
    field = step.place.text
    reading = any(h.place == held.place and h.mode == "R" for h in earlier.held)
    first, then = ("the read lock", "the write lock is taken") if reading else ("the lock", "it is taken again")
    return Found(
        span=step.span,
        message=f"`{field}` is tested under {first}, but not tested again after {then}.",
        symbol=flow.function.symbol,
        variable=field,
        related=(
            Related(earlier.span, f"`{field}` is tested here, and `{held.place.text}` released after it"),
            Related(held.span, f"`{held.place.text}` is taken again here"),
        ),
        story=(
            Related(earlier.span, f"Two goroutines find nothing at `{field}` here, one after the other;"),
            Related(step.span, f"both make a `{value.name}` and store it here,"),
            Related(step.span, "and the first one goes on with an object that the map no longer holds."),
        ),
        evidence=(
            f"`{held.place.text}` is released between the test and the assignment",
            f"`{value.name}` is made by this function and returned",
        ),
        offered=_has_state(index, value),
        fix=Fix(f"test `{field}` again after the Lock", ()),
    )
