"""What the name of a lock says: connMu is for conn, conns and connCount."""

from __future__ import annotations

import re

_LOCK_WORD = re.compile(r"^(?:rw)?(?:mu|mtx|mutex|lock)(?=[A-Z_])|_?(?:rw|Rw|RW)?_?(?:mu|mtx|mutex|lock|lk)$", re.I)
_STEM = 3  # letters that must be equal when a lock is named after the beginning of a field's name


def named_after(lock: str, field: str) -> bool:
    """Whether a lock is named after a field."""
    stem = _LOCK_WORD.sub("", lock).strip("_").lower()
    whole = field.strip("_").lower()
    if not stem or len(stem) == len(lock):
        return False
    return stem == whole or (len(stem) >= _STEM and whole.startswith(stem))
