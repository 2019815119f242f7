"""Where a clause of a select or switch, or a block, ends that is open at a place of the text."""

from __future__ import annotations

import re

_TURN = re.compile(rb"[{}]|^[ \t]*(?:case\b|default[ \t]*:)", re.M)


def clause_end(text: bytes, start: int, stop: int) -> int:
    """Where the clause or block ends that is open at `start`, at most `stop`.

    What follows is not reached from what precedes it alone.
    """
    depth = 0
    for turn in _TURN.finditer(text, start, stop):
        if turn[0] in (b"{", b"}"):
            depth += 1 if turn[0] == b"{" else -1
            if depth < 0:
                return turn.end()
        elif depth == 0:
            return turn.start()
    return stop
