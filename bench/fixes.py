"""How often the fixes that are offered do what the maintainers did. For people; no test looks at it.

python bench/fixes.py CASES.json DIR [--only REGEX] [--jobs N] [--show]

CASES.json: a list of {id, repo, parent, fix, path, func, lines, family}: bugs that were fixed, with the commit of the
fix and the one before it. DIR: bare clones, OWNER+NAME/repo or OWNER+NAME.git. --show: every fix that differs, with
both changes; cases of the part "check" are counted and not shown.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

from bot.sources.git_objects import commit_snapshot, find_commit, open_git_dir
from heuristics import Edit, Finding, analyze

NEAR = 3  # lines between a finding and the bug
_DEFERRED = re.compile(r"^defer\s+(?:func\(\)\s*\{\s*)?(\S+)\.R?Unlock\(\)")
_RELEASE = re.compile(r"^(\S+)\.R?Unlock\(\)")
_TAKE = re.compile(r"^(\S+)\.(R?)Lock\(\)")
_CLONE = re.compile(r"\b(?:maps|slices|bytes)\.Clone\(|\.Clone\(\)")
_RECEIVER = re.compile(r"^func \((?:\w+ )?(\*?)\w")


@dataclass(frozen=True, slots=True)
class Case:
    """A bug that was fixed: at `parent` it stands in `func`, around these lines of `path`, at `fix` it is gone."""

    id: str
    repo: str
    parent: str
    fix: str
    path: str
    func: str
    lines: tuple[int, ...]
    family: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """One verified fix beside what the maintainers did. ours, theirs: the kinds of change in the function."""

    case: Case
    heuristic: str
    title: str
    ours: frozenset[str]
    theirs: frozenset[str]
    text: str

    @property
    def place(self) -> bool:
        """Whether the maintainers changed the same function."""
        return bool(self.theirs)

    @property
    def kind(self) -> bool:
        """Whether they did the same there."""
        return bool(self.ours & self.theirs)


def main() -> None:
    """Compare over all cases and print the shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("mirrors", type=Path)
    parser.add_argument("--only", default="", help="regular expression on id and family")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--show", action="store_true")
    wish = parser.parse_args()
    cases = [case for case in read(wish.cases) if re.search(wish.only, f"{case.id} {case.family}")]
    with ProcessPoolExecutor(wish.jobs) as pool:
        rows = [row for found in pool.map(compare, cases, repeat(wish.mirrors)) for row in found]
    table(rows, len(cases))
    for row in rows:
        if wish.show and row.case.shown and not row.kind:
            print(f"\n{row.case.id} {row.heuristic}: {row.title}")
            print(f"  ours: {sorted(row.ours)}, theirs: {sorted(row.theirs)}\n{row.text}")


def read(path: Path) -> Iterator[Case]:
    """The cases of a file."""
    for row in json.loads(path.read_text()):
        yield Case(
            id=row["id"],
            repo=row["repo"],
            parent=row["parent"],
            fix=row["fix"],
            path=row["path"],
            func=row["func"],
            lines=tuple(row["lines"]),
            family=row["family"],
            shown=row.get("part") != "check",
        )


def table(rows: list[Compared], cases: int) -> None:
    """Print, for each heuristic, how many of its fixes agree."""
    print(f"{cases} cases, {len({row.case.id for row in rows})} of them with a verified fix at the bug")
    print(f"{'heuristic':36}{'fixes':>6}{'same place':>12}{'same kind':>11}{'share':>7}")
    groups: dict[str, list[Compared]] = defaultdict(list)
    for row in rows:
        groups[row.heuristic].append(row)
    for name, mine in [*sorted(groups.items()), ("all", rows)]:
        same = sum(row.kind for row in mine)
        print(f"{name:36}{len(mine):6}{sum(row.place for row in mine):12}{same:11}{same / max(1, len(mine)):7.0%}")


