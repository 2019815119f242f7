"""Walks a function along all its paths and gives its Flow."""

from __future__ import annotations

from dataclasses import replace

from heuristics.golang import tree
from heuristics.golang.flow.expressions import Expressions, States
from heuristics.golang.flow.recorder import Recorder
from heuristics.golang.flow.state import GaveUp, State, each, merge
from heuristics.golang.flow.statements import Statements
from heuristics.golang.flow.surroundings import Others
from heuristics.golang.model import (
    Act,
    Body,
    Flow,
    Function,
    Held,
    Scope,
    Span,
    Var,
    pointee,
)
from heuristics.golang.types.bind import Binder
from heuristics.golang.types.infer import Inference
from heuristics.golang.types.places import Places

_RESTARTS = 4  # a function that was entered with more locks than this is not followed
_DEPTH = 12  # literals run inside literals run inside literals
_RUNS = 2000  # literals that hand each other on multiply with every level


class Walk:
    """One walk over one function. Use `flow_of`."""

    def __init__(
        self, function: Function, inference: Inference, places: Places, binder: Binder, others: Others
    ) -> None:
        self.function = function
        self.inference = inference
        self.binder = binder
        self.recorder = Recorder()
        self.expressions = Expressions(inference, places, binder, self.recorder, others, self)
        self.statements = Statements(self.expressions, self.recorder)
        self.bodies: dict[int, Body] = {}
        self._waiting: dict[tree.FuncLit, Body] = {}
        self._running: list[tree.FuncLit] = []
        self._runs = 0
        self._literals = {id(literal): literal for literal in binder.literals}

    # --- asked by expressions

    def run(self, literal: tree.FuncLit, states: States, how: str, loop: bool) -> States:
        """Run a literal in place; its returns lead to the states after the call."""
        if literal in self._running or len(self._running) > _DEPTH:
            return states
        self._runs += 1
        if self._runs > _RUNS:
            raise GaveUp(f"its literals are run more than {_RUNS} times")
        recorder, outer = self.recorder, (self.recorder.body, self.recorder.loops, self.recorder.deferred)
        known = self.bodies.get(literal.start)
        if known is None or known.how == "value":
            known = Body(literal.start, literal.stop, how, outer[0], self._span(literal), outer[1])
        if outer[0] not in known.callers:
            known = replace(known, callers=(*known.callers, outer[0]))
        self.bodies[literal.start] = known
        self._waiting.pop(literal, None)
        recorder.body, recorder.deferred = literal.start, outer[2] or how == "deferred"
        recorder.loops = (literal.start,) if loop else ()
        self._running.append(literal)
        after: list[States] = []
        for deferred in dict.fromkeys(state.deferred for state in states):
            own = tuple(replace(state, deferred=()) for state in states if state.deferred == deferred)
            inner = each(own, State.next_round, literal.start, literal.stop)
            ends = self.statements.body(literal.body, inner)
            after.append(tuple(replace(_without_own(state, literal), deferred=deferred) for state in ends))
        self._running.pop()
        recorder.body, recorder.loops, recorder.deferred = outer
        return merge(*after)

    def keep(self, literal: tree.FuncLit, how: str, site: Span, many: bool = False) -> None:
        """A literal that runs later, elsewhere or perhaps never: it is walked on its own when all else is done."""
        known = self.bodies.get(literal.start)
        if known is not None and known.how != "value":
            if known.how == how and site not in known.sites:
                self.bodies[literal.start] = replace(known, sites=(*known.sites, site))
            return
        if known is not None and how == "value" and literal not in self._waiting:
            return  # it has been walked, and may be what hands itself on
        parent, loops = self.recorder.body, self.recorder.loops
        body = Body(literal.start, literal.stop, how, parent, site, loops, many=many, sites=(site,))
        self.bodies[literal.start] = body
        self._waiting[literal] = body

    def local_literal(self, expression: tree.Expr) -> tree.FuncLit | None:
        """The literal that a local variable holds, when it is set exactly once."""
        if not isinstance(expression, tree.Name):
            return None
        var = self.inference.meanings.get(expression)
        if not isinstance(var, Var) or var.scope is not Scope.LOCAL:
            return None
        origins = [o for o in self.binder.origins.get(var, ()) if o is not None]
        return origins[0] if len(origins) == 1 and isinstance(origins[0], tree.FuncLit) else None

    # --- the walk

    def walk(self, block: tree.Block, entry: tuple[Held, ...]) -> Flow:
        start = self.function.spec.start
        self.bodies[start] = Body(start, self.function.spec.stop, "main", -1, None, ())
        self.recorder.body = start
        self.statements.body(block, (State(held=entry),))
        while self._waiting:
            literal, body = self._waiting.popitem()
            self.recorder.body, self.recorder.loops, self.recorder.deferred = body.start, (), False
            missing, self.expressions.entry_missing = self.expressions.entry_missing, None
            self._running = [literal]
            self.statements.body(literal.body, (State(),))
            self.expressions.entry_missing = missing
        bodies = tuple(sorted(self.bodies.values(), key=lambda body: body.start))
        return Flow(self.function, bodies, self.recorder.steps())

    def _span(self, node: tree.Expr) -> Span:
        return self.inference.span(node)


def flow_of(
    function: Function,
    block: tree.Block,
    inference: Inference,
    binder: Binder,
    variables: tuple[Var, ...],
    others: Others,
) -> Flow:
    """All acts of a function. A lock released without being taken was held at entry: the walk starts again with it."""
    places = Places(inference)
    declared = entry = _declared_entry(function, inference, variables, others)
    for _ in range(_RESTARTS):
        walk = Walk(function, inference, places, binder, others)
        try:
            flow = walk.walk(block, entry)
        except GaveUp as reason:
            return Flow(function, (), (), str(reason))
        finally:
            del walk.expressions.bodies  # the way back to the walk: such circles stay while the collector is off
        refuted = [h for h in declared if _takes_itself(flow, h)]
        if refuted:
            declared = entry = tuple(h for h in declared if h not in refuted)
            continue
        missing = walk.expressions.entry_missing
        if missing is None or any(h.place == missing.place for h in entry):
            return flow
        entry = (*entry, missing)
    return Flow(function, (), (), "releases more locks than it takes")


def _without_own(state: State, literal: tree.FuncLit) -> State:
    """What a literal's own variables name says nothing outside; the next run of the literal has others."""
    own = [h for h in state.held if h.place.root is not None and h.place.root.body == literal.start]
    return replace(state, held=tuple(h for h in state.held if h not in own)) if own else state


def _takes_itself(flow: Flow, held: Held) -> bool:
    """Whether a function takes a lock that its name or comment said it is entered with: then it is not."""
    return any(
        step.act is Act.ACQUIRE and step.place == held.place and any(h is held for path in step.paths for h in path)
        for step in flow.steps
    )


def _declared_entry(
    function: Function, inference: Inference, variables: tuple[Var, ...], others: Others
) -> tuple[Held, ...]:
    names = others.entry_locks(function)
    receiver = variables[0] if variables and variables[0].scope is Scope.RECEIVER else None
    if not names or receiver is None:
        return ()
    span = inference.file.span(function.spec.name_start, function.spec.name_start + len(function.name))
    held = []
    for name in names:
        member = inference.types.member(pointee(receiver.type), name)
        if member is not None and member.field is not None:
            selected = Places(inference).field_place(receiver, member)
            held.append(Held(selected, "W", span, entered=True))
    return tuple(held)
