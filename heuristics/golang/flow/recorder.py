"""Collects the acts of a function while its paths are walked, one step per act with the locksets of all paths."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

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
    paths: dict[tuple[Held, ...], None] = field(default_factory=dict)
    released: dict[Held, None] = field(default_factory=dict)
    left: dict[tuple[Held, ...], None] = field(default_factory=dict)
    running: set[int] = field(default_factory=set)
    facts: frozenset[tuple[str, bool]] | None = None
    freed: dict[Held, None] = field(default_factory=dict)


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
        for state in states:
            step.paths[state.held] = None
            step.running |= state.live
            step.facts = state.facts if step.facts is None else step.facts & state.facts
            for held in state.released:
                step.released[held] = None
                if act is Act.RELEASE and held.place == place and not state.holds(held.place):
                    step.freed[held] = None

    def leave(self, span: Span, held: tuple[Held, ...]) -> None:
        """What the RETURN at this span leaves held on one path, after the deferred calls."""
        step = self._open.get((Act.RETURN, span.start, span.stop, None, self.body, self.deferred))
        if step is not None:
            step.left[held] = None

    def steps(self) -> tuple[Step, ...]:
        """All steps in the order of the text."""
        ordered = sorted(self._open.values(), key=lambda step: (step.span.start, step.span.stop))
        return tuple(_close(step) for step in ordered)


def _close(step: _Open) -> Step:
    paths = tuple(step.paths)
    held = paths[0]
    if len(paths) > 1:
        held = tuple(
            h
            for h in held
            if all(any(h.place == other.place and h.mode == other.mode for other in path) for path in paths[1:])
        )
    return Step(
        step.act,
        step.span,
        step.place,
        held,
        paths,
        tuple(step.released),
        step.body,
        step.loops,
        step.deferred,
        step.call,
        step.value,
        step.values,
        tuple(step.left),
        step.select,
        step.blocking,
        tuple(sorted(step.running)),
        step.facts or frozenset(),
        tuple(step.freed),
    )
