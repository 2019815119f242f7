"""Follows the expressions of a body in the order of their evaluation and records what they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from heuristics.golang import known, tree
from heuristics.golang.flow import outcomes
from heuristics.golang.flow.conditions import fact_of
from heuristics.golang.flow.mutators import changed_by
from heuristics.golang.flow.receives import feeds, of_clock
from heuristics.golang.flow.recorder import Recorder
from heuristics.golang.flow.state import State, each, merge
from heuristics.golang.flow.surroundings import Others
from heuristics.golang.flow.translate import translate
from heuristics.golang.model import (
    Act,
    Call,
    Chan,
    Element,
    Func,
    Held,
    Map,
    Place,
    Pointer,
    Scope,
    Slice,
    Span,
    Var,
)
from heuristics.golang.types.bind import Binder
from heuristics.golang.types.infer import Inference
from heuristics.golang.types.meanings import Callee
from heuristics.golang.types.places import Places

States = tuple[State, ...]
_MAY_BE_FUNCTIONS = frozenset({"literal", "place", "method", "other"})  # kinds of values


class Bodies(Protocol):
    """What an expression asks of the walker: to run a literal here, or to keep it for later."""

    def run(self, literal: tree.FuncLit, states: States, how: str, loop: bool) -> States: ...

    def keep(self, literal: tree.FuncLit, how: str, site: Span, many: bool = False) -> None: ...

    def local_literal(self, expression: tree.Expr) -> tree.FuncLit | None: ...


class Expressions:
    """Evaluates expressions over the states of all paths."""

    def __init__(
        self, inference: Inference, places: Places, binder: Binder, recorder: Recorder, others: Others, bodies: Bodies
    ) -> None:
        self.inference = inference
        self.span = inference.span
        self.places = places
        self.binder = binder
        self.recorder = recorder
        self.others = others
        self.bodies = bodies
        self.entry_missing: Held | None = None

    # --- evaluation

    def evaluate(self, expression: tree.Expr | None, states: States) -> States:
        """Record the acts of an expression; the states after it (none when it never returns)."""
        evaluate = _EVALUATE.get(type(expression))
        return evaluate(self, expression, states) if evaluate is not None else states

    def _name(self, name: tree.Name, states: States) -> States:
        self.read(name, states)
        return states

    def _chain(self, expression: tree.Expr, states: States) -> States:
        states = self.inside(expression, states)
        self.read(expression, states)
        return states

    def _unary(self, expression: tree.Unary, states: States) -> States:
        operand = expression.operand
        if expression.operator == "*":
            return self._chain(expression, states)
        if expression.operator == "<-":
            return self.receive(expression, operand, states)
        if expression.operator == "&" and self.places.place(operand) is not None:
            return self.inside(operand, states)
        return self.evaluate(operand, states)

    def _assertion(self, expression: tree.TypeAssertion, states: States) -> States:
        return self.evaluate(expression.operand, states)

    def _slicing(self, expression: tree.Slicing, states: States) -> States:
        return self.evaluate_all(expression.bounds, self.evaluate(expression.operand, states))

    def _binary(self, expression: tree.Binary, states: States) -> States:
        if expression.operator in ("&&", "||"):
            return merge(*self.condition(expression, states))
        return self.evaluate(expression.right, self.evaluate(expression.left, states))

    def _literal(self, literal: tree.FuncLit, states: States) -> States:
        self.bodies.keep(literal, "value", self.span(literal))
        return states

    def evaluate_all(self, expressions: tuple[tree.Expr, ...], states: States) -> States:
        for expression in expressions:
            states = self.evaluate(expression, states)
        return states

    def inside(self, expression: tree.Expr, states: States) -> States:
        """Evaluate what stands inside a chain of selectors and indices, but not the chain itself."""
        while isinstance(expression, tree.Selector) or (
            isinstance(expression, tree.Unary) and expression.operator == "*"
        ):
            expression = expression.operand
        if isinstance(expression, tree.Name):
            return states
        if isinstance(expression, tree.Index):
            return self.evaluate_all(expression.indices, self.inside(expression.operand, states))
        return self.evaluate(expression, states)

    def read(self, expression: tree.Expr, states: States) -> None:
        place = self.places.place(expression)
        if place is not None and (place.path or self._shared(place)):
            self.recorder.record(Act.READ, self.span(expression), states, place)
        elif place is None and isinstance(expression, tree.Selector) and self.places.is_method(expression):
            value = self.places.value(expression)
            self.recorder.record(Act.READ, self.span(expression), states, value.place, value=value)

    def _shared(self, place: Place) -> bool:
        return place.root is not None and (place.root.scope is Scope.GLOBAL or place.root in self.binder.captured)

    def _composite(self, composite: tree.Composite, states: States) -> States:
        is_map = isinstance(self.inference.types.underlying(self.inference.type_of(composite)), Map)
        for key, value in composite.elements:
            if key is not None and (is_map or not isinstance(key, tree.Name)):
                states = self.evaluate(key, states)
            states = self.evaluate(value, states)
        self.recorder.record(Act.MAKE, self.span(composite), states, value=self.places.value(composite))
        return states

    def receive(
        self,
        expression: tree.Expr,
        channel: tree.Expr,
        states: States,
        select: int = -1,
        blocking: bool = True,
        taken: bool = False,
    ) -> States:
        """A receive. taken: what is received goes to a variable."""
        states = self.evaluate(channel, states)
        self.recorder.record(
            Act.RECEIVE,
            self.span(expression),
            states,
            self.places.place(channel),
            select=select,
            blocking=blocking,
            value=self.places.value(channel),
        )
        return states if of_clock(channel, self.inference) else self.joined(channel, taken, states)

    def joined(self, channel: tree.Expr, taken: bool, states: States) -> States:
        """After a receive from a channel."""
        fed = taken and self.recorder.loops and feeds(channel, self.inference, self.binder)
        feeding = channel.start if fed else -1
        return each(states, State.joined, feeding)

    # --- calls

    def callee(self, call: tree.Call) -> Callee:
        """What a call calls; a local that is set once, to a method value, stands for that method."""
        if isinstance(call.function, tree.Name):
            origins = [o for o in self._origins(call.function) if o is not None]
            if len(origins) == 1 and isinstance(origins[0], tree.Selector):
                return self.inference.bound_method(origins[0]) or self.inference.callee(call)
        return self.inference.callee(call)

    def _origins(self, expression: tree.Expr) -> list[tree.Expr | None]:
        if not isinstance(expression, tree.Name):
            return []
        var = self.inference.meanings.get(expression)
        return self.binder.origins.get(var, []) if isinstance(var, Var) and var.scope is Scope.LOCAL else []

    def call(self, call: tree.Call, states: States) -> States:
        """A call in place: its operands, then what it does."""
        callee = self.callee(call)
        if callee.known in known.UNEVALUATED:
            return states
        if callee.conversion is not None:
            return self.evaluate_all(call.arguments, states)
        lock = self.places.lock(callee, call.arguments)
        if lock is not None:
            return self._lock(call, callee, lock, self.evaluate_all(call.arguments, states))
        return self.invoke(call, callee, self.operands(call, callee, states))

    def operands(self, call: tree.Call, callee: Callee, states: States) -> States:
        """Evaluate the receiver and the arguments; literals among them are dealt with by invoke."""
        if callee.receiver is not None:
            states = self.inside(callee.receiver, states)
            if self._loads(callee):
                self.read(callee.receiver, states)
        elif not isinstance(call.function, tree.FuncLit) and callee.function is None and not callee.known:
            states = self.evaluate(call.function, states)
        arguments = call.arguments[1:] if callee.known in ("builtin.make", "builtin.new") else call.arguments
        for argument in arguments:
            if not isinstance(argument, tree.FuncLit):
                states = self.evaluate(argument, states)
        return states

    def _loads(self, callee: Callee) -> bool:
        """Whether a method call reads its receiver's variable, rather than only taking its address."""
        assert callee.receiver is not None
        if callee.member is not None and callee.member.field is not None:
            return True
        behind = self.inference.types.underlying(self.inference.type_of(callee.receiver))
        if isinstance(behind, Pointer | Map | Slice | Chan | Func) or self.inference.is_interface(behind):
            return True
        return callee.function is not None and not callee.function.pointer

    def invoke(self, call: tree.Call, callee: Callee, states: States, deferred: bool = False) -> States:
        """What a call does once its operands are evaluated."""
        value = self.places.call(call)
        literal = callee.literal or self.bodies.local_literal(call.function)
        if literal is not None:
            return self.bodies.run(literal, states, "deferred" if deferred else "called", False)
        self._builtin(call, callee, states)
        self.recorder.record(
            Act.CALL, self.span(call), states, value.receiver.place if value.receiver else value.variable, call=value
        )
        for place in changed_by(value):
            self.recorder.record(Act.MUTATE, self.span(call), states, place)
        states, left = self._arguments_that_run(call, value, states)
        if outcomes.ends(callee, value, self.inference.types, self.others):
            return ()
        states = self._effects(callee, value, call, states)
        if any(state.live for state in states) and outcomes.waits(value, self.others):
            states = each(states, State.while_running, left)
        return each(states, State.called)

    def _arguments_that_run(self, call: tree.Call, value: Call, states: States) -> tuple[States, frozenset[int]]:
        """The states behind the literals that the callee runs at once; the launches that may outlast the call."""
        left: frozenset[int] = frozenset()
        for position, argument in enumerate(call.arguments):
            if value.arguments[position].kind not in _MAY_BE_FUNCTIONS:
                continue
            literal = argument if isinstance(argument, tree.FuncLit) else self.bodies.local_literal(argument)
            runs = outcomes.runs(value, position, self.others)
            if runs in ("spawned", "many"):
                self.recorder.record(Act.SPAWN, self.span(call), states, call=value)
                states = each(states, State.launched, call.start)
                left = frozenset({call.start}) if self.others.may_leave(value, position) else left
            if literal is None:
                continue
            if runs == "called":
                again = self.bodies.run(literal, states, "called", value.known != "sync.Once.Do")
                still = frozenset[int]().union(*(state.live for state in again))
                states = merge((state.while_running(still) for state in states), again)
            else:
                how = "spawned" if runs == "many" else runs or "value"
                self.bodies.keep(literal, how, self.span(call), runs == "many")
        return states, left

    def _is_map(self, place: Place) -> bool:
        """Whether a place is a map, or may be one as far as text tells."""
        types = self.inference.types
        return types.is_unknown(place.type) or isinstance(types.underlying(place.type), Map)

    def _builtin(self, call: tree.Call, callee: Callee, states: States) -> None:
        name = callee.known
        if name in ("builtin.delete", "builtin.clear", "builtin.copy") and call.arguments:
            place = self.places.place(call.arguments[0])
            if place is not None:
                text = (
                    self.inference.text(call.arguments[1])
                    if name == "builtin.delete" and len(call.arguments) > 1
                    else ""
                )
                of_map = name == "builtin.delete" or (name == "builtin.clear" and self._is_map(place))
                element = Element(text, of_map)
                inner = Place(place.root, place.origin, (*place.path, element), place.text, place.type, place.names)
                self.recorder.record(Act.MUTATE, self.span(call), states, inner)
        elif name == "builtin.close" and call.arguments:
            self.recorder.record(Act.CLOSE, self.span(call), states, self.places.place(call.arguments[0]))

    # --- locks

    def _lock(self, call: tree.Call, callee: Callee, lock: tuple[str, str, Place], states: States) -> States:
        act, mode, place = lock
        assert callee.receiver is not None
        states = self.inside(callee.receiver, states)
        held = Held(place, mode, self.span(call))
        if act == "acquire":
            self.recorder.record(Act.ACQUIRE, held.span, states, place, call=self.places.call(call))
            return each(states, State.acquire, held)
        if act == "try":
            self.recorder.record(Act.CALL, held.span, states, place, call=self.places.call(call))
            return states
        return self.release(place, mode, held.span, states, self.places.call(call))

    def release(self, place: Place, mode: str, span: Span, states: States, call: Call | None = None) -> States:
        """A release; one of a lock that this body never took means that it was entered with the lock held."""
        if states and not any(s.holds(place) or any(h.place == place for h in s.released) for s in states):
            self.entry_missing = self.entry_missing or Held(place, mode, span, entered=True)
        self.recorder.record(Act.RELEASE, span, states, place, call=call)
        return each(states, State.release, place, mode)

    def _effects(self, callee: Callee, value: Call, call: tree.Call, states: States) -> States:
        """Locks that a repository function takes or releases for its caller."""
        if callee.function is None:
            return states
        for effect in self.others.lock_effects(callee.function):
            place = translate(effect.place, value)
            if place is None:
                continue
            held = Held(place, effect.mode, self.span(call))
            if effect.acquires:
                states = each(states, State.acquire, held)
            elif effect.always:
                states = self.release(place, effect.mode, held.span, states)
            elif any(state.holds(place) for state in states):
                self.recorder.record(Act.RELEASE, held.span, states, place)
                states = each(states, State.doubt, place)
        return states

    # --- conditions

    def condition(self, expression: tree.Expr, states: States) -> tuple[States, States]:
        """The states in which a condition holds, and those in which it does not."""
        match expression:
            case tree.Unary("!", operand):
                true, false = self.condition(operand, states)
                return false, true
            case tree.Binary("&&", left, right):
                true, false = self.condition(left, states)
                both, second = self.condition(right, true)
                return both, merge(false, second)
            case tree.Binary("||", left, right):
                true, false = self.condition(left, states)
                second, neither = self.condition(right, false)
                return merge(true, second), neither
            case tree.Literal("bool", text):
                return (states, ()) if text == "true" else ((), states)
            case tree.Call() if (held := self.tried(expression)) is not None:
                states = self.evaluate(expression, states)
                self.recorder.record(Act.ACQUIRE, held.span, states, held.place)
                return each(states, State.acquire, held), states
            case tree.Binary("==" | "!=" as operator, left, tree.Literal("nil")) if self._recovers(left):
                states = self.evaluate(left, states)
                panicked = each(states, State.panicked)
                return (states, panicked) if operator == "==" else (panicked, states)
        states = self.evaluate(expression, states)
        fact = fact_of(expression, self.inference)
        if fact is None:
            return states, states
        return self.split(fact, states)

    def split(self, fact: tuple[str, bool], states: States) -> tuple[States, States]:
        """The states in which a fact is true, and those in which it is not."""
        text, value = fact
        return (
            tuple(s for state in states if (s := state.learn(text, value)) is not None),
            tuple(s for state in states if (s := state.learn(text, not value)) is not None),
        )

    def _recovers(self, expression: tree.Expr) -> bool:
        """Whether this is what a recover() in a deferred body gave: it is nil on the paths that are followed."""
        origins = self._origins(expression) if isinstance(expression, tree.Name) else [expression]
        calls = [origin for origin in origins if isinstance(origin, tree.Call)]
        if not self.recorder.deferred or not calls or calls != origins:
            return False
        return all(self.inference.callee(call).known == "builtin.recover" for call in calls)

    def tried(self, expression: tree.Expr) -> Held | None:
        """The lock that a TryLock call takes when it says true."""
        if not isinstance(expression, tree.Call):
            return None
        lock = self.places.lock(self.inference.callee(expression), expression.arguments)
        return Held(lock[2], lock[1], self.span(expression)) if lock is not None and lock[0] == "try" else None


# By type of node; what is missing here does nothing.
_EVALUATE: dict[type, Callable[[Expressions, Any, States], States]] = {
    tree.Name: Expressions._name,
    tree.Selector: Expressions._chain,
    tree.Index: Expressions._chain,
    tree.Call: Expressions.call,
    tree.Unary: Expressions._unary,
    tree.TypeAssertion: Expressions._assertion,
    tree.Slicing: Expressions._slicing,
    tree.Binary: Expressions._binary,
    tree.Composite: Expressions._composite,
    tree.FuncLit: Expressions._literal,
}
