"""How long scan and diff take, as multiples of what parsing the same Go files takes. For people; no test looks at it.

python bench/speed.py [GIT_DIR]        GIT_DIR: bare or not; without it a repository of 50,000 lines is made up
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pygit2
import tree_sitter_go
from synthetic import make_repository
from tree_sitter import Language, Parser

from bot.sources.git_objects import commit_snapshot, find_commit, open_git_dir
from bot.sources.paths import wanted
from heuristics import BlobMissing

COMMAND = Path(sys.executable).with_name("concurrency-check")
CHANGES = 5  # the last commits that touch Go
ROUNDS = 3
HISTORY = 2000  # commits to look through for them


def main() -> None:
    """Measure the repository that the user names, or the synthetic one."""
    with tempfile.TemporaryDirectory() as folder:
        given = sys.argv[1] if len(sys.argv) > 1 else ""
        repo = open_git_dir(given) if given else make_repository(Path(folder) / "synthetic.git")
        measure(repo, given or "a made-up repository", Path(folder))


def measure(repo: pygit2.Repository, name: str, folder: Path) -> None:
    """Print the table. folder: for caches."""
    texts = list(go_files(repo))
    size, lines = sum(map(len, texts)), sum(text.count(b"\n") for text in texts)
    print(f"{name}: {len(texts)} Go files, {size / 1e6:.1f} MB, {lines:,} lines; medians of {ROUNDS} rounds")
    floor = statistics.median(clocked(lambda: parse(texts)) for _ in range(ROUNDS))
    row("parse alone (tree-sitter)", [floor], floor)
    cold = (folder / f"cache{number}" for number in range(sys.maxsize))
    scan = ["scan", "--git-dir", repo.path, "--quiet", "--output", os.devnull]
    row("scan, cold", [command(scan, next(cold)) for _ in range(ROUNDS)], floor)
    kept = next(cold)
    command(scan, kept)
    row("scan, facts cached", [command(scan, kept) for _ in range(ROUNDS)], floor)
    medians = []
    for change in last_changes(repo):
        diff = [
            "diff",
            "--git-dir",
            repo.path,
            "--base",
            f"{change}^",
            "--head",
            change,
            "--quiet",
            "--output",
            os.devnull,
        ]
        times = [command(diff, next(cold)) for _ in range(ROUNDS)]
        row(f"diff of {change[:10]}, cold", times, floor)
        medians.append(statistics.median(times))
    row(f"diff, cold: median of {len(medians)} changes", medians, floor)
    row("--help", [command(["--help"], kept) for _ in range(ROUNDS)], floor)


def go_files(repo: pygit2.Repository) -> Iterator[bytes]:
    """The bytes of the files that scan looks at in HEAD."""
    snapshot = commit_snapshot(repo, find_commit(repo, "HEAD"))
    for path, blob in snapshot.paths().items():
        if path.endswith(".go"):
            try:
                yield snapshot.read(blob)
            except BlobMissing:
                continue


def parse(texts: list[bytes]) -> None:
    """What any tool that looks at every file has to do at least."""
    parser = Parser(Language(tree_sitter_go.language()))
    for text in texts:
        parser.parse(text)


def last_changes(repo: pygit2.Repository) -> Iterator[str]:
    """The newest commits with one parent that touch a file which scan looks at."""
    left = CHANGES
    for number, commit in enumerate(repo.walk(find_commit(repo, "HEAD").id)):
        if not left or number > HISTORY:
            return
        try:
            if len(commit.parents) == 1 and touches_go(repo, commit):
                left -= 1
                yield str(commit.id)
        except KeyError:  # where a shallow clone ends
            return


def touches_go(repo: pygit2.Repository, commit: pygit2.Commit) -> bool:
    """Whether the commit changes a Go file that scan looks at."""
    deltas = repo.diff(commit.parents[0], commit).deltas
    return any(delta.new_file.path.endswith(".go") and wanted(delta.new_file.path) for delta in deltas)


def command(arguments: list[str], cache: Path) -> float:
    """Seconds of a whole process, with this folder as the user's cache, and Python's own of compiled files."""
    environment = os.environ | {"XDG_CACHE_HOME": str(cache), "PYTHONDONTWRITEBYTECODE": ""}
    return clocked(lambda: subprocess.run([COMMAND, *arguments], env=environment, check=True, capture_output=True))


def clocked(work: Callable[[], object]) -> float:
    """Wall seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def row(what: str, seconds: list[float], floor: float) -> None:
    """One line of the table: the median, and what multiple of the parse it is."""
    median = statistics.median(seconds) if seconds else float("nan")
    print(f"  {what:38}{median:9.3f} s{median / floor:8.2f} x parse", flush=True)


if __name__ == "__main__":
    main()
