"""Follows assignments and declarations of variables: what gets a new value, and what a path learns by that."""

from __future__ import annotations

from dataclasses import replace

from heuristics.golang import tree
from heuristics.golang.flow.conditions import fact_of
from heuristics.golang.flow.expressions import Expressions, States
from heuristics.golang.flow.recorder import Recorder
from heuristics.golang.flow.state import State, each
from heuristics.golang.model import Act, Element, Place, Value, Var


class Assignments:
    """Records writes over the states of all paths."""

    def __init__(self, expressions: Expressions, recorder: Recorder) -> None:
        self.expressions = expressions
        self.recorder = recorder

    def assign(self, statement: tree.Assign, states: States) -> States:
        """`a, b = x, y` in all its spellings, `++` and `+=` too."""
        states = self.expressions.evaluate_all(statement.right, states)
        for i, target in enumerate(statement.left):
            value = (
                self.expressions.places.value(statement.right[i])
                if len(statement.right) == len(statement.left)
                else (self.expressions.places.value(statement.right[0]) if statement.right and i == 0 else None)
            )
            states = self.store(statement, target, value, states)
        return self._remember(statement, states)

    def store(self, statement: tree.Assign, target: tree.Expr, value: Value | None, states: States) -> States:
        """One target of an assignment gets its value; None when text does not tell which."""
        states = self.expressions.inside(target, states)
        place = self.expressions.places.place(target)
        if place is None:
            return states
        act = Act.WRITE
        if (
            statement.operator == ":="
            and isinstance(target, tree.Name)
            and place.root is not None
            and (place.root.start == target.start)
        ):
            act = Act.DECLARE
        elif (
            statement.operator not in ("=", ":=")
            or _appends_to(value, place)
            or (place.path and isinstance(place.path[-1], Element) and place.path[-1].text != "*")
        ):
            act = Act.MUTATE
        if statement.operator not in ("=", ":="):
            self.expressions.read(target, states)
        self.recorder.record(act, self.expressions.span(target), states, place, value=value)
        if isinstance(target, tree.Name) and place.root is not None:
            root = place.root
            return each(states, State.forget, root)
        return each(states, State.called) if place.path else states

    def _remember(self, statement: tree.Assign, states: States) -> States:
        """A constant that is assigned to a local, and the outcome of a TryLock, are facts."""
        if len(statement.left) != 1 or len(statement.right) != 1 or not isinstance(statement.left[0], tree.Name):
            return states
        name, value = statement.left[0], statement.right[0]
        if isinstance(value, tree.Literal) and value.kind == "bool":
            fact = fact_of(name, self.expressions.inference)
            return self.expressions.split((fact[0], value.text == "true"), states)[0] if fact is not None else states
        var = self.expressions.inference.meanings.get(name)
        held = self.expressions.tried(value)
        if held is not None and isinstance(var, Var):
            return tuple(replace(s, tries=(*s.tries, (var, held))) for s in states)
        return states

    def declare(self, statement: tree.VarDecl, states: States) -> States:
        """`var a, b T = x, y`."""
        states = self.expressions.evaluate_all(statement.values, states)
        for i, name in enumerate(statement.names):
            place = self.expressions.places.place(name)
            if place is None or place.root is None:
                continue
            value = (
                self.expressions.places.value(statement.values[i])
                if len(statement.values) == len(statement.names)
                else None
            )
            self.recorder.record(Act.DECLARE, self.expressions.span(name), states, place, value=value)
            root = place.root
            states = each(states, State.forget, root)
        if len(statement.names) == 1 and not statement.values:  # var ok bool
            fact = fact_of(statement.names[0], self.expressions.inference)
            if fact is not None and statement.type == tree.TypeName("bool"):
                states = self.expressions.split((fact[0], False), states)[0]
        return states


def _appends_to(value: Value | None, place: Place) -> bool:
    """Whether the value is `append(place, ...)`."""
    if value is None or value.call is None or value.call.known != "builtin.append" or not value.call.arguments:
        return False
    return value.call.arguments[0].place == place
