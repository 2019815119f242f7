"""Writes the pages in docs/heuristics from the source: one for each heuristic, which is its docstring, and an index.

    python docs/pages.py

A test holds the pages against the source.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from heuristics import Heuristic, Tier, catalogue

FOLDER = Path(__file__).resolve().parent / "heuristics"
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


if __name__ == "__main__":
    main()
