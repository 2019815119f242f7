"""Which functions of a package may bring goroutines about, as the names that they call tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from heuristics.golang.index import Index
from heuristics.golang.model import Function

_NEAR = 3  # calls between a function and the goroutine that it brings about
_MANY = 200  # names; in a package with more of them a name tells nothing any more, and only what starts itself counts
_GO = re.compile(rb"\bgo[ \t]")


def hosts(index: Index) -> Iterator[Function]:
    """The functions in focus that may bring goroutines about, by what they call; test files are left out."""
    for function in index.functions(tests=False):
        text, spec = index.text(function.path), function.spec
        pattern = index.once(_spawning, function.package)[1]
        if pattern.search(text, spec.name_start, spec.stop):
            yield function


def spawners(index: Index, package: str) -> frozenset[str]:
    """The names of the functions of a package that may start goroutines."""
    return index.once(_spawning, package)[0]


def _spawning(index: Index, key: str) -> tuple[frozenset[str], re.Pattern[bytes]]:
    """The names of the functions of a package that start goroutines, and a pattern for whoever starts or calls."""
    package = index.repository.package(key)
    assert package is not None
    functions = index.functions_of(package, tests=False)
    names: set[str] = set()
    called = _GO
    for _ in range(_NEAR):
        texts = ((f, index.text(f.path)) for f in functions if f.name not in names)
        found = {f.name for f, text in texts if called.search(text, f.spec.start, f.spec.stop)}
        if not found or len(names | found) > _MANY:
            break
        names |= found
        called = re.compile(_calls(found))  # whoever calls those of the rounds before is among the names
    return frozenset(names), re.compile(_GO.pattern + b"|" + _calls(names)) if names else _GO


def _calls(names: Iterable[str]) -> bytes:
    return rb"\b(?:%s)\(" % b"|".join(sorted(re.escape(name.encode()) for name in names))
