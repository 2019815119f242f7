"""The order in which a body runs through its statements: which of them may follow which, and what leaves it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from heuristics.concurrency.paths import nodes
from heuristics.golang import known, tree
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function, Span, Step

ENTRY, LEAVE = 0, 1


@frozen(eq=False)
class Course:
    """Pieces of text that run as one (a simple statement, a condition), numbered, and what may come after each.

    pieces: start and stop offset of each; ENTRY and LEAVE have no text. The end of the body is a piece of its own.
    """

    block: tree.Block
    pieces: tuple[tuple[int, int], ...]
    after: tuple[frozenset[int], ...]

    def at(self, offset: int) -> int:
        """The piece that an offset lies in, ENTRY for none."""
        found = [
            (stop - start, i) for i, (start, stop) in enumerate(self.pieces) if i > LEAVE and start <= offset < stop
        ]
        return min(found)[1] if found else ENTRY

    def reached(self, start: int, avoiding: Iterable[int] = ()) -> frozenset[int]:
        """The pieces that may run after one, on ways that come through none of those to avoid."""
        barred, seen, waiting = frozenset(avoiding), set[int](), [start]
        while waiting:
            for following in self.after[waiting.pop()] - barred:
                if following not in seen:
                    seen.add(following)
                    waiting.append(following)
        return frozenset(seen)

    def leaving_without(self, marks: Iterable[int]) -> frozenset[int]:
        """The offsets of the returns, and of the end, that a way from the beginning reaches without any mark."""
        ways = self.reached(ENTRY, marks)
        return frozenset(self.pieces[i][0] for i in ways if LEAVE in self.after[i])

    @property
    def end(self) -> int:
        """The offset of the brace that ends the body."""
        return self.block.stop - 1


def course_of(index: Index, function: Function, body: int) -> Course | None:
    """The course of one body of a function, by its offset; None where a goto makes it hard to tell."""
    return index.once(_courses, function).get(body)


def _courses(index: Index, function: Function) -> dict[int, Course]:
    flow = index.flow(function)
    main = index.file(function.path).body(function.spec)
    if main is None:
        return {}
    literals = (node for node in nodes(main) if isinstance(node, tree.FuncLit))
    blocks = {function.spec.start: main} | {literal.start: literal.body for literal in literals}
    found: dict[int, Course] = {}
    for body in flow.bodies:
        dead = frozenset(s.span.start for s in flow.steps if s.body == body.start and ends_path(index, s))
        block = blocks.get(body.start)
        course = _Builder(dead).build(block) if block is not None else None
        if course is not None:
            found[body.start] = course
    return found


def ends_path(index: Index, step: Step) -> bool:
    """Whether nothing of the path runs after a step: a call that ends the process, the goroutine or the test."""
    call = step.call
    if step.act is not Act.CALL or call is None or step.deferred:
        return False
    if call.function is not None:
        return index.summaries.never_returns(call.function)
    return call.known in known.NO_RETURN or (
        call.name in known.NO_RETURN_METHODS | known.NO_RETURN_TEST_METHODS and call.receiver is not None
    )


def position(flow: Flow, step: Step, body: int) -> Span | None:
    """Where a body comes to a step: the step itself, or the literal that the body runs in place; None for never."""
    here, start = step.span, step.body
    while start != body:
        inner = flow.body(start)
        if inner.parent == -1 or inner.how not in ("called", "deferred") or inner.site is None:
            return None
        here, start = inner.site, inner.parent
    return here


@dataclass(slots=True)
class _Frame:
    """What break and continue lead to."""

    label: str
    loop: bool
    breaks: set[int] = field(default_factory=set)
    continues: set[int] = field(default_factory=set)


class _Jump(Exception):
    """A goto."""


class _Builder:
    """Puts one body's pieces in order. dead: offsets of calls that end the path."""

    def __init__(self, dead: frozenset[int]) -> None:
        self._dead = dead
        self._pieces: list[tuple[int, int]] = [(-1, -1), (-1, -1)]
        self._after: list[set[int]] = [set(), set()]
        self._frames: list[_Frame] = []
        self._label = ""

    def build(self, block: tree.Block) -> Course | None:
        try:
            ends = self._block(block, {ENTRY})
        except _Jump:
            return None
        if ends:
            self._join(self._piece(block.stop - 1, block.stop, ends), LEAVE)
        return Course(block, tuple(self._pieces), tuple(map(frozenset, self._after)))

    def _join(self, before: set[int], piece: int) -> None:
        for one in before:
            self._after[one].add(piece)

    def _piece(self, start: int, stop: int, before: set[int]) -> set[int]:
        """A new piece after others; what may be followed by the next one: nothing, when a call in it ends the path."""
        number = len(self._pieces)
        self._pieces.append((start, stop))
        self._after.append(set())
        self._join(before, number)
        return set() if any(start <= call < stop for call in self._dead) else {number}

    def _block(self, block: tree.Block, before: set[int]) -> set[int]:
        for statement in block.statements:
            before = self._statement(statement, before)
        return before

    def _statement(self, statement: tree.Stmt | None, before: set[int]) -> set[int]:
        label, self._label = self._label, ""
        match statement:
            case None | tree.TypeDecl():
                return before
            case tree.Block():
                return self._block(statement, before)
            case tree.Return():
                self._join(self._piece(statement.start, statement.stop, before), LEAVE)
                return set()
            case tree.Branch():
                return self._branch(statement, before)
            case tree.Labeled(name, inner):
                self._label = name
                frame = _Frame(name, False)
                self._frames.append(frame)
                before = self._statement(inner, before)
                self._frames.pop()
                return before | frame.breaks
            case tree.If(init, condition, then, otherwise):
                asked = self._piece(condition.start, condition.stop, self._statement(init, before))
                return self._block(then, asked) | self._statement(otherwise, asked)
            case tree.For() | tree.Range():
                return self._loop(statement, label, before)
            case tree.Switch() | tree.TypeSwitch() | tree.Select():
                return self._choice(statement, before)
        return self._piece(statement.start, statement.stop, before)

    def _branch(self, branch: tree.Branch, before: set[int]) -> set[int]:
        if branch.kind == "goto":
            raise _Jump
        here = self._piece(branch.start, branch.stop, before)
        if branch.kind == "fallthrough":
            return here
        for frame in reversed(self._frames):
            fits = frame.label == branch.label if branch.label else frame.label == "" or frame.loop
            if fits and (frame.loop or branch.kind == "break"):
                (frame.continues if branch.kind == "continue" else frame.breaks).update(here)
                break
        return set()

    def _loop(self, loop: tree.For | tree.Range, label: str, before: set[int]) -> set[int]:
        frame = _Frame(label, True)
        if isinstance(loop, tree.For):
            before = self._statement(loop.init, before)
            asked = loop.condition
            at = asked if asked is not None else loop.body
            head = self._piece(at.start, at.stop if asked is not None else at.start, before)
        else:
            asked = loop.operand
            head = self._piece(loop.start, asked.stop, before)  # with the variables that each round sets
        self._frames.append(frame)
        ends = self._block(loop.body, head) | frame.continues
        self._frames.pop()
        if isinstance(loop, tree.For):
            ends = self._statement(loop.post, ends)
        for one in head:
            self._join(ends, one)
        return frame.breaks | (head if asked is not None else set())

    def _choice(self, choice: tree.Switch | tree.TypeSwitch | tree.Select, before: set[int]) -> set[int]:
        frame = _Frame("", False)
        if not isinstance(choice, tree.Select):
            before = self._statement(choice.init, before)
            tag = choice.operand if isinstance(choice, tree.TypeSwitch) else choice.tag
            before = self._piece(tag.start, tag.stop, before) if tag is not None else before
        self._frames.append(frame)
        ends, falls = set[int](), set[int]()
        for case in choice.cases:
            entered = self._statement(case.comm, before) if case.comm is not None else before
            for value in case.values:
                entered = self._piece(value.start, value.stop, entered)
            last = case.body.statements[-1] if case.body.statements else None
            out = self._block(case.body, entered | falls)
            falls = out if isinstance(last, tree.Branch) and last.kind == "fallthrough" else set()
            ends |= set() if falls else out
        self._frames.pop()
        if not isinstance(choice, tree.Select) and not any(case.default for case in choice.cases):
            ends |= before
        return ends | frame.breaks
