"""Which findings a change brought: in head and not in base, however the code moved in between."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence

from heuristics.engine.change import Change
from heuristics.engine.fingerprint import Site

# A flagged statement that was moved stands among the same neighbours: so many lines up and down are compared, and so
# much of them must be the same.
NEIGHBOURS = 3
SAME_PLACE = 0.6


def new_sites(head: Iterable[Site], base: Iterable[Site], change: Change) -> frozenset[str]:
    """The fingerprints of those sites of head that have no counterpart in base; every counterpart serves once.

    In this order: the same identity (among equals, the same line); the same heuristic on a line that the change left
    alone, in a function, file or folder that got another name; the same statement, moved with its neighbours.
    """
    left = _pair(tuple(head), tuple(base), lambda site: site.equals, _same_line(change))
    left = _pair(*left, lambda site: site.equals, lambda new, old: True)
    left = _pair(*left, lambda site: (site.heuristic.name, site.found.variable), _same_line(change))
    left = _pair(*left, lambda site: site.heuristic.name, _same_line(change))
    left = _pair(*left, lambda site: site.theme, _same_neighbours(change))
    return frozenset(site.fingerprint for site in left[0])


def _pair(
    head: Sequence[Site], base: Sequence[Site], key: Callable[[Site], Hashable], fits: Callable[[Site, Site], bool]
) -> tuple[tuple[Site, ...], tuple[Site, ...]]:
    """What is left on both sides when each site of head took the first of base that has its key and fits."""
    waiting: defaultdict[Hashable, list[Site]] = defaultdict(list)
    for site in base:
        waiting[key(site)].append(site)
    alone = []
    for site in head:
        candidates = waiting.get(key(site), [])
        match = next((n for n, candidate in enumerate(candidates) if fits(site, candidate)), -1)
        if match < 0:
            alone.append(site)
        else:
            del candidates[match]
    return tuple(alone), tuple(site for candidates in waiting.values() for site in candidates)


def _same_line(change: Change) -> Callable[[Site, Site], bool]:
    def fits(new: Site, old: Site) -> bool:
        if change.origin(new.path) != old.path:
            return False
        return change.lines(new.path).origin(new.found.span.line) == old.found.span.line

    return fits


def _same_neighbours(change: Change) -> Callable[[Site, Site], bool]:
    def fits(new: Site, old: Site) -> bool:
        here = _neighbours(change.text(new.path), new.found.span.line)
        there = _neighbours(change.old_text(old.path), old.found.span.line)
        most = max(here.total(), there.total())
        return most > 0 and (here & there).total() / most >= SAME_PLACE

    return fits


def _neighbours(text: bytes, line: int) -> Counter[bytes]:
    """The nearest lines above and below that are not blank, without white space; not the line itself."""
    lines = [b"".join(piece.split()) for piece in text.split(b"\n")]
    above = [piece for piece in lines[: line - 1] if piece]
    below = [piece for piece in lines[line:] if piece]
    return Counter(above[-NEIGHBOURS:] + below[:NEIGHBOURS])
