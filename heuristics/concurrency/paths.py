"""Follows what a body does in order along all of its paths, with a state of the caller's choice: counts, flags."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from heuristics.golang import known, tree
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function

_State = TypeVar("_State", bound=Hashable)

# What an act, or the end of a loop, makes of the state of a path; None where the path ends.
Change = Callable[[_State], _State | None]

_ROUNDS = 8  # the states of a caller are few: flags, and counts that stop at a small number
_SPACE = re.compile(rb"\s+")


@frozen()
class Ending(Generic[_State]):
    """A way out of a body: the offset of the return, or of the closing brace, and the state that a path has there."""

    at: int
    state: _State


@frozen()
class Acts(Generic[_State]):
    """What matters on the way. at: by the offset where an act begins. left: by the offset of a loop, when it ends of
    itself."""

    at: Mapping[int, Change[_State]]
    left: Mapping[int, Change[_State]]


def endings(
    index: Index, function: Function, body: int, acts: Acts[_State], state: _State
) -> tuple[Ending[_State], ...]:
    """The ways out of a body (named by its offset, as steps do) with the states that paths have there.

    Nothing when the body jumps with goto. Conditions that the body asks more than once have one answer on a path.
    """
    block = block_of(index, function, body)
    if block is None:
        return ()
    walk = _Walk(acts, index.text(function.path), block, function.spec.start)
    try:
        return walk.run(state)
    except _Jumps:
        return ()


def block_of(index: Index, function: Function, body: int) -> tree.Block | None:
    """The statements of a function, or of the literal in it that begins at an offset."""
    block = index.file(function.path).body(function.spec)
    if block is None or body == function.spec.start:
        return block
    return next((n.body for n in nodes(block) if isinstance(n, tree.FuncLit) and n.start == body), None)


def nodes(node: object) -> Iterator[object]:
    """A piece of syntax and everything in it, in the order of the text."""
    todo = [node]
    while todo:
        part = todo.pop()
        if isinstance(part, tuple):
            todo += reversed(part)
        elif hasattr(part, "start"):
            yield part
            todo += [getattr(part, name) for name in reversed(type(part).__match_args__)]  # type: ignore[attr-defined]


def fatal(index: Index, flow: Flow) -> Iterator[int]:
    """The offsets of the calls of a function that never return."""
    for step in flow.steps:
        call = step.call if step.act is Act.CALL else None
        if call is None:
            continue
        if call.function is not None:
            ends = index.summaries.never_returns(call.function)
        else:
            ends = call.known in known.NO_RETURN or (call.name in known.NO_RETURN_METHODS and call.receiver is not None)
        if ends:
            yield step.span.start


class _Jumps(Exception):
    """A goto: the order of the text is not that of the acts."""


@frozen()
class _Path(Generic[_State]):
    """The state of a path, and what it has answered to conditions that are asked again."""

    state: _State
    answers: frozenset[tuple[bytes, bool]] = frozenset()


_Paths = frozenset[_Path[_State]]


@dataclass(slots=True)
class _Frame(Generic[_State]):
    """What break and continue lead to."""

    loop: bool
    label: str
    breaks: set[_Path[_State]]
    continues: set[_Path[_State]]


class _Walk(Generic[_State]):
    """One walk over one body. Use `endings`."""

    def __init__(self, acts: Acts[_State], text: bytes, block: tree.Block, origin: int) -> None:
        self._acts = acts
        self._text = text
        self._block = block
        self._order = sorted(acts.at)
        self._frames: list[_Frame[_State]] = []
        self._found: dict[Ending[_State], None] = {}
        self._label = ""
        asked = Counter(self._asked(n.condition)[0] for n in nodes(block) if isinstance(n, tree.If))
        self._again = {text for text, times in asked.items() if times > 1}

    def run(self, state: _State) -> tuple[Ending[_State], ...]:
        self._end(self._block.stop - 1, self._sequence(self._block.statements, frozenset({_Path(state)})))
        return tuple(self._found)

    def _end(self, at: int, paths: _Paths[_State]) -> None:
        self._found.update((Ending(at, path.state), None) for path in paths)

    def _sequence(self, statements: tuple[tree.Stmt, ...], paths: _Paths[_State]) -> _Paths[_State]:
        for statement in statements:
            if not paths:
                break
            paths = self._statement(statement, paths)
        return paths

    def _act(self, start: int, stop: int, paths: _Paths[_State]) -> _Paths[_State]:
        """Everything that happens in a piece of text, in order."""
        for at in self._order:
            if start <= at < stop:
                paths = self._change(self._acts.at[at], paths)
        return paths

    @staticmethod
    def _change(change: Change[_State], paths: _Paths[_State]) -> _Paths[_State]:
        changed = ((change(path.state), path.answers) for path in paths)
        return frozenset(_Path(state, answers) for state, answers in changed if state is not None)

    def _statement(self, statement: tree.Stmt | None, paths: _Paths[_State]) -> _Paths[_State]:
        match statement:
            case None:
                return paths
            case tree.Block():
                return self._sequence(statement.statements, paths)
            case tree.Return():
                self._end(statement.start, self._act(statement.start, statement.stop, paths))
                return frozenset()
            case tree.Branch():
                return self._branch(statement, paths)
            case tree.Labeled(label, inner):
                self._label = label
                return self._statement(inner, paths)
            case tree.If():
                return self._if(statement, paths)
            case tree.For():
                return self._for(statement, paths)
            case tree.Range():
                return self._range(statement, paths)
            case tree.Switch() | tree.TypeSwitch() | tree.Select():
                return self._cases(statement, paths)
        return self._act(statement.start, statement.stop, paths)

    def _branch(self, branch: tree.Branch, paths: _Paths[_State]) -> _Paths[_State]:
        if branch.kind == "goto":
            raise _Jumps
        if branch.kind == "fallthrough":
            return paths
        for frame in reversed(self._frames):
            if frame.label == branch.label if branch.label else frame.loop or branch.kind == "break":
                (frame.continues if branch.kind == "continue" else frame.breaks).update(paths)
                break
        return frozenset()

    def _enter(self, loop: bool) -> _Frame[_State]:
        frame: _Frame[_State] = _Frame(loop, self._label, set(), set())
        self._label = ""
        self._frames.append(frame)
        return frame

    # --- branches

    def _asked(self, condition: tree.Expr) -> tuple[bytes, bool]:
        """The text of a condition and whether it holds when the text does."""
        if isinstance(condition, tree.Unary) and condition.operator == "!":
            text, value = self._asked(condition.operand)
            return text, not value
        text = _SPACE.sub(b"", self._text[condition.start : condition.stop])
        positive = text.replace(b"!=", b"==", 1)
        return positive, positive == text

    def _if(self, statement: tree.If, paths: _Paths[_State]) -> _Paths[_State]:
        paths = self._statement(statement.init, paths)
        paths = self._act(statement.condition.start, statement.condition.stop, paths)
        text, value = self._asked(statement.condition)
        true, false = paths, paths
        if statement.init is None and text in self._again:
            true, false = (self._answered(paths, text, value == holds) for holds in (True, False))
        return self._statement(statement.then, true) | self._statement(statement.otherwise, false)

    @staticmethod
    def _answered(paths: _Paths[_State], text: bytes, value: bool) -> _Paths[_State]:
        known = (path for path in paths if (text, not value) not in path.answers)
        return frozenset(_Path(path.state, path.answers | {(text, value)}) for path in known)

    def _cases(self, statement: tree.Switch | tree.TypeSwitch | tree.Select, paths: _Paths[_State]) -> _Paths[_State]:
        if not isinstance(statement, tree.Select):
            paths = self._statement(statement.init, paths)
            operand = statement.tag if isinstance(statement, tree.Switch) else statement.operand
            paths = self._act(operand.start, operand.stop, paths) if operand is not None else paths
        frame = self._enter(loop=False)
        ends: _Paths[_State] = frozenset()
        falls: _Paths[_State] = frozenset()
        for case in statement.cases:
            entered = self._statement(case.comm, paths) | falls
            after = self._sequence(case.body.statements, entered)
            last = case.body.statements[-1] if case.body.statements else None
            falls = after if isinstance(last, tree.Branch) and last.kind == "fallthrough" else frozenset()
            ends |= after
        if not isinstance(statement, tree.Select) and not any(case.default for case in statement.cases):
            ends |= paths
        self._frames.pop()
        return ends | frame.breaks

    # --- loops

    def _for(self, statement: tree.For, paths: _Paths[_State]) -> _Paths[_State]:
        label, self._label = self._label, ""
        paths = self._statement(statement.init, paths)
        self._label = label
        condition = statement.condition
        span = (condition.start, condition.stop) if condition is not None else (0, 0)
        return self._loop(statement, span, condition is not None, statement.post, paths)

    def _range(self, statement: tree.Range, paths: _Paths[_State]) -> _Paths[_State]:
        # The variables of the header are new ones in each round.
        return self._loop(statement, (statement.start, statement.operand.stop), True, None, paths)

    def _loop(
        self,
        loop: tree.For | tree.Range,
        head: tuple[int, int],
        ends: bool,
        post: tree.Stmt | None,
        paths: _Paths[_State],
    ) -> _Paths[_State]:
        """Rounds until what comes back to the head is known there. ends: the head can end the loop."""
        frame = self._enter(loop=True)
        left: _Paths[_State] = frozenset()
        for _ in range(_ROUNDS):
            entered = self._act(*head, paths)
            left = entered if ends else frozenset()
            again = self._statement(post, self._sequence(loop.body.statements, entered) | frame.continues)
            again = frozenset(_Path(path.state) for path in again)  # the next round may answer otherwise
            if again <= paths:
                break
            paths |= again
        self._frames.pop()
        change = self._acts.left.get(loop.start)
        return (self._change(change, left) if change is not None else left) | frame.breaks
