"""Whether the runs of a concurrent root work on one and the same object."""

from __future__ import annotations

from heuristics.concurrency.roots import (
    DEPTH,
    MAX_REACHED,
    Root,
    Way,
    calls_that_count,
    launch_of,
    launched_around,
    own_root,
    shelter,
    ways_to,
)
from heuristics.golang.comments import CONCURRENT, SINGLE
from heuristics.golang.effects import seen_from
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function, Named, Place, Pointer, Scope, Span, Step


def shared_ways(index: Index, function: Function, step: Step, calls: int = DEPTH) -> tuple[Way, ...]:
    """The ways from roots that run beside themselves to a change in place, on which all runs reach one object.

    function, step: the change, of memory behind the receiver or a parameter of the function. Ways under a lock are left
    out, and those of more calls than these.
    """
    place = step.place
    if place is None or place.root is None or place.root.scope not in (Scope.RECEIVER, Scope.PARAMETER):
        return ()
    if not isinstance(place.root.type, Pointer) and not place.path[:-1]:
        return ()
    promised = _promised(index, function)
    if promised is not None:
        return (promised,)
    flow = index.flow(function)
    if launched_around(flow, flow.body(step.body)) is not None or not _in_sight(index, function, place, calls):
        return ()
    ways = (way for way in ways_to(index, function) if way.root.parallel and not way.sheltered)
    return tuple(way for way in ways if len(way.calls) <= calls and _one_object(index, way, step))


def _in_sight(index: Index, function: Function, place: Place, calls: int) -> bool:
    """Whether such a way may exist: up the callers, only those count that hand the object on which the place hangs.

    Most objects are made a call or two above, and what lies beyond needs no walk.
    """
    reached = {(function, place)}
    level = [(function, place)]
    for _ in range(calls + 1):
        deeper: list[tuple[Function, Place]] = []
        for current, here in level:
            own = own_root(index, current)
            if own is not None:
                if own.parallel and _lasts(here, current):
                    return True
                continue
            for site in calls_that_count(index, current):
                flow = index.flow(site.caller)
                seen = seen_from(here, site.step.call) if site.step.call is not None else None
                if seen is None or shelter(flow, site.step):
                    continue
                if (launch := launch_of(index, site)) is not None:
                    if launch.parallel and _outside_loop(flow, seen, launch.site):
                        return True
                elif (site.caller, seen) not in reached:
                    reached.add((site.caller, seen))
                    deeper.append((site.caller, seen))
        if len(reached) > MAX_REACHED:
            return True
        level = deeper
    return False


def _promised(index: Index, function: Function) -> Way | None:
    """An exported method of a type whose comment says that several goroutines may use it."""
    if not function.receiver or not function.name[:1].isupper():
        return None
    declared = index.types.declaration(Named(function.package, function.receiver))
    kinds = {kind for kind, _ in declared[1].notes} if declared is not None else set()
    own = {kind for kind, _ in function.spec.notes}
    if CONCURRENT not in kinds | own or SINGLE in kinds | own:
        return None
    return Way(Root(function, "promise", True, index.span(function)), ())


def _one_object(index: Index, way: Way, change: Step) -> bool:
    """Whether the change reaches memory that exists once for all runs of the root."""
    place, root = change.place, way.root
    for site in reversed(way.sites):
        place = seen_from(place, site.step.call) if place is not None and site.step.call is not None else None
    if place is None:
        return False
    if root.kind != "launch":
        return own_root(index, root.function) is not None and _lasts(place, root.function)
    return _outside_loop(index.flow(root.function), place, root.site)


def _lasts(place: Place, function: Function) -> bool:
    """Whether a place hangs on the receiver of a request's method, which serves all requests, or is global."""
    if place.root is None:
        return False
    if place.root.scope is Scope.GLOBAL:
        return True
    return place.root.scope is Scope.RECEIVER and function.pointer


def _outside_loop(flow: Flow, place: Place, site: Span) -> bool:
    """Whether the object that a place hangs on lives outside the loop around a launch."""
    var = place.root
    loops = next((s.loops for s in flow.steps if s.span == site and s.loops), ())
    if var is None or not loops:
        return False
    if var.scope is Scope.GLOBAL:
        return True
    if not isinstance(var.type, Pointer) and not place.path[:-1]:
        return False
    written = [s for s in flow.steps if s.place is not None and s.place.root is var and not s.place.path and s.loops]
    inside = any(loops[-1] in s.loops for s in written if s.act in (Act.WRITE, Act.DECLARE))
    return var.start < loops[-1] and not inside and not any(v.start > loops[-1] for v in place.names)
