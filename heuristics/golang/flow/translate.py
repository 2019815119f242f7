"""Says what a place inside a callee is called where the call stands."""

from __future__ import annotations

from heuristics.golang.model import Call, Element, Place, Scope, Value, Var, pointee


def translate(place: Place, call: Call) -> Place | None:
    """A place as a callee sees it, seen from the call: its receiver or parameter replaced by the operand, and so the
    key of a lock that is one of many; None when text does not tell."""
    operand: Value | None = None
    root: Var | None = place.root
    if root is None:
        return None
    if root.scope is Scope.GLOBAL:
        return _with_key(place, call) if place.names else place
    if root.scope is Scope.RECEIVER:
        operand = call.receiver
    elif root.scope is Scope.PARAMETER and root.position < len(call.arguments):
        operand = call.arguments[root.position]
    if operand is None or operand.place is None:
        return None
    base = operand.place
    text = base.text + place.text.removeprefix(root.name)
    names = (*base.names, *place.names)
    outside = Place(base.root, base.origin, (*base.path, *place.path), text, pointee(place.type), names)
    return _with_key(outside, call) if place.names else outside


def _with_key(place: Place, call: Call) -> Place | None:
    """The callee's name of a key, a parameter, replaced by what the call hands in for it."""
    *names, key = place.names
    last = place.path[-1]
    if not isinstance(last, Element) or last.text != key.name or key.scope is not Scope.PARAMETER:
        return None
    given = call.arguments[key.position] if key.position < len(call.arguments) else None
    if given is None or not given.text or given.kind not in ("place", "constant"):
        return None
    if given.place is not None and given.place.root is not None:
        names.append(given.place.root)
    path = (*place.path[:-1], Element(given.text, last.of_map, last.inside))
    text = f"{place.text.rpartition('[')[0]}[{given.text}]"
    return Place(place.root, place.origin, path, text, place.type, tuple(names))
