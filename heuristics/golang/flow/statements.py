"""Follows the statements of a body along all paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from heuristics.golang import tree
from heuristics.golang.flow.assignments import Assignments
from heuristics.golang.flow.conditions import fact_of
from heuristics.golang.flow.expressions import Expressions, States
from heuristics.golang.flow.recorder import Recorder
from heuristics.golang.flow.state import Deferred, GaveUp, State, each, merge
from heuristics.golang.model import Act, Chan

_Head = Callable[[States], tuple[States, States]]
_ROUNDS = 6  # loops reach their fixpoint in two or three; locks that grow with every round never do


@dataclass(slots=True)
class _Frame:
    """What break and continue lead to. kind: loop, switch or select. start, stop: offsets of a loop."""

    kind: str
    label: str
    start: int = -1
    stop: int = -1
    breaks: list[States] = field(default_factory=list)
    continues: list[States] = field(default_factory=list)


class Statements:
    """Executes statements over the states of all paths."""

    def __init__(self, expressions: Expressions, recorder: Recorder) -> None:
        self.expressions = expressions
        self.recorder = recorder
        self._assignments = Assignments(expressions, recorder)
        self._frames: list[_Frame] = []
        self._returns: list[States] = []
        self._falls: States = ()
        self._jumps: dict[str, States] = {}
        self._label = ""

    # --- bodies

    def body(self, block: tree.Block, states: States) -> States:
        """A whole body: the states after it has returned, its deferred calls done."""
        frames, returns, self._frames, self._returns = self._frames, self._returns, [], []
        jumps, self._jumps = self._jumps, {}
        ends = self.block(block, states)
        if self._jumps:
            raise GaveUp("goto without its label")
        if ends:
            end = self.expressions.inference.file.span(max(block.stop - 1, block.start), block.stop)
            self.recorder.record(Act.RETURN, end, ends)
            self._leave(end.start, end.stop, ends)
        after = merge(*self._returns)
        self._frames, self._returns, self._jumps = frames, returns, jumps
        return after

    def _leave(self, start: int, stop: int, states: States) -> None:
        """Run the deferred calls of each path, last registered first, and note what stays held."""
        span = self.expressions.inference.file.span(start, stop)
        for state in states:
            after: States = (replace(state, deferred=()) if state.deferred else state,)
            deferred, self.recorder.deferred = self.recorder.deferred, True
            for entry in reversed(state.deferred):
                if isinstance(entry.call, tree.Call):
                    after = self._run_deferred(entry.call, after)
            self.recorder.deferred = deferred
            for end in after:
                self.recorder.leave(span, end.held)
            self._returns.append(after)

    def _run_deferred(self, call: tree.Call, states: States) -> States:
        callee = self.expressions.callee(call)
        if self.expressions.places.lock(callee, call.arguments) is not None:
            return self.expressions.call(call, states)
        return self.expressions.invoke(call, callee, states, deferred=True) or states

    def block(self, block: tree.Block, states: States) -> States:
        return self._sequence(block.statements, states)

    def _sequence(self, statements: tuple[tree.Stmt, ...], states: States) -> States:
        for i, statement in enumerate(statements):
            if isinstance(statement, tree.Labeled):
                return self._from_label(statement, statements[i + 1 :], states)
            if states:
                states = self.statement(statement, states)
            elif not self._jumps:
                break
        return states

    def _from_label(self, labeled: tree.Labeled, rest: tuple[tree.Stmt, ...], states: States) -> States:
        """From a label to the end of its block, and again while a goto brings paths back that are new there."""
        ends: States = ()
        known: States | None = None
        for _ in range(_ROUNDS):
            states = merge(states, self._jumps.pop(labeled.label, ()))
            if states == known:
                break
            known = states
            ends = self._sequence(rest, self.statement(labeled, states) if states else ())
            if labeled.label not in self._jumps:
                break
        self._jumps.pop(labeled.label, None)
        return ends

    # --- one statement

    def statement(self, statement: tree.Stmt | None, states: States) -> States:
        """The states after a statement that reach the next one."""
        run = _STATEMENTS.get(type(statement))
        return run(self, statement, states) if run is not None else states

    def _expression(self, statement: tree.ExprStmt, states: States) -> States:
        return self.expressions.evaluate(statement.value, states)

    def _assign(self, statement: tree.Assign, states: States) -> States:
        return self._assignments.assign(statement, states)

    def _declare(self, statement: tree.VarDecl, states: States) -> States:
        return self._assignments.declare(statement, states)

    def _return(self, statement: tree.Return, states: States) -> States:
        # Compilers load plain variables after the calls of the statement; the specification leaves it open.
        ordered = sorted(statement.values, key=lambda value: isinstance(value, tree.Name))
        states = self.expressions.evaluate_all(tuple(ordered), states)
        values = tuple(map(self.expressions.places.value, statement.values))
        self.recorder.record(Act.RETURN, self.expressions.span(statement), states, values=values)
        self._leave(statement.start, statement.stop, states)
        return ()

    def _labeled(self, statement: tree.Labeled, states: States) -> States:
        self._label = statement.label
        with self._frame("block", statement.label) as frame:
            states = self.statement(statement.statement, states)
        return merge(states, *frame.breaks)

    # --- go, defer, send, jumps

    def _go(self, statement: tree.GoStmt, states: States) -> States:
        call = statement.call
        if not isinstance(call, tree.Call):
            return states
        callee = self.expressions.callee(call)
        states = self.expressions.operands(call, callee, states)
        value = self.expressions.places.call(call)
        self.recorder.record(Act.SPAWN, self.expressions.span(statement), states, call=value)
        literal = callee.literal or self.expressions.bodies.local_literal(call.function)
        if literal is not None:
            self.expressions.bodies.keep(literal, "spawned", self.expressions.span(statement))
        for argument in call.arguments:
            if isinstance(argument, tree.FuncLit):
                self.expressions.bodies.keep(argument, "value", self.expressions.span(statement))
        return each(states, State.launched, statement.start)

    def _defer(self, statement: tree.DeferStmt, states: States) -> States:
        call = statement.call
        if not isinstance(call, tree.Call):
            return states
        callee = self.expressions.callee(call)
        if self.expressions.places.lock(callee, call.arguments) is None:
            states = self.expressions.operands(call, callee, states)
        body = self.recorder.body
        entry = Deferred(call, body)
        return merge(s if entry in s.deferred else replace(s, deferred=(*s.deferred, entry)) for s in states)

    def _send(self, statement: tree.SendStmt, states: States, select: int = -1, blocking: bool = True) -> States:
        states = self.expressions.evaluate(statement.value, self.expressions.evaluate(statement.channel, states))
        self.recorder.record(
            Act.SEND,
            self.expressions.span(statement),
            states,
            self.expressions.places.place(statement.channel),
            value=self.expressions.places.value(statement.value),
            select=select,
            blocking=blocking,
        )
        return states

    def _branch(self, branch: tree.Branch, states: States) -> States:
        if branch.kind == "goto":
            self._jumps[branch.label] = merge(self._jumps.get(branch.label, ()), states)
            return ()
        if branch.kind == "fallthrough":
            self._falls = states
            return ()
        kinds = ("loop",) if branch.kind == "continue" else ("loop", "switch", "select", "block")
        for frame in reversed(self._frames):
            if frame.label == branch.label if branch.label else frame.kind in kinds and frame.kind != "block":
                if branch.label and branch.kind == "continue" and frame.kind != "loop":
                    continue
                if branch.kind == "continue":
                    self._end_round(frame, branch.start, branch.stop, states)
                (frame.continues if branch.kind == "continue" else frame.breaks).append(states)
                break
        return ()

    def _end_round(self, loop: _Frame, start: int, stop: int, states: States) -> None:
        lost = [state for state in states if state.held and state.loses(loop.start, loop.stop)]
        if lost:
            around, recorder = self.recorder.loops, self.recorder
            recorder.loops = around[: around.index(loop.start) + 1]  # `continue` may end the rounds of inner loops too
            recorder.record(Act.ROUND, self.expressions.inference.file.span(start, stop), lost)
            recorder.loops = around

    @contextmanager
    def _frame(self, kind: str, label: str, start: int = -1, stop: int = -1) -> Iterator[_Frame]:
        frame = _Frame(kind, label, start, stop)
        self._frames.append(frame)
        yield frame
        self._frames.pop()

    def _take_label(self) -> str:
        label, self._label = self._label, ""
        return label

    # --- branches

    def _if(self, statement: tree.If, states: States) -> States:
        self._take_label()
        states = self.statement(statement.init, states)
        true, false = self.expressions.condition(statement.condition, states)
        return merge(self.block(statement.then, true), self.statement(statement.otherwise, false) if false else ())

    def _switch(self, statement: tree.Switch, states: States) -> States:
        label = self._take_label()
        states = self.statement(statement.init, states)
        states = self.expressions.evaluate(statement.tag, states)
        ends: list[States] = []
        with self._frame("switch", label) as frame:
            rest = states
            falls: States = ()
            default: tree.Case | None = None
            for case in statement.cases:
                if case.default:
                    default = case
                    continue
                taken: list[States] = [falls]
                for value in case.values:
                    hit, rest = self._matches(statement.tag, value, rest)
                    taken.append(hit)
                ends.append(self._case(case, merge(*taken)))
                falls, self._falls = self._falls, ()
            ends.append(self._case(default, merge(rest, falls)) if default is not None else rest)
            self._falls = ()
        return merge(*ends, *frame.breaks)

    def _case(self, case: tree.Case, states: States) -> States:
        return self.block(case.body, states) if states else ()

    def _matches(self, tag: tree.Expr | None, value: tree.Expr, states: States) -> tuple[States, States]:
        if tag is None:
            return self.expressions.condition(value, states)
        states = self.expressions.evaluate(value, states)
        fact = fact_of(tree.Binary("==", tag, value, tag.start, value.stop), self.expressions.inference)
        return self.expressions.split(fact, states) if fact is not None else (states, states)

    def _type_switch(self, statement: tree.TypeSwitch, states: States) -> States:
        label = self._take_label()
        states = self.expressions.evaluate(statement.operand, self.statement(statement.init, states))
        with self._frame("switch", label) as frame:
            ends = [self.block(case.body, states) for case in statement.cases]
            if not any(case.default for case in statement.cases):
                ends.append(states)
        return merge(*ends, *frame.breaks)

    def _select(self, statement: tree.Select, states: States) -> States:
        label = self._take_label()
        blocking = not any(case.default for case in statement.cases)
        with self._frame("select", label) as frame:
            ends = [
                self.block(case.body, self._arm(case.comm, states, statement.start, blocking))
                for case in statement.cases
            ]
        return merge(*ends, *frame.breaks)

    def _arm(self, comm: tree.Stmt | None, states: States, select: int, blocking: bool) -> States:
        match comm:
            case tree.SendStmt():
                return self._send(comm, states, select, blocking)
            case tree.ExprStmt(tree.Unary("<-", channel) as receive):
                return self.expressions.receive(receive, channel, states, select, blocking)
            case tree.Assign(_, _, (tree.Unary("<-", channel) as receive,)):
                states = self.expressions.receive(receive, channel, states, select, blocking, taken=True)
                for target in comm.left:
                    states = self._assignments.store(comm, target, None, states)
                return states
        return self.statement(comm, states)

    # --- loops

    def _for(self, statement: tree.For, states: States) -> States:
        label = self._take_label()
        states = self.statement(statement.init, states)

        def head(current: States) -> tuple[States, States]:
            if statement.condition is None:
                return current, ()
            return self.expressions.condition(statement.condition, current)

        return self._loop(statement.start, label, states, head, statement.body, statement.post)

    def _range(self, statement: tree.Range, states: States) -> States:
        label = self._take_label()
        states = self.expressions.evaluate(statement.operand, states)
        behind = self.expressions.inference.types.underlying(self.expressions.inference.type_of(statement.operand))
        targets = [t for t in (statement.key, statement.value) if t is not None]

        def head(current: States) -> tuple[States, States]:
            if isinstance(behind, Chan):
                self.recorder.record(
                    Act.RECEIVE,
                    self.expressions.span(statement.operand),
                    current,
                    self.expressions.places.place(statement.operand),
                )
                current = self.expressions.joined(statement.operand, bool(targets), current)
            entered = left = current
            for target in targets:
                place = self.expressions.places.place(target)
                if place is None:
                    continue
                act = Act.DECLARE if statement.define else Act.WRITE
                self.recorder.record(
                    act,
                    self.expressions.span(target),
                    entered,
                    place,
                    value=self.expressions.places.range_value(statement.operand),
                )
                if place.root is not None and isinstance(target, tree.Name):
                    root = place.root
                    entered = each(entered, State.forget, root)
                    # Behind the loop the variable has no meaning: locks that are named by it were those of each round.
                    left = each(left, State.forget, root) if statement.define else left
            return entered, left

        return self._loop(statement.start, label, states, head, statement.body, None)

    def _loop(
        self, start: int, label: str, states: States, head: _Head, body: tree.Block, post: tree.Stmt | None
    ) -> States:
        """Rounds until what comes back to the head is known there."""
        outer, self.recorder.loops = self.recorder.loops, (*self.recorder.loops, start)
        left: States = ()
        with self._frame("loop", label, start, body.stop) as frame:
            for _ in range(_ROUNDS):
                entered, left = head(states)
                ends = self.block(body, entered)
                self._end_round(frame, body.stop - 1, body.stop, ends)
                ends = merge(ends, *frame.continues)
                frame.continues.clear()
                ends = self.statement(post, ends) if ends else ()
                again = merge(states, (state.next_round(start, body.stop) for state in ends))
                if again == states:
                    break
                states = again
        self.recorder.loops = outer
        return merge(left, *frame.breaks)


# By type of node; what is missing here does nothing.
_STATEMENTS: dict[type, Callable[[Statements, Any, States], States]] = {
    tree.Block: Statements.block,
    tree.ExprStmt: Statements._expression,
    tree.Assign: Statements._assign,
    tree.VarDecl: Statements._declare,
    tree.GoStmt: Statements._go,
    tree.DeferStmt: Statements._defer,
    tree.SendStmt: Statements._send,
    tree.Return: Statements._return,
    tree.Branch: Statements._branch,
    tree.Labeled: Statements._labeled,
    tree.If: Statements._if,
    tree.For: Statements._for,
    tree.Range: Statements._range,
    tree.Switch: Statements._switch,
    tree.TypeSwitch: Statements._type_switch,
    tree.Select: Statements._select,
}
