"""Variables at package level: whose text may change them, what a place in them is called, which launches overlap."""

from __future__ import annotations

import re

from heuristics.concurrency.launches import launches_of, may_run
from heuristics.concurrency.roots import Root
from heuristics.golang.index import Index
from heuristics.golang.model import FieldRef, Function, Place, Scope
from heuristics.golang.words import places_of, words


def names_package_state(index: Index, function: Function, changes: re.Pattern[bytes]) -> bool:
    """Whether the function's text changes something that begins with the name of a package variable or an import.

    changes: matches such a change where the name begins; its first group is the name.
    """
    places = index.once(_changed, (function.package, function.path, changes))
    return any(function.spec.name_start <= at < function.spec.stop for at in places)


def _changed(index: Index, about: tuple[str, str, re.Pattern[bytes]]) -> tuple[int, ...]:
    """Where a file changes what begins with the name of a variable of its package, or of an import."""
    key, path, changes = about
    file = index.file(path)
    names = (index.once(_variables, key) | index.repository.imports_of(file).keys()) & file.outline.names
    text = file.text
    spots = ((word, at) for word in map(str.encode, names) for at in places_of(text, word, 0, len(text)))
    return tuple(at for word, at in spots if (match := changes.match(text, at)) and match[1] == word)


def mentions_package_variable(index: Index, function: Function) -> bool:
    """Whether the name of a variable of its package stands in the function's text."""
    file, spec = index.file(function.path), function.spec
    names = index.once(_variables, function.package) & file.outline.names
    return bool(names) and not names.isdisjoint(words(file.text[spec.start : spec.stop]))


def _variables(index: Index, key: str) -> frozenset[str]:
    package = index.repository.package(key)
    files = [file for file in package.files if file.has("variable")] if package is not None else []
    return frozenset(spec.name for file in files for spec in file.outline.variables) - {"_"}


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
