"""The part of the focus that heuristics look at; the rest cannot have what is asked for, and is read as evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

IDENTIFIER = re.compile(rb"[A-Za-z_]\w*")


@dataclass(frozen=True)
class View:
    """Functions in view are those of `paths`, those of `symbols`, and with `elsewhere` those that mention a name.

    paths: whole files. symbols: (folder, "Type.Method" or "Func"). names: identifiers; fields and variables of other
    names are not in view.
    """

    names: frozenset[str]
    paths: frozenset[str] = frozenset()
    symbols: frozenset[tuple[str, str]] = frozenset()
    elsewhere: bool = False

    @cached_property
    def _mention(self) -> re.Pattern[bytes] | None:
        words = sorted(re.escape(name.encode()) for name in self.names)
        return re.compile(rb"\b(?:%s)\b" % b"|".join(words)) if words else None

    def mentioned(self, text: bytes, start: int, stop: int) -> bool:
        """Whether one of the names occurs between two offsets of a file."""
        return self._mention is not None and self._mention.search(text, start, stop) is not None


def identifiers(text: bytes) -> frozenset[str]:
    """The identifiers that occur in a piece of source."""
    return frozenset(name.decode() for name in set(IDENTIFIER.findall(text)))
