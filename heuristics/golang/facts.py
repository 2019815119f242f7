"""Outlines as bytes, for a facts cache: a pickle that can name nothing but the values of tree.py."""

from __future__ import annotations

import io
import pickle

from heuristics.golang import tree

# Part of every key: to be raised when outlines change their shape or their meaning.
VERSION = "outline-2"


def key_of(blob: str) -> str:
    """The key under which the outline of this blob is kept."""
    return f"{VERSION}:{blob}"


def encode(outline: tree.Outline) -> bytes:
    """The outline as bytes."""
    return pickle.dumps(outline, protocol=5)


def decode(facts: bytes) -> tree.Outline | None:
    """The outline behind these bytes; None when they are not one (a damaged or foreign entry is only a miss)."""
    try:
        outline = _OutlineUnpickler(io.BytesIO(facts)).load()
    except Exception:  # a pickle can fail in any way; each means that there is no fact
        return None
    return outline if isinstance(outline, tree.Outline) else None


class _OutlineUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        if module == tree.__name__ and isinstance(found := getattr(tree, name, None), type):
            return found
        if (module, name) == ("builtins", "frozenset"):
            return frozenset
        raise pickle.UnpicklingError(f"{module}.{name} is no part of an outline")
