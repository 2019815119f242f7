"""The first steps of an object: what a Once does before all others, what is called on objects that were just made."""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.accesses import Access, accesses_of
from heuristics.concurrency.freshness import fresh_at, makes
from heuristics.concurrency.roots import launched_around, once_around
from heuristics.golang.callgraph import CallSite
from heuristics.golang.index import Index
from heuristics.golang.model import (
    Act,
    Element,
    FieldRef,
    Flow,
    Function,
    Hop,
    Place,
    Scope,
    Step,
    Value,
    pointee,
)

_DEPTH = 4  # calls between the place that makes an object and the method in question
_MANY = 12  # calls of a method, above which it is nothing for a beginning


def made_once(index: Index, access: Access, others: tuple[Access, ...]) -> bool:
    """Whether a Once makes the access, and the others are only reached behind it: by calls further down in the same
    function, or in goroutines that the Once starts afterwards."""
    do = once_around(index.flow(access.function), access.step)
    return do is not None and all(
        other.function is access.function and other.span.start >= do.span.stop
        for other in others
        if not _only_behind(index, other.function, access, do)
    )


def _only_behind(index: Index, helper: Function, access: Access, do: Step) -> bool:
    sites = accesses_of(index, helper.package).entries.sites(helper)
    behind = (
        site.caller is access.function
        and (site.step.span.start >= do.span.stop or access.span.stop <= site.step.span.start < do.span.stop)
        for site in sites
    )
    return helper is not access.function and not _exported(helper) and bool(sites) and all(behind)


def on_new_objects(index: Index, function: Function) -> bool:
    """Whether all that calls a method in the repository does so on an object that was just made and is known to nobody
    else. An exported method needs callers in other packages to tell."""
    return index.once(_on_new, (function, _DEPTH))


def _on_new(index: Index, about: tuple[Function, int]) -> bool:
    function, depth = about
    if depth == 0 or not function.receiver or function.test:
        return False
    sites = [site for site in index.callers(function) if not site.caller.test]
    if not sites or len(sites) > _MANY:
        return False
    told = not _exported(function) or any(site.caller.package != function.package for site in sites)
    return told and all(_new_at(index, site, depth) for site in sites)


def _new_at(index: Index, site: CallSite, depth: int) -> bool:
    """Whether a call is made on a new object, or on a part of one."""
    flow, call = index.flow(site.caller), site.step.call
    place = call.receiver.place if call is not None and call.receiver is not None else None
    apart = site.step.act is Act.SPAWN or launched_around(flow, flow.body(site.step.body)) is not None
    if place is None or apart:
        return False
    found = _origin(flow, place)
    root = found.root
    if root is None or not all(_made_for(index, hop) for hop in found.path):
        return False
    if root.scope is Scope.RECEIVER:
        return index.once(_on_new, (site.caller, depth - 1))
    return root.scope in (Scope.LOCAL, Scope.RESULT) and fresh_at(index, flow, site.step, root)


def _origin(flow: Flow, place: Place) -> Place:
    """Where a local comes from that a range gives the elements of a field."""
    root = place.root
    if root is None or root.scope is not Scope.LOCAL:
        return place
    given = [s.value for s in flow.steps if s.act in (Act.DECLARE, Act.WRITE) and s.place and s.place.root is root]
    value = given[0] if len(given) == 1 else None
    return value.place if value is not None and value.kind == "element" and value.place is not None else place


def _made_for(index: Index, hop: Hop) -> bool:
    """Whether a field only ever refers to what was made for it."""
    return isinstance(hop, Element) or index.once(_only_made, hop)


def _only_made(index: Index, field: FieldRef) -> bool:
    package = index.repository.package(field.owner.rpartition(".")[0])
    if package is None:
        return False
    found = False
    for function in index.mentioning(package, field.name, tests=False):
        flow = index.flow(function)
        for step, value in _given(flow, field):
            found = True
            if not _is_new(index, flow, step, value):
                return False
    return found


def _given(flow: Flow, field: FieldRef) -> Iterator[tuple[Step, Value]]:
    """The values that a function gives to a field, each with the step that does."""
    for step in flow.steps:
        value = step.value
        if value is None:
            continue
        if step.act in (Act.WRITE, Act.MUTATE) and step.place is not None and step.place.path[-1:] == (field,):
            yield step, value
        elif step.act is Act.MAKE and getattr(pointee(value.type), "key", "") == field.owner:
            yield from ((step, given) for name, given in value.fields if name == field.name)


def _is_new(index: Index, flow: Flow, step: Step, value: Value) -> bool:
    call, place = value.call, value.place
    if call is not None and call.known == "builtin.append":
        return all(_is_new(index, flow, step, argument) for argument in call.arguments[1:])
    if place is not None and not place.path and place.root is not None and place.root.scope is Scope.LOCAL:
        return fresh_at(index, flow, step, place.root)
    return makes(index, value)


def _exported(function: Function) -> bool:
    return function.name[:1].isupper()
