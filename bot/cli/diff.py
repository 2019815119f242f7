"""`diff`: the findings that a change brings and its base did not have."""

from __future__ import annotations

import os
from pathlib import Path

import click
import pygit2

from bot.cli.options import Wishes, report_options
from bot.cli.report import note, report
from bot.sources.errors import CannotRead
from bot.sources.git_objects import (
    commit_snapshot,
    default_branch,
    find_commit,
    index_snapshot,
    merge_base,
    open_git_dir,
    where,
)
from bot.sources.working_tree import WorkingTree, find_root
from heuristics import MemorySnapshot, Snapshot


@click.command()
@click.option(
    "--base", metavar="REV", help="What the change goes to (their merge base counts). Default: the default branch."
)
@click.option("--head", metavar="REV", help="The change. Default: the working tree, with files that are not tracked.")
@click.option("--staged", is_flag=True, help="What the index has beyond HEAD, as for pre-commit.")
@click.option("--git-dir", metavar="DIR", help="Read both commits out of this git directory (bare or not).")
@report_options
def diff(base: str | None, head: str | None, staged: bool, git_dir: str | None, wishes: Wishes) -> int:
    """Find the concurrency bugs that a change brings."""
    if staged and (base or head or git_dir):
        raise click.UsageError("--staged stands alone: it compares the index with HEAD")
    if git_dir is not None:
        for name, given in (("--base", base), ("--head", head)):
            if not given:  # an empty one too: a variable that a script did not set
                raise click.UsageError(f"with --git-dir both --base and --head are needed; {name} is missing")
        return _diff_commits(open_git_dir(git_dir), base, head or "", wishes)
    root = find_root(Path())
    if root.repo is None:
        raise CannotRead(f"{root.folder}: not a git repository")
    if staged:
        staged_files = index_snapshot(root.repo, os.environ.get("GIT_INDEX_FILE", ""))
        return report("diff", wishes, staged_files, _head_tree(root.repo))
    if head is not None:
        return _diff_commits(root.repo, base, head, wishes)
    start = _start(root.repo, default_branch(root.repo) if base is None else base, find_commit(root.repo, "HEAD"))
    return report("diff", wishes, WorkingTree(root), commit_snapshot(root.repo, start))


def _diff_commits(repo: pygit2.Repository, base: str | None, head: str, wishes: Wishes) -> int:
    change = find_commit(repo, head)
    start = _start(repo, default_branch(repo) if base is None else base, change)
    return report("diff", wishes, commit_snapshot(repo, change), commit_snapshot(repo, start))


def _start(repo: pygit2.Repository, base: str, head: pygit2.Commit) -> pygit2.Commit:
    """Where the change begins: the merge base, else the base itself, which is then said."""
    target = find_commit(repo, base)
    start = merge_base(repo, target, head)
    if start is None:
        note(f"{base} and {head.short_id} have no merge base in {where(repo)}; compared with {base} itself")
        return target
    return start


def _head_tree(repo: pygit2.Repository) -> Snapshot:
    """What HEAD holds: nothing before the first commit."""
    return MemorySnapshot({}) if repo.head_is_unborn else commit_snapshot(repo, find_commit(repo, "HEAD"))
