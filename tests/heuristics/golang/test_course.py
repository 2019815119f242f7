"""The order of statements: what may follow what, and which ways leave a body without passing a mark."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from heuristics.concurrency.course import course_of
from heuristics.golang.index import Index

SOURCE = """
func f(a, b bool, in chan int, xs []int) {
%s
}

func mark() {}
"""


def leaving(index_of: Callable[..., Index], body: str) -> list[str]:
    """The returns, and "}" for the end, that a way without a call of mark leads to, by the text of their lines."""
    index = index_of(SOURCE % body)
    function = next(one for one in index.functions() if one.name == "f")
    way = course_of(index, function, function.spec.start)
    assert way is not None
    marks = [s.span.start for s in index.flow(function).steps if s.call is not None and s.call.name == "mark"]
    text = index.text(function.path)
    ways = sorted(way.leaving_without(map(way.at, marks)))
    return [text[at : text.find(b"\n", at)].decode() for at in ways]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("mark()", []),
        ("if a { mark() }", ["}"]),
        ("if a { mark() } else { mark() }", []),
        ("if a {\nreturn // 1\n}\nmark()", ["return // 1"]),
        ("for a { mark() }", ["}"]),
        ("for {\nif a { mark(); break }\n}", []),
        ("for {\nif b {\nreturn // 1\n}\nif a { mark(); break }\n}", ["return // 1"]),
        ("outer:\nfor {\nfor range xs {\nif a { break outer }\ncontinue outer\n}\nmark()\n}", ["}"]),
        ("switch { case a: mark(); case b: fallthrough; default: mark() }", []),
        ("switch { case a: mark(); case b: mark() }", ["}"]),
        ("select {\ncase <-in:\nreturn // 1\ncase in <- 1:\nmark()\n}", ["return // 1"]),
        ("select { case <-in: mark(); case in <- 1: mark() }", []),
        ('if a { panic("no") }\nmark()', []),
        ("func() { return }()\nmark()", []),
        ("for { }", []),
    ],
)
def test_ways_without_a_mark(index_of: Callable[..., Index], body: str, expected: list[str]) -> None:
    assert leaving(index_of, body) == expected


def test_a_goto_makes_it_hard_to_tell(index_of: Callable[..., Index]) -> None:
    index = index_of(SOURCE % "again:\nif a { goto again }")
    function = next(one for one in index.functions() if one.name == "f")
    assert course_of(index, function, function.spec.start) is None
