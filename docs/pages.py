"""Writes docs/heuristics (each page is a docstring, with an index), docs/figures.md, the table in docs/permissions.md.

    python docs/pages.py

A test holds the pages against the source.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from textwrap import fill

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.github.permissions import PERMISSIONS, Permission
from heuristics import Heuristic, Tier, catalogue

BENCH = Path(__file__).resolve().parents[1] / "bench"
FOLDER = Path(__file__).resolve().parent / "heuristics"
PERMISSION_PAGE = Path(__file__).resolve().parent / "permissions.md"
PERMISSION_HEAD = "| permission | access | why | calls |\n|---|---|---|---|\n"
FIGURES_PAGE = Path(__file__).resolve().parent / "figures.md"
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

[What each is worth](../figures.md) on real code. These pages are made from the source by `python docs/pages.py`.
"""
FIGURES_HEAD = """\
# What each heuristic is worth

Measured on real code, so that you can see what to expect. **Found** are bugs that maintainers of Go projects fixed
later: of {parent} looked at in the code before the fix, and of {intro} in the change that brought them, those that the
heuristic is among the finders of. They are of these kinds only:
{kinds}.
A heuristic for another kind shows 0 there, because it was not measured yet. **Ordinary changes** are {changes} commits
drawn at random: findings there, and of these the true, harmless and false ones as far as they were read. **Read** are
all findings on real code that somebody has read so far ([bench/judged.json](../bench/judged.json)), with the same three
verdicts; **false once** are those that the engine, mended since, does not say any more.

A heuristic of which {enough} findings or more that it still says were read, and less than half of them true, is listed
only (tier C).

Made by `python docs/pages.py` from `bench/recall.json`, which `python bench/figures.py` makes from results.

"""
ENOUGH = 5  # findings that were read, before a share of them says something
VERDICTS = ("true", "harmless", "false")
MENDED = "false once"


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


def figures() -> str:
    """The page with recall and noise of each heuristic and of each kind of bug."""
    measured = json.loads((BENCH / "recall.json").read_text())
    parent, intro, noise = measured["parent"], measured["intro"], measured["noise"]
    text = FIGURES_HEAD.format(
        parent=parent["bugs"],
        intro=intro["bugs"],
        kinds=fill(", ".join(sorted(parent["families"])), 120, break_on_hyphens=False),
        changes=noise["changes"],
        enough=ENOUGH,
    )
    verdicts, judged = _verdicts()
    text += "| heuristic | tier | found before the fix | found in the change | ordinary changes | read |\n"
    text += "|---|---|---|---|---|---|\n"
    for one in catalogue():
        found = [place for place in noise["findings"] if place["heuristic"] == one.name]
        read = Counter(verdicts.get(tuple(place.values()), "unread") for place in found)
        counts = [str(run["heuristics"].get(one.name, 0)) for run in (parent, intro)]
        noisy = f"{len(found)}{f' ({_shares(read)})' if found else ''}"
        cells = (f"[{one.name}](heuristics/{one.name}.md)", one.tier.value, *counts, noisy, _shares(judged[one.name]))
        text += f"| {' | '.join(cells)} |\n"
    text += "\n| kind of bug | found before the fix | gone after it | found in the change |\n|---|---|---|---|\n"
    for name, family in parent["families"].items():
        other = intro["families"].get(name, {"found": 0, "bugs": 0})
        before = f"{family['found']} of {family['bugs']}"
        text += f"| {name} | {before} | {family['gone']} | {other['found']} of {other['bugs']} |\n"
    return text


def _verdicts() -> tuple[Mapping[tuple[str | int, ...], str], Mapping[str, Counter[str]]]:
    """The verdict on each place that was read, and the number of verdicts for each heuristic."""
    rows = json.loads((BENCH / "judged.json").read_text())
    keys = ("repository", "commit", "path", "line", "heuristic")
    counts = {one.name: Counter[str]() for one in catalogue()}
    for row in rows:
        counts.setdefault(row["heuristic"], Counter())[MENDED if "silent" in row else row["verdict"]] += 1
    return {tuple(row[key] for key in keys): row["verdict"] for row in rows}, counts


def _shares(verdicts: Counter[str]) -> str:
    return ", ".join(f"{verdicts[name]} {name}" for name in (*VERDICTS, MENDED, "unread") if verdicts[name]) or "-"


def main() -> None:
    """Write them, and remove those of heuristics that are gone."""
    FOLDER.mkdir(exist_ok=True)
    made = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text)
    FIGURES_PAGE.write_text(figures())
    PERMISSION_PAGE.write_text(permissions(PERMISSION_PAGE.read_text()))


if __name__ == "__main__":
    main()
