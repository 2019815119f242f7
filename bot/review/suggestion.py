"""A verified fix as a suggestion of GitHub: whole lines of head that replace the lines a comment hangs on."""

from __future__ import annotations

from dataclasses import dataclass

from heuristics import Edit, Fix

# A longer suggestion hides the code that it is about.
_LINES = 30
_BYTES = 4_000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Lines start..end of head (1-based, inclusive) become text: whole lines, or "" where they are taken out."""

    start: int
    end: int
    text: str


def suggestion(fix: Fix, path: str, line: int, source: bytes) -> Suggestion | None:
    """The fix as one block of lines that contains `line`; None where it reaches into other files or too far.

    source: the bytes of path at head, which the offsets of the edits count in.
    """
    if not fix.edits or any(edit.path != path for edit in fix.edits):
        return None
    edits = sorted(fix.edits, key=lambda edit: (edit.start, edit.end))
    first = min(line, _line_of(source, edits[0].start))
    last = max(line, *(_line_of(source, _last_byte(edit)) for edit in edits))
    if last - first >= _LINES or _offset_of(source, last) == len(source):
        return None  # too long; or behind the last line feed, where there is no line any more
    start, stop = _offset_of(source, first), _offset_of(source, last + 1)
    text = _applied(source, start, stop, edits)
    if not source[start:stop].endswith(b"\n") or (text and not text.endswith(b"\n")):
        return None  # not whole lines: before the end of a last line without line feed, or joined to the next line
    if b"\r" in text or len(text) > _BYTES:
        return None  # GitHub would store the suggestion with other line ends than the file has
    try:
        return Suggestion(first, last, text.decode())
    except UnicodeDecodeError:
        return None


def _last_byte(edit: Edit) -> int:
    """Offset of the last byte that an edit replaces; of the place itself where it only inserts."""
    return edit.end - 1 if edit.end > edit.start else edit.start


def _line_of(source: bytes, offset: int) -> int:
    return source.count(b"\n", 0, offset) + 1


def _offset_of(source: bytes, line: int) -> int:
    """Where a line begins; the end of the file for lines behind it."""
    at = 0
    for _ in range(line - 1):
        found = source.find(b"\n", at)
        if found < 0:
            return len(source)
        at = found + 1
    return at


def _applied(source: bytes, start: int, stop: int, edits: list[Edit]) -> bytes:
    parts: list[bytes] = []
    at = start
    for edit in edits:
        parts += [source[at : edit.start], edit.text.encode()]
        at = edit.end
    return b"".join([*parts, source[at : max(at, stop)]])
