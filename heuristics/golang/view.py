"""The part of the focus that heuristics look at; the rest cannot have what is asked for, and is read as evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from heuristics.golang.frozen import frozen
from heuristics.golang.tree import StructOf, TypeExpr

IDENTIFIER = re.compile(rb"[A-Za-z_]\w*")


@frozen(slots=False)
class View:
    """Functions in view are those of `paths`, those of `symbols`, and those that mention a name of `elsewhere`, or call
    one of `called`; both are pairs (folder, name), and a name that is not exported means something in its folder only.

    paths: whole files. symbols: (folder, "Type.Method" or "Func"). names: fields and variables of other
    names are not in view. ".name" stands for what is selected or the key of a literal, "name" for every mention.
    closed: nothing is told of other functions, even when what they do with these names is wrong. changed: files that a
    change touches: what does not parse there is told.
    """

    names: frozenset[str]
    paths: frozenset[str] = frozenset()
    symbols: frozenset[tuple[str, str]] = frozenset()
    elsewhere: frozenset[tuple[str, str]] = frozenset()
    called: frozenset[tuple[str, str]] = frozenset()
    closed: bool = False
    changed: frozenset[str] = frozenset()

    @cached_property
    def _symbols(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for folder, symbol in self.symbols:
            found.setdefault(folder, set()).add(symbol.rpartition(".")[2])
        return {folder: frozenset(names) for folder, names in found.items()}

    def declared_in(self, folder: str) -> frozenset[str]:
        """The names of those functions in view that are so by their symbol, of one folder."""
        return self._symbols.get(folder, frozenset())

    @cached_property
    def words(self) -> frozenset[str]:
        """The names of fields and variables in view, without dots."""
        return frozenset(name.removeprefix(".") for name in self.names)

    def shows(self, type_: TypeExpr) -> bool:
        """Whether fields of a declared type may be in view; what is behind the name of another type is not known."""
        return not isinstance(type_, StructOf) or any(self.has(field.name) for field in type_.fields)

    def has(self, name: str) -> bool:
        """Whether fields and variables of this name are in view."""
        return name in self.names or f".{name}" in self.names

    @cached_property
    def _names(self) -> re.Pattern[bytes] | None:
        return _pattern(self.names)

    @cached_property
    def _reaching(self) -> dict[str, re.Pattern[bytes] | None]:
        """The patterns for what puts a function of a folder in view."""
        return {}

    def _reaches(self, folder: str) -> re.Pattern[bytes] | None:
        if folder not in self._reaching:
            mentioned, called = (
                frozenset(name for home, name in pairs if home == folder or exported(name))
                for pairs in (self.elsewhere, self.called)
            )
            self._reaching[folder] = _pattern(mentioned, called)
        return self._reaching[folder]

    def mentioned(self, text: bytes, start: int, stop: int) -> bool:
        """Whether one of the names occurs between two offsets of a file."""
        return self._names is not None and self._names.search(text, start, stop) is not None

    def reaches(self, folder: str, text: bytes, start: int, stop: int) -> bool:
        """Whether a function between two offsets of a file of a folder is in view because of what it mentions."""
        pattern = self._reaches(folder)
        return pattern is not None and pattern.search(text, start, stop) is not None


def exported(name: str) -> bool:
    """Whether other packages can say a name, which may have a dot before it."""
    return name.lstrip(".")[:1].isupper()


def _pattern(names: frozenset[str], functions: frozenset[str] = frozenset()) -> re.Pattern[bytes] | None:
    """A pattern for code that mentions one of the names, or calls or hands on one of the functions."""
    members = _any(name[1:] for name in names if name[0] == ".")
    words = _any(name for name in names if name[0] != ".")
    methods = _any(name[1:] for name in functions if name[0] == ".")
    called = _any(name for name in functions if name[0] != ".")
    parts = [rb"\b%s\b" % words] if words else []
    parts += [rb"\.%s\b|\b%s:" % (members, members)] if members else []
    parts += [rb"\.%s\b" % methods] if methods else []
    parts += [rb"\b%s[(\[,)};\n]" % called] if called else []
    return re.compile(b"|".join(parts)) if parts else None


def _any(names: Iterable[str]) -> bytes:
    """A pattern for one of the names; empty without any."""
    parts = sorted(re.escape(name.encode()) for name in names)
    return b"(?:%s)" % b"|".join(parts) if parts else b""


def identifiers(text: bytes) -> frozenset[str]:
    """The identifiers that occur in a piece of source."""
    return frozenset(name.decode() for name in set(IDENTIFIER.findall(text)))
