"""Heuristics that are not worth their noise in a repository, by what people decided there: told in the check only.

A demotion holds until an administrator lifts it; from then on the heuristic is counted anew.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, case, func, select, update

from bot.store.database import Database, now
from bot.store.posted import FIXED, IGNORED, RESOLVED
from bot.store.tables import demotions, findings


@dataclass(frozen=True, slots=True)
class Measure:
    """What a heuristic has to be worth: of its `last` decided findings so many percent fixed."""

    last: int = 20
    percent: int = 80

    @property
    def dismissed(self) -> int:
        """With so many dismissed it cannot have that any more, however few are decided yet."""
        return self.last - -(-self.percent * self.last // 100) + 1


@dataclass(frozen=True, slots=True)
class Demotion:
    """A heuristic that was demoted in a repository. fixed, dismissed: of its last decided findings at that time.
    demoted_at: seconds since 1970."""

    repository: int
    heuristic: str
    fixed: int
    dismissed: int
    demoted_at: float


def columns() -> tuple[ColumnElement[object], ...]:
    """The columns of a Demotion."""
    return tuple(demotions.c[name] for name in Demotion.__dataclass_fields__)


def of(db: Database, repository: int) -> dict[str, Demotion]:
    """The demotions that hold in a repository, by heuristic."""
    holds = demotions.c.demoted_at > demotions.c.lifted_at
    query = select(*columns()).where(demotions.c.repository == repository, holds)
    with db.read() as connection:
        return {row["heuristic"]: Demotion(**row) for row in connection.execute(query).mappings()}


def judge(db: Database, repository: int, least: Measure) -> tuple[str, ...]:
    """Demote the heuristics that deserve it by now; their names."""
    with db.read() as connection:
        fallen = _fallen(connection, repository, least)
    if not fallen:
        return ()
    with db.write() as connection:
        for heuristic, fixed, dismissed in fallen:
            values = {"fixed": fixed, "dismissed": dismissed, "lifted_by": "", "demoted_at": now()}
            statement = db.insert(demotions).values(repository=repository, heuristic=heuristic, **values)
            connection.execute(statement.on_conflict_do_update(index_elements=("repository", "heuristic"), set_=values))
    return tuple(heuristic for heuristic, _, _ in fallen)


def lift(db: Database, repository: int, heuristic: str, by: str) -> bool:
    """Let a heuristic comment again. by: the login of the administrator. False when it was not demoted."""
    of_it = (demotions.c.repository == repository) & (demotions.c.heuristic == heuristic)
    change = update(demotions).where(of_it, demotions.c.demoted_at > demotions.c.lifted_at)
    with db.write() as connection:
        return connection.execute(change.values(lifted_at=now(), lifted_by=by)).rowcount > 0


def _fallen(connection: Connection, repository: int, least: Measure) -> list[tuple[str, int, int]]:
    """Heuristics that are not demoted and should be: name, fixed and dismissed of the last decided."""
    known = (demotions.c.repository == findings.c.repository) & (demotions.c.heuristic == findings.c.heuristic)
    newest = func.row_number().over(partition_by=findings.c.heuristic, order_by=findings.c.closed_at.desc())
    decided = (
        select(
            findings.c.heuristic,
            case((findings.c.state == FIXED, 1), else_=0).label("fixed"),
            newest.label("rank"),
        )
        .outerjoin(demotions, known)
        .where(
            findings.c.repository == repository,
            findings.c.number > 0,
            findings.c.told != "",
            findings.c.state.in_((FIXED, IGNORED, RESOLVED)),
            # Counted anew since it was lifted; one that is demoted now is not judged again.
            findings.c.closed_at > func.coalesce(demotions.c.lifted_at, 0.0),
            func.coalesce(demotions.c.demoted_at, 0.0) <= func.coalesce(demotions.c.lifted_at, 0.0),
        )
        .subquery()
    )
    fixed, total = func.sum(decided.c.fixed), func.count()
    query = (
        select(decided.c.heuristic, fixed, total - fixed)
        .where(decided.c.rank <= least.last)
        .group_by(decided.c.heuristic)
        .having(total - fixed >= least.dismissed)
        .order_by(decided.c.heuristic)
    )
    return [(name, int(good), int(bad)) for name, good, bad in connection.execute(query)]
