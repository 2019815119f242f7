"""Whether an access reaches an object that others know too: by a receiver, a chain, a parameter, a collection."""

from __future__ import annotations

import re

from heuristics.concurrency.accesses import Access, accesses_of
from heuristics.concurrency.freshness import fresh_at, makes
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function, Scope, Step, Value, Var

_MAKES = re.compile(r"^(?i:new|make|create|build|parse|decode|unmarshal|clone|copy|read|open|dial)(?![a-z])")
_CHAIN = 3  # locals that stand for one another are followed no longer than this


def own(access: Access) -> bool:
    """Whether a method touches a field of its own receiver."""
    return access.root is not None and access.root.scope is Scope.RECEIVER and not access.base


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
    return _kept(index, flow, root, _CHAIN)


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


def _kept(index: Index, flow: Flow, var: Var, depth: int) -> bool:
    """Whether a local stands for something that was found: an element, a field's value, what a method returns."""
    given = [
        s.value
        for s in flow.steps
        if s.act in (Act.DECLARE, Act.WRITE) and s.place is not None and s.place.root is var and not s.place.path
    ]
    return bool(given) and depth > 0 and all(v is not None and _given(index, flow, v, depth - 1) for v in given)


def _given(index: Index, flow: Flow, value: Value, depth: int) -> bool:
    if value.kind == "constant":
        return True  # nil, until something is found
    if value.kind in ("assertion", "conversion", "address") and value.inner is not None:
        return _given(index, flow, value.inner, depth)
    place = value.place
    if place is not None and place.root is not None:
        if place.root.scope in (Scope.RECEIVER, Scope.GLOBAL):
            return True
        if place.root.scope is Scope.PARAMETER:
            return bool(place.path) or value.kind == "element"
        return _kept(index, flow, place.root, depth)
    call = value.call
    if call is None or call.function is None or _MAKES.match(call.name) or makes(index, value):
        return False
    return call.receiver is not None and call.receiver.place is not None
