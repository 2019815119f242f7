"""Which lines of a file are the same before and after a change."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from heuristics.golang.frozen import frozen

# Stretches without a line that is unique on both sides are compared in full up to this size (lines times lines), and
# count as rewritten above it: difflib is cubic at worst, and such stretches are tables and generated text.
FULL_COMPARISON = 250_000


@frozen()
class Hunk:
    """Base lines old_start..old_stop became head lines start..stop (1-based, half open; either side may be empty)."""

    old_start: int
    old_stop: int
    start: int
    stop: int


@frozen()
class LineDiff:
    """origins[n - 1] is the base line (1-based) that line n of head was, 0 for a line that the change brought."""

    origins: tuple[int, ...]
    hunks: tuple[Hunk, ...]

    def origin(self, line: int) -> int:
        """The base line that this line of head was; 0 if the change brought it (or there is no such line)."""
        return self.origins[line - 1] if 0 < line <= len(self.origins) else 0

    def added(self, first: int, last: int) -> Iterator[int]:
        """The lines of head from first to last (inclusive) that the change brought, in order."""
        inside = range(max(first, 1), min(last, len(self.origins)) + 1)
        return (line for line in inside if not self.origins[line - 1])

    def removed(self, first: int, last: int) -> Iterator[int]:
        """The lines of base that went away between the lines first and last (inclusive) of head, in order."""
        for hunk in self.hunks:
            if hunk.start <= last and hunk.stop > first:
                yield from range(hunk.old_start, hunk.old_stop)


def line_diff(base: bytes, head: bytes) -> LineDiff:
    """Compare two versions of a file by lines that are unique in both, then between those; linear in common cases."""
    old, new = base.split(b"\n"), head.split(b"\n")
    origins = [0] * len(new)
    for at, to in _same(old, new):
        origins[to] = at + 1
    return LineDiff(tuple(origins), tuple(_hunks(origins, len(old))))


def _same(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """Pairs of equal lines (0-based), rising on both sides."""
    stretches = [(0, len(old), 0, len(new))]
    while stretches:
        a, b, x, y = stretches.pop()
        while a < b and x < y and old[a] == new[x]:
            yield a, x
            a, x = a + 1, x + 1
        while a < b and x < y and old[b - 1] == new[y - 1]:
            b, y = b - 1, y - 1
            yield b, y
        if a == b or x == y:
            continue
        anchors = _unique(old, new, (a, b, x, y))
        if anchors:
            fences = [(a - 1, x - 1), *anchors, (b, y)]
            yield from anchors
            stretches += [(p + 1, q, r + 1, s) for (p, r), (q, s) in pairwise(fences)]
        elif (b - a) * (y - x) <= FULL_COMPARISON:
            for block in SequenceMatcher(None, old[a:b], new[x:y], autojunk=False).get_matching_blocks():
                yield from ((a + block.a + i, x + block.b + i) for i in range(block.size))


def _unique(old: Sequence[bytes], new: Sequence[bytes], stretch: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """Lines that occur once on each side of the stretch, thinned to the longest run that rises on both sides."""
    a, b, x, y = stretch
    counts, others = Counter(old[a:b]), Counter(new[x:y])
    at = {line: i for i, line in enumerate(new[x:y], x) if others[line] == 1}
    pairs = [(i, at[line]) for i, line in enumerate(old[a:b], a) if counts[line] == 1 and line in at]
    tails: list[int] = []  # smallest end of a rising run of each length, and which pair that is
    ends: list[int] = []
    previous = [-1] * len(pairs)
    for n, (_, to) in enumerate(pairs):
        length = bisect_left(tails, to)
        previous[n] = ends[length - 1] if length else -1
        tails[length : length + 1] = [to]
        ends[length : length + 1] = [n]
    run = []
    n = ends[-1] if ends else -1
    while n >= 0:
        run.append(pairs[n])
        n = previous[n]
    return run[::-1]


def _hunks(origins: Sequence[int], old_lines: int) -> Iterator[Hunk]:
    old, start = 1, 1
    for line, origin in enumerate((*origins, old_lines + 1), 1):
        if origin:
            if (old, start) != (origin, line):
                yield Hunk(old, origin, start, line)
            old, start = origin + 1, line + 1
