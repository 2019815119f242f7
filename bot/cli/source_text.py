"""The source lines behind the spans of a report, and how their bytes are shown or counted elsewhere."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from heuristics import BlobMissing, Snapshot

_TAB = "    "


class Sources:
    """The text of the files of one snapshot, split into lines once for each file."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._lines = lru_cache(maxsize=64)(self._split)

    def text(self, path: str) -> bytes:
        """The bytes of a file; empty when they cannot be read (the report names that as a problem)."""
        try:
            return self._snapshot.read(self._snapshot.paths()[path])
        except (KeyError, BlobMissing):
            return b""

    def lines(self, path: str) -> tuple[bytes, ...]:
        """The lines of a file without their ends."""
        return self._lines(path)

    def line(self, path: str, number: int) -> bytes:
        """One line, counted from 1; empty when the file has fewer."""
        lines = self.lines(path)
        return lines[number - 1] if 0 < number <= len(lines) else b""

    def _split(self, path: str) -> tuple[bytes, ...]:
        # Only \n ends a line in Go; a lone \r or a form feed does not, as splitlines() would have it.
        lines = self.text(path).removesuffix(b"\n").split(b"\n")
        return tuple(line.removesuffix(b"\r") for line in lines)


def shown(text: bytes | str) -> str:
    """Text fit for a terminal: tabs as four blanks, and nothing that could steer the terminal or break the line."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", errors="replace")
    text = text.replace("\t", _TAB)
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(sign) in _UNPRINTABLE else sign for sign in text)


_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # control, direction marks, lone surrogates, line separators


def width(text: str) -> int:
    """How many cells a shown text takes: East Asian wide signs take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def utf16_column(line: bytes, column: int) -> int:
    """A 1-based byte column of a line as a 1-based column in UTF-16 units, which SARIF's readers count in."""
    before = line[: column - 1].decode("utf-8", errors="replace")
    return len(before.encode("utf-16-le")) // 2 + 1
