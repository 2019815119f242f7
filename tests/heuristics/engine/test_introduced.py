"""What a change brought, and what was only moved about by it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heuristics import Anchor, Finding, MemorySnapshot, Related, Report, Span, analyze, blob_id
from heuristics.engine.finding import Found
from heuristics.golang.index import Index

BODY = """\
package p

import "sync"

func Serve(x X) error {
	prepare(x)
	if err := open(x); err != nil {
		x.leak()
	}
	return finish(x)
}

func Other(x X) {
	first(x)
	x.leak()
	last(x)
}
"""


def symbols(found: tuple) -> list[str]:
    return [finding.symbol for finding in found]


PIECES = st.lists(
    st.sampled_from(["x.leak()", "y.leak()", "if ok {", "}", "x.leak(quiet)", "", "z := 1 // x"]), max_size=8
)
FILES = st.dictionaries(
    st.sampled_from(["a.go", "a/a.go", "a/b.go", "b/a_test.go"]),
    st.dictionaries(st.sampled_from(["f", "g", "h"]), PIECES, max_size=3),
    max_size=3,
)


def tree(files: dict[str, dict[str, list[str]]]) -> dict[str, str]:
    return {
        path: "package p\n\n"
        + "\n".join(f"func {name}() {{\n\t{chr(10).join(body)}\n}}\n" for name, body in functions.items())
        for path, functions in files.items()
    }


@given(FILES)
def test_nothing_is_introduced_when_nothing_changes(run: Callable[..., Report], files: dict) -> None:
    assert run(tree(files), tree(files), everything=True) == Report()


@given(FILES, FILES)
def test_a_change_tells_a_part_of_the_scan_and_nothing_that_is_only_in_head_is_missing(
    run: Callable[..., Report], head: dict, base: dict
) -> None:
    after, before = tree(head), tree(base)
    report = run(after, before, everything=True)
    told = keys([*report.introduced, *report.standing])
    now, then = (keys(run(files, everything=True).introduced) for files in (after, before))
    assert now - then <= told <= now


def keys(findings: Iterable[Finding]) -> set[tuple[str, str, str]]:
    return {(one.span.path, one.symbol, one.variable) for one in findings}


@given(FILES)
def test_everything_is_introduced_by_the_first_commit(run: Callable[..., Report], files: dict) -> None:
    report = run(tree(files), {})
    assert report.introduced == tuple(
        one for one in report.introduced if one.offered and one.anchors[0].line == one.span.line
    )
    assert len(report.introduced) == len(run(tree(files)).introduced)


@pytest.mark.parametrize(
    "head",
    [
        pytest.param({"a/a.go": BODY.replace("\tprepare(x)\n", "\tprepare(x)\n\tlog(x)\n\n")}, id="lines above"),
        pytest.param({"a/a.go": BODY.replace("Serve", "Run")}, id="function renamed"),
        pytest.param({"a/a.go": BODY.replace("func Serve", "func (s *S) Serve")}, id="made a method"),
        pytest.param({"a/z.go": BODY}, id="file renamed"),
        pytest.param({"b/a.go": BODY}, id="folder moved"),
        pytest.param(
            {"b/a.go": BODY.replace("package p", "package b").replace("Serve", "Run")}, id="moved and renamed"
        ),
        pytest.param({"a/a.go": BODY.replace("package p", "package q")}, id="package renamed"),
        pytest.param({"a/a.go": BODY.replace("x X", "y X").replace("(x)", "(y)")}, id="lines beside"),
        pytest.param(
            {"a/a.go": BODY.split("func Other")[0], "c/c.go": "package c\n\nfunc Other" + BODY.split("func Other")[1]},
            id="function moved to another package",
        ),
        pytest.param(
            {"a/a.go": BODY.replace("\tfirst(x)\n\tx.leak()", "\tif ok {\n\t\tfirst(x)\n\t\tx.leak()\n\t}")},
            id="indented",
        ),
    ],
)
def test_moved_code_brings_nothing(run: Callable[..., Report], head: dict[str, str]) -> None:
    report = run(head, {"a/a.go": BODY})
    assert report.introduced == ()
    assert not any(finding.anchors for finding in report.standing)


def test_a_new_finding_hangs_on_its_line(run: Callable[..., Report]) -> None:
    head = BODY.replace("\tlast(x)\n", "\tlast(x)\n\ty.leak()\n")
    (new,) = run({"a/a.go": head}, {"a/a.go": BODY}).introduced
    assert (new.symbol, new.variable, new.anchors) == ("Other", "y", (Anchor("a/a.go", 17, "RIGHT"),))


def test_a_further_place_of_a_known_cause_is_told_where_it_is_new(run: Callable[..., Report]) -> None:
    head = BODY.replace("\tprepare(x)\n", "\tprepare(x)\n\tx.leak()\n")
    report = run({"a/a.go": head}, {"a/a.go": BODY})
    (new,) = report.introduced
    assert (new.symbol, new.span.line) == ("Serve", 7)
    assert [(place.span.line, place.message) for place in new.related] == [(9, "here too")]
    assert symbols(report.standing) == []  # Other is not in view: the change neither touches nor mentions it


def test_a_cured_function_does_not_excuse_another_one_that_falls_ill(run: Callable[..., Report]) -> None:
    base = {"a.go": BODY.replace("\tx.leak()\n\tlast(x)", "\tlast(x)")}
    head = {"a.go": BODY.replace("\t\tx.leak()\n", "")}
    assert symbols(run(head, base).introduced) == ["Other"]


UNLOCKED = "package p\n\nfunc (t *T) set() {\n\tt.touch()\n}\n"


def test_a_change_elsewhere_that_makes_old_code_wrong_hangs_on_the_change(run: Callable[..., Report], tiny) -> None:
    locked = UNLOCKED.replace("\tt.touch", "\tt.Lock()\n\tt.touch")
    report = run({"a.go": UNLOCKED, "b.go": "package p\n"}, {"a.go": locked, "b.go": "package p\n"}, tiny("unlocked"))
    (new,) = report.introduced
    assert (new.span.line, new.anchors) == (4, (Anchor("a.go", 4, "LEFT"),))


def test_changed_lines_of_the_next_function_are_no_anchors(run: Callable[..., Report]) -> None:
    base = {"a.go": "package p\n\nfunc f() { ok() }\n\nfunc g() {\n\tone()\n}\n"}
    head = {"a.go": "package p\n\nfunc f() { x.leak() }\n\nfunc g() {\n\ttwo()\n}\n"}
    (new,) = run(head, base).introduced
    assert new.anchors == (Anchor("a.go", 3, "RIGHT"), Anchor("a.go", 3, "LEFT"))


def test_in_a_renamed_file_both_sides_go_by_the_name_in_head(run: Callable[..., Report], tiny) -> None:
    rest = "".join(f"func f{n}() {{\n\tcall{n}()\n}}\n" for n in range(9))
    base = UNLOCKED.replace("\tt.touch", "\tt.Lock()\n\tt.touch") + rest
    (new,) = run({"new.go": UNLOCKED + rest}, {"old.go": base}, tiny("unlocked")).introduced
    assert new.anchors == (Anchor("new.go", 4, "LEFT"),)


def test_removed_locks_come_before_other_changed_lines(run: Callable[..., Report], tiny) -> None:
    base = UNLOCKED.replace("\tt.touch", "\told()\n\tt.Lock()\n\tt.touch")
    head = UNLOCKED.replace("\tt.touch()\n", "\tt.touch()\n\tnew()\n")
    (new,) = run({"a.go": head}, {"a.go": base}, tiny("unlocked")).introduced
    assert new.anchors == (Anchor("a.go", 5, "LEFT"), Anchor("a.go", 5, "RIGHT"), Anchor("a.go", 4, "LEFT"))


def test_a_finding_in_an_imported_package_is_offered_when_a_place_of_it_is_in_the_change(
    run: Callable[..., Report], tiny
) -> None:
    started = re.compile(rb"go b\.Touch\(\)")

    def once_started(index: Index) -> Iterator[Found]:
        """Flags every leak of b as soon as a.go starts a goroutine with it."""
        for start in started.finditer(index.text("a/a.go")):
            line = index.text("a/a.go").count(b"\n", 0, start.start()) + 1
            place = Related(Span("a/a.go", line, 2, line, 2 + len(start[0]), *start.span()), "started here")
            yield from (replace(found, related=(place,)) for found in tiny().check(index))

    base = {
        "go.mod": "module m\n",
        "a/a.go": 'package a\n\nimport "m/b"\n\nfunc f() {\n\tb.Touch()\n}\n',
        "b/b.go": "package b\n\nfunc Touch() {\n\tx.n++\n\tx.leak()\n}\n",
    }
    head = base | {"a/a.go": base["a/a.go"].replace("\tb.", "\tgo b.")}
    (new,) = run(head, base, tiny(check=once_started)).introduced
    assert (new.span.path, new.span.line, new.anchors[0]) == ("b/b.go", 5, Anchor("a/a.go", 6, "RIGHT"))

    report = run(head, base, tiny(check=lambda index: (replace(one, related=()) for one in once_started(index))))
    assert report.introduced == ()
    assert [silence.reason for silence in report.silences] == ["no line of the change has to do with it"]


class Kept(dict[str, bytes]):
    """A cache that shows which facts were found out."""

    def get(self, keys: Iterable[str]) -> dict[str, bytes]:  # type: ignore[override]
        return {key: self[key] for key in keys if key in self}

    def put(self, facts: dict[str, bytes]) -> None:
        self.update(facts)


def test_what_cannot_have_to_do_with_a_change_is_not_parsed() -> None:
    others = {
        "p/far_test.go": b"package p\n\nfunc TestFar() { new(far).Reset() }\n",
        "q/q.go": b"package q\n\nfunc grow() { println(1) }\n",
    }
    before = {"p/p.go": b"package p\n\nfunc grow(n int) int { return n }\n", **others}
    after = before | {"p/p.go": b"package p\n\nfunc grow(n int) int { return n + 1 }\n"}
    kept = Kept()
    assert analyze(MemorySnapshot(after), MemorySnapshot(before), cache=kept) == Report(files=2)
    assert kept and {key.rpartition(":")[2] for key in kept}.isdisjoint(map(blob_id, others.values()))
