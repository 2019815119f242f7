"""Collects the acts of a function while its paths are walked, one step per act with the locksets of all paths."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from heuristics.golang.flow.state import State
from heuristics.golang.model import Act, Call, Held, Place, Span, Step, Value


@dataclass(slots=True)
class _Open:
    """A step that is still collecting paths."""

    act: Act
    span: Span
    place: Place | None
    body: int
    loops: tuple[int, ...]
    deferred: bool
    call: Call | None
    value: Value | None
    values: tuple[Value, ...]
    select: int
    blocking: bool
    states: list[State] = field(default_factory=list)
    left: list[tuple[Held, ...]] = field(default_factory=list)


class Recorder:
    """The steps so far. `body`, `loops` and `deferred` are set by the walker and say where it stands."""

    def __init__(self) -> None:
        self.body = -1
        self.loops: tuple[int, ...] = ()
        self.deferred = False
        self._open: dict[tuple[object, ...], _Open] = {}  # the text of a place tells it from others at one span

    def record(
        self,
        act: Act,
        span: Span,
        states: Iterable[State],
        place: Place | None = None,
        *,
        call: Call | None = None,
        value: Value | None = None,
        values: tuple[Value, ...] = (),
        select: int = -1,
        blocking: bool = True,
    ) -> None:
        """One act, on each of these paths."""
        states = tuple(states)
        if not states:
            return
        key = (act, span.start, span.stop, place.text if place is not None else None, self.body, self.deferred)
        step = self._open.get(key)
        if step is None:
            step = self._open[key] = _Open(
                act, span, place, self.body, self.loops, self.deferred, call, value, values, select, blocking
            )
        step.states += states

    def leave(self, span: Span, held: tuple[Held, ...]) -> None:
        """What the RETURN at this span leaves held on one path, after the deferred calls."""
        step = self._open.get((Act.RETURN, span.start, span.stop, None, self.body, self.deferred))
        if step is not None:
            step.left.append(held)

    def steps(self) -> tuple[Step, ...]:
        """All steps in the order of the text."""
        ordered = sorted(self._open.values(), key=lambda step: (step.span.start, step.span.stop))
        return tuple(_close(step) for step in ordered)


def _close(step: _Open) -> Step:
    states = step.states
    if len(states) > 1:
        states = list({id(state): state for state in states}.values())  # rounds of a loop mostly bring the same ones
    held, released, running, facts = states[0].held, states[0].released, states[0].live, states[0].facts
    paths: tuple[tuple[Held, ...], ...] = (held,)
    freed: tuple[Held, ...] = ()
    if len(states) > 1:
        paths = tuple(dict.fromkeys(state.held for state in states))
        held = tuple(h for h in held if all(map(partial(_among, h), paths[1:])))
        released = tuple(dict.fromkeys(h for state in states for h in state.released))
        running = running.union(*(state.live for state in states))
    if step.act is Act.RELEASE and step.place is not None:
        own = (h for s in states for h in s.released if h.place == step.place and not s.holds(h.place))
        freed = tuple(dict.fromkeys(own))
    return Step(
        step.act,
        step.span,
        step.place,
        held,
        paths,
        released,
        step.body,
        step.loops,
        step.deferred,
        step.call,
        step.value,
        step.values,
        tuple(dict.fromkeys(step.left)) if step.left else (),
        step.select,
        step.blocking,
        tuple(sorted(running)) if running else (),
        facts.intersection(*(state.facts for state in states)) if facts and len(states) > 1 else facts,
        freed,
    )


def _among(held: Held, path: tuple[Held, ...]) -> bool:
    return any(held.place == other.place and held.mode == other.mode for other in path)
