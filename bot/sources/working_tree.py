"""A snapshot of the files as they lie on the disk, and the rule that finds the root of their paths."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pygit2

from bot.sources.errors import CannotRead
from bot.sources.git_objects import open_git_dir, read_index
from bot.sources.paths import wanted, wanted_folder
from heuristics import BlobMissing, blob_id


@dataclass(frozen=True, slots=True)
class Root:
    """The folder that paths are relative to, and its repository when it is the top level of one."""

    folder: Path
    repo: pygit2.Repository | None

    def relative(self, path: Path) -> str:
        """The slash path of something at or below the root; "" for the root itself."""
        inside = path.resolve().relative_to(self.folder).as_posix()
        return "" if inside == "." else inside


def find_root(path: Path) -> Root:
    """The root of what is scanned: the git top level that contains path, else the topmost folder at or above it with a
    go.work or go.mod, else path itself (the folder of a file). Raises CannotRead.
    """
    if not path.exists():
        raise CannotRead(f"{path}: no such file or folder")
    place = path.resolve()
    folder = place if place.is_dir() else place.parent
    git_dir = pygit2.discover_repository(str(folder))
    if git_dir:
        repo = open_git_dir(git_dir)
        if not repo.workdir:
            raise CannotRead(f"{path}: in a bare git directory, which has no working tree; give it as --git-dir")
        return Root(Path(repo.workdir).resolve(), repo)
    for above in reversed((folder, *folder.parents)):
        if (above / "go.work").is_file() or (above / "go.mod").is_file():
            return Root(above, None)
    return Root(folder, None)


class WorkingTree:
    """The files below a root that are tracked, or neither tracked nor ignored; nested repositories stay out.

    Everything is read when paths() is first asked for: an id has to be made of the bytes, and the bytes have to stay
    those of the id while an editor writes.
    """

    def __init__(self, root: Root) -> None:
        self._root = root
        self._texts: dict[str, bytes] = {}
        self._listing: dict[str, str] | None = None

    def paths(self) -> Mapping[str, str]:
        if self._listing is None:
            self._listing = {path: self._take(path) for path in sorted(_files(self._root))}
        return self._listing

    def read(self, blob: str) -> bytes:
        try:
            return self._texts[blob]
        except KeyError:
            raise BlobMissing(blob) from None

    def _take(self, path: str) -> str:
        try:
            text = (self._root.folder / path).read_bytes()
        except OSError as error:  # the name stands in for an id: nothing is ever read under it
            return f"{path}: {error.strerror}"
        blob = blob_id(text)
        self._texts[blob] = text
        return blob


def _files(root: Root) -> Iterator[str]:
    """The slash paths that the snapshot lists."""
    tracked = _tracked(root.repo)
    folders = [""]
    while folders:
        prefix = folders.pop()
        for entry in _entries(root.folder / prefix):
            path = prefix + entry.name
            if entry.is_symlink():
                continue
            if entry.is_dir():
                if wanted_folder(entry.name) and not _is_repository(entry) and _seen(root.repo, tracked, path + "/"):
                    folders.append(path + "/")
            elif entry.is_file() and wanted(path) and _seen(root.repo, tracked, path):
                yield path


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:  # a folder that may not be entered has nothing to show
        return []


def _is_repository(entry: os.DirEntry[str]) -> bool:
    """A nested repository or submodule: the root of another scan."""
    return os.path.lexists(os.path.join(entry.path, ".git"))  # noqa: PTH118 - twice as fast as Path, once for each folder


def _tracked(repo: pygit2.Repository | None) -> frozenset[str]:
    """The files of the index and every folder that holds one (with a slash at the end)."""
    if repo is None:
        return frozenset()
    known: set[str] = set()
    for entry in read_index(repo):
        path = entry.path
        known.add(path)
        cut = path.rfind("/")
        while cut > 0 and path[: cut + 1] not in known:
            known.add(path[: cut + 1])
            cut = path.rfind("/", 0, cut)
    return frozenset(known)


def _seen(repo: pygit2.Repository | None, tracked: frozenset[str], path: str) -> bool:
    """Whether git would show it: tracked, or not ignored. A folder ends with a slash."""
    return repo is None or path in tracked or not repo.path_is_ignored(_as_utf8(path))


def _as_utf8(path: str) -> str:
    """A path as pygit2 takes it: bytes that are not UTF-8 replaced, which only a pattern with those bytes would see."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
