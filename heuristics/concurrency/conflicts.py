"""Pairs of unsynchronised acts on one piece of memory, at least one of them a change by a launched goroutine."""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.insides import Touch, first_join, touch_inside
from heuristics.concurrency.joins import (
    beside,
    common_lock,
    locked,
    once_for_both,
    ordered,
    siblings,
    signalled,
    waits_before,
)
from heuristics.concurrency.launches import Launch, captures, code_of, launches_of
from heuristics.concurrency.ownership import Change, changes_of, map_of, shared_by_all
from heuristics.concurrency.signals import told_by_context
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import (
    Act,
    Basic,
    Call,
    Element,
    FieldRef,
    Flow,
    Function,
    Hop,
    Place,
    Pointer,
    Scope,
    Span,
    Step,
)

_WRITES = (Act.WRITE, Act.MUTATE)


@frozen()
class Conflict:
    """kind: "repeated" (all goroutines of the site do it), "return" (a return sets the same result), "launcher" (code
    after the launch), "sibling" (another launch).

    other: the act on the other side; for a repeated one the change itself. launched: where the other side begins, for a
    sibling. silent_because: what keeps the two apart after all, "" when nothing does. inside: the callee in which the
    other act stands, when a call does it.
    """

    launch: Launch
    change: Change
    kind: str
    other: Step
    launched: Launch | None = None
    silent_because: str = ""
    inside: Function | None = None

    @property
    def other_writes(self) -> bool:
        return self.other.act in _WRITES

    @property
    def read_early(self) -> bool:
        """Whether the code after the launch only reads what the goroutine sets."""
        return self.kind == "launcher" and not self.other_writes

    @property
    def by_data(self) -> str:
        """The test that lets at most one of the goroutines of a site come to its change (trap T21), in words."""
        for fact, holds in self.change.step.facts if self.kind == "repeated" else ():
            left, equals, right = fact.partition(" == ")
            if holds and equals and "nil" not in (left, right):
                return f"trap T21: only a goroutine for which `{fact}` holds comes here"
        return ""

    @property
    def variable(self) -> str:
        """The variable, or the field of one, that the goroutine assigns itself; "" for elements and for calls."""
        change = self.change
        if change.effect is not None or change.copied or any(isinstance(hop, Element) for hop in change.place.path):
            return ""
        return ".".join([change.root.name, *(hop.name for hop in change.place.path if isinstance(hop, FieldRef))])


def variables_of(index: Index, function: Function) -> Iterator[tuple[Conflict, str]]:
    """The conflicts over variables that goroutines assign, those with a return aside: one for each variable, told by
    the name that the goroutine uses; those that are kept apart besides."""
    told: set[str] = set()
    places: set[Span] = set()
    for conflict in conflicts_of(index, function):
        name = conflict.variable
        again = name in told or (conflict.change.step.span in places and bool(conflict.change.through))
        if not name or conflict.kind == "return" or again:
            continue
        if not conflict.silent_because:
            told.add(name)
            places.add(conflict.change.step.span)
        yield conflict, name


def conflicts_of(index: Index, function: Function) -> tuple[Conflict, ...]:
    """For every change that a goroutine makes to what its launcher sees, the first act that it races with, if any; one
    that is kept apart only when there is no other."""
    return index.once(_conflicts, function)


def _conflicts(index: Index, function: Function) -> tuple[Conflict, ...]:
    found: list[Conflict] = []
    for launch in launches_of(index, function):
        for change in changes_of(index, launch):
            against = sorted(_against(index, launch, change), key=lambda c: (bool(c.silent_because), c.read_early))
            found += against[:1]
    return tuple(found)


def _against(index: Index, launch: Launch, change: Change) -> Iterator[Conflict]:
    flow = index.flow(launch.function)
    apart = locked(index, flow, launch, change.step)
    if shared_by_all(index, launch, change):
        yield Conflict(launch, change, "repeated", change.step, None, apart)
    together = tuple(beside(index, launch, change.root))
    for step in together:
        if _returned(change, step):
            yield Conflict(launch, change, "return", step, None, _kept_apart(index, flow, launch, change, step))
    for step in together:
        if _meets(index, change, step):
            yield Conflict(launch, change, "launcher", step, None, _kept_apart(index, flow, launch, change, step))
    for step in together:
        if step.act is Act.CALL and (touch := _met_inside(index, change, step, step.call)) is not None:
            apart = _kept_apart(index, flow, launch, change, step)
            yield Conflict(launch, change, "launcher", touch.step, None, apart, touch.function)
    for other in siblings(index, launch, change.root):
        if captures(flow, other, change.root):
            yield from _between_siblings(index, flow, launch, change, other)


def _between_siblings(index: Index, flow: Flow, launch: Launch, change: Change, other: Launch) -> Iterator[Conflict]:
    code = code_of(flow, other) or (other.step,)
    for step in sorted(code, key=lambda step: step.act not in _WRITES):
        touch = _met_inside(index, change, step, other.call if step is other.step else step.call)
        if touch is not None or _meets(index, change, step):
            apart = _siblings_apart(flow, launch, change, step, other) or _awaited(index, launch, change)
            met, inside = (touch.step, touch.function) if touch is not None else (step, None)
            yield Conflict(launch, change, "sibling", met, other, apart, inside)


