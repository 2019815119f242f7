"""A lock is copied before it is taken.

A method with a value receiver, a function that takes a struct by value, or a loop variable that holds a struct: each
call and each round works on a copy, and the copy has a lock of its own. Locking it excludes nobody. What the struct
refers to (its maps, slices and pointers) is shared all the same, and changed without protection. Changes of its plain
fields are lost with the copy.

Use a pointer: as the receiver, as the parameter, or by index in the loop.

WRONG

```go
func (c Counter) Inc(name string) {
        c.mu.Lock() // locks the copy's mutex
        defer c.mu.Unlock()
        c.values[name]++
}
```

RIGHT

```go
func (c *Counter) Inc(name string) {
        c.mu.Lock()
        defer c.mu.Unlock()
        c.values[name]++
}
```

Limits: only locks that the struct holds by value and that the function takes itself. A copy that is nobody else's is
reported too when it comes as a receiver or parameter: its lock is of no use.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.locks import functions_with, replaced_under
from heuristics.concurrency.values import receiver_type_start
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Element, FieldRef, Flow, Function, Named, Place, Scope, Step, Var

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every lock that is taken inside a value that the function got as a copy."""
    for function in functions_with(index, b"Lock()", tests=IN_TESTS):
        flow = index.flow(function)
        seen: set[Place] = set()
        for step in flow.steps:
            place = step.place
            if step.act is Act.ACQUIRE and place is not None and place.root is not None and place not in seen:
                seen.add(place)
                if _by_value(index, place, place.root):
                    yield from _found(index, flow, step, place, place.root)
                elif place.root.scope is Scope.RECEIVER and isinstance(place.root.type, Named):
                    yield from _read_early(index, flow, step, place.root)


def _by_value(index: Index, lock: Place, root: Var) -> bool:
    """Whether the lock lies inside the variable itself: no pointer, map or slice on the way."""
    if not isinstance(root.type, Named) or not index.types.is_value_lock(lock.type):
        return False
    if isinstance(index.types.underlying(root.type), Named):
        return False  # a type of another repository: it may be anything
    return bool(lock.path) and all(isinstance(hop, FieldRef) and not hop.pointer for hop in lock.path)


def _found(index: Index, flow: Flow, lock: Step, place: Place, root: Var) -> Iterator[Found]:
    function, type_ = flow.function, root.type
    assert isinstance(type_, Named)
    field = place.field
    assert field is not None
    if root.scope is Scope.RECEIVER:
        who = f"`{function.symbol}` has a value receiver"
        fix = _pointer_receiver(index, function)
    elif root.scope is Scope.PARAMETER and root.body == function.spec.start:
        who = f"`{root.name}` is passed by value"
        fix = Fix(f"pass a pointer: *{type_.name}", ())
    elif root.scope is Scope.LOCAL and _element(flow, root):
        who = f"`{root.name}` is a copy of an element"
        fix = Fix("use the element itself, by its index", ())
    else:
        return
    declared = index.file(function.path).span(root.start, root.start + len(root.name.encode()))
    yield Found(
        span=lock.span,
        message=f"{who}, so this locks a copy of `{field.name}` and protects nothing.",
        symbol=function.symbol,
        variable=place.text,
        related=(Related(declared, f"`{root.name}` is a copy, with a `{field.name}` of its own"),),
        story=(
            Related(declared, f"Each goroutine that comes here gets its own copy, with its own `{field.name}`;"),
            Related(lock.span, "each of them takes its own lock here, and none of them waits."),
        ),
        evidence=(f"`{type_.name}` holds `{field.name}` by value", f"`{root.name}` is no pointer"),
        fix=fix,
    )


def _read_early(index: Index, flow: Flow, lock: Step, receiver: Var) -> Iterator[Found]:
    """A value receiver whose lock is a pointer: the fields were copied, unlocked, before the lock is taken."""
    place, owner = lock.place, receiver.type
    assert place is not None and isinstance(owner, Named)
    if len(place.path) != 1 or place.field is None or not place.field.pointer:
        return
    for read in flow.steps:
        field = read.place.path[0] if read.place is not None and read.place.path else None
        if read.act is not Act.READ or read.place is None or read.place.root is not receiver:
            continue
        if not isinstance(field, FieldRef) or field == place.field or not any(h.span == lock.span for h in read.held):
            continue
        write = replaced_under(index, flow.function, owner, field)
        if write is not None:
            yield Found(
                span=lock.span,
                message=f"`{flow.function.symbol}` has a value receiver, so `{field.name}` is copied before "
                f"`{place.field.name}` is taken.",
                symbol=flow.function.symbol,
                variable=f"{receiver.name}.{field.name}",
                related=(
                    Related(write, f"`{field.name}` is replaced here, under `{place.field.name}`"),
                    Related(read.span, f"the copy of `{field.name}` is read here"),
                ),
                story=(
                    Related(write, f"One goroutine replaces `{field.name}` with the lock held;"),
                    Related(lock.span, "another one has copied the whole struct for this call, without the lock."),
                ),
                evidence=(f"`{owner.name}` is copied for each call", f"`{field.name}` is written under the lock"),
                fix=_pointer_receiver(index, flow.function),
            )
            return


def _pointer_receiver(index: Index, function: Function) -> Fix:
    at = receiver_type_start(index, function)
    edits = (Edit(function.path, at, at, "*"),) if at >= 0 else ()
    return Fix(f"make the receiver a pointer: *{function.receiver}", edits)


def _element(flow: Flow, var: Var) -> bool:
    """Whether a local is a range variable, or was set to an element of a collection."""
    for step in flow.steps:
        if step.act is Act.DECLARE and step.place is not None and step.place.root is var and step.value is not None:
            if step.value.kind == "element":
                return True
            value = step.value.place
            return step.value.kind == "place" and value is not None and any(isinstance(h, Element) for h in value.path)
    return False
