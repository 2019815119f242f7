"""The whole story: what a report holds, what is left out, and why."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable

import pytest

import heuristics
from heuristics import Config, MemorySnapshot, Report, Severity, Tier


def source(*lines: str, package: str = "p") -> str:
    return f"package {package}\n\nfunc f() {{\n" + "".join(f"\t{line}\n" for line in lines) + "}\n"


def names(found: tuple) -> list[str]:
    return [one.heuristic for one in found]


def reasons(report: Report) -> list[str]:
    return [silence.reason for silence in report.silences]


def test_a_heuristic_that_raises_is_a_problem_and_the_others_stand(run: Callable[..., Report], tiny) -> None:
    report = run({"a.go": source("x.leak()")}, None, tiny("breaks"), tiny())
    assert names(report.introduced) == ["leaks"]
    (problem,) = report.problems
    said = r"breaks failed: KeyError: 'a bug in the heuristic' \(conftest.py:\d+\)"
    assert problem.kind == "heuristic" and re.fullmatch(said, problem.message)


def test_one_that_raises_at_base_does_not_make_old_findings_new(run: Callable[..., Report], tiny) -> None:
    def check(index):
        assert b"old" not in index.text("a.go"), "trouble with old code"
        yield from tiny().check(index)

    base = {"a.go": source("x.leak()", "old()")}
    head = {"a.go": source("x.leak()", "fresh()")}
    report = run(head, base, tiny(check=check))
    assert (report.introduced, report.standing) == ((), ())
    assert [problem.kind for problem in report.problems] == ["heuristic"]


def test_sites_of_a_variable_in_a_function_are_one_finding(run: Callable[..., Report]) -> None:
    report = run({"a.go": source("x.leak()", "x.leak()", "", "", "", "y.leak()", "x.leak(); x.leak()")})
    told = [(one.variable, one.span.line, [place.span.line for place in one.related]) for one in report.introduced]
    assert told == [("x", 4, [5, 10]), ("y", 9, [])]


def test_variables_side_by_side_are_told_in_one_finding(run: Callable[..., Report]) -> None:
    files = {"a.go": source("x.leak()", "y.leak()", "", "z.leak()", "", "", "", "far.leak()")}
    first, far = run(files).introduced
    assert (first.variable, far.variable) == ("x", "far")
    assert [(place.span.line, place.message) for place in first.related] == [
        (5, "the same holds for `y`"),
        (7, "the same holds for `z`"),
    ]
    assert reasons(run(files)) == ["told together with the finding above it"] * 2
    assert {one.variable: one.offered for one in run(files, everything=True).introduced} == {
        "x": True,
        "y": False,
        "z": False,
        "far": True,
    }


def test_what_is_left_of_a_row_is_told_when_its_first_is_mended(run: Callable[..., Report]) -> None:
    (left,) = run({"a.go": source("", "y.leak()")}).introduced
    assert left.variable == "y" and left.fingerprint in {
        one.fingerprint for one in run({"a.go": source("x.leak()", "y.leak()")}, everything=True).introduced
    }


def test_the_general_heuristic_yields_to_the_specific_one(run: Callable[..., Report], tiny) -> None:
    general = tiny(name="general", yields_to=("leaks", "not-there"))
    report = run({"a.go": source("x.leak()")}, None, general, tiny())
    assert names(report.introduced) == ["leaks"]
    assert reasons(report) == ["leaks says it more specifically"]


def test_it_does_not_yield_to_one_that_stays_in_the_background(run: Callable[..., Report], tiny) -> None:
    general = tiny(name="general", yields_to=("leaks",))
    report = run({"a.go": source("x.leak()")}, None, general, tiny(tier=Tier.B), everything=True)
    assert names(report.introduced) == ["general", "leaks"]


@pytest.mark.parametrize(
    "leave_out", [{"only": frozenset({"general"})}, {"config": Config(heuristics={"leaks": "off"})}]
)
def test_to_leave_out_the_specific_one_does_not_wake_the_general_one(
    run: Callable[..., Report], tiny, leave_out: dict
) -> None:
    general = tiny(name="general", yields_to=("leaks",))
    assert run({"a.go": source("x.leak()")}, None, general, tiny(), **leave_out).introduced == ()


def test_tiers_decide_what_is_offered(run: Callable[..., Report]) -> None:
    tree = {"a.go": source("x.leak()", "y.leak(b)", "z.leak(c)", "w.leak(quiet)")}
    report = run(tree)
    assert [(one.variable, one.tier) for one in report.introduced] == [("x", Tier.A)]
    assert reasons(report) == [
        "it is quiet",
        "tier B, and the second evidence is missing",
        "tier C: reported only when everything is asked for",
    ]
    told = [(one.variable, one.offered, one.severity) for one in run(tree, everything=True).introduced]
    assert told == [("x", True, Severity.ERROR), ("y", False, Severity.ERROR), ("z", False, Severity.NOTE)]


def test_the_configuration_sets_the_level(run: Callable[..., Report]) -> None:
    (one,) = run({"a.go": source("x.leak()")}, config=Config(heuristics={"leaks": "note"})).introduced
    assert one.severity is Severity.NOTE
    assert run({"a.go": source("x.leak()")}, config=Config(heuristics={"leaks": "off"})) == Report(files=1)


def test_ignored_paths_are_read_but_not_reported(run: Callable[..., Report]) -> None:
    tree = {"gen/a.go": source("x.leak()"), "a.go": source("x.leak()")}
    report = run(tree, config=Config(paths_ignore=("gen/",)))
    assert [one.span.path for one in report.introduced] == ["a.go"]
    assert reasons(report) == ["paths-ignore covers this file"]
    assert report.files == 2


@pytest.mark.parametrize(
    ("within", "paths"),
    [
        ((), ["a.go", "a/b.go", "ab/c.go"]),
        ((".",), ["a.go", "a/b.go", "ab/c.go"]),
        (("a",), ["a/b.go"]),
        (("a/", "a.go"), ["a.go", "a/b.go"]),
        (("nowhere",), []),
    ],
)
def test_only_what_lies_within_is_reported(
    run: Callable[..., Report], within: tuple[str, ...], paths: list[str]
) -> None:
    tree = {path: source("x.leak()") for path in ("a.go", "a/b.go", "ab/c.go")}
    assert [one.span.path for one in run(tree, within=within).introduced] == paths


@pytest.mark.parametrize(
    "tree",
    [
        {"a_test.go": source("x.leak()")},
        {"testutil/a.go": source("x.leak()").replace("\n\n", '\n\nimport "testing"\n\n', 1)},
    ],
)
def test_test_files_and_helpers_of_tests_are_for_those_that_say_so(
    run: Callable[..., Report], tiny, tree: dict[str, str]
) -> None:
    assert len(run(tree, None, tiny(in_tests=True)).introduced) == 1
    report = run(tree, None, tiny(in_tests=False))
    assert (report.introduced, reasons(report)) == ((), ["does not look at test files"])


@pytest.mark.parametrize(
    "tree",
    [
        {"testutil/a.go": source("x.leak()")},
        {"a.go": source("x.leak()").replace("\n\n", '\n\nimport "testing"\n\n', 1)},
    ],
)
def test_a_helper_of_tests_is_called_so_and_imports_their_package(
    run: Callable[..., Report], tiny, tree: dict[str, str]
) -> None:
    assert len(run(tree, None, tiny(in_tests=False)).introduced) == 1


def test_a_change_without_go_files_is_nothing_to_look_at(run: Callable[..., Report]) -> None:
    base = {"a.go": source("x.leak()"), "README.md": "old"}
    assert run(base | {"README.md": "new"}, base) == Report()
    assert run(base | {"vendor/m/a.go": source("x.leak()")}, base) == Report()


def test_deleted_files_bring_nothing(run: Callable[..., Report]) -> None:
    base = {"a.go": source("x.leak()"), "b.go": source("y.leak()")}
    report = run({"b.go": base["b.go"]}, base)
    assert (report.introduced, [one.variable for one in report.standing]) == ((), ["y"])
    assert run({}, base) == Report()


def test_only_touched_packages_are_told_of(run: Callable[..., Report]) -> None:
    base = {"a/a.go": source("x.leak()"), "b/b.go": source("y.leak()")}
    report = run(base | {"a/a.go": source("x.leak()", "x.plug()")}, base)
    assert [one.span.path for one in report.standing] == ["a/a.go"]
    assert report.files == 1


def test_a_name_that_is_no_heuristic_is_refused(run: Callable[..., Report]) -> None:
    with pytest.raises(ValueError, match="no such heuristic: nonsense"):
        run({}, only=frozenset({"nonsense"}))


def test_a_report_can_be_handed_to_another_process(run: Callable[..., Report]) -> None:
    report = run({"a.go": source("x.leak()", "y.leak(b)")}, {}, everything=True)
    assert len(report.introduced) == 2
    assert pickle.loads(pickle.dumps(report)) == report


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe",
        b"package",
        b"package p\nfunc (",
        b"\x00" * 100,
        b"package p\r\n\r\nfunc f() {\r\n}\r\n",
        b"}" * 500,
    ],
)
def test_no_bytes_stop_the_engine(text: bytes) -> None:
    good = source("x()").encode()
    assert heuristics.analyze(MemorySnapshot({"a.go": text, "b.go": good})).introduced == ()
    heuristics.analyze(MemorySnapshot({"a.go": text, "b.go": good}), MemorySnapshot({"a.go": good}))
    heuristics.analyze(MemorySnapshot({"a.go": good}), MemorySnapshot({"a.go": text}))


@pytest.mark.parametrize(
    ("deep", "kind"),
    [
        ("func g() string {\n\treturn " + " +\n".join(['"a"'] * 600) + "\n}\n", "states"),
        ("func g(b B) {\n\tb" + ".\nA()" * 300 + "\n}\n", "states"),
        ("func g() {\n" + "{\n" * 2000 + "}\n" * 2001, "states"),
        ("type D " + "[]" * 2000 + "int\n", "parse"),
        ("type D struct { a " + "*" * 2000 + "S }\n", "parse"),
        ("var d = " + "(" * 2000 + "1" + ")" * 2000 + "\n\nfunc g() { d = 2 }\n", ""),
        ("func g() {\n" + "if x {\n" * 2000, ""),
    ],
    ids=["sum", "calls", "blocks", "type", "field", "variable", "unclosed"],
)
def test_nesting_costs_only_the_declaration(deep: str, kind: str) -> None:
    leak = "func f() {\n\tmu.Lock()\n\tif x {\n\t\treturn\n\t}\n\tmu.Unlock()\n}\n\n"
    text = f'package p\n\nimport "sync"\n\nvar mu sync.Mutex\n\n{leak}{deep}'
    report = heuristics.analyze(MemorySnapshot({"a.go": text.encode()}))
    assert names(report.introduced) == ["lock-leak-on-return"]
    assert {problem.kind for problem in report.problems} <= {kind}


def test_paths_need_not_be_utf_8(run: Callable[..., Report]) -> None:
    path = b"caf\xe9/a.go".decode(errors="surrogateescape")
    report = run({path: source("x.leak()")}, {path: source("ok()")})
    assert [one.span.path for one in report.introduced] == [path]


def test_ignored_files_are_not_told_of_at_all(run: Callable[..., Report]) -> None:
    tree = {"gen/a.go": source("//concurrency-check:ignore leaks so", "ok()"), "gen/b.go": "package gen\n\nfunc ("}
    assert {problem.kind for problem in run(tree).problems} == {"directive", "parse"}
    assert run(tree, config=Config(paths_ignore=("gen/",))).problems == ()


def test_crlf_moves_no_line(run: Callable[..., Report]) -> None:
    (one,) = run({"a.go": source("y()", "x.leak()").replace("\n", "\r\n")}).introduced
    assert one.span.line == 5


def test_the_face_is_complete() -> None:
    assert all(hasattr(heuristics, name) for name in heuristics.__all__)
    assert heuristics.analyze(MemorySnapshot({"a.go": source("x()").encode()})) == Report(files=1)
