"""What each heuristic is worth to the people of an account: shown, fixed, dismissed, in all and by repository."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Any

from sqlalchemy import ColumnElement, func, select

from bot.store.database import Database
from bot.store.demotions import Demotion, columns
from bot.store.posted import FIXED, IGNORED, MERGED, OPEN, RESOLVED
from bot.store.tables import demotions, findings
from bot.store.visible import visible
from bot.viewer import Sight

# Of the normal distribution, for an interval that holds the true value in 95 of 100 cases.
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Worth:
    """The findings of a heuristic that were told. dismissed: ignored, or resolved in the thread without a fix. The rest
    was merged, or its pull request closed."""

    shown: int = 0
    open: int = 0
    fixed: int = 0
    dismissed: int = 0
    merged: int = 0

    @property
    def decided(self) -> int:
        return self.fixed + self.dismissed

    @property
    def precision(self) -> float | None:
        """Of those that people decided on, the part that they fixed; None where there is none."""
        return self.fixed / self.decided if self.decided else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the precision lies with 95 % confidence (Wilson's score interval), which few decisions leave wide."""
        n = self.decided
        if not n:
            return 0.0, 1.0
        share = self.fixed / n
        middle = (share + _Z * _Z / (2 * n)) / (1 + _Z * _Z / n)
        half = _Z * sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n)) / (1 + _Z * _Z / n)
        return max(0.0, middle - half), min(1.0, middle + half)


def by_heuristic(db: Database, sight: Sight) -> dict[str, Worth]:
    """Heuristic -> its worth in all repositories that may be seen."""
    return _worth(db, sight, findings.c.heuristic, "")


def by_repository(db: Database, sight: Sight, heuristic: str) -> dict[int, Worth]:
    """Repository -> the worth of one heuristic there."""
    return _worth(db, sight, findings.c.repository, heuristic)


def demoted(db: Database, sight: Sight) -> tuple[Demotion, ...]:
    """The demotions that hold now, the newest first."""
    query = select(*columns()).where(
        visible(demotions.c.repository, sight), demotions.c.demoted_at > demotions.c.lifted_at
    )
    with db.read() as connection:
        rows = connection.execute(query.order_by(demotions.c.demoted_at.desc(), demotions.c.heuristic)).mappings()
        return tuple(Demotion(**row) for row in rows)


def _worth(db: Database, sight: Sight, by: ColumnElement[Any], heuristic: str) -> dict[Any, Worth]:
    query = (
        select(by, findings.c.state, func.count())
        .where(visible(findings.c.repository, sight), findings.c.told != "")
        .group_by(by, findings.c.state)
    )
    if heuristic:
        query = query.where(findings.c.heuristic == heuristic)
    states: dict[Any, dict[str, int]] = defaultdict(dict)
    with db.read() as connection:
        for key, state, many in connection.execute(query):
            states[key][state] = many
    return {key: _of(found.items()) for key, found in states.items()}


def _of(states: Iterable[tuple[str, int]]) -> Worth:
    found = dict(states)
    return Worth(
        sum(found.values()),
        found.get(OPEN, 0),
        found.get(FIXED, 0),
        found.get(IGNORED, 0) + found.get(RESOLVED, 0),
        found.get(MERGED, 0),
    )
