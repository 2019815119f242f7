"""`scan`: the findings of a working tree, or of a commit straight out of a git directory."""

from __future__ import annotations

import posixpath
from pathlib import Path

import click

from bot.cli.options import Wishes, report_options
from bot.cli.report import note, report
from bot.sources.errors import CannotRead
from bot.sources.git_objects import commit_snapshot, find_commit, open_git_dir
from bot.sources.working_tree import Root, WorkingTree, find_root


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--git-dir", metavar="DIR", help="Read a commit out of this git directory, without a checkout.")
@click.option("--rev", metavar="REV", help="Which commit; default: HEAD. Needs --git-dir.")
@report_options
def scan(paths: tuple[str, ...], git_dir: str | None, rev: str | None, wishes: Wishes) -> int:
    """Find concurrency bugs in files and folders (default: here)."""
    if git_dir is None:
        if rev is not None:
            raise click.UsageError("--rev needs --git-dir; without it the working tree is scanned")
        return _scan_files(paths or (".",), wishes)
    rev = "HEAD" if rev is None else rev
    repo = open_git_dir(git_dir)
    snapshot = commit_snapshot(repo, find_commit(repo, rev))
    within = tuple(posixpath.normpath(path) for path in paths)
    for path in within:
        if path != "." and not any(each == path or each.startswith(f"{path}/") for each in snapshot.paths()):
            note(f"{path}: nothing to scan there at {rev}")
    return report("scan", wishes, snapshot, within=() if "." in within else within)


def _scan_files(paths: tuple[str, ...], wishes: Wishes) -> int:
    root, within = common_root(paths)
    return report("scan", wishes, WorkingTree(root), within=within)


def common_root(paths: tuple[str, ...]) -> tuple[Root, tuple[str, ...]]:
    """The one root of all paths, and the paths relative to it (empty: all of it)."""
    root = find_root(Path(paths[0]))
    for path in paths[1:]:
        if find_root(Path(path)).folder != root.folder:
            raise click.UsageError(f"{paths[0]} and {path} do not have the same root; scan them one after the other")
    try:
        within = tuple(root.relative(Path(path)) for path in paths)
    except ValueError:
        raise CannotRead(f"{' '.join(paths)}: not below {root.folder}") from None
    return root, () if "" in within else within
