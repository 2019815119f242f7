"""Package-level maps: who else reads one, and which functions fill one as a memory of what they found."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.entries import OUTSIDE, entries_of
from heuristics.concurrency.locks import mentioning
from heuristics.concurrency.roots import Root, Way, once_around, ways_to
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Body, Element, Flow, Function, Place, Scope, Step, Var

# Functions with such names fill a table when the program starts (trap T12).
_FILLS = re.compile(r"^(?:must)?_?(?:register|add|set|define|declare|init|load|setup|unregister|alias)", re.I)
_SERVERS = ("ListenAndServe", "NewServer", "ListenAndServeTLS")


@frozen()
class Reader:
    """A read of what the map holds that may run beside the writer. who: what runs it, in words."""

    function: Function
    step: Step
    who: str


def reader_beside(index: Index, function: Function, map_: Place, writer: Root) -> Reader | None:
    """A read of a package map, without a lock, by code that does not run in the goroutine of the writer."""
    assert map_.root is not None
    for other in mentioning(index, function, map_.root.name):
        if other.name == "init" or other.test:
            continue
        flow = index.flow(other)
        reads = (s for s in flow.steps if _reads(s, map_.root) and not s.held and once_around(flow, s) is None)
        found = ((step, who) for step in reads if (who := _who(index, flow, step, writer)))
        if (first := next(found, None)) is not None:
            return Reader(other, *first)
    return None


def _reads(step: Step, var: Var) -> bool:
    ranged = step.value if step.act in (Act.DECLARE, Act.WRITE) and step.value is not None else None
    if ranged is not None and ranged.kind == "element":
        return ranged.place is not None and _is(ranged.place, var) and not ranged.place.path
    place = step.place
    return step.act is Act.READ and place is not None and _is(place, var) and isinstance(_first(place), Element)


def _first(place: Place) -> object:
    return place.path[0] if place.path else None


def _is(place: Place, var: Var) -> bool:
    root = place.root
    return root is not None and root.scope is Scope.GLOBAL and (root.name, root.package) == (var.name, var.package)


def _who(index: Index, flow: Flow, step: Step, writer: Root) -> str:
    """What runs a step beside the writer, in words; "" when nothing is known to."""
    function = flow.function
    body = flow.body(step.body)
    while body.how in ("called", "deferred") and body.parent != -1:
        body = flow.body(body.parent)
    if body.how == "value":
        return f"the function that `{function.symbol}` registers" if _registered(flow, body) else ""
    ways = ways_to(index, function, flow.body(step.body))
    other = next((way for way in ways if not way.sheltered and way.root.function is not writer.function), None)
    return other.root.label(function.package) if other is not None else ""


def _registered(flow: Flow, body: Body) -> bool:
    """Whether a literal is handed to a function that keeps it, rather than stored or returned."""
    return any(
        step.act is Act.CALL and step.call is not None and any(a.body == body.start for a in step.call.arguments)
        for step in flow.steps
    )


def repeats(way: Way, step: Step) -> bool:
    """Whether a goroutine comes to a step again and again, rather than once when it begins."""
    return way.root.kind != "launch" or bool(step.loops) or any(site.step.loops for site in way.sites)


def remembers(index: Index, function: Function, step: Step) -> bool:
    """Whether a step fills a package map on a miss, in code of a library that a server may call from anywhere.

    The function looks up the very key first, and code outside the package calls it, by way of others or itself.
    """
    if function.package_name == "main" or _FILLS.match(function.name) or not _looked_up(index, function, step):
        return False
    if not any(True for name in _SERVERS for _ in index.repository.mentioning(name)):
        return False
    return OUTSIDE in entries_of(index, function.package).origins(function)


def _looked_up(index: Index, function: Function, step: Step) -> bool:
    place = step.place
    return place is not None and any(
        s.act is Act.READ and s.place == place and s.body == step.body and s.span.stop <= step.span.start
        for s in _before(index, function, step)
    )


def _before(index: Index, function: Function, step: Step) -> Iterator[Step]:
    return (s for s in index.flow(function).steps if s.span.start < step.span.start)
