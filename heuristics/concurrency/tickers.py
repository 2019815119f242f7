"""Timers and tickers of one function: where they are made, and the ways that leave them running."""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.paths import Acts, Change, block_of, endings, fatal, nodes
from heuristics.golang import tree
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function, Scope, Span, Step

COLLECTED = (1, 23)  # from this version on, what nobody refers to any more is collected, and Stop and Reset drain
_MAKERS = (b"time.NewTicker(", b"time.Tick(", b"time.NewTimer(")
_SILENT = frozenset({"C", "Reset"})  # what a function may use of a ticker without giving it away


@frozen()
class Running:
    """A ticker that some way out leaves running.

    made: the step that makes it. ways: those ways out. stopped: where
    another way stops it.
    """

    made: Step
    name: str
    ways: tuple[Span, ...]
    stopped: Span | None


def is_old(index: Index, function: Function) -> bool:
    """Whether a function is of a Go version whose tickers run until they are stopped; not where nothing tells it."""
    version = index.go_version(function.path)
    return version is not None and version < COLLECTED


def keeps_time(index: Index, function: Function) -> bool:
    """Whether a function makes a timer or ticker, by its text."""
    text, spec = index.text(function.path), function.spec
    return any(text.find(maker, spec.start, spec.stop) >= 0 for maker in _MAKERS)


def left_running(index: Index, flow: Flow) -> Iterator[Running]:
    """The tickers in local variables that the function neither stops on every way nor gives to anybody."""
    for step in flow.steps:
        call = step.value.call if step.act is Act.DECLARE and step.value is not None else None
        root = step.place.root if step.place is not None else None
        if call is not None and call.known == "time.NewTicker" and root is not None and root.scope is Scope.LOCAL:
            running = _follow(index, flow, step)
            if running is not None:
                yield running


def _follow(index: Index, flow: Flow, made: Step) -> Running | None:
    block = block_of(index, flow.function, made.body)
    assert made.place is not None and made.place.root is not None
    name = made.place.root.name
    at: dict[int, Change[bool]] = {start: lambda _: None for start in fatal(index, flow)}
    harmless = {
        n.operand.start
        for n in nodes(block)
        if isinstance(n, tree.Selector) and n.name in _SILENT and isinstance(n.operand, tree.Name)
    }
    used = [n for n in nodes(block) if isinstance(n, tree.Name) and n.name == name and n.start > made.span.start]
    for use in used:
        if use.start not in harmless:
            at[use.start] = lambda _: False
    at[made.span.start] = lambda _: True
    file = index.file(flow.function.path)
    reached = {s.span.start for s in flow.steps if s.act is Act.RETURN}
    found = endings(index, flow.function, made.body, Acts(at, {}), False)
    ways = tuple(file.span(e.at, e.at + 1) for e in found if e.state and e.at in reached)
    stops = [s for s in flow.steps if s.call is not None and s.call.known == "time.Ticker.Stop"]
    stops = [s for s in stops if any(u.start == s.span.start for u in used)]
    if any(set(s.loops) - set(made.loops) for s in stops):
        return None  # an earlier round may have stopped it
    stopped = next((s.span for s in stops), None)
    return Running(made, name, tuple(sorted(ways)), stopped) if ways else None


def endless(flow: Flow, body: int) -> bool:
    """Whether a body is a loop with select that ends when it is told to: it returns from inside of the loop."""
    inside = (s for s in flow.steps if s.body == body and s.loops)
    acts = {s.act for s in inside if s.act is Act.RETURN or s.select >= 0}
    return acts >= {Act.RETURN, Act.RECEIVE}
