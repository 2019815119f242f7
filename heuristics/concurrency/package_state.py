"""Variables at package level: whose text may change them, what a place in them is called, which launches overlap."""

from __future__ import annotations

import re

from heuristics.concurrency.launches import launches_of, may_run
from heuristics.concurrency.roots import Root
from heuristics.golang.index import Index
from heuristics.golang.model import FieldRef, Function, Place, Scope


def names_package_state(index: Index, function: Function, changes: re.Pattern[bytes]) -> bool:
    """Whether the function's text changes something that begins with the name of a package variable or an import.

    changes: finds such a change; one of its groups is the name that the chain begins with.
    """
    file, spec, package = index.file(function.path), function.spec, index.package(function)
    chains = (found[found.lastindex or 0] for found in changes.finditer(file.text, spec.name_start, spec.stop))
    names = {name.decode() for name in chains}
    return any(name in index.repository.imports_of(file) or package.variable(name) for name in names)


def global_place(place: Place | None) -> bool:
    """Whether a place begins at a package variable."""
    return place is not None and place.root is not None and place.root.scope is Scope.GLOBAL


def name_of(place: Place) -> str:
    """What a message calls a place in a package variable: the variable and the fields behind it."""
    assert place.root is not None
    return ".".join((place.root.name, *(hop.name for hop in place.path if isinstance(hop, FieldRef))))


def overlaps(index: Index, root: Root) -> bool:
    """Whether two runs of a root may overlap; goroutines of a loop that waits for each before the next do not."""
    if root.kind != "launch" or not root.parallel:
        return root.parallel
    launches = [launch for launch in launches_of(index, root.function) if launch.step.span == root.site]
    return not launches or any(launch.many or may_run(launch.site, launch.step) for launch in launches)
