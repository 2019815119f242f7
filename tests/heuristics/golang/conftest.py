"""A package written in a test, as an index."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from heuristics import MemorySnapshot
from heuristics.golang.index import Index
from heuristics.golang.model import Flow

Index_of = Callable[..., Index]


def _index(source: str = "", **files: str) -> Index:
    """`source` as p/p.go of module example.com/m; further files by keyword: q__a_go for q/a.go."""
    contents = {"go.mod": b"module example.com/m\n\ngo 1.22\n"}
    if source:
        contents["p/p.go"] = f"package p\n\n{source}".encode()
    for name, text in files.items():
        contents[name.replace("__", "/").removesuffix("_go") + ".go"] = text.encode()
    return Index(MemorySnapshot(contents))


@pytest.fixture
def index_of() -> Index_of:
    """Makes an index of Go source."""
    return _index


@pytest.fixture
def flow_of() -> Callable[[str, str], Flow]:
    """The flow of the function or method with this symbol in this source."""

    def flow(source: str, symbol: str) -> Flow:
        index = _index(source)
        return index.flow(next(f for f in index.functions() if f.symbol == symbol))

    return flow
