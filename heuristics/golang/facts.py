"""What is known of files by blob id: outlines, in memory during a run and in the caller's cache."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any

from heuristics.golang import outline
from heuristics.golang.outline import Outline
from heuristics.golang.snapshot import FactsCache
from heuristics.golang.tree import types


def _all_of(*names: str) -> Callable[[object], tuple[Any, ...]]:
    """Gives the values of these attributes."""
    values = attrgetter(*names)
    return values if len(names) > 1 else lambda value: (values(value),)


# Part of every key: to be raised when outlines change their shape or their meaning.
VERSION = "outline-12"
_NAMES = {
    (module.__name__, name): value
    for module in (types, outline)
    for name, value in vars(module).items()
    if isinstance(value, type) and value.__module__ == module.__name__
}
_FIELDS = {value: _all_of(*(field.name for field in fields(value))) for value in _NAMES.values()}


class Outlines:
    """Outlines by blob id. keeping: whether new ones are handed on to the caller's cache (those of a trial are not)."""

    def __init__(self, below: FactsCache | None = None, keeping: bool = True, known: Outlines | None = None) -> None:
        self._below = below
        self._keeping = keeping
        self._known: dict[str, Outline] = known._known if known is not None else {}
        self._encoded: dict[str, bytes] = {}

    def trial(self) -> Outlines:
        """The same memory, for a snapshot that will not last: nothing of it reaches the caller's cache."""
        return Outlines(self._below, keeping=False, known=self)

    def get(self, blob: str) -> Outline | None:
        """The outline of a blob that was outlined before."""
        found = self._known.get(blob)
        if found is None and (kept := self._kept(blob)) and (found := decode(kept)) is not None:
            self._known[blob] = found
        return found

    def package(self, blob: str) -> str | None:
        """The package name of a blob that was outlined before, without decoding the rest."""
        found = self._known.get(blob)
        if found is not None:
            return found.package
        kept = self._kept(blob)
        return kept.partition(b"\0")[0].decode("utf-8", "replace") if kept else None

    def put(self, blob: str, made: Outline) -> None:
        """Remember the outline of a blob."""
        self._known[blob] = made
        if self._below is not None and self._keeping:
            self._below.put({_key(blob): encode(made)})

    def _kept(self, blob: str) -> bytes:
        if self._below is None:
            return b""
        found = self._encoded.get(blob)
        if found is None:
            key = _key(blob)
            found = self._encoded[blob] = self._below.get((key,)).get(key, b"")
        return found


def _key(blob: str) -> str:
    return f"{VERSION}:{blob}"


def encode(made: Outline) -> bytes:
    """The outline as bytes: the package name, the words, and a pickle of the rest, with zero bytes between them."""
    out = io.BytesIO()
    _OutlinePickler(out, protocol=5).dump(replace(made, names=frozenset()))
    return b"\0".join((made.package.encode(), " ".join(made.names).encode(), out.getvalue()))


def decode(facts: bytes) -> Outline | None:
    """The outline behind these bytes; None when they are not one (a damaged or foreign entry is only a miss)."""
    names, _, rest = facts.partition(b"\0")[2].partition(b"\0")
    try:
        made = _OutlineUnpickler(io.BytesIO(rest)).load()
        return replace(made, names=frozenset(names.decode().split())) if isinstance(made, Outline) else None
    except Exception:  # a pickle can fail in any way; each means that there is no fact
        return None


class _OutlinePickler(pickle.Pickler):
    """Writes those values as constructor calls: several times faster than the state of frozen ones."""

    def reducer_override(self, value: object) -> Any:
        given = _FIELDS.get(type(value))
        return NotImplemented if given is None else (type(value), given(value))


class _OutlineUnpickler(pickle.Unpickler):
    """Can name nothing but the values of tree.types and outline, so that a foreign entry runs no code."""

    def find_class(self, module: str, name: str) -> object:
        if (module, name) in _NAMES:
            return _NAMES[module, name]
        if (module, name) == ("builtins", "frozenset"):
            return frozenset
        raise pickle.UnpicklingError(f"{module}.{name} is no part of an outline")
