"""The words of a piece of source: every identifier is one, so what lacks the word lacks the name."""

from __future__ import annotations

from collections.abc import Iterator

# Everything that is no part of a word becomes a blank: splitting there is twice as fast as looking for identifiers.
_BLANKED = bytes(c if (chr(c).isalnum() and c < 128) or c == ord("_") else ord(" ") for c in range(256))
_CALLS = _BLANKED[: ord("(")] + b"(" + _BLANKED[ord("(") + 1 :]
LETTERS = frozenset(_BLANKED) - frozenset(b" ")  # and digits: what words are made of


def places_of(text: bytes, word: bytes, start: int, stop: int) -> Iterator[int]:
    """The offsets between two others at which a word stands."""
    at = text.find(word, start, stop)
    while at >= 0:
        after = at + len(word)
        if (at == start or text[at - 1] not in LETTERS) and (after == stop or text[after] not in LETTERS):
            yield at
        at = text.find(word, after, stop)


def has_word(text: bytes, word: bytes, start: int, stop: int) -> bool:
    """Whether a word occurs between two offsets."""
    return next(places_of(text, word, start, stop), -1) >= 0


def words(text: bytes) -> frozenset[str]:
    """The words that occur; numbers and keywords are among them."""
    return frozenset(text.translate(_BLANKED).decode("ascii").split())


def uncalled(text: bytes) -> frozenset[str]:
    """The words that stand somewhere without a parenthesis right behind them."""
    return frozenset(text.replace(b"(", b"( ").translate(_CALLS).decode("ascii").split())
