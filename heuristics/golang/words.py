"""The words of a piece of source: every identifier is one, so what lacks the word lacks the name."""

from __future__ import annotations

# Everything that is no part of a word becomes a blank: splitting there is twice as fast as looking for identifiers.
_BLANKED = bytes(c if (chr(c).isalnum() and c < 128) or c == ord("_") else ord(" ") for c in range(256))


def words(text: bytes) -> frozenset[str]:
    """The words that occur; numbers and keywords are among them."""
    return frozenset(text.translate(_BLANKED).decode("ascii").split())
