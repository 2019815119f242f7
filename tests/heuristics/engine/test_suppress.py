"""Directives: which comments silence what, and what is said about those that are not in order."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heuristics import Config, Problem, Report, Suppression

HEAD = "package p\n\nfunc f() {\n"


def one(*lines: str) -> dict[str, str]:
    return {"a.go": HEAD + "".join(f"\t{line}\n" for line in lines) + "}\n"}


@pytest.mark.parametrize(
    "directive",
    [
        "//concurrency-check:ignore leaks it is meant so",
        "// concurrency-check:ignore leaks it is meant so",
        "//concurrency-check:ignore  leaks \t it is meant so  ",
        "//concurrency-check:ignore other,leaks it is meant so",
        "//nolint:concurrency-check // it is meant so",
        "// nolint:concurrency-check // it is meant so",
        "//nolint:errcheck,concurrency-check // it is meant so",
        "//nolint:errcheck, concurrency-check // it is meant so",
        "//lint:ignore concurrency-check/leaks it is meant so",
        "//lint:ignore SA2001,concurrency-check/leaks it is meant so",
    ],
)
def test_on_the_line_and_above_it(run: Callable[..., Report], tiny, directive: str) -> None:
    other = tiny("unlocked", name="other")
    for tree, line in ((one(f"x.leak() {directive}"), 4), (one(directive, "x.leak()"), 4)):
        report = run(tree, None, tiny(), other)
        assert (report.introduced, report.problems) == ((), ())
        (silenced,) = report.suppressed
        assert silenced.suppression == Suppression("a.go", line, "it is meant so")


def test_windows_line_ends(run: Callable[..., Report]) -> None:
    text = one("//concurrency-check:ignore leaks meant so", "x.leak()")["a.go"].replace("\n", "\r\n")
    (silenced,) = run({"a.go": text}).suppressed
    assert silenced.suppression == Suppression("a.go", 4, "meant so")


def test_several_stand_above_one_line(run: Callable[..., Report], tiny) -> None:
    above = [
        "//concurrency-check:ignore leaks one reason",
        "// a remark",
        "//concurrency-check:ignore unlocked another",
    ]
    report = run(one(*above, "x.leak(); x.touch()"), None, tiny(), tiny("unlocked"))
    assert [(found.heuristic, found.suppression.line) for found in report.suppressed] == [("leaks", 4), ("unlocked", 6)]
    assert report.problems == report.introduced == ()


@pytest.mark.parametrize(
    ("directive", "said"),
    [
        ("//concurrency-check:ignore leaks", "a directive needs a reason"),
        ("//concurrency-check:ignore", "a directive needs the name of a heuristic and a reason"),
        ("//concurrency-check:ignore leak it is meant so", "unknown heuristic 'leak'; did you mean leaks?"),
        ("//concurrency-check:ignore this is fine", "unknown heuristic 'this'"),
        ("//concurrency-check:disable leaks so", "unknown directive 'disable': write concurrency-check:ignore"),
        ("//nolint:concurrency-check", "a directive needs a reason"),
        ("//nolint:concurrency-check //", "a directive needs a reason"),
        ("//lint:ignore concurrency-check/leaks", "a directive needs a reason"),
        ("//lint:ignore concurrency-check/leek why", "unknown heuristic 'leek'; did you mean leaks?"),
    ],
)
def test_one_that_is_not_in_order_silences_nothing_and_is_told(
    run: Callable[..., Report], directive: str, said: str
) -> None:
    report = run(one(directive, "x.leak()"))
    assert len(report.introduced) == 1
    assert report.problems == (Problem("directive", "a.go", 4, said),)


@pytest.mark.parametrize(
    "line",
    [
        "x.leak() //nolint",
        "x.leak() //nolint // concurrency-check",
        "x.leak() //nolint:errcheck // concurrency-check",
        "x.leak() // see concurrency-check:ignore leaks for this",
        'x.leak(); s := "//concurrency-check:ignore leaks in a text"',
        "x.leak(); s := `\n//concurrency-check:ignore leaks in a text`",
        "x.leak() //lint:ignore SA2001 concurrency-check/leaks",
    ],
)
def test_what_is_no_directive(run: Callable[..., Report], line: str) -> None:
    report = run(one(line))
    assert (len(report.introduced), report.problems) == (1, ())


UNUSED = "this directive silences nothing: remove it"


def test_one_that_silences_nothing_is_told(run: Callable[..., Report]) -> None:
    report = run(one("//concurrency-check:ignore leaks no longer so", "x.plug()", "x.leak()"))
    assert report.problems == (Problem("directive", "a.go", 4, UNUSED),)
    assert len(report.introduced) == 1


@pytest.mark.parametrize(
    ("directive", "told"),
    [
        ("//concurrency-check:ignore leaks so", False),
        ("//concurrency-check:ignore unlocked so", True),
        ("//nolint:concurrency-check // so", False),
    ],
)
def test_one_is_not_called_useless_when_its_heuristic_did_not_run(
    run: Callable[..., Report], tiny, directive: str, told: bool
) -> None:
    known = (tiny(), tiny("unlocked"))
    expected = (Problem("directive", "a.go", 4, UNUSED),) if told else ()
    tree = one(directive, "x.plug()")
    assert run(tree, None, *known, config=Config(heuristics={"leaks": "off"})).problems == expected
    assert run(tree, None, *known, only=frozenset({"unlocked"})).problems == expected


def test_generated_files_are_not_told_of(run: Callable[..., Report]) -> None:
    text = one("//concurrency-check:ignore leaks no longer so", "x.plug()")["a.go"]
    assert run({"a.go": "// Code generated by hand. DO NOT EDIT.\n\n" + text}) == Report(files=0)


def test_a_change_is_told_only_of_the_files_that_it_touches(run: Callable[..., Report]) -> None:
    base = {"a.go": one("//concurrency-check:ignore leaks no longer so")["a.go"], "b.go": "package p\n"}
    assert run(base | {"b.go": "package p\n\n"}, base).problems == ()
    assert len(run(base | {"a.go": base["a.go"] + "\n"}, base).problems) == 1


def test_the_first_place_answers_for_the_whole_finding_and_a_later_one_for_itself(run: Callable[..., Report]) -> None:
    ignore = "//concurrency-check:ignore leaks meant so"
    first = run(one(f"x.leak() {ignore}", "x.leak()"))
    assert (len(first.suppressed), first.introduced) == (1, ())
    later = run(one("x.leak()", f"x.leak() {ignore}", "x.leak()"))
    assert [found.span.line for found in later.suppressed] == [5]
    assert [(found.span.line, [place.span.line for place in found.related]) for found in later.introduced] == [(4, [6])]
    assert later.problems == ()


def test_to_silence_the_specific_one_does_not_wake_the_general_one(run: Callable[..., Report], tiny) -> None:
    general = tiny(name="general", yields_to=("leaks",))
    report = run(one("//concurrency-check:ignore leaks meant so", "x.leak()"), None, general, tiny())
    assert report.introduced == ()
    assert [found.heuristic for found in report.suppressed] == ["leaks"]


def test_a_directive_that_a_change_adds_silences_what_it_brings(run: Callable[..., Report]) -> None:
    report = run(one("x.leak() //concurrency-check:ignore leaks meant so"), one(""))
    assert report.introduced == ()
    assert [found.anchors[0].line for found in report.suppressed] == [4]


@given(st.lists(st.sampled_from(["x.leak()", "y.leak()", "", "// remark", "z()"]), min_size=1, max_size=8), st.data())
def test_directives_only_move_findings_from_one_list_to_the_other(
    run: Callable[..., Report], lines: list[str], data: st.DataObject
) -> None:
    chosen = data.draw(st.sets(st.sampled_from(range(len(lines)))))
    ignore = " //concurrency-check:ignore leaks meant so"
    plain = run(one(*lines), everything=True)
    silenced = run(one(*(line + ignore if n in chosen else line for n, line in enumerate(lines))), everything=True)
    before = {found.fingerprint for found in plain.introduced}
    assert before == {found.fingerprint for found in silenced.introduced} | (
        before & {found.fingerprint for found in silenced.suppressed}
    )
    useless = {4 + n for n in chosen if "leak" not in lines[n] and lines[n] and not lines[n].startswith("//")}
    assert useless <= {problem.line for problem in silenced.problems}
