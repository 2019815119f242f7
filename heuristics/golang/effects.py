"""What a call changes in place of memory that its caller passes, followed operand by operand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from heuristics.golang.callgraph import CallGraph
from heuristics.golang.frozen import frozen
from heuristics.golang.model import (
    Act,
    Basic,
    Call,
    Chan,
    Element,
    FieldRef,
    Flow,
    Func,
    Function,
    Hop,
    Map,
    Named,
    Place,
    Pointer,
    Scope,
    Slice,
    Span,
    Step,
    Type,
    Value,
    Var,
)
from heuristics.golang.types.declared import Declared

DEPTH = 8
MAX_EFFECTS = 60
MAX_HOPS = 8  # longer chains of fields come from types that lead back to themselves
RECEIVER = -1  # the operand before a method's name; arguments are counted from 0
# Values of these types are copied whole, or change nothing that is reached through them.
_INERT = frozenset({"bool", "string", "error", "byte", "rune", "int", "int8", "int16", "int32", "int64", "uint"}) | {
    *("uint8", "uint16", "uint32", "uint64", "uintptr", "float32", "float64", "complex64", "complex128")
}


@frozen()
class Effect:
    """Memory that a call changes in place. place: rooted at the receiver or a parameter.

    held: locks that are held on every path, as the function sees them. chain: the places of the calls on the way,
    outermost first, ending at the change itself; spawned: a goroutine of the function does it. guessed: a call on the
    way goes through an interface with more than one implementation, or its receiver's type is unknown.
    """

    act: Act
    place: Place
    held: tuple[Place, ...]
    chain: tuple[Span, ...]
    function: Function
    spawned: bool = False
    guessed: bool = False

    @property
    def span(self) -> Span:
        """Where the memory is changed."""
        return self.chain[-1]


class Effects:
    """Computed bottom-up on demand, each once; a cycle contributes what is known when it closes."""

    def __init__(self, declared: Declared, graph: CallGraph, flow: Callable[[Function], Flow]) -> None:
        self._declared = declared
        self._graph = graph
        self._flow = flow
        self._found: dict[tuple[Function, int], tuple[Effect, ...]] = {}
        self._following: list[tuple[Function, int]] = []
        self._unsettled: set[tuple[Function, int]] = set()

    def of(self, function: Function, operand: int, depth: int = DEPTH) -> tuple[Effect, ...]:
        """What a call changes in place of what one operand leads to: RECEIVER or the number of an argument."""
        key = function, operand
        if key not in self._found:
            self._found[key] = ()
            self._following.append(key)
            found = tuple(dict.fromkeys(self._collect(function, operand, depth)))[:MAX_EFFECTS]
            self._following.pop()
            self._found[key] = found
            if not self._following:
                self._forget_unsettled()
            return found
        if key in self._following:
            self._unsettled.update(self._following[self._following.index(key) + 1 :])
        elif key in self._unsettled:
            self._unsettled.update(self._following[1:])
        return self._found[key]

    def _forget_unsettled(self) -> None:
        """What was collected inside a cycle lacks the part that was being followed then: it is asked for again."""
        for key in self._unsettled:
            self._found.pop(key, None)
        self._unsettled.clear()

    def _collect(self, function: Function, operand: int, depth: int) -> Iterator[Effect]:
        if not self._can_change(function, operand):
            return
        flow = self._flow(function)
        how = {body.start: body.how for body in flow.bodies}
        for step in flow.steps:
            mode = how.get(step.body, "main")
            if mode == "value":
                continue
            if step.act in (Act.WRITE, Act.MUTATE):
                if step.place is not None and _is(step.place.root, function, operand) and outlives(step.place):
                    held = tuple(h.place for h in step.held)
                    yield Effect(step.act, step.place, held, (step.span,), function, mode == "spawned")
            elif step.call is not None and step.act in (Act.CALL, Act.SPAWN) and depth > 0:
                passed = [
                    i for i, value in operands(step.call) if any(_is(var, function, operand) for var in roots(value))
                ]
                if passed:
                    spawned = mode == "spawned" or step.act is Act.SPAWN
                    yield from self._through(function, operand, step, passed, spawned, depth)

    def _can_change(self, function: Function, operand: int) -> bool:
        """Whether the function gets memory of its caller's there, as far as its declaration tells."""
        if operand == RECEIVER:
            return bool(function.receiver)
        parameters = self._declared.signature(function).parameters
        return operand < len(parameters) and not _inert(parameters[operand])

    def _through(
        self, function: Function, operand: int, step: Step, passed: list[int], spawned: bool, depth: int
    ) -> Iterator[Effect]:
        assert step.call is not None
        targets = self._graph.targets(step.call)
        guessed = step.call.function is None and len(targets) > 1
        # Through a guess only the memory that the caller passes counts, not the fields of one of several receivers.
        passed = [i for i in passed if i != RECEIVER or not guessed]
        held = tuple(h.place for h in step.held)
        effects = (e for t in targets if t is not function for i in passed for e in self.of(t, i, depth - 1))
        for effect in effects:
            place = seen_from(effect.place, step.call)
            if place is None or not _is(place.root, function, operand) or not outlives(place):
                continue
            if len(place.path) <= MAX_HOPS:
                inner = tuple(seen_from(h, step.call) or h for h in effect.held)
                chain = (step.span, *effect.chain)
                yield Effect(
                    effect.act,
                    place,
                    (*held, *inner),
                    chain,
                    effect.function,
                    spawned or effect.spawned,
                    guessed or effect.guessed,
                )


