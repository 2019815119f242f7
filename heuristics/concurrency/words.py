"""Which functions of a package may call, select or assign what has a given name, by their text: a no costs no walk."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from heuristics.golang.callgraph import call_of
from heuristics.golang.file import File
from heuristics.golang.index import Index
from heuristics.golang.model import Function
from heuristics.golang.repository import Package
from heuristics.golang.words import places_of

# Behind a variable, fields that stand somewhere on the left of an assignment.
_ASSIGNED = rb"\b%b\)?((?:\.\w++)++)(?=[^\n=!<>]*(?:(?:<<|>>)?=(?!=)|\+\+|--))"

# Behind a map, an element that is assigned, counted up or down; before one, a call that may take something out of it.
_ELEMENT = re.compile(rb"\[[^\n]*(?:(?<![=!<>:])=(?!=)|\+\+|--)")
_TAKEN_OUT = re.compile(rb"\b(?:delete|clear|maps\.\w+)\(")


def lies_in(function: Function, places: Sequence[int]) -> bool:
    """Whether one of some offsets of its file, in order, lies in a function, from its name on."""
    at = bisect_left(places, function.spec.name_start)
    return at < len(places) and places[at] < function.spec.stop


def stands_in_function(file: File, word: str) -> bool:
    """Whether a word stands in a function, by how gofmt puts these: a no and a yes cost no parse."""
    if not file.mentions(word):
        return False
    text = file.text
    places = places_of(text, word.encode(), 0, len(text))
    return any(text.rfind(b"\nfunc ", 0, at) > text.rfind(b"\n}", 0, at) for at in places)


def calls_of(file: File, names: Iterable[str], behind: tuple[bytes, ...] = (b"(",)) -> list[int]:
    """Where a file calls what has one of these names, or declares it, in order. behind: what may follow the name."""
    text = file.text
    called = [name.encode() for name in names if file.mentions(name)]
    places = ((at, at + len(name)) for name in called for at in places_of(text, name, 0, len(text)))
    return sorted(at for at, after in places if text.startswith(behind, after))


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
    text, start, stop = index.text(function.path), function.spec.name_start, function.spec.stop
    for at in places_of(text, name.encode(), start, stop):
        line = max(text.rfind(b"\n", start, at), start)
        if text.startswith(b".", at - 1) and (
            _ELEMENT.match(text, at + len(name.encode()), stop) or _TAKEN_OUT.search(text, line, at)
        ):
            return True
    return False


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
    for file in index.files(tests=False):
        text = file.text
        for function in index.functions_in(file) if all(word in text for word in words) else ():
            start, stop = function.spec.start, function.spec.stop
            if all(text.find(word, start, stop) >= 0 for word in words) and named_near(index, function.folder, type_):
                yield function


def named_near(index: Index, folder: str, *words: bytes) -> bool:
    """Whether one of the words stands in the package of a folder, or in one that it imports."""
    return index.once(_near, (folder, words))


def _near(index: Index, about: tuple[str, tuple[bytes, ...]]) -> bool:
    folder, words = about
    files = (file for near in (folder, *index.imports(folder)) for file in index.repository.within(near))
    return any(word in file.text for file in files for word in words)
