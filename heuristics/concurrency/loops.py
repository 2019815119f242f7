"""A goroutine that an object starts for itself, and other code of the object that meets it in a map."""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.accesses import Access
from heuristics.concurrency.entries import OUTSIDE, Origin
from heuristics.concurrency.harmless import ends, goroutines, joined_before, looks_inside
from heuristics.concurrency.insides import first_join
from heuristics.concurrency.launches import launches_of
from heuristics.concurrency.roots import once_around, one_at_a_time, own_root, ways_to
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Element, FieldRef, Function, Scope

_CHANNELS = (Act.SEND, Act.RECEIVE)


@frozen()
class Meeting:
    """Two accesses of one map, at least one of them a change, that two goroutines make.

    origin: the goroutine that the object starts; it makes `inside`. proof: why `outside` may run beside it, in words.
    """

    origin: Origin
    inside: Access
    outside: Access
    proof: str


def meeting(index: Index, accesses: tuple[Access, ...]) -> Meeting | None:
    """Two accesses of a map field that meet, changes before reads; None when some access of it holds a lock."""
    if any(access.locks for access in accesses):
        return None
    bare = sorted((access for access in accesses if _counts(index, access)), key=lambda access: not access.write)
    inside = [(access, origin) for access in bare if (origin := _own_goroutine(index, access)) is not None]
    for access, origin in inside:
        for other in bare:
            proof = _beside(index, access, origin, other) if access.write or other.write else ""
            if proof:
                return Meeting(origin, access, other, proof)
    return None


def _counts(index: Index, access: Access) -> bool:
    """Whether an access is of what the receiver's map holds, and nothing shows that it has the map for itself."""
    if access.prior or access.sheltered or access.root is None or access.root.scope is not Scope.RECEIVER:
        return False
    if access.base or one_at_a_time(access.function) or not _of_elements(index, access):
        return False
    if once_around(index.flow(access.function), access.step) is not None or joined_before(index, access):
        return False
    joined = first_join(index, access.function) if access.launch < 0 else None
    return joined is None or joined.start > access.span.start


def _of_elements(index: Index, access: Access) -> bool:
    place = access.step.place
    if place is not None and isinstance(last := place.path[-1], Element):
        return last.of_map
    return not access.write and looks_inside(index, access)


def _own_goroutine(index: Index, access: Access) -> Origin | None:
    """The one goroutine that makes the access, when a method or a constructor of the type starts it."""
    origins = goroutines(index, access)
    origin = next(iter(origins)) if len(origins) == 1 else None
    if origin is None or origin.launcher is None or origin.launcher.test:
        return None
    near = origin.launcher.owner == access.owner or _constructs(index, origin.launcher, access.owner)
    return origin if near and not _awaited(index, origin) else None


def _awaited(index: Index, origin: Origin) -> bool:
    """Whether the launcher waits for its goroutine before it returns."""
    assert origin.launcher is not None
    started = (x for x in launches_of(index, origin.launcher) if origin.start in (x.body, x.step.span.start))
    launch = next(started, None)
    if launch is None:
        return False
    later = [s for s in index.flow(origin.launcher).steps if s.span.start > launch.span.start]
    waits = any(s.call is not None and s.call.name == "Wait" and launch.site in s.running for s in later)
    return waits and not any(s.act is Act.RETURN and launch.site in s.running for s in later)


def _constructs(index: Index, function: Function, owner: str) -> bool:
    """Whether a function makes objects of the type."""
    return any(
        step.act is Act.MAKE and step.value is not None and getattr(step.value.type, "key", "") == owner
        for step in index.flow(function).steps
    )


def _beside(index: Index, inside: Access, origin: Origin, other: Access) -> str:
    """Why an access may happen while the goroutine runs, in words; "" when nothing says so."""
    function = other.function
    if function is origin.launcher:
        return ""
    origins = goroutines(index, other)
    launched = [o for o in origins if o.launcher is not None and o != origin]
    if launched and OUTSIDE not in origins and origin not in origins:
        return "a goroutine of its own runs it" if _both_start(index, origin, launched, other.owner) else ""
    if OUTSIDE not in origins or not function.name[:1].isupper() or ends(function):
        return ""
    if channel := _channel_between(index, inside.function, function):
        return f"`{function.symbol}` talks to that goroutine through `{channel}`"
    if (root := own_root(index, function)) is not None and root.parallel:
        return f"`{function.symbol}` runs once per request"
    ways = ways_to(index, function)
    elsewhere = next((w for w in ways if not w.sheltered and w.root.function is not origin.launcher), None)
    return f"{elsewhere.root.label(function.package)} reaches it" if elsewhere is not None else ""


def _both_start(index: Index, origin: Origin, launched: list[Origin], owner: str) -> bool:
    """Whether the object itself starts the second goroutine, too, and not in place of the first."""
    return all(
        other.launcher is not None
        and other.launcher is not origin.launcher
        and (other.launcher.owner == owner or _constructs(index, other.launcher, owner))
        for other in launched
    )


def _channel_between(index: Index, loop: Function, function: Function) -> str:
    """A channel of the object that both functions use."""
    used = set(_channels(index, loop))
    return next((field.name for field in _channels(index, function) if field in used), "")


def _channels(index: Index, function: Function) -> Iterator[FieldRef]:
    for step in index.flow(function).steps:
        place = step.place
        if step.act not in _CHANNELS or place is None or place.field is None or place.root is None:
            continue
        if place.root.scope is Scope.RECEIVER:
            yield place.field
