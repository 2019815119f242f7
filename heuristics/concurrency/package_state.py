"""Variables at package level: whose text may change them, what a place in them is called, which launches overlap."""

from __future__ import annotations

import re

from heuristics.concurrency.launches import launches_of, may_run
from heuristics.concurrency.roots import Root
from heuristics.concurrency.words import lies_in
from heuristics.golang import known
from heuristics.golang.index import Index
from heuristics.golang.model import FieldRef, Function, Place, Scope
from heuristics.golang.words import places_of, words

_QUOTED = re.compile(rb"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"")
_CONTINUED = re.compile(rb"(?<=[(.])\n")  # operands or a method that stand on the next line
_ASSIGNS = re.compile(rb"(?<![:=!<>])=(?!=)|\+\+|--")
# What changes in place what it is given, or called on.
_CHANGERS = frozenset(name.rpartition(".")[2].encode() for name in (*known.MUTATORS, *known.HEAPS, *known.REORDERS))
_CHANGERS |= {b"delete", b"clear", b"copy"}
_CALLED = re.compile(rb"(\w+)\(")


def names_package_state(index: Index, function: Function, changes: re.Pattern[bytes]) -> bool:
    """Whether the function's text changes something that begins with the name of a package variable or an import.

    changes: matches such a change where the name begins; its first group is the name.
    """
    places = index.once(_changed, (function.package, function.path, changes))
    return lies_in(function, places)


def _changed(index: Index, about: tuple[str, str, re.Pattern[bytes]]) -> tuple[int, ...]:
    """Where a file changes what begins with the name of a variable of its package, or of an import, in order."""
    key, path, changes = about
    text = index.text(path)
    return tuple(at for at in index.once(_named, (key, path)) if changes.match(text, at))


def _named(index: Index, about: tuple[str, str]) -> tuple[int, ...]:
    """Where a file names a variable of its package or an import, in order."""
    key, path = about
    file = index.file(path)
    names = (index.once(_variables, (key, file.test)) | index.repository.imports_of(file).keys()) & file.outline.names
    text = file.text
    return tuple(sorted(at for word in map(str.encode, names) for at in places_of(text, word, 0, len(text))))


def may_change_package_variable(index: Index, function: Function) -> bool:
    """Whether a line of the function's text names a variable of its package, and something on it may change one."""
    file, spec = index.file(function.path), function.spec
    names = index.once(_variables, (function.package, file.test)) & file.outline.names
    text = file.text[spec.start : spec.stop]
    if not names or names.isdisjoint(words(text)):
        return False
    lines = _CONTINUED.sub(b"", _QUOTED.sub(b"", text)).split(b"\n")
    return any(_may_change(line) and not names.isdisjoint(words(line)) for line in lines)


def _may_change(line: bytes) -> bool:
    return _ASSIGNS.search(line) is not None or not _CHANGERS.isdisjoint(_CALLED.findall(line))


def _variables(index: Index, about: tuple[str, bool]) -> frozenset[str]:
    """The names of the variables of a package, those of its test files too if tests ask."""
    key, tests = about
    package = index.repository.package(key)
    known = (file for file in package.files if tests or not file.test) if package is not None else ()
    files = (file for file in known if file.names("variable"))
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
