"""Where an object becomes visible to other goroutines: stored, sent, or handed to a launched function."""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.golang.effects import outlives
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Call, Element, Flow, Place, Scope, Span, Step, Value, Var

# Methods of shared containers of the standard library that keep an argument.
_KEEPERS = frozenset(
    {
        "sync.Map.Store",
        "sync.Map.LoadOrStore",
        "sync.Map.Swap",
        "sync/atomic.Value.Store",
        "sync/atomic.Pointer.Store",
        "container/list.List.PushBack",
        "container/list.List.PushFront",
    }
)


@frozen()
class Publication:
    """An act after which other goroutines can see an object. how: "stored", "sent" or "launched"."""

    step: Step
    how: str

    @property
    def span(self) -> Span:
        """Where it happens."""
        return self.step.span


def publications(index: Index, flow: Flow, var: Var) -> Iterator[Publication]:
    """Where a local variable's object becomes visible to other goroutines, in source order."""
    for step in flow.steps:
        if step.act in (Act.WRITE, Act.MUTATE) and step.place is not None:
            if _shared(step.place) and step.place.root is not var and refers(step.value, var):
                yield Publication(step, "stored")
        elif step.act is Act.SEND and refers(step.value, var):
            yield Publication(step, "sent")
        elif step.act is Act.SPAWN and _launched_with(flow, step, var):
            yield Publication(step, "launched")
        elif step.act is Act.CALL and step.call is not None and _keeps(index, step.call, var):
            yield Publication(step, "stored")


def refers(value: Value | None, var: Var) -> bool:
    """Whether a value is, points to, or contains the object of a variable."""
    if value is None:
        return False
    if value.place is not None and value.place.root is var and not value.place.path:
        return True
    if value.call is not None and value.call.known == "builtin.append":
        return any(refers(argument, var) for argument in value.call.arguments[1:])
    return refers(value.inner, var) or any(refers(inner, var) for _, inner in value.fields)


def _shared(place: Place) -> bool:
    """Whether others can see what is stored there: a package variable, or memory behind the receiver or a parameter."""
    return outlives(place)


def _keeps(index: Index, call: Call, var: Var) -> bool:
    positions = [i for i, argument in enumerate(call.arguments) if refers(argument, var)]
    if not positions:
        return False
    if call.known in _KEEPERS:
        return True
    return call.function is not None and any(_stores_parameter(index, call, i) for i in positions)


def _stores_parameter(index: Index, call: Call, position: int) -> bool:
    """Whether a function of the repository stores its parameter where others can see it, by itself."""
    assert call.function is not None
    inner = index.flow(call.function)
    for step in inner.steps:
        kept: tuple[Value | None, ...] = ()
        if step.act in (Act.WRITE, Act.MUTATE) and step.place is not None and outlives(step.place):
            kept = (step.value,)
        elif step.call is not None and step.call.known in _KEEPERS:
            kept = step.call.arguments
        if any(_is_parameter(var, position) and refers(value, var) for value in kept for var in _roots(value)):
            return True
    return False


def _roots(value: Value | None) -> Iterator[Var]:
    if value is None:
        return
    if value.place is not None and value.place.root is not None:
        yield value.place.root
    if value.call is not None:
        for argument in value.call.arguments:
            yield from _roots(argument)
    yield from _roots(value.inner)
    for _, inner in value.fields:
        yield from _roots(inner)


def _is_parameter(var: Var, position: int) -> bool:
    return var.scope is Scope.PARAMETER and var.position == position


def _launched_with(flow: Flow, spawn: Step, var: Var) -> bool:
    """Whether launched code gets the object as an argument, as its receiver, or by capture."""
    call = spawn.call
    if call is not None:
        operands = (*call.arguments, *((call.receiver,) if call.receiver is not None else ()))
        if any(refers(operand, var) for operand in operands):
            return True
    launched = {b.start for b in flow.bodies if b.how == "spawned" and b.site == spawn.span}
    return any(s.body in launched and s.place is not None and s.place.root is var for s in flow.steps)


def collection_of(flow: Flow, var: Var) -> Place | None:
    """The collection that a variable runs over: by range (over a Range method too), or as a callback's parameter."""
    for _ in range(4):  # assertions and copies on the way
        if var.scope is Scope.PARAMETER and var.body != flow.function.spec.start:
            return _ranged_by_callback(flow, var.body)
        declared = next(
            (s for s in flow.steps if s.act is Act.DECLARE and s.place is not None and s.place.root is var), None
        )
        value = declared.value if declared is not None else None
        if value is None:
            return None
        if value.kind == "element":
            return value.place if value.place is not None else value.inner.place if value.inner is not None else None
        inner = value.inner if value.kind in ("assertion", "conversion", "copy", "address") else value
        if inner is None or inner.place is None or inner.place.root is None:
            return None
        if any(isinstance(hop, Element) for hop in inner.place.path):
            return None
        if inner.place.path:
            return None
        var = inner.place.root
    return None


def _ranged_by_callback(flow: Flow, body: int) -> Place | None:
    for step in flow.steps:
        call = step.call
        if call is not None and call.name == "Range" and any(a.body == body for a in call.arguments):
            return call.receiver.place if call.receiver is not None else None
    return None
