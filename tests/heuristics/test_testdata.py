"""Runs every case below heuristics/FAMILY/testdata/NAME/CASE/ and holds the findings against the `// want` comments.

A case is a small tree: Go files, a go.mod where the version matters, `base/` with the whole tree before where the case
is a change (a go.mod that is missing there is the same as in head), `FILE.go.fixed` where a fix has edits.

    code() // want "regexp"             one finding on this line whose message matches; two patterns, two findings
    // want+1 "regexp" `regexp`         for the next line (or any other offset); backquotes spare escaping the quotes
    code() // want(all) "regexp"        a finding that is not offered for comment, only listed with everything else

Only the heuristic of the folder reports. Every offered finding (in a change: every introduced one) needs its
expectation, and every expectation its finding. Findings that are not offered may stay unmentioned.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

import heuristics
from heuristics import Config, Edit, Finding, Fix, MemorySnapshot, Report, Severity, Tier
from heuristics.engine.finding import Found
from heuristics.engine.fixes import apply
from heuristics.engine.heuristic import Heuristic, catalogue
from heuristics.engine.run import Wish, report
from heuristics.golang.index import Index

HEURISTICS = Path(heuristics.__path__[0])
WANT = re.compile(
    r"//\s*want(?P<all>\(all\))?(?P<offset>[+-]\d+)?(?P<patterns>(?:\s+(?:\"(?:[^\"\\]|\\.)*\"|`[^`]*`))*)"
)
PATTERN = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|`([^`]*)`")


@dataclass(frozen=True)
class Want:
    """One expectation. listed: the finding is expected to be there, but not to be offered."""

    path: str
    line: int
    pattern: str
    listed: bool

    def meets(self, finding: Finding) -> bool:
        here = (finding.span.path, finding.span.line) == (self.path, self.line)
        return here and finding.offered != self.listed and re.search(self.pattern, finding.message) is not None

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: nothing matches {'(all) ' * self.listed}{self.pattern!r}"


def cases() -> Iterator[Path]:
    for name in sorted(HEURISTICS.glob("*/testdata/*")):
        yield from sorted(path for path in name.iterdir() if path.is_dir())


def tree(root: Path) -> dict[str, bytes]:
    """The files below a folder, by path relative to it."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def head_and_base(case: Path) -> tuple[MemorySnapshot, MemorySnapshot | None]:
    files = tree(case)
    head = {path: text for path, text in files.items() if not path.startswith("base/") and not path.endswith(".fixed")}
    base = {path.removeprefix("base/"): text for path, text in files.items() if path.startswith("base/")}
    if not base:
        return MemorySnapshot(head), None
    inherited = {path: text for path, text in head.items() if path.endswith("go.mod")}
    return MemorySnapshot(head), MemorySnapshot(inherited | base)


def wants(path: str, text: bytes) -> Iterator[Want]:
    for number, line in enumerate(text.decode(errors="replace").splitlines(), 1):
        if match := WANT.search(line):
            patterns = [quoted.replace('\\"', '"') or raw for quoted, raw in PATTERN.findall(match["patterns"])]
            assert patterns, f"{path}:{number}: a want without a pattern"
            at = number + int(match["offset"] or 0)
            yield from (Want(path, at, pattern, bool(match["all"])) for pattern in patterns)


def disagreements(found: Sequence[Finding], expected: Sequence[Want]) -> list[str]:
    """What nobody expected and what nobody met, a line each; the findings themselves, so that a reader sees why."""
    left = list(expected)
    surplus = []
    for finding in found:
        match = next((want for want in left if want.meets(finding)), None)
        if match:
            left.remove(match)
        elif finding.offered:
            surplus.append(f"{finding.span.path}:{finding.span.line}: nobody expects: {finding.message}")
    seen = [
        f"    seen at {one.span.path}:{one.span.line}, {'' if one.offered else 'not '}offered: {one.message}"
        for one in found
        if left
    ]
    return [*surplus, *map(str, left), *seen]


def wrong_fixes(case: Path, head: MemorySnapshot, found: Sequence[Finding]) -> list[str]:
    """Where the files after all edits are not what the case says."""
    edits = {edit for one in found if one.offered and one.fix for edit in one.fix.edits}
    fixed = apply(edits, head)
    expected = {path.removesuffix(".fixed"): text for path, text in tree(case).items() if path.endswith(".fixed")}
    wrong = ["the edits of the fixes do not go together"] if edits and not fixed else []
    for path in sorted(fixed.keys() | expected.keys()):
        diff = difflib.unified_diff(
            expected.get(path, b"").decode().splitlines(),
            fixed.get(path, b"").decode().splitlines(),
            f"{path}.fixed" if path in expected else f"{path}.fixed (does not exist)",
            f"{path} after the fix" if path in fixed else f"{path} (no fix has edits)",
            lineterm="",
        )
        wrong += diff
    return wrong


def run(case: Path, known: Sequence[Heuristic], name: str) -> tuple[MemorySnapshot, Report]:
    head, base = head_and_base(case)
    wish = Wish(only=frozenset({name}), everything=True)
    return head, report(head, base, Config(), None, wish, known)


