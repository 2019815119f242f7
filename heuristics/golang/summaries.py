"""What a function does for its caller: locks left or released, memory changed in place, function arguments run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from heuristics.golang.callgraph import CallGraph
from heuristics.golang.comments import HOLDS, SINGLE
from heuristics.golang.flow.surroundings import LockEffect
from heuristics.golang.known import WAITS
from heuristics.golang.model import (
    Act,
    Call,
    Element,
    FieldRef,
    Flow,
    Func,
    Function,
    Hop,
    Map,
    Place,
    Pointer,
    Scope,
    Slice,
    Span,
    Step,
    Value,
    Var,
    pointee,
)
from heuristics.golang.repository import Repository
from heuristics.golang.types.declared import Declared
from heuristics.golang.types.resolve import Surroundings

DEPTH = 8
MAX_EFFECTS = 60
MAX_HOPS = 8  # longer chains of fields come from types that lead back to themselves
# Only functions with such names are asked whether they lock for their caller: the question costs a walk.
_LOCKING_NAME = re.compile(r"lock|acquire|release|mutex|enter|leave|begin|end$", re.I)
_ENTERED_NAME = re.compile(r"(?:Locked|_locked|NoLock|WithLock|WithoutLock|LockHeld|Unlocked)$|^(?:unsafe|locked)[A-Z]")


@dataclass(frozen=True, slots=True)
class Effect:
    """Memory that a call changes in place. place: rooted at the receiver, a parameter or a package variable.

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


