"""Snapshots out of a git directory, bare or not: a commit's tree or the index, read as objects, without a checkout."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pygit2
from pygit2.enums import FileMode, RepositoryOpenFlag

from bot.sources.errors import CannotRead
from bot.sources.paths import wanted, wanted_file, wanted_folder
from heuristics import CONFIG_NAME, BlobMissing

_REGULAR = (FileMode.BLOB, FileMode.BLOB_EXECUTABLE)
_EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
_DEFAULT_BRANCHES = (
    "refs/remotes/origin/HEAD",
    "refs/heads/main",
    "refs/heads/master",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
)

# Nothing of a repository is ever run or written here, so it does not matter who owns it (in a container often somebody
# else), and these extensions change nothing in how objects are read: a partial clone only lacks some of them.
pygit2.settings.owner_validation = False
pygit2.settings.set_extensions(["partialclone", "relativeworktrees"])


class GitSnapshot:
    """Paths and blob ids of one tree, with the object database behind them. Safe to read from several threads."""

    __slots__ = ("_listing", "_odb")

    def __init__(self, repo: pygit2.Repository, listing: Mapping[str, str]) -> None:
        self._odb = repo.odb
        self._listing = listing

    def paths(self) -> Mapping[str, str]:
        return self._listing

    def read(self, blob: str) -> bytes:
        if blob == _EMPTY_BLOB:  # `git add --intent-to-add` names it without storing it
            return b""
        try:
            return self._odb.read(blob)[1]
        except (KeyError, ValueError, pygit2.GitError):
            raise BlobMissing(blob) from None


def open_git_dir(path: str) -> pygit2.Repository:
    """The repository whose git directory (bare or not) or top level is path; raises CannotRead."""
    if not Path(path).exists():
        raise CannotRead(f"{path}: no such folder")
    try:
        return pygit2.Repository(path, RepositoryOpenFlag.NO_SEARCH)
    except (KeyError, ValueError, pygit2.GitError) as error:
        # libgit2 says why when there is a repository that it cannot open (its format, a broken configuration).
        reason = "" if "not found" in str(error) else f" that can be read: {error}"
        raise CannotRead(f"{path}: not a git repository{reason}") from None


def find_commit(repo: pygit2.Repository, rev: str) -> pygit2.Commit:
    """The commit that a revision (SHA, branch, tag, HEAD~2, ...) names; raises CannotRead."""
    try:
        thing = repo.revparse_single(rev)
    except (KeyError, ValueError, pygit2.GitError):
        raise CannotRead(f"{rev or '(empty)'}: no such revision in {where(repo)}") from None
    try:
        return thing.peel(pygit2.Commit)
    except (ValueError, pygit2.GitError):
        raise CannotRead(f"{rev}: not a commit but a {thing.type_str}") from None


def default_branch(repo: pygit2.Repository) -> str:
    """The reference of the default branch: origin/HEAD, else main, else master (local, else origin's)."""
    for name in _DEFAULT_BRANCHES:
        if name in repo.references:
            return name
    raise CannotRead(f"{where(repo)}: no default branch (origin/HEAD, main or master); name one with --base")


def merge_base(repo: pygit2.Repository, base: pygit2.Commit, head: pygit2.Commit) -> pygit2.Commit | None:
    """Where head left base, or None when no common commit is there (unrelated histories, a shallow clone)."""
    if base.id == head.id or base.id in head.parent_ids:
        return base
    try:
        found = repo.merge_base(base.id, head.id)
    except (KeyError, pygit2.GitError):  # a parent that the clone does not have
        return None
    return find_commit(repo, str(found)) if found else None


def commit_snapshot(repo: pygit2.Repository, commit: pygit2.Commit) -> GitSnapshot:
    """The snapshot of a commit. Only trees are walked; symlinks and submodules are left out."""
    try:
        return GitSnapshot(repo, dict(_walk(commit.tree, "")))
    except (KeyError, pygit2.GitError):
        raise CannotRead(f"{commit.short_id}: its tree is not whole in {where(repo)} (a partial clone?)") from None


def index_snapshot(repo: pygit2.Repository, file: str = "") -> GitSnapshot:
    """The snapshot of the index: what a commit made now would hold. Files in conflict have no one text and stay out.

    file: another index than the repository's own, as GIT_INDEX_FILE names one to the hooks of `git commit --all`.
    """
    index = read_index(repo, file)
    torn = {side.path for sides in index.conflicts or () for side in sides if side}
    listing = {
        entry.path: str(entry.id)
        for entry in index
        if entry.mode in _REGULAR and wanted(entry.path) and entry.path not in torn
    }
    return GitSnapshot(repo, listing)


def read_index(repo: pygit2.Repository, file: str = "") -> pygit2.Index:
    """The repository's index, or the one in a file; raises CannotRead when it is damaged."""
    try:
        return pygit2.Index(file) if file else repo.index
    except (OSError, pygit2.GitError) as error:
        raise CannotRead(f"{where(repo)}: its index cannot be read: {error}") from None


def where(repo: pygit2.Repository) -> str:
    """How a message names a repository: its top level, or the git directory when bare."""
    return str(Path(repo.workdir or repo.path))


def _walk(tree: pygit2.Tree, prefix: str) -> Iterator[tuple[str, str]]:
    for entry in tree:
        mode, name = entry.filemode, os.fsdecode(entry.raw_name or b"")
        if mode == FileMode.TREE:
            if wanted_folder(name):
                assert isinstance(entry, pygit2.Tree)
                yield from _walk(entry, f"{prefix}{name}/")
        elif mode in _REGULAR and (wanted_file(name) or (not prefix and name == CONFIG_NAME)):
            yield prefix + name, str(entry.id)
