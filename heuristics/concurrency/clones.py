"""Where the repository makes a deep copy of a value before it hands it to other code."""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.golang import known
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import FieldRef, Function, Hop, Named, Place, Span, Type, pointee


@frozen()
class CloneMethod:
    """A method that copies a value of the type that `depth` hops of a place lead to. same: it returns that type."""

    method: Function
    depth: int
    same: bool


def clone_methods(index: Index, place: Place) -> Iterator[CloneMethod]:
    """The copying methods of the types on the way to a place, innermost first."""
    assert place.root is not None
    types = [place.root.type, *(_type_of(index, place, depth) for depth in range(1, len(place.path)))]
    for depth, type_ in reversed(list(enumerate(types))):
        named = pointee(type_) if type_ is not None else None
        package = index.repository.package(named.package) if isinstance(named, Named) else None
        if package is None or not isinstance(named, Named):
            continue
        for method in (package.method(named.name, name) for name in sorted(known.COPY_METHODS)):
            if method is not None and not method.spec.signature.parameters:
                results = index.declared.signature(method).results
                yield CloneMethod(method, depth, results == (type_,))


def cloned_elsewhere(index: Index, method: Function, function: Function) -> tuple[Function, Span] | None:
    """A function, not this one, that calls the copying method, and where."""
    for site in index.callers(method):
        if site.caller is not function and not site.caller.test:
            return site.caller, site.step.span
    return None


def _type_of(index: Index, place: Place, depth: int) -> Type | None:
    hop: Hop = place.path[depth - 1]
    if not isinstance(hop, FieldRef):
        return None
    package, _, name = hop.owner.rpartition(".")
    return next((f.type for f in index.types.fields(Named(package, name)) if f.name == hop.name), None)