class Summaries:
    """Computed bottom-up on demand, each once; a cycle contributes what is known when it closes."""

    def __init__(
        self, repository: Repository, declared: Declared, graph: CallGraph, flow: Callable[[Function], Flow]
    ) -> None:
        self._repository = repository
        self._declared = declared
        self._graph = graph
        self._flow = flow
        self._effects: dict[Function, tuple[Effect, ...]] = {}
        self._locks: dict[Function, tuple[LockEffect, ...]] = {}
        self._runs: dict[tuple[Function, int], str] = {}
        self._ends: dict[Function, bool] = {}
        self._waits: dict[Function, bool] = {}
        self._following: list[Function] = []
        self._unsettled: set[Function] = set()

    # --- memory

    def effects(self, function: Function, depth: int = DEPTH) -> tuple[Effect, ...]:
        """What a call of the function changes in place, of memory that its caller or everybody can see."""
        if function not in self._effects:
            self._effects[function] = ()
            self._following.append(function)
            found = tuple(dict.fromkeys(self._collect(function, depth)))[:MAX_EFFECTS]
            self._following.pop()
            self._effects[function] = found
            if not self._following:
                self._forget_unsettled()
            return found
        if function in self._following:
            self._unsettled.update(self._following[self._following.index(function) + 1 :])
        elif function in self._unsettled:
            self._unsettled.update(self._following[1:])
        return self._effects[function]

    def _forget_unsettled(self) -> None:
        """What was collected inside a cycle lacks the part that was being followed then: it is asked for again."""
        for function in self._unsettled:
            self._effects.pop(function, None)
        self._unsettled.clear()

    def _collect(self, function: Function, depth: int) -> Iterator[Effect]:
        flow = self._flow(function)
        how = {body.start: body.how for body in flow.bodies}
        for step in flow.steps:
            mode = how.get(step.body, "main")
            if mode == "value":
                continue
            held = tuple(h.place for h in step.held)
            if step.act in (Act.WRITE, Act.MUTATE) and step.place is not None and outlives(step.place):
                yield Effect(step.act, step.place, held, (step.span,), function, mode == "spawned")
            elif step.call is not None and step.act in (Act.CALL, Act.SPAWN) and depth > 0:
                yield from self._through(function, step, held, mode == "spawned" or step.act is Act.SPAWN, depth)

    def _through(
        self, function: Function, step: Step, held: tuple[Place, ...], spawned: bool, depth: int
    ) -> Iterator[Effect]:
        assert step.call is not None
        targets = self._graph.targets(step.call)
        guessed = step.call.function is None and len(targets) > 1
        for target in targets:
            if target is function:
                continue
            for effect in self.effects(target, depth - 1):
                if guessed and not _whoever_is_called(effect.place):
                    continue
                place = seen_from(effect.place, step.call)
                if place is not None and outlives(place) and len(place.path) <= MAX_HOPS:
                    inner = tuple(seen_from(h, step.call) or h for h in effect.held)
                    yield Effect(
                        effect.act,
                        place,
                        (*held, *inner),
                        (step.span, *effect.chain),
                        effect.function,
                        spawned or effect.spawned,
                        guessed or effect.guessed,
                    )

    # --- locks

    def lock_effects(self, function: Function) -> tuple[LockEffect, ...]:
        """Locks that the function leaves taken, or releases, for its caller."""
        if function not in self._locks:
            self._locks[function] = ()
            if _LOCKING_NAME.search(function.name):
                self._locks[function] = tuple(self._left_and_released(function))
        return self._locks[function]

    def _left_and_released(self, function: Function) -> Iterator[LockEffect]:
        flow = self._flow(function)
        returns = [s for s in flow.steps if s.act is Act.RETURN and s.body == function.spec.start]
        ways = [way for s in returns for way in s.left]
        if not ways:
            return
        first = {(h.place, h.mode) for h in ways[0] if not h.entered and _from_outside(h.place)}
        for place, mode in first:
            if all(any(h.place == place and h.mode == mode for h in way) for way in ways):
                yield LockEffect(True, mode, place)
        for step in flow.steps:
            if step.act is Act.RELEASE and step.place is not None and _from_outside(step.place):
                holds = [h for h in step.held if h.place == step.place and h.entered]
                if holds and not any(h.place == step.place for way in ways for h in way):
                    yield LockEffect(False, holds[0].mode, step.place)

    def entry_locks(self, function: Function) -> tuple[str, ...]:
        """Names of the receiver's lock fields that the function's name or comment says are held when it begins."""
        if not function.receiver:
            return ()
        asked = [argument.rpartition(".")[2] for kind, argument in function.spec.notes if kind == HOLDS]
        by_comment = bool(asked) or any(kind == SINGLE for kind, _ in function.spec.notes)
        if not by_comment and not _ENTERED_NAME.search(function.name):
            return ()
        package = self._repository.package(function.package)
        if package is None or function.receiver not in package.types:
            return ()
        var = (
            self._declared.types.resolve(function.spec.receiver.type, self._surroundings(function))
            if function.spec.receiver
            else None
        )
        if var is None:
            return ()
        names = tuple(f.name for f in self._declared.types.locks(pointee(var)))
        named = tuple(name for name in names if name in asked)
        return named or names

    def _surroundings(self, function: Function) -> Surroundings:
        package = self._repository.package(function.package)
        assert package is not None
        return Surroundings(
            package, self._repository.files[function.path], self._declared.parameters_in_reach(function)
        )

    # --- function arguments

    def runs_argument(self, call: Call, position: int) -> str:
        """What the callee does with its function argument: "called" before it returns, "spawned" in a goroutine, "many"
        in several goroutines that may run at once, or "" for unknown."""
        if call.function is None:
            return ""
        parameters = call.function.spec.signature.parameters
        position = min(position, len(parameters) - 1)
        key = call.function, position
        if key not in self._runs:
            self._runs[key] = ""
            if position >= 0 and self._takes_function(call.function, position):
                self._runs[key] = self._runs_of(call.function, position)
        return self._runs[key]

    def _takes_function(self, function: Function, position: int) -> bool:
        """Whether a parameter is of a function type: the question above costs a walk."""
        type_ = self._declared.signature(function).parameters[position]
        types = self._declared.types
        return isinstance(types.underlying(type_.element if isinstance(type_, Slice) else type_), Func)

    def _runs_of(self, function: Function, position: int) -> str:
        flow = self._flow(function)
        how = {body.start: body.how for body in flow.bodies}
        found = ""
        for step in flow.steps:
            if step.call is None or step.act not in (Act.CALL, Act.SPAWN):
                continue
            own = step.call.variable is not None and _is_parameter(step.call.variable.root, position)
            # With a lock held around it, one goroutine at a time runs the argument: as good as in place.
            spawned = (step.act is Act.SPAWN or how.get(step.body) == "spawned") and not step.held
            if own:
                if spawned:
                    return _spawned(flow, step)
                found = "called" if how.get(step.body, "main") != "value" else found
            for i, argument in enumerate(step.call.arguments):
                if (
                    argument.place is not None
                    and not argument.place.path
                    and _is_parameter(argument.place.root, position)
                ):
                    inner = self.runs_argument(step.call, i)
                    if inner == "many" or (inner and spawned) or inner == "spawned":
                        return "many" if inner == "many" else _spawned(flow, step)
                    found = found or inner
        return found

    def waits(self, function: Function) -> bool:
        """Whether the function, or one that it calls, waits or receives in the goroutine of its caller."""
        if function not in self._waits:
            self._waits[function] = False
            flow = self._flow(function)
            own = {body.start for body in flow.bodies if body.how in ("main", "called", "deferred")}
            self._waits[function] = any(
                step.body in own and (step.act is Act.RECEIVE or self._waits_at(step)) for step in flow.steps
            )
        return self._waits[function]

    def _waits_at(self, step: Step) -> bool:
        if step.act is not Act.CALL or step.call is None:
            return False
        return step.call.name in WAITS or (step.call.function is not None and self.waits(step.call.function))

    def never_returns(self, function: Function) -> bool:
        """Whether no path through the function comes back to its caller."""
        if function not in self._ends:
            self._ends[function] = False
            if re.search(r"fatal|exit|panic|die|abort|must", function.name, re.I):
                flow = self._flow(function)
                self._ends[function] = not flow.gave_up and not any(
                    s.act is Act.RETURN and s.body == function.spec.start for s in flow.steps
                )
        return self._ends[function]


def _whoever_is_called(place: Place) -> bool:
    """Whether a change is of memory that the caller passes, not of the fields of one of several implementations."""
    return place.root is not None and place.root.scope is not Scope.RECEIVER


def _spawned(flow: Flow, step: Step) -> str:
    """Whether a function argument that this step runs in a goroutine runs in several: "many" or "spawned"."""
    site: Span | None = step.span
    if step.act is not Act.SPAWN:
        body = flow.body(step.body)
        while body.how not in ("spawned", "main"):
            body = flow.body(body.parent)
        site = body.site
    spawns = [s for s in flow.steps if s.act is Act.SPAWN and site is not None and s.span == site]
    return "many" if any(~s.span.start in s.running or s.span.start in s.running for s in spawns) else "spawned"


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
    crossed = any(isinstance(hop, Element) and hop.text != "*" for hop in place.path)
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


def _from_outside(place: Place) -> bool:
    return place.root is not None and place.root.scope in (Scope.RECEIVER, Scope.PARAMETER, Scope.GLOBAL)


def _is_parameter(var: Var | None, position: int) -> bool:
    return var is not None and var.scope is Scope.PARAMETER and var.position == position
