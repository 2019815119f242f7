"""The hunks of a change: which line of which side a comment may hang on, from GitHub's patches or from the bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pygit2 import Patch
from unidiff.errors import UnidiffParseError
from unidiff.patch import PatchSet

from bot.github.answers import ChangedFile

RIGHT, LEFT = "RIGHT", "LEFT"


@dataclass(frozen=True, slots=True)
class Hunk:
    """A block of a change. start, stop: its lines in head (1-based, stop exclusive). removed: lines of base."""

    start: int
    stop: int
    removed: frozenset[int]

    def holds(self, line: int, side: str) -> bool:
        """Whether a comment may hang there: RIGHT on added and context lines, LEFT on deleted ones."""
        return line in self.removed if side == LEFT else self.start <= line < self.stop


@dataclass(frozen=True, slots=True)
class FileHunks:
    """The hunks of one changed file, in order. path: in head (in base, where the file was deleted)."""

    path: str
    previous_path: str
    hunks: tuple[Hunk, ...]

    def at(self, line: int, side: str) -> Hunk | None:
        """The hunk that holds a line, else None."""
        return next((hunk for hunk in self.hunks if hunk.holds(line, side)), None)


Bytes = Callable[[str], bytes | None]


def of_change(files: Iterable[ChangedFile], base: Bytes, head: Bytes) -> Mapping[str, FileHunks]:
    """Path -> hunks, for every changed file.

    base, head: the bytes of a path at the merge base and at head, None where there is no such file; asked only where
    GitHub leaves a patch out although the content changed, or where its patch cannot be read.
    """
    return {file.path: FileHunks(file.path, file.previous_path, _hunks(file, base, head)) for file in files}


def _hunks(file: ChangedFile, base: Bytes, head: Bytes) -> tuple[Hunk, ...]:
    if file.patch is not None:
        try:
            return from_patch(file.patch)
        except UnidiffParseError:
            pass  # GitHub cuts long patches off; the bytes tell the whole
    if not file.additions and not file.deletions:
        return ()  # renamed only, or binary
    old = None if file.status == "added" else base(file.previous_path)
    new = None if file.status == "removed" else head(file.path)
    return from_bytes(old or b"", new or b"")


def from_patch(patch: str) -> tuple[Hunk, ...]:
    """The hunks of GitHub's `patch` text, which has no file headers; raises UnidiffParseError."""
    text = f"--- a\n+++ b\n{patch}\n"
    return tuple(
        Hunk(
            hunk.target_start,
            hunk.target_start + hunk.target_length,
            frozenset(line.source_line_no for line in hunk if line.is_removed and line.source_line_no is not None),
        )
        for file in PatchSet(text)
        for hunk in file
    )


def from_bytes(old: bytes, new: bytes) -> tuple[Hunk, ...]:
    """The hunks between two versions of a file with git's three lines of context; none where one of them is binary."""
    patch = Patch.create_from(old, new)
    return tuple(
        Hunk(
            hunk.new_start,
            hunk.new_start + hunk.new_lines,
            frozenset(line.old_lineno for line in hunk.lines if line.origin == "-"),
        )
        for hunk in patch.hunks
    )