def _inert(type_: Type) -> bool:
    if isinstance(type_, Named):
        return type_.key == "context.Context"
    return isinstance(type_, Func | Chan) or (isinstance(type_, Basic) and type_.name in _INERT)


def _is(var: Var | None, function: Function, operand: int) -> bool:
    """Whether a variable is what the function itself calls that operand (literals have parameters of their own)."""
    if var is None or var.body != function.spec.start:
        return False
    if operand == RECEIVER:
        return var.scope is Scope.RECEIVER
    return var.scope is Scope.PARAMETER and var.position == operand


def operands(call: Call) -> Iterator[tuple[int, Value]]:
    """What a call passes: RECEIVER or the number of the argument, and its value."""
    if call.receiver is not None:
        yield RECEIVER, call.receiver
    yield from enumerate(call.arguments)


def roots(value: Value) -> Iterator[Var]:
    """The variables that a value leads back to, those in the fields of a composite too."""
    if value.place is not None and value.place.root is not None:
        yield value.place.root
    if value.inner is not None:
        yield from roots(value.inner)
    for _, field in value.fields:
        yield from roots(field)


def outlives(place: Place) -> bool:
    """Whether a change of this place is seen outside the function: it is global, or lies behind a reference."""
    root = place.root
    if root is None or root.scope in (Scope.LOCAL, Scope.RESULT):
        return False
    if root.scope is Scope.GLOBAL:
        return True
    if not place.path:
        return False
    if isinstance(root.type, Pointer | Map | Slice):
        return True
    crossed = any(isinstance(hop, Element) and hop.text != "*" and not hop.inside for hop in place.path)
    return crossed or any(isinstance(hop, FieldRef) and hop.pointer for hop in place.path[:-1])


def seen_from(place: Place, call: Call) -> Place | None:
    """A callee's place as its caller sees it: the receiver or parameter replaced by the operand of the call."""
    root = place.root
    if root is None:
        return None
    if root.scope is Scope.GLOBAL:
        return place
    operand: Value | None = None
    if root.scope is Scope.RECEIVER:
        operand = call.receiver
    elif root.scope is Scope.PARAMETER and root.position < len(call.arguments):
        operand = call.arguments[root.position]
    return follow(operand, place.path, place) if operand is not None else None


def follow(operand: Value, path: tuple[Hop, ...], place: Place) -> Place | None:
    """Where a path leads that starts at an operand; into a struct literal it follows the field's value."""
    if operand.place is not None:
        base = operand.place
        return Place(base.root, base.origin, (*base.path, *path), base.text, place.type, base.names)
    if operand.kind in ("new", "conversion") and operand.inner is not None:
        return follow(operand.inner, path, place)
    if operand.kind == "composite" and path and isinstance(path[0], FieldRef):
        value = next((v for name, v in operand.fields if name == path[0].name), None)
        return follow(value, path[1:], place) if value is not None else None
    return None
