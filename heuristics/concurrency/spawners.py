"""Which functions of a package may bring goroutines about, as the names that they call tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from heuristics.concurrency.launches import go_statements
from heuristics.concurrency.words import calls_of, lies_in
from heuristics.golang.index import Index
from heuristics.golang.model import Function

_NEAR = 3  # calls between a function and the goroutine that it brings about
_MANY = 200  # names; in a package with more of them a name tells nothing any more, and only what starts itself counts


def hosts(index: Index) -> Iterator[Function]:
    """The functions in focus that may bring goroutines about, by what they call; test files are left out."""
    for function in index.functions(tests=False):
        if lies_in(function, index.once(_spawning, function.package)[1].get(function.path, ())):
            yield function


def spawners(index: Index, package: str) -> frozenset[str]:
    """The names of the functions of a package that may start goroutines."""
    return index.once(_spawning, package)[0]


def _spawning(index: Index, key: str) -> tuple[frozenset[str], dict[str, tuple[int, ...]]]:
    """The names of the functions of a package that start goroutines, and where its files start or call, by path."""
    package = index.repository.package(key)
    assert package is not None
    functions = index.functions_of(package, tests=False)
    files = {path: index.file(path) for path in dict.fromkeys(function.path for function in functions)}
    names: set[str] = set()
    places: dict[str, tuple[int, ...]] = {path: go_statements(file) for path, file in files.items()}
    called: Mapping[str, Sequence[int]] = places
    for _ in range(_NEAR):
        found = {f.name for f in functions if f.name not in names and lies_in(f, called[f.path])}
        if not found or len(names | found) > _MANY:
            break
        names |= found
        # Whoever calls those of the rounds before is among the names.
        called = {path: calls_of(file, found) for path, file in files.items()}
        places = {path: tuple(sorted((*starts, *called[path]))) for path, starts in places.items()}
    return frozenset(names), places
