"""The part of the focus that heuristics look at; the rest cannot have what is asked for, and is read as evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from heuristics.golang.frozen import frozen

IDENTIFIER = re.compile(rb"[A-Za-z_]\w*")


@frozen(slots=False)
class View:
    """Functions in view are those of `paths`, those of `symbols`, and those that mention a name of `elsewhere`.

    paths: whole files. symbols: (folder, "Type.Method" or "Func"). names: fields and variables of other
    names are not in view. ".name" stands for what is selected or the key of a literal, "name" for every mention.
    closed: nothing is told of other functions, even when what they do with these names is wrong.
    """

    names: frozenset[str]
    paths: frozenset[str] = frozenset()
    symbols: frozenset[tuple[str, str]] = frozenset()
    elsewhere: frozenset[str] = frozenset()
    closed: bool = False

    def has(self, name: str) -> bool:
        """Whether fields and variables of this name are in view."""
        return name in self.names or f".{name}" in self.names

    @cached_property
    def _names(self) -> re.Pattern[bytes] | None:
        return self._pattern(self.names)

    @cached_property
    def _elsewhere(self) -> re.Pattern[bytes] | None:
        return self._pattern(self.elsewhere)

    def _pattern(self, names: frozenset[str]) -> re.Pattern[bytes] | None:
        members = _any(name[1:] for name in names if name[0] == ".")
        words = _any(name for name in names if name[0] != ".")
        parts = [rb"\b%s\b" % words] if words else []
        parts += [rb"\.%s\b|\b%s:" % (members, members)] if members else []
        return re.compile(b"|".join(parts)) if parts else None

    def mentioned(self, text: bytes, start: int, stop: int) -> bool:
        """Whether one of the names occurs between two offsets of a file."""
        return self._names is not None and self._names.search(text, start, stop) is not None

    def reaches(self, text: bytes, start: int, stop: int) -> bool:
        """Whether a function between two offsets of a file is in view because of what it mentions."""
        return self._elsewhere is not None and self._elsewhere.search(text, start, stop) is not None


def _any(names: Iterable[str]) -> bytes:
    """A pattern for one of the names; empty without any."""
    parts = sorted(re.escape(name.encode()) for name in names)
    return b"(?:%s)" % b"|".join(parts) if parts else b""


def identifiers(text: bytes) -> frozenset[str]:
    """The identifiers that occur in a piece of source."""
    return frozenset(name.decode() for name in set(IDENTIFIER.findall(text)))
