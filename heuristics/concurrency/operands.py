"""What an operand leads to: which memory is its own, and what a callee sees of its caller's."""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.golang.model import Call, FieldRef, Hop, Place, Scope, Value, Var


def leaves(hops: tuple[Hop, ...]) -> bool:
    """Whether the hops lead to memory outside the value in which they begin."""
    return any(hop.pointer if isinstance(hop, FieldRef) else not hop.inside for hop in hops)


def seen_inside(place: Place, call: Call, variables: tuple[Var, ...]) -> Iterator[Place]:
    """A place of the caller as the callee reaches it; variables: the callee's receiver and parameters."""
    if place.root is not None and place.root.scope is Scope.GLOBAL:
        yield place
        return
    for var in variables:
        operand = _operand(call, var)
        if operand is not None and operand.place is not None and place.under(operand.place):
            rest = place.path[len(operand.place.path) :]
            text = ".".join((var.name, *(getattr(hop, "name", "[]") for hop in rest)))
            yield Place(var, "", rest, text, place.type, place.names)


def _operand(call: Call, var: Var) -> Value | None:
    if var.scope is Scope.RECEIVER:
        return call.receiver
    if var.scope is Scope.PARAMETER and var.position < len(call.arguments):
        return call.arguments[var.position]
    return None
