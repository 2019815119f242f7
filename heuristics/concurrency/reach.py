"""Whether an access reaches an object that others know too: by a receiver, a chain, a parameter, a collection."""

from __future__ import annotations

import re

from heuristics.concurrency.accesses import Access, accesses_of
from heuristics.concurrency.freshness import fresh_at, makes
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Element, FieldRef, Flow, Function, Named, Scope, Step, Value, Var

_MAKES = re.compile(r"^(?i:new|make|create|build|parse|decode|unmarshal|clone|copy|read|open|dial)(?![a-z])")
_CHAIN = 3  # locals that stand for one another are followed no longer than this


def own(index: Index, access: Access) -> bool:
    """Whether a method touches a field of its own receiver, or one that an embedded struct lends it."""
    if access.root is None or access.root.scope is not Scope.RECEIVER:
        return False
    return all(isinstance(hop, FieldRef) and _embedded(index, hop) for hop in access.base)


def _embedded(index: Index, hop: FieldRef) -> bool:
    package, _, name = hop.owner.rpartition(".")
    return any(field.embedded for field in index.types.fields(Named(package, name)) if field.name == hop.name)


def reaches_shared(index: Index, access: Access) -> bool:
    """Whether other goroutines can know the accessed object; what text cannot tell counts as no."""
    root = access.root
    if root is None:
        return False
    if root.scope in (Scope.RECEIVER, Scope.GLOBAL):
        return True
    flow = index.flow(access.function)
    if root.scope is Scope.PARAMETER:
        return bool(access.base) or _handed_in(index, access.function, root)
    if _outlives(flow, access.step.body, root):
        return True
    return _kept(index, flow, root, _CHAIN)


def _outlives(flow: Flow, start: int, var: Var) -> bool:
    """Whether a literal that is called later, by somebody else, uses a local of the function around it."""
    body = flow.body(start)
    while body.how in ("called", "deferred"):
        body = flow.body(body.parent)
    return body.how == "value" and not body.start <= var.start < body.stop


def _handed_in(index: Index, function: Function, parameter: Var) -> bool:
    """Whether the callers in the package hand in objects that they did not make."""
    if parameter.body != function.spec.start:
        return False  # a literal's: nobody knows who calls it
    sites = accesses_of(index, function.package).entries.sites(function)
    return bool(sites) and all(
        parameter.position < len(site.call.arguments)
        and _known_to_others(index, site.flow, site.step, site.call.arguments[parameter.position], _CHAIN)
        for site in sites
    )


def _known_to_others(index: Index, flow: Flow, step: Step, value: Value, depth: int) -> bool:
    place = value.place
    if value.kind == "address" and value.inner is not None:
        return _known_to_others(index, flow, step, value.inner, depth)
    if place is None or place.root is None:
        return _given(index, flow, value, depth)
    root = place.root
    if root.scope in (Scope.RECEIVER, Scope.GLOBAL, Scope.PARAMETER):
        return True
    return not fresh_at(index, flow, step, root) and (bool(place.path) or _kept(index, flow, root, depth))


def _kept(index: Index, flow: Flow, var: Var, depth: int, found: bool = False) -> bool:
    """Whether a local stands for something that was found: an element, a field's value, what a method returns."""
    given = [
        s.value
        for s in flow.steps
        if s.act in (Act.DECLARE, Act.WRITE) and s.place is not None and s.place.root is var and not s.place.path
    ]
    return bool(given) and depth > 0 and all(v and _given(index, flow, v, depth - 1, found) for v in given)


def _given(index: Index, flow: Flow, value: Value, depth: int, found: bool = False) -> bool:
    """found: the value is an element of what is asked about, and may be old where that is new."""
    if value.kind == "constant":
        return True  # nil, until something is found
    if value.kind in ("assertion", "conversion", "address") and value.inner is not None:
        return _given(index, flow, value.inner, depth, found)
    place = value.place
    if place is not None and place.root is not None:
        element = found or value.kind == "element" or any(isinstance(hop, Element) for hop in place.path)
        if place.root.scope in (Scope.RECEIVER, Scope.GLOBAL):
            return True
        if place.root.scope is Scope.PARAMETER:
            return bool(place.path) or element
        return _kept(index, flow, place.root, depth, element)
    call = value.call
    if call is None or call.function is None or _MAKES.match(call.name):
        return False
    return call.receiver is not None and call.receiver.place is not None and (found or not makes(index, value))
