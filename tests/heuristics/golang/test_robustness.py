"""Whatever the bytes are, the front end answers."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heuristics import MemorySnapshot, analyze
from heuristics.golang import facts
from heuristics.golang.effects import RECEIVER
from heuristics.golang.index import Index
from heuristics.golang.syntax import outline_of

SOURCE = b"""package p

import "sync"

// T is safe for concurrent use.
type T struct {
	mu sync.Mutex // guards m
	m  map[string][]int
}

func (t *T) Add(k string, v ...int) (n int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
outer:
	for i, x := range v {
		switch {
		case x > 0:
			t.m[k] = append(t.m[k], x)
			continue outer
		default:
			go func(j int) { t.m[k][j]++ }(i)
		}
	}
	select {
	case <-make(chan int):
	default:
	}
	if f := func() bool { return len(t.m) > 0 }; f() {
		return n, nil
	}
	return len(t.m), nil
}
"""


def walk(source: bytes) -> Index:
    index = Index(MemorySnapshot({"p/p.go": source, "go.mod": b"module m\n"}))
    for function in index.functions():
        index.flow(function)
        index.effects(function, RECEIVER)
        index.effects(function, 0)
        index.callers(function)
    assert index.problems is not None
    return index


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(SOURCE)), st.integers(0, 40), st.binary(max_size=12))
def test_damaged_source_is_skipped_in_the_broken_declaration(at, length, junk):
    walk(SOURCE[:at] + junk + SOURCE[at + length :])


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_that_are_no_go(source):
    walk(source)


@pytest.mark.parametrize(
    "source", [b"", b"\xef\xbb\xbfpackage p\n", SOURCE.replace(b"\n", b"\r\n"), b"package p\n\xff\xfe"]
)
def test_odd_files(source):
    walk(source)


def test_a_broken_declaration_is_named_and_the_others_stand():
    index = walk(SOURCE + b"\nfunc broken( {\n}\n\nfunc good() {}\n")
    assert [f.name for f in index.functions()] == ["Add", "good"]
    assert [(p.kind, p.path) for p in index.problems] == [("parse", "p/p.go")]


# Declarations one after the other, some of which look like the end of the one before, or like none.
PIECES = (
    b"func plain() {\n\tx := 1\n\t_ = x\n}\n",
    b"func empty() {\n}\n",
    b"func noted() {\n\tx()\n} // the end\n",
    b"func line() { x() }\n",
    b"func (t *T) labelled() (n int) {\nagain:\n\tgoto again\n}\n",
    b"func text() string {\n\treturn `\nfunc inner() {\n\tx()\n}\n`\n}\n",
    b"func odd() string {\n\treturn `\n}\n`\n}\n",
    b"func generic[K comparable](\n\tk K,\n) {\n\tx()\n}\n",
    b"// T is safe for concurrent use.\ntype T struct {\n\tmu sync.Mutex // guards n\n\tn  int\n}\n",
    b"var v = func() int {\n\treturn 1\n}\n",
    b"var s = `\nfunc f() {\n\tx(\n}\n`\n",
    b"func wrong() {\n\tx := := 1\n}\n",
    b"func unclosed() {\n\tif x {\n}\n",
)


@given(st.lists(st.sampled_from(PIECES), max_size=6), st.sampled_from([b"", b"\n"]))
def test_an_outline_without_bodies_tells_the_same_where_nothing_is_broken(pieces, between):
    text = b"package p\n\n" + between.join(pieces)
    whole, quick = outline_of(text), outline_of(text, bodies=False)
    assert quick == whole or whole.broken
    if pieces == [PIECES[-2]]:
        assert whole.broken == (4,) and quick.broken == ()


def test_a_body_of_a_test_file_that_does_not_parse_is_named_when_it_is_asked_for_and_when_it_changes():
    files = {"p/p.go": b"package p\n", "go.mod": b"module m\n"}
    test = b"package p\n\nfunc TestA() {\n\tmu.Lock()\n\tx := := 1\n}\n\nfunc TestB() {\n\tmu.Lock()\n}\n"
    head = MemorySnapshot({**files, "p/p_test.go": test})
    index = Index(head)
    wrong, right = index.functions()
    assert index.problems == () and index.flow(right).steps and not index.flow(wrong).steps
    assert [(p.line, p.message) for p in index.problems] == [(3, "TestA was not followed: does not parse")]
    change = analyze(head, MemorySnapshot(files))
    assert ("parse", "p/p_test.go", 5) in {(p.kind, p.path, p.line) for p in change.problems}


def test_carriage_returns_do_not_move_lines():
    plain, windows = walk(SOURCE), walk(SOURCE.replace(b"\n", b"\r\n"))
    lines = [[s.span.line for f in i.functions() for s in i.flow(f).steps] for i in (plain, windows)]
    assert lines[0] == lines[1]


def test_outlines_survive_the_cache():
    outline = outline_of(SOURCE)
    assert facts.decode(facts.encode(outline)) == outline


class _Payload:
    def __reduce__(self):
        return print, ("run by the cache",)


def test_foreign_facts_are_misses(capsys):
    assert facts.decode(pickle.dumps(_Payload())) is None
    assert facts.decode(b"garbage") is None
    assert capsys.readouterr().out == ""


RECURSIVE = b"""package p

func visit(n int, f func(int) bool) {
	if n > 0 && f(n) {
		later = f
	}
}

var later func(int) bool

func walk(n int) {
	var even, odd func(int) bool
	even = func(n int) bool { visit(n-1, odd); return true }
	odd = func(n int) bool { visit(n-1, even); visit(n-2, odd); return false }
	visit(n, even)
}
"""


def test_literals_that_hand_each_other_on_are_walked_once():
    index = walk(RECURSIVE)
    flow = next(index.flow(function) for function in index.functions() if function.name == "walk")
    assert not flow.gave_up
    assert len(flow.bodies) == 3
