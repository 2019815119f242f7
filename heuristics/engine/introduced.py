"""Which findings a change brought: in head and not in base, however the code moved in between."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cache
from itertools import islice
from typing import TypeAlias

from heuristics.engine.change import Change
from heuristics.engine.fingerprint import Site

Place: TypeAlias = tuple[str, int]

# A flagged statement that was moved stands among the same neighbours: so many lines up and down are compared, and so
# much of them must be the same.
NEIGHBOURS = 3
SAME_PLACE = 0.6


def new_sites(head: Iterable[Site], base: Iterable[Site], change: Change) -> frozenset[str]:
    """The fingerprints of those sites of head that have no counterpart in base; every counterpart serves once.

    In this order: the same identity (among equals, the same line); the same heuristic on a line that the change left
    alone, in a function, file or folder that got another name; the same statement, moved with its neighbours.
    """
    came = _origins(change)

    def stood(site: Site) -> Place:
        return site.path, site.found.span.line

    left = _pair(tuple(head), tuple(base), lambda new: (new.equals, came(new)), lambda old: (old.equals, stood(old)))
    left = _pair(*left, lambda new: new.equals, lambda old: old.equals)
    left = _pair(*left, lambda new: (_variable(new), came(new)), lambda old: (_variable(old), stood(old)))
    left = _pair(*left, lambda new: (new.heuristic.name, came(new)), lambda old: (old.heuristic.name, stood(old)))
    left = _pair(*left, lambda new: new.theme, lambda old: old.theme, _same_neighbours(change))
    return frozenset(site.fingerprint for site in left[0])


def _pair(
    head: Sequence[Site],
    base: Sequence[Site],
    of_head: Callable[[Site], Hashable],
    of_base: Callable[[Site], Hashable],
    fits: Callable[[Site, Site], bool] = lambda new, old: True,
) -> tuple[tuple[Site, ...], tuple[Site, ...]]:
    """What is left on both sides when each site of head took the first of base that has its key and fits."""
    waiting: defaultdict[Hashable, list[Site]] = defaultdict(list)
    for site in base:
        waiting[of_base(site)].append(site)
    alone = []
    for site in head:
        candidates = waiting.get(of_head(site), [])
        match = next((n for n, candidate in enumerate(candidates) if fits(site, candidate)), -1)
        if match < 0:
            alone.append(site)
        else:
            del candidates[match]
    return tuple(alone), tuple(site for candidates in waiting.values() for site in candidates)


def _origins(change: Change) -> Callable[[Site], Place]:
    """Where in base the flagged line of a site of head stood; line 0 (which no site of base has) if nowhere."""
    return lambda site: (change.origin(site.path), change.lines(site.path).origin(site.found.span.line))


def _variable(site: Site) -> tuple[str, str]:
    return site.heuristic.name, site.found.variable


def _same_neighbours(change: Change) -> Callable[[Site, Site], bool]:
    @cache
    def here(place: Place) -> Counter[bytes]:
        return _neighbours(change.split(place[0]), place[1])

    @cache
    def there(place: Place) -> Counter[bytes]:
        return _neighbours(change.old_split(place[0]), place[1])

    def fits(new: Site, old: Site) -> bool:
        one, other = here((new.path, new.found.span.line)), there((old.path, old.found.span.line))
        most = max(one.total(), other.total())
        return most > 0 and (one & other).total() / most >= SAME_PLACE

    return fits


def _neighbours(lines: Sequence[bytes], line: int) -> Counter[bytes]:
    """The nearest lines above and below that are not blank, without white space; not the line itself."""
    above = (b"".join(lines[n].split()) for n in range(line - 2, -1, -1))
    below = (b"".join(lines[n].split()) for n in range(line, len(lines)))
    return Counter(piece for side in (above, below) for piece in islice(filter(None, side), NEIGHBOURS))
