"""What a function does for its caller: locks left or released, function arguments run, waits, ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from heuristics.golang.callgraph import CallGraph, calls_in
from heuristics.golang.comments import HOLDS, SINGLE
from heuristics.golang.flow.surroundings import LockEffect
from heuristics.golang.known import WAITS
from heuristics.golang.model import (
    Act,
    Call,
    Flow,
    Func,
    Function,
    Place,
    Scope,
    Slice,
    Span,
    Step,
    Var,
    pointee,
)
from heuristics.golang.repository import Repository
from heuristics.golang.types.declared import Declared
from heuristics.golang.types.resolve import Surroundings

# Whether a function locks for its caller costs a walk: only those are asked that have such a name, or in whose text a
# lock is given back that was not taken above, or taken and never given back.
_LOCKING_NAME = re.compile(r"lock|acquire|release|mutex|enter|leave|begin|end$", re.I)
_LOCK_CALL = re.compile(rb"(\w+)\s*\.\s*(R?)(Lock|Unlock)\(\)")
_ENTERED_NAME = re.compile(r"(?:Locked|_locked|NoLock|WithLock|WithoutLock|LockHeld|Unlocked)$|^(?:unsafe|locked)[A-Z]")


class Summaries:
    """Answers about functions, each computed once, on demand; a cycle contributes what is known when it closes."""

    def __init__(
        self, repository: Repository, declared: Declared, graph: CallGraph, flow: Callable[[Function], Flow]
    ) -> None:
        self._repository = repository
        self._declared = declared
        self._graph = graph
        self._flow = flow
        self._locks: dict[Function, tuple[LockEffect, ...]] = {}
        self._runs: dict[tuple[Function, int], str] = {}
        self._outlasting: dict[tuple[Function, int], bool] = {}
        self._ends: dict[Function, bool] = {}
        self._waits: dict[Function, bool] = {}

    def agrees(self, earlier: Summaries, function: Function) -> bool:
        """Whether all that a walk of another snapshot asked about a function has the same answer here."""
        operands = [(function, n) for n in range(-1, len(function.spec.signature.parameters))]
        return (
            (function not in earlier._ends or self.never_returns(function) == earlier._ends[function])
            and (function not in earlier._waits or self.waits(function) == earlier._waits[function])
            and (function not in earlier._locks or self.lock_effects(function) == earlier._locks[function])
            and all(self._run(*one) == earlier._runs[one] for one in operands if one in earlier._runs)
            and all(self._outlasts(*one) == earlier._outlasting[one] for one in operands if one in earlier._outlasting)
        )

    # --- locks

    def lock_effects(self, function: Function) -> tuple[LockEffect, ...]:
        """Locks that the function leaves taken, or releases, for its caller."""
        if function not in self._locks:
            self._locks[function] = ()
            if _LOCKING_NAME.search(function.name) or self._one_sided(function):
                self._locks[function] = tuple(self._left_and_released(function))
        return self._locks[function]

    def _one_sided(self, function: Function) -> bool:
        """Whether the text shows an Unlock above its Lock, or a Lock without its Unlock."""
        text, taken = self._repository.files[function.path].text, dict[tuple[bytes, bytes], bool]()
        if text.find(b"ock(", function.spec.start, function.spec.stop) < 0:
            return False  # most functions, and the pattern is slow
        for call in _LOCK_CALL.finditer(text, function.spec.start, function.spec.stop):
            key = call[1], call[2]
            if call[3] == b"Unlock" and key not in taken:
                return True
            taken[key] = call[3] == b"Lock"
        return any(taken.values())

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
        released = (h for s in flow.steps if s.act is Act.RELEASE for h in s.held if h.place == s.place and h.entered)
        for held in {h.place: h for h in released if _from_outside(h.place)}.values():
            keep = [any(h.place == held.place for h in way) for way in ways]
            if not all(keep):
                yield LockEffect(False, held.mode, held.place, always=not any(keep))

    def entry_locks(self, function: Function) -> tuple[str, ...]:
        """Names of the receiver's lock fields that the function's name or comment says are held when it begins."""
        if not function.receiver:
            return ()
        asked = [argument.rpartition(".")[2] for kind, argument in function.spec.notes if kind == HOLDS]
        by_comment = bool(asked) or any(kind == SINGLE for kind, _ in function.spec.notes)
        if not by_comment and not _ENTERED_NAME.search(function.name):
            return ()
        package = self._repository.package(function.package)
        if package is None or not package.type(function.receiver):
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
        return self._run(call.function, position)

    def _run(self, function: Function, position: int) -> str:
        key = function, position
        if key not in self._runs:
            self._runs[key] = ""
            if position >= 0 and self._takes_function(function, position):
                self._runs[key] = self._runs_of(function, position)
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
        for step in calls_in(flow):
            assert step.call is not None
            own = step.call.variable is not None and _is_parameter(step.call.variable.root, position)
            # With a lock held inside the goroutine, one at a time runs the argument: as good as in place.
            spawned = step.act is Act.SPAWN or (how.get(step.body) == "spawned" and not step.held)
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

    def may_leave(self, call: Call, position: int) -> bool:
        """Whether the callee, which runs its function argument in a goroutine and waits, may return before it ended:
        by a timeout, a cancelled context, or an error of another one."""
        if call.function is None:
            return False
        return self._outlasts(call.function, min(position, len(call.function.spec.signature.parameters) - 1))

    def _outlasts(self, function: Function, position: int) -> bool:
        key = function, position
        if key not in self._outlasting:
            self._outlasting[key] = False
            self._outlasting[key] = self._left_running(function, position)
        return self._outlasting[key]

    def _left_running(self, function: Function, position: int) -> bool:
        flow = self._flow(function)
        how = {body.start: body for body in flow.bodies}
        sites: set[int] = set()
        for step in flow.steps:
            called = step.call.variable if step.call is not None else None
            if called is None or not _is_parameter(called.root, position):
                continue
            body = how.get(step.body)
            if step.act is Act.SPAWN:
                sites.add(step.span.start)
            elif body is not None and body.how == "spawned" and body.parent == function.spec.start:
                sites.update(site.start for site in body.sites)
        ends = (step for step in flow.steps if step.act is Act.RETURN and step.body == function.spec.start)
        return any(not sites.isdisjoint(step.running) for step in ends)

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


def _from_outside(place: Place) -> bool:
    return place.root is not None and place.root.scope in (Scope.RECEIVER, Scope.PARAMETER, Scope.GLOBAL)


def _is_parameter(var: Var | None, position: int) -> bool:
    return var is not None and var.scope is Scope.PARAMETER and var.position == position