def compare(case: Case, mirrors: Path) -> list[Compared]:
    """The verified fixes at the place of a case, one for each function and heuristic."""
    name = case.repo.replace("/", "+")
    git = next((folder for end in ("/repo", ".git") if (folder := mirrors / f"{name}{end}").is_dir()), None)
    if git is None:
        return []
    repo = open_git_dir(str(git))
    head = commit_snapshot(repo, find_commit(repo, case.parent))
    before, after = show(git, case.parent, case.path), show(git, case.fix, case.path)
    found: dict[tuple[str, str], Compared] = {}
    for finding in analyze(head, within=(case.path,)).introduced:
        if finding.fix is None or not finding.fix.edits or not _hits(finding, case):
            continue
        ours = changes(before, _edited(before, finding.fix.edits, case.path), finding.symbol)
        theirs = changes(before, after, finding.symbol)
        text = "\n".join(["  --- ours", *ours, "  --- theirs", *theirs])
        row = Compared(case, finding.heuristic, finding.fix.title, kinds(ours), kinds(theirs), text)
        found.setdefault((finding.heuristic, finding.symbol), row)
    return list(found.values())


def _hits(finding: Finding, case: Case) -> bool:
    near = any(abs(finding.span.line - line) <= NEAR for line in case.lines)
    return finding.offered and finding.span.path == case.path and (near or finding.symbol == case.func)


def show(git: Path, commit: str, path: str) -> str:
    """A file of a commit; empty when it is not there."""
    done = subprocess.run(["git", "-C", git, "show", f"{commit}:{path}"], capture_output=True)
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def _edited(text: str, edits: tuple[Edit, ...], path: str) -> str:
    data = text.encode()
    for edit in sorted((e for e in edits if e.path == path), key=lambda e: (e.start, e.end), reverse=True):
        data = data[: edit.start] + edit.text.encode() + data[edit.end :]
    return data.decode("utf-8", "replace")


def changes(before: str, after: str, symbol: str) -> list[str]:
    """The lines that went away (-) and came (+) in a function."""
    old, new = function(before, symbol), function(after, symbol)
    return [line for line in difflib.ndiff(old, new) if line[:2] in ("- ", "+ ")] if new else []


def function(text: str, symbol: str) -> list[str]:
    """The stripped lines of a function of a formatted file: from its heading to the first brace in the first column."""
    owner, _, name = symbol.rpartition(".")
    receiver = rf"\((?:\w+ )?\*?{re.escape(owner)}(?:\[[^\]]*\])?\) " if owner else ""
    head = re.search(rf"^func {receiver}{re.escape(name)}[(\[].*$", text, re.M)
    if head is None:
        return []
    end = text.find("\n}\n", head.start())
    return [line.strip() for line in text[head.start() : end if end >= 0 else len(text)].split("\n")]


def kinds(lines: list[str]) -> frozenset[str]:
    """What a change does with locks: "defer the release of mu", "take mu"; "something else" for any other change."""
    came, went = ([line[2:] for line in lines if line[0] == sign] for sign in "+-")
    found = set(_kinds(came, went)) | {f"no longer {kind}" for kind in _kinds(went, came)}
    return frozenset(found or ({"something else"} if lines else ()))


def _kinds(came: list[str], went: list[str]) -> Iterator[str]:
    for line in came:
        if match := _DEFERRED.match(line):
            yield f"defer the release of {_last(match[1])}"
        elif match := _RELEASE.match(line):
            yield f"release {_last(match[1])}"
        elif match := _TAKE.match(line):
            other = f"{match[1]}.{'' if match[2] else 'R'}Lock()"
            yield f"{match[2] or 'W'}-lock {_last(match[1])}" if other in went else f"take {_last(match[1])}"
        elif _CLONE.search(line):
            yield "clone"
        elif (match := _RECEIVER.match(line)) and match[1] and any(_RECEIVER.match(old) for old in went):
            yield "pointer receiver"


def _last(operand: str) -> str:
    return operand.rpartition(".")[2]


if __name__ == "__main__":
    main()
