"""What became of the findings of each heuristic, each for itself: an average over all would hide a bad one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, case, func, or_, select

from bot.store.database import Database
from bot.store.feedback import DOWN
from bot.store.posted import FIXED, IGNORED, RESOLVED
from bot.store.tables import feedback, posted

# So few decisions say nothing yet.
_FEW = 5


@dataclass(frozen=True, slots=True)
class Tally:
    """The findings of one heuristic that were told lately. fixed: gone from the code. dismissed: a person ignored it,
    resolved its thread, or put a thumbs-down on it, unless it was fixed all the same. The rest waits or was merged."""

    heuristic: str
    shown: int
    fixed: int
    dismissed: int

    @property
    def precision(self) -> float | None:
        """Of those that people decided on, the part that they fixed; None while these are too few."""
        decided = self.fixed + self.dismissed
        return self.fixed / decided if decided >= _FEW else None


def by_heuristic(db: Database, repositories: Collection[int], last: int) -> tuple[Tally, ...]:
    """The tally of each heuristic over its `last` findings in these repositories, by name."""
    down = (
        select(feedback.c.source)
        .where(
            feedback.c.repository == posted.c.repository,
            feedback.c.number == posted.c.number,
            feedback.c.fingerprint == posted.c.fingerprint,
            feedback.c.kind == DOWN,
        )
        .exists()
    )
    fixed = posted.c.state == FIXED
    dismissed = and_(posted.c.state != FIXED, or_(posted.c.state.in_((IGNORED, RESOLVED)), down))
    newest = func.row_number().over(
        partition_by=posted.c.heuristic, order_by=(posted.c.created_at.desc(), posted.c.fingerprint)
    )
    rows = (
        select(
            posted.c.heuristic,
            case((fixed, 1), else_=0).label("fixed"),
            case((dismissed, 1), else_=0).label("dismissed"),
            newest.label("rank"),
        )
        .where(posted.c.repository.in_(list(repositories)), posted.c.heuristic != "")
        .subquery()
    )
    query = (
        select(rows.c.heuristic, func.count(), func.sum(rows.c.fixed), func.sum(rows.c.dismissed))
        .where(rows.c.rank <= last)
        .group_by(rows.c.heuristic)
        .order_by(rows.c.heuristic)
    )
    with db.read() as connection:
        return tuple(Tally(*row) for row in connection.execute(query))
