"""Writes pages from the source: docs/heuristics (each is a docstring, with an index), the table in docs/permissions.md.

    python docs/pages.py

A test holds the pages against the source.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.github.permissions import PERMISSIONS, Permission
from heuristics import Heuristic, Tier, catalogue

FOLDER = Path(__file__).resolve().parent / "heuristics"
PERMISSION_PAGE = Path(__file__).resolve().parent / "permissions.md"
PERMISSION_HEAD = "| permission | access | why | calls |\n|---|---|---|---|\n"
INDEX = "README.md"
TIERS = {
    Tier.A: "comments",
    Tier.B: "comments with second evidence",
    Tier.C: "is listed only",
}
HEAD = """\
# Heuristics

Each is one bug pattern. Tier A comments on pull requests; B comments when a second piece of evidence stands beside the
first; C is listed by `--all` only. `concurrency-check explain NAME` shows the same pages.

These pages are made from the source by `python docs/pages.py`.
"""


def pages() -> Mapping[str, str]:
    """File name -> text of every page, the index among them."""
    made = {f"{heuristic.name}.md": _page(heuristic) for heuristic in catalogue()}
    return {**made, INDEX: _index()}


def permissions(page: str) -> str:
    """The page of permissions with its table made anew."""
    before, head, after = page.partition(PERMISSION_HEAD)
    rest = after[after.index("\n\n") + 1 :]
    return before + head + "".join(map(_row, PERMISSIONS)) + rest


def _row(one: Permission) -> str:
    calls = [f"`{call.replace('/repos/{owner}/{repo}', '…')}`" for call in one.calls]
    events = [f"event `{event}`" for event in one.events]
    more = (
        f" Where an operator grants {one.more[0]}, reactions to such commands are written too." if one.more[0] else ""
    )
    return f"| `{one.name}` | {one.access} | {one.why}{more} | {'<br>'.join((*calls, *events))} |\n"


def _page(heuristic: Heuristic) -> str:
    tests = "" if heuristic.in_tests else "; not in test files"
    facts = f"{heuristic.severity.value}, tier {heuristic.tier.value} ({TIERS[heuristic.tier]}){tests}"
    return (
        f"# {heuristic.title}\n\n"
        f"`{heuristic.name}`, family [{heuristic.family}]({INDEX}#{heuristic.family}): {facts}\n\n"
        f"{heuristic.page}"
    )


def _index() -> str:
    text = HEAD
    for family, members in groupby(catalogue(), key=lambda heuristic: heuristic.family):
        text += f"\n## {family}\n\n| heuristic | what it finds | severity | tier |\n|---|---|---|---|\n"
        for one in members:
            text += f"| [{one.name}]({one.name}.md) | {one.title} | {one.severity.value} | {one.tier.value} |\n"
    return text


def main() -> None:
    """Write them, and remove those of heuristics that are gone."""
    FOLDER.mkdir(exist_ok=True)
    made = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text)
    PERMISSION_PAGE.write_text(permissions(PERMISSION_PAGE.read_text()))


if __name__ == "__main__":
    main()
