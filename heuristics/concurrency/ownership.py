"""What a goroutine changes of memory that it shares: captured variables, arguments, and copies that alias them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from heuristics.concurrency.launches import Launch, captures, code_of, repeated
from heuristics.golang.effects import RECEIVER, Effect, follow, operands, roots, seen_from
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import (
    Act,
    Call,
    Element,
    FieldRef,
    Flow,
    Hop,
    Map,
    Place,
    Pointer,
    Scope,
    Slice,
    Span,
    Step,
    Value,
    Var,
)

_ALIASES = 6  # locals that stand for one another form no longer chain than this


@frozen()
class Change:
    """Memory that a goroutine changes. place: rooted at a variable that its launcher sees. step: the act or the call.

    chain: the places of the calls on the way, ending at the change itself. copied: a struct was copied by value on the
    way, so that only what lies behind a reference is still shared. effect: what the call does, for one in a callee.
    through: the locals and parameters that the launched code names instead of the shared variable.
    """

    place: Place
    step: Step
    act: Act
    chain: tuple[Span, ...]
    copied: bool = False
    effect: Effect | None = None
    through: tuple[Var, ...] = ()

    @property
    def span(self) -> Span:
        """Where the memory is changed."""
        return self.chain[-1]

    @property
    def root(self) -> Var:
        """The shared variable."""
        assert self.place.root is not None
        return self.place.root


def changes_of(index: Index, launch: Launch, calls: bool = True) -> Iterator[Change]:
    """What a goroutine changes of memory that its launcher can see, in its own text and through unlocked calls.

    calls: False for its own text alone, which takes no walk through what it calls.
    """
    flow = index.flow(launch.function)
    if launch.body < 0:
        if launch.call is not None and calls:
            yield from _through(index, flow, launch, launch.step, launch.call)
        return
    for step in code_of(flow, launch):
        if step.act in (Act.WRITE, Act.MUTATE) and step.place is not None:
            change = Change(step.place, step, step.act, (step.span,))
            yield from _as_seen_outside(index, flow, launch, change)
        elif calls and step.act is Act.CALL and step.call is not None and not step.held:
            yield from _through(index, flow, launch, step, step.call)


def _through(index: Index, flow: Flow, launch: Launch, step: Step, call: Call) -> Iterator[Change]:
    passed = [operand for operand, value in operands(call) if any(roots(value))]
    targets = index.targets(call) if passed else ()
    if len(targets) > 1:  # the fields of one of several implementations say nothing
        passed = [operand for operand in passed if operand != RECEIVER]
    for effect in (e for target in targets for operand in passed for e in index.effects(target, operand)):
        place, root = seen_from(effect.place, call), effect.place.root
        if place is None or root is None or effect.held:
            continue
        if len(targets) > 1:
            effect = replace(effect, guessed=True)
        change = Change(
            place, step, effect.act, (step.span, *effect.chain), copied=not is_reference(index, root), effect=effect
        )
        yield from _as_seen_outside(index, flow, launch, change)


def _as_seen_outside(index: Index, flow: Flow, launch: Launch, change: Change) -> Iterator[Change]:
    """The change, and the same through every local or parameter that stands for something else."""
    current: Change | None = change
    for _ in range(_ALIASES):
        if current is None or current.place.root is None or current.root.scope is Scope.GLOBAL:
            return
        if captures(flow, launch, current.root):
            yield current
        current = _alias(index, flow, launch, current)


def _alias(index: Index, flow: Flow, launch: Launch, change: Change) -> Change | None:
    """The change as seen through what a local was copied from; None when it ends there."""
    root, path = change.root, change.place.path
    value = _source(flow, launch, root, change.step)
    by_value = not is_reference(index, root)
    if value is None or (by_value and not crosses_reference(path)) or _replaced(flow, change):
        return None
    place = follow(value, path, change.place)
    if place is None:
        return None
    return replace(change, place=place, copied=change.copied or by_value, through=(*change.through, root))


def _source(flow: Flow, launch: Launch, var: Var, at: Step) -> Value | None:
    """What a local holds: the one value that it is ever given; for a parameter of the launched literal the argument."""
    if var.scope is Scope.PARAMETER:
        arguments = launch.call.arguments if launch.call is not None and var.body == launch.body else ()
        return arguments[var.position] if var.position < len(arguments) else None
    if var.scope is not Scope.LOCAL:
        return None
    given = [s for s in flow.steps if s.place is not None and s.place.root is var and not s.place.path]
    values = [s.value for s in given if s.act in (Act.DECLARE, Act.WRITE)]
    return values[0] if len(values) == 1 and values[0] is not None and values[0].kind != "element" else None


def _replaced(flow: Flow, change: Change) -> bool:
    """Whether the local gets another object at some point of the path before the change."""
    place = change.place
    return any(
        place.under(step.place) and len(step.place.path) < len(place.path)
        for step in flow.steps
        if step.act is Act.WRITE
        and step.place is not None
        and step.place.path
        and step.span.start < change.step.span.start
    )


def is_reference(index: Index, var: Var) -> bool:
    """Whether a copy of the variable leads to the same memory."""
    return isinstance(index.types.underlying(var.type), Map | Slice | Pointer)


def crosses_reference(path: tuple[Hop, ...]) -> bool:
    """Whether a path leaves the value that it starts in, so that a copy of that value leads to the same memory."""
    crossed = any(isinstance(hop, Element) and hop.text != "*" and not hop.inside for hop in path)
    return crossed or any(isinstance(hop, FieldRef) and hop.pointer for hop in path[:-1])


# --- maps


def map_of(place: Place) -> tuple[Hop, ...] | None:
    """The way to the map that a change of this place changes in place; None when its last hop is no map element."""
    if place.path and isinstance(last := place.path[-1], Element) and last.of_map:
        return place.path[:-1]
    return None


def in_copy(index: Index, change: Change) -> bool:
    """Whether the map belongs to a struct that was copied by value, so that only the map itself is still shared."""
    way = map_of(change.place) or ()
    behind_pointer = any(isinstance(hop, FieldRef) and hop.pointer for hop in way)
    return change.copied and not behind_pointer and not is_reference(index, change.root)


def shared_by_all(index: Index, launch: Launch, change: Change) -> bool:
    """Whether all goroutines of a launch site change the same memory, not one element each (traps T17, T18, T20)."""
    return not of_element(change) and repeated(index, launch, change.root)


def of_element(change: Change) -> bool:
    """Whether one element of a slice or an array is changed, or what it leads to (trap T20)."""
    way = map_of(change.place)
    way = change.place.path if way is None else way
    return any(isinstance(hop, Element) and hop.text != "*" for hop in way)