def judge(case: Path, known: Sequence[Heuristic], name: str) -> list[str]:
    """Everything that is wrong with a case, a line each."""
    head, result = run(case, known, name)
    expected = [want for path, text in head.files.items() if path.endswith(".go") for want in wants(path, text)]
    broken = [f"{one.path}:{one.line}: {one.message}" for one in result.problems if one.kind in ("heuristic", "parse")]
    return [*broken, *disagreements(result.introduced, expected), *wrong_fixes(case, head, result.introduced)]


@pytest.mark.parametrize("case", [pytest.param(case, id="/".join(case.parts[-2:])) for case in cases()])
def test_case(case: Path) -> None:
    assert not (wrong := judge(case, catalogue(), case.parent.name.replace("_", "-"))), "\n".join([str(case), *wrong])


def test_every_heuristic_has_cases_and_every_case_its_heuristic() -> None:
    folders = {path.parent.relative_to(HEURISTICS).as_posix() for path in cases()}
    modules = {f"{one.family}/testdata/{one.name}".replace("-", "_") for one in catalogue()}
    assert folders == modules


def test_every_heuristic_is_seen_to_speak() -> None:
    speaking = {
        case.parent.name.replace("_", "-")
        for case in cases()
        for path, text in tree(case).items()
        if path.endswith(".go") and list(wants(path, text))
    }
    assert speaking == {one.name for one in catalogue()}


def flagged(index: Index) -> Iterator[Found]:
    """A heuristic for the tests of this file: flags every `bad(…)`, offers good(…) instead; worse(…) is tier B."""
    for function in index.functions():
        text = index.text(function.path)
        for call in re.finditer(rb"\b(bad|worse)\((\w*)\)", text):
            if function.spec.start < call.start() < function.spec.stop:
                yield Found(
                    span=index.file(function.path).span(*call.span()),
                    message=f"{call[0].decode()} is wrong.",
                    symbol=function.symbol,
                    variable=f"{call[2].decode()} {call.start()}",
                    tier=Tier.B if call[1] == b"worse" else None,
                    fix=Fix("use good", (Edit(function.path, *call.span(1), "good"),)),
                )


FLAGGED = Heuristic("flagged", "lock-path", "It is flagged", "Page.\n", Tier.A, Severity.ERROR, True, (), flagged)
BODY = "package p\n\nfunc f() {\n\t%s\n}\n"


@pytest.mark.parametrize(
    ("files", "wrong"),
    [
        ({"a.go": BODY % "ok()"}, []),
        ({"a.go": BODY % 'bad(x) // want "^bad.x. is"', "a.go.fixed": BODY % 'good(x) // want "^bad.x. is"'}, []),
        ({"a.go": BODY % "worse(x) // want(all) `worse\\(x\\)`"}, []),
        ({"a.go": BODY % "worse(x)"}, []),
        ({"a.go": BODY % '// want+1 "bad.x" "bad.y"\n\tbad(x); bad(y)'}, ["(does not exist)"]),
        ({"a.go": BODY % "bad(x)"}, ["a.go:4: nobody expects: bad(x) is wrong.", "(does not exist)"]),
        ({"a.go": BODY % 'ok() // want "x"'}, ["a.go:4: nothing matches 'x'"]),
        (
            {"a.go": BODY % 'worse(x) // want "worse"'},
            ["a.go:4: nothing matches 'worse'", "    seen at a.go:4, not offered: worse(x) is wrong."],
        ),
        (
            {"a.go": BODY % 'bad(x) // want(all) "bad"'},
            [
                "a.go:4: nobody expects: bad(x)",
                "a.go:4: nothing matches (all) 'bad'",
                "    seen at",
                "(does not exist)",
            ],
        ),
        (
            {"a.go": BODY % 'bad(x) // want "bad" "bad"'},
            ["a.go:4: nothing matches 'bad'", "    seen at", "(does not exist)"],
        ),
        ({"a.go": BODY % 'bad(x) // want "bad"', "a.go.fixed": BODY % "good(y)"}, ["-\tgood(y)"]),
        ({"a.go": BODY % "ok()", "a.go.fixed": BODY % "ok()"}, ["(no fix has edits)"]),
        ({"a.go": "package p\n\nfunc ("}, ["a.go:3: a declaration here does not parse"]),
        ({"a.go": BODY % "bad(x)", "base/a.go": BODY % "bad(x) // before"}, []),
        ({"a.go": BODY % "bad(x)", "base/a.go": BODY % "ok()"}, ["a.go:4: nobody expects", "(does not exist)"]),
    ],
)
def test_the_judge_itself(tmp_path: Path, files: dict[str, str], wrong: list[str]) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    said = judge(tmp_path, (FLAGGED,), "flagged")
    assert all(any(part in line for line in said) for part in wrong), said
    assert bool(said) == bool(wrong), said


def test_a_want_without_a_pattern_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text(BODY % "bad(x) // want bad")
    with pytest.raises(AssertionError, match="a want without a pattern"):
        judge(tmp_path, (FLAGGED,), "flagged")
