"""The git side of the double: a bare repository for each repository on GitHub, read and written with pygit2."""

from __future__ import annotations

import contextlib
import io
import itertools
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pygit2
from pygit2.enums import DeltaStatus, DiffOption, FileMode, ObjectType

_PIECE = 1 << 20
_STATUS = {
    DeltaStatus.ADDED: "added",
    DeltaStatus.DELETED: "removed",
    DeltaStatus.RENAMED: "renamed",
    DeltaStatus.COPIED: "copied",
    DeltaStatus.TYPECHANGE: "changed",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a hunk. sign: "+", "-" or " ". old, new: 1-based line numbers, -1 on the side where it is not."""

    sign: str
    old: int
    new: int
    text: str


@dataclass(frozen=True, slots=True)
class Hunk:
    """One hunk of a patch. position: of its first line, counted as GitHub counts (the first hunk header is 0)."""

    header: str
    position: int
    lines: tuple[Line, ...]

    def number(self, line: Line, side: str) -> int:
        """The line's number on a side when a comment may hang there, else -1: RIGHT added or context, LEFT deleted."""
        if side == "LEFT":
            return line.old if line.sign == "-" else -1
        return line.new

    def find(self, side: str, number: int) -> Line | None:
        """The line with this number on this side."""
        return next((line for line in self.lines if self.number(line, side) == number), None)


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one file between two commits. patch is "" for binary files and for blobs that are not there."""

    path: str
    previous: str
    status: str
    old_blob: str
    new_blob: str
    additions: int
    deletions: int
    patch: str
    hunks: tuple[Hunk, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a tree. kind: blob, tree or commit. mode: six octal digits. size: of a blob that is here, else 0."""

    path: str
    kind: str
    mode: str
    sha: str
    size: int


class Git:
    """A bare repository. Revisions are full SHAs, branch names or full reference names; unknown ones raise KeyError."""

    def __init__(self, folder: Path, borrow: Path | None = None) -> None:
        """Makes an empty repository at `folder`; with `borrow` the objects of that git directory are readable too."""
        self._repo = pygit2.init_repository(folder, bare=True)
        self._changes: dict[tuple[str, str], tuple[Change, ...]] = {}
        self._made: set[str] = set()
        if borrow is not None:
            (folder / "objects" / "info" / "alternates").write_text(f"{borrow.resolve()}/objects\n")
            self._repo = pygit2.Repository(folder)

    @classmethod
    def at(cls, folder: Path) -> Git:
        """A repository that is there already (a git directory, or a folder in a working tree), to be read only."""
        made = cls.__new__(cls)
        found = pygit2.discover_repository(str(folder))
        if found is None:
            raise KeyError(str(folder))
        made._repo, made._changes, made._made = pygit2.Repository(found), {}, set()
        return made

    @property
    def folder(self) -> Path:
        """The git directory, that of the main repository where it is a linked working tree."""
        own = Path(self._repo.path)
        common = own / "commondir"
        return (own / common.read_text().strip()).resolve() if common.is_file() else own

    def resolve(self, revision: str) -> str:
        """The SHA of the commit that a revision names."""
        for name in (revision, f"refs/heads/{revision}", f"refs/{revision}"):
            with contextlib.suppress(KeyError, pygit2.GitError, ValueError):
                return str(self._repo.revparse_single(name).peel(pygit2.Commit).id)
        raise KeyError(revision)

    def set_ref(self, name: str, sha: str) -> None:
        """Points a full reference name ("refs/heads/main") at a commit, forcing it when it is there already."""
        self._repo.references.create(name, sha, force=True)

    def refs(self) -> Mapping[str, str]:
        """Every full reference name with the SHA that it points to."""
        return {name: str(self._repo.references[name].target) for name in self._repo.references}

    def commit(
        self, files: Mapping[str, bytes | None], parents: tuple[str, ...], message: str, author: str, when: datetime,
        *, whole: bool = False,
    ) -> str:  # fmt: skip
        """Writes a commit: `files` over the first parent's tree (None deletes), or with `whole` nothing but `files`.

        One that would be the very same as an earlier one, which takes no more than a second, is dated later.
        """
        index = pygit2.Index()
        if parents and not whole:
            index.read_tree(self._commit(parents[0]).tree)
        for path, text in files.items():
            if text is not None:
                index.add(pygit2.IndexEntry(path, self._repo.create_blob(text), FileMode.BLOB))
            elif path in index:
                index.remove(path)
        tree, above = index.write_tree(self._repo), [pygit2.Oid(hex=sha) for sha in parents]
        for second in itertools.count(int(when.timestamp())):
            who = pygit2.Signature(author, f"{author}@users.noreply.localhost", second)
            made = str(self._repo.create_commit(None, who, who, message, tree, above))
            if made not in self._made:
                self._made.add(made)
                return made
        raise AssertionError("seconds have no end")

    def merge_base(self, one: str, other: str) -> str:
        """The best common ancestor, or "" when the histories have nothing in common."""
        found = self._repo.merge_base(one, other)
        return str(found) if found else ""

    def beyond(self, base: str, head: str) -> tuple[str, ...]:
        """The commits of head that base does not have, oldest first."""
        walker = self._repo.walk(head, pygit2.enums.SortMode.TOPOLOGICAL | pygit2.enums.SortMode.REVERSE)
        walker.hide(base)
        return tuple(str(commit.id) for commit in walker)

    def describe(self, sha: str) -> pygit2.Commit:
        """The commit object."""
        return self._commit(sha)

    def read(self, revision: str, path: str) -> tuple[str, bytes]:
        """Blob id and bytes of a file; KeyError when it is not there."""
        entry = self._commit(self.resolve(revision)).tree[path]
        if not isinstance(entry, pygit2.Blob):
            raise KeyError(path)
        return str(entry.id), entry.data

    def blob(self, sha: str) -> bytes:
        """The bytes of a blob; KeyError when the object is absent or is no blob."""
        try:
            found = self._repo[sha]
        except ValueError:
            raise KeyError(sha) from None
        if not isinstance(found, pygit2.Blob):
            raise KeyError(sha)
        return found.data

    def tree(self, revision: str, *, recursive: bool) -> tuple[str, tuple[Entry, ...]]:
        """The id of a tree (named by its own SHA or a commit) and its entries; recursive ones with whole paths."""
        found = self._repo.revparse_single(revision if len(revision) == 40 else self.resolve(revision))
        tree = found.peel(pygit2.Tree)
        return str(tree.id), tuple(self._entries(tree, "", recursive=recursive))

    def archive(self, revision: str, folder: str) -> Iterator[bytes]:
        """A .tar.gz of a commit below `folder`, piece by piece, so that the first byte of a large tree comes at once.

        Blobs that are absent (a partial clone) are left out. Nothing is compressed: it only goes over loopback.
        """
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=0) as tar:
            for entry in self.tree(revision, recursive=True)[1]:
                if entry.kind != "blob":
                    continue
                info = tarfile.TarInfo(f"{folder}/{entry.path}")
                with contextlib.suppress(KeyError):
                    text = self.blob(entry.sha)
                    if entry.mode == "120000":
                        info.type, info.linkname = tarfile.SYMTYPE, text.decode()
                        tar.addfile(info)
                    else:
                        info.size = len(text)
                        tar.addfile(info, io.BytesIO(text))
                if packed.tell() > _PIECE:
                    yield packed.getvalue()
                    packed.seek(0)
                    packed.truncate()
        yield packed.getvalue()

    def changes(self, base: str, head: str) -> tuple[Change, ...]:
        """What changed from the commit `base` to the commit `head` (two dots), file by file, renames found."""
        if (base, head) not in self._changes:
            old = self._commit(base).tree
            diff = old.diff_to_tree(self._commit(head).tree, swap=False, flags=DiffOption.NORMAL)
            with contextlib.suppress(
                pygit2.GitError, KeyError
            ):  # A blob of a partial clone is absent: renames stay unfound.
                diff.find_similar()
            self._changes[base, head] = tuple(_change(diff, number) for number in range(len(diff)))
        return self._changes[base, head]

    def _commit(self, sha: str) -> pygit2.Commit:
        return self._repo[sha].peel(pygit2.Commit)

    def _entries(self, tree: pygit2.Tree, prefix: str, *, recursive: bool) -> list[Entry]:
        entries = []
        for child in tree:
            path = f"{prefix}{child.name}"
            kind = {ObjectType.TREE: "tree", ObjectType.COMMIT: "commit"}.get(ObjectType(child.type), "blob")
            size = 0
            with contextlib.suppress(KeyError):
                size = self._repo.odb.read_header(child.id)[1] if kind == "blob" else 0
            entries.append(Entry(path, kind, f"{int(child.filemode):06o}", str(child.id), size))
            if kind == "tree" and recursive:
                below = self._repo[child.id].peel(pygit2.Tree)
                entries.extend(self._entries(below, f"{path}/", recursive=True))
        return entries


