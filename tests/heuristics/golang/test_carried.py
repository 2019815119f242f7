"""What an index takes over from that of an earlier snapshot is what it would have found out itself."""

from __future__ import annotations

import pytest

from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function
from heuristics.golang.snapshot import MemorySnapshot

STORE = """package p

import "sync"

type store struct {
	mu   sync.Mutex
	rows map[string]int
}

func (s *store) take() {
	s.mu.Lock()
}

func (s *store) size() int { return len(s.rows) }

func (s *store) each(f func(key string) bool) {}
"""
USERS = """package p

func (s *store) through() { s.take() }

func (s *store) add() {
	s.take()
	s.rows["a"] = 1
}

func twice(n int) int { return 2 * n }
"""
FILES = {"go.mod": "module example.com/p\n", "store.go": STORE, "users.go": USERS}


def index(files: dict[str, str], earlier: Index | None = None) -> Index:
    snapshot = MemorySnapshot({path: text.encode() for path, text in files.items()})
    return Index(snapshot, earlier=earlier)


def function(of: Index, symbol: str) -> Function:
    return next(one for one in of.functions() if one.symbol == symbol)


def walked(of: Index) -> dict[str, Flow]:
    return {one.symbol: of.flow(one) for one in of.functions()}


def locks_at_write(flow: Flow) -> list[str]:
    (write,) = (step for step in flow.steps if step.act is Act.MUTATE)
    return [held.place.text for held in write.held]


def test_a_function_that_has_nothing_to_do_with_the_change_is_not_followed_again() -> None:
    before = index(FILES)
    flows = walked(before)
    after = index({**FILES, "store.go": STORE.replace("s.mu.Lock()\n", "")}, before)
    assert function(after, "twice") is function(before, "twice")
    assert after.flow(function(after, "twice")) is flows["twice"]


def test_whoever_calls_what_changed_is_followed_again() -> None:
    before = index(FILES)
    assert locks_at_write(walked(before)["store.add"]) == ["s.mu"]
    after = index({**FILES, "store.go": STORE.replace("\ts.mu.Lock()\n", "")}, before)
    flows = walked(after)
    assert locks_at_write(flows["store.add"]) == []
    for caller in ("store.add", "store.through"):
        (call,) = (step.call for step in flows[caller].steps if step.act is Act.CALL and step.call is not None)
        assert call.function is function(after, "store.take")


def test_what_only_shares_a_name_with_the_change_is_not_followed_again() -> None:
    others = """package p

type gate struct{ open bool }

func (g *gate) take() { g.open = true }

func pass(g *gate) { g.take() }

func hand(s *store) func() { return s.take }

func deep(s *store) [][]func() { return [][]func(){{s.take}} }
"""
    before = index({**FILES, "others.go": others})
    flows = walked(before)
    after = index({**FILES, "others.go": others, "store.go": STORE.replace("s.mu.Lock()\n", "")}, before)
    kept = {symbol for symbol, flow in walked(after).items() if flow is flows[symbol]}
    assert kept == {"gate.take", "pass", "twice"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rows map[string]int", "rows sync.Map"),
        ("func (s *store) size() int {", "func (s store) size() int {"),
        ("func (s *store) size() int { return len(s.rows) }", ""),
        ("type store struct {", "// store is shared.\ntype store struct {"),
    ],
)
def test_nothing_is_taken_over_when_a_declaration_changes(old: str, new: str) -> None:
    before = index(FILES)
    flows = walked(before)
    after = index({**FILES, "store.go": STORE.replace(old, new)}, before)
    assert after.flow(function(after, "twice")) is not flows["twice"]


def test_nothing_is_taken_over_when_a_file_comes() -> None:
    before = index(FILES)
    flows = walked(before)
    after = index({**FILES, "more.go": "package p\n"}, before)
    assert after.flow(function(after, "twice")) is not flows["twice"]
