"""Which functions of a package may call, select or assign what has a given name, by their text: a no costs no walk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from heuristics.golang.callgraph import call_of
from heuristics.golang.index import Index
from heuristics.golang.model import Function
from heuristics.golang.repository import Package

# Behind a variable, fields that stand somewhere on the left of an assignment.
_ASSIGNED = rb"\b%b\)?((?:\.\w+)+)(?=[^\n=!<>]*(?:(?:<<|>>)?=(?!=)|\+\+|--))"

# An element that is assigned, counted up or down, or taken out; the latter by a function that is handed the map.
_CHANGED_IN = rb"\.NAME\[[^\n]*(?:(?<![=!<>:])=(?!=)|\+\+|--)|\b(?:delete|clear|maps\.\w+)\([^\n]*\.NAME\b"


def calling(index: Index, function: Function) -> tuple[Function, ...]:
    """The functions of its package, outside tests, in whose text something of this function's name is called."""
    return index.once(_calling, function)


def _calling(index: Index, function: Function) -> tuple[Function, ...]:
    called = call_of(function)
    return tuple(
        other
        for other in index.mentioning(index.package(function), function.name, tests=False)
        if called(index.text(other.path), other.spec.start, other.spec.stop)
    )


def matches(text: bytes, name: bytes, pattern: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    """Where a pattern for code that begins with a name matches: to look for the name first is far cheaper."""
    at = text.find(name)
    while at >= 0:
        if found := pattern.match(text, at):
            yield found
        at = text.find(name, at + 1)


def selecting(index: Index, package: Package, name: str) -> tuple[Function, ...]:
    """The functions of a package, outside tests, in whose text something of this name is selected."""
    return index.once(_selecting, (package, name))


def _selecting(index: Index, about: tuple[Package, str]) -> tuple[Function, ...]:
    package, name = about
    others = index.mentioning(package, name, tests=False)
    return tuple(other for other in others if _selects(index, other, name.encode()))


def _selects(index: Index, function: Function, name: bytes) -> bool:
    text, start, stop = index.text(function.path), function.spec.name_start, function.spec.stop
    if text.find(b"." + name, start, stop) >= 0:
        return True
    return text.find(b".\n", start, stop) >= 0 and text.find(name, start, stop) >= 0


def changes_element(index: Index, function: Function, name: str) -> bool:
    """Whether the text of a function may change an element of a map in a field of this name, in place."""
    pattern = re.compile(_CHANGED_IN.replace(b"NAME", name.encode()))
    return pattern.search(index.text(function.path), function.spec.name_start, function.spec.stop) is not None


def assigns(index: Index, function: Function, name: str) -> bool:
    """Whether the text of a method assigns a field of this name, of its receiver or of a struct inside it."""
    return name.encode() in index.once(_own_assigned, function)


def _own_assigned(index: Index, function: Function) -> frozenset[bytes]:
    receiver = function.spec.receiver
    if receiver is None or not receiver.name:
        return frozenset()
    pattern = re.compile(_ASSIGNED % receiver.name.encode())
    chains = pattern.findall(index.text(function.path), function.spec.name_start, function.spec.stop)
    return frozenset(field for fields in chains for field in fields[1:].split(b"."))


def functions_near(index: Index, type_: bytes, *words: bytes) -> Iterator[Function]:
    """The functions in focus, without test files, in whose text each of the words stands.

    type_: what their package, or one that it imports, must name: else the words mean something else there.
    """
    for text, functions in by_file(index, tests=False):
        for function in functions if all(word in text for word in words) else ():
            start, stop = function.spec.start, function.spec.stop
            if all(text.find(word, start, stop) >= 0 for word in words) and named_near(index, function.folder, type_):
                yield function


def by_file(index: Index, tests: bool) -> tuple[tuple[bytes, tuple[Function, ...]], ...]:
    """The functions in focus, file by file with its text: what a file lacks as a whole none of them has.

    tests: those of test files among them.
    """
    return index.once(_by_file, tests)


def _by_file(index: Index, tests: bool) -> tuple[tuple[bytes, tuple[Function, ...]], ...]:
    files = groupby(index.functions(tests), attrgetter("path"))
    return tuple((index.text(path), tuple(functions)) for path, functions in files)


def named_near(index: Index, folder: str, *words: bytes) -> bool:
    """Whether one of the words stands in the package of a folder, or in one that it imports."""
    return index.once(_near, (folder, words))


def _near(index: Index, about: tuple[str, tuple[bytes, ...]]) -> bool:
    folder, words = about
    files = (file for near in (folder, *index.imports(folder)) for file in index.repository.within(near))
    return any(word in file.text for file in files for word in words)