def _awaited(index: Index, launch: Launch, change: Change) -> str:
    """Why a declared function that is launched comes to its change only after it has waited for something."""
    functions = {launch.call.function if launch.call is not None else None}
    functions.add(change.effect.function if change.effect is not None else None)
    for function in functions - {None}:
        assert function is not None
        joined = first_join(index, function)
        if any(joined is not None and s.path == joined.path and s.start > joined.start for s in change.chain[1:]):
            return "trap T18: the goroutine waits before it comes to its access"
    return ""


def _met_inside(index: Index, change: Change, step: Step, call: Call | None) -> Touch | None:
    """What a call, or a function that is launched, does to the map that is changed."""
    way = map_of(change.place)
    if way is None or step.act not in (Act.CALL, Act.SPAWN) or call is None or step.held:
        return None
    return touch_inside(index, call, change.root, way)


def _kept_apart(index: Index, flow: Flow, launch: Launch, change: Change, step: Step) -> str:
    if (lock := common_lock(change.step, step)) is not None:
        return f"`{lock.place.text}` is held at both places"
    if ordered(flow, launch, change.step, step):
        return "trap T18: the goroutine waits for a signal that is sent after the other access"
    if signalled(flow, launch, change.step, step):
        return "trap T18: the goroutine takes a value or sets a flag in between"
    if name := told_by_context(index, flow, launch, change.step, step):
        return f"trap T18: the goroutine alone ends `{name}`, when it is done"
    if name := _told_by(launch, flow, step):
        return f"trap T18: `{name}`, which the call that ran the goroutine returned, was asked before"
    if name := _handle_used(launch, flow, step):
        return f"trap T18: `{name}`, which the call that ran the goroutine returned, was used before"
    if (once := once_for_both(flow, change.step, step)) is not None:
        return f"`{once.name}` runs one of the two alone"
    return _awaited(index, launch, change)


def _handle_used(launch: Launch, flow: Flow, step: Step) -> str:
    """What the call that starts the goroutine returned, when it was called or handed on before a step: it may wait."""
    if launch.step.call is None or launch.step.call.literal >= 0:
        return ""
    given = (s for s in flow.steps if s.act in (Act.DECLARE, Act.WRITE) and s.value is not None)
    made = (s.place for s in given if s.value is not None and s.value.span == launch.span and s.place is not None)
    handles = {place.root for place in made if place.root is not None and place.type != Basic("error")}
    for later in flow.steps:
        if later.act is Act.CALL and launch.span.stop <= later.span.start < step.span.start and later.call is not None:
            call = later.call
            operands = (call.receiver, *call.arguments)
            used = {v.place.root for v in operands if v is not None and v.place is not None} | {
                call.variable.root if call.variable is not None else None
            }
            if name := next((var.name for var in handles if var in used), ""):
                return name
    return ""


def _told_by(launch: Launch, flow: Flow, step: Step) -> str:
    """The result of the call that starts the goroutine, and may wait for it, that a later step depends on."""
    if launch.step.call is None or launch.step.call.function is None or launch.step.call.literal >= 0:
        return ""
    results = [
        s.place.root.name
        for s in flow.steps
        if s.act in (Act.DECLARE, Act.WRITE) and s.place is not None and s.place.root is not None
        if s.span.line == launch.span.line and s.span.start < launch.span.start
    ]
    asked = {word for fact, _ in step.facts for word in fact.split()}
    return next((name for name in results if name in asked), "")


def _siblings_apart(flow: Flow, launch: Launch, change: Change, step: Step, other: Launch) -> str:
    if (lock := common_lock(change.step, step)) is not None:
        return f"`{lock.place.text}` is held at both places"
    if waits_before(flow, launch, change.step) or waits_before(flow, other, step):
        return "trap T18: one of the goroutines waits before it comes to its access"
    return ""


# --- the same memory


def _returned(change: Change, step: Step) -> bool:
    """Whether a step returns from the function or literal whose named result is changed."""
    root = change.root
    return step.act is Act.RETURN and root.scope is Scope.RESULT and not change.place.path and step.body == root.body


def _meets(index: Index, change: Change, step: Step) -> bool:
    """Whether a step touches what the change changes."""
    way = map_of(change.place)
    if step.act in (Act.DECLARE, Act.WRITE) and step.value is not None and step.value.kind == "element":
        ranged = step.value.place  # a range over the map reads all of it
        return way is not None and ranged is not None and (ranged.root, ranged.path) == (change.place.root, way)
    place = step.place
    if place is None or place.root is not change.place.root or step.act not in (*_WRITES, Act.READ):
        return False
    if way is not None:
        return (
            len(place.path) > len(way) and place.path[: len(way)] == way and isinstance(place.path[len(way)], Element)
        )
    return _overlap(index, change.place, place)


def _overlap(index: Index, written: Place, other: Place) -> bool:
    """Whether one of two places lies in the other, or the other is reached through the written one."""
    shorter = min(len(written.path), len(other.path))
    if written.path[:shorter] != other.path[:shorter]:
        return False
    if len(other.path) >= len(written.path):
        return True
    return not _leaves(index, other, written.path[len(other.path) :])


def _leaves(index: Index, place: Place, rest: tuple[Hop, ...]) -> bool:
    """Whether what lies beyond a place is other memory: behind a pointer, in a map or slice."""
    if isinstance(index.types.underlying(place.type), Pointer) or index.types.is_unknown(place.type):
        return True
    crossed = any(isinstance(hop, Element) for hop in rest)
    return crossed or any(isinstance(hop, FieldRef) and hop.pointer for hop in rest[:-1])
