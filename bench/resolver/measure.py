"""How much of what Go's type checker knows of locks, maps and shared fields our resolver knows too, without a build.

python bench/resolver/measure.py [--examples N] GIT_DIR|FOLDER|std ...

GIT_DIR is read at HEAD; std is the standard library of the toolchain. ../README.md says what is counted.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import engine
from reasons import reason
from truth import Selector, Toolchain

from bot.sources.errors import CannotRead
from bot.sources.git_objects import commit_snapshot, find_commit, open_git_dir
from bot.sources.paths import wanted
from bot.sources.working_tree import Root, WorkingTree
from heuristics import BlobMissing
from heuristics.golang.file import File
from heuristics.golang.index import Index
from heuristics.golang.model import Field
from heuristics.golang.repository import Package
from heuristics.golang.types.infer import Inference

RESOLVED, WRONG, UNRESOLVED = "resolved", "wrong", "unresolved"
SHOWN = 25  # reasons


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine made of one selector. why: of what is not resolved."""

    selector: Selector
    verdict: str
    why: str = ""


def main() -> None:
    """Measure everything that the user names, and the sum."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--examples", type=int, default=0, help="places to show for each reason")
    parser.add_argument("what", nargs="+", metavar="GIT_DIR|FOLDER|std")
    arguments = parser.parse_args()
    total: list[Answer] = []
    with tempfile.TemporaryDirectory() as scratch:
        toolchain = Toolchain(Path(scratch))
        for number, what in enumerate(arguments.what):
            folder = checkout(what, Path(scratch) / f"files{number}", toolchain)
            start = time.process_time()
            answers = list(compare(folder, toolchain))
            report(what, answers, arguments.examples, time.process_time() - start)
            total += answers
    if len(arguments.what) > 1:
        report("all together", total, 0)


def checkout(what: str, folder: Path, toolchain: Toolchain) -> Path:
    """The files of what the user named, as a folder."""
    if what == "std":
        return toolchain.library
    try:
        repo = open_git_dir(what)
    except CannotRead:
        return Path(what).resolve()
    snapshot = commit_snapshot(repo, find_commit(repo, "HEAD"))
    for path, blob in snapshot.paths().items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            target.write_bytes(snapshot.read(blob))
        except BlobMissing:
            continue
    return folder


def compare(folder: Path, toolchain: Toolchain) -> Iterator[Answer]:
    """Each selector that is counted, with the engine's answer."""
    wanted_rows: dict[str, dict[int, Selector]] = defaultdict(dict)
    for selector in toolchain.selectors(folder):
        if wanted(selector.path):
            wanted_rows[selector.path][selector.offset] = selector
    index = Index(WorkingTree(Root(folder, None)))
    for package in index.packages():
        for file in package.files:
            rows = wanted_rows.pop(file.path, None)
            if rows:
                yield from answers_in(index, package, file, rows)
    for rows in wanted_rows.values():
        yield from (Answer(row, UNRESOLVED, "the file was not read") for row in rows.values())


def answers_in(index: Index, package: Package, file: File, rows: dict[int, Selector]) -> Iterator[Answer]:
    """The answers for one file."""
    for inference, binder, node in engine.bodies(index, package, file):
        for selector in engine.selectors(node):
            row = rows.pop(selector.stop - len(selector.name.encode()), None)
            if row is None:
                continue
            field = engine.selected(inference, selector)
            if field is not None:
                yield judge(row, field, inference)
            else:
                yield Answer(row, UNRESOLVED, reason(selector, inference, binder))
    yield from (Answer(row, UNRESOLVED, "the selector was not seen") for row in rows.values())


def judge(row: Selector, found: Field, inference: Inference) -> Answer:
    """Whether the engine's field is the one that the type checker means, and holds what that says."""
    place = engine.declared_at(inference, found)
    if place is not None and not (place[0] == row.field and place[1] <= row.field_offset < place[2]):
        return Answer(row, WRONG, f"another declaration ({row.kind})")
    if place is None and row.owner and found.owner != "struct":
        return Answer(row, WRONG, "no declaration")
    kind = engine.kind_of(inference, found.type)
    if kind == row.kind or row.kind in ("unknown", "promoted"):
        return Answer(row, RESOLVED)
    if row.kind == "other" and row.type and engine.shown(found.type) == row.type:
        return Answer(row, RESOLVED)  # a type of the library, known by its name
    if kind == "unknown":
        return Answer(row, UNRESOLVED, f"the field is known, not that it is a {row.kind}: {engine.shown(found.type)}")
    return Answer(row, WRONG, f"said {kind}, is {row.kind}")


def report(what: str, answers: list[Answer], examples: int, seconds: float = 0.0) -> None:
    """Print the shares and the reasons."""
    counted = len(answers)
    print(f"{what}: {counted:,} selectors counted" + (f", {seconds:.1f} s of work here" if seconds else ""))
    if not counted:
        return
    verdicts = Counter(answer.verdict for answer in answers)
    print("  " + ", ".join(f"{v} {verdicts[v] / counted:.2%}" for v in (RESOLVED, UNRESOLVED, WRONG)))
    kinds = Counter(answer.selector.kind for answer in answers)
    known = Counter(answer.selector.kind for answer in answers if answer.verdict == RESOLVED)
    print("  resolved by kind: " + ", ".join(f"{k} {known[k] / n:.1%} of {n:,}" for k, n in kinds.most_common()))
    for verdict in (WRONG, UNRESOLVED):
        by_reason: dict[str, list[Answer]] = defaultdict(list)
        for answer in answers:
            if answer.verdict == verdict:
                by_reason[answer.why].append(answer)
        for why, members in sorted(by_reason.items(), key=lambda item: -len(item[1]))[:SHOWN]:
            print(f"    {len(members):6} {len(members) / counted:6.2%}  {verdict}: {why}")
            for answer in members[:: max(1, len(members) // examples)][:examples] if examples else ():
                row = answer.selector
                print(f"             {row.path}:{row.line}:{row.column} {row.name} ({row.kind}) of {row.receiver}")
    print(flush=True)


if __name__ == "__main__":
    main()