def _change(diff: pygit2.Diff, number: int) -> Change:
    try:
        patch = diff[number]
    except (pygit2.GitError, KeyError):
        patch = None
    delta = patch.delta if patch is not None else list(diff.deltas)[number]
    old, new = delta.old_file, delta.new_file
    status = _STATUS.get(DeltaStatus(delta.status), "modified")
    hunks = _hunks(patch) if patch is not None and not delta.is_binary else ()
    added = sum(line.sign == "+" for hunk in hunks for line in hunk.lines)
    removed = sum(line.sign == "-" for hunk in hunks for line in hunk.lines)
    text = patch.text if patch is not None and hunks and patch.text else ""
    body = text[text.index("\n@@") + 1 :].removesuffix("\n") if text else ""
    return Change(
        path=new.path,
        previous=old.path if status in ("renamed", "copied") else "",
        status=status,
        old_blob=str(old.id),
        new_blob=str(new.id),
        additions=added,
        deletions=removed,
        patch=body,
        hunks=hunks,
    )


def _hunks(patch: pygit2.Patch) -> tuple[Hunk, ...]:
    hunks, position = [], 0
    for hunk in patch.hunks:
        lines = tuple(
            Line(line.origin, line.old_lineno, line.new_lineno, line.content.rstrip("\n"))
            for line in hunk.lines
            if line.origin in "+- "
        )
        hunks.append(Hunk(hunk.header.rstrip("\n"), position + 1, lines))
        position += len(lines) + 1
    return tuple(hunks)
