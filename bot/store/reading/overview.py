"""Where an account is exposed, and what became of what was found there: in a handful of queries, however many rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from sqlalchemy import Connection, Integer, Row, case, cast, func, select

from bot.store.database import Database, now
from bot.store.posted import FIXED, MERGED, OPEN
from bot.store.tables import findings, history, repositories
from bot.store.visible import visible
from bot.viewer import Sight

WEEK = 7 * 86_400.0
WEEKS = 12
# The newest fixes tell how long it takes now.
_FIXES = 2000
_FIX_SECONDS = 90 * 86_400.0


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened to a finding. at: seconds since 1970."""

    finding: int
    repository: int
    number: int
    heuristic: str
    symbol: str
    variable: str
    what: str
    author: str
    at: float


@dataclass(frozen=True, slots=True)
class Fixes:
    """Seconds from comment to fix: the median of the last three months, and of each of the last twelve weeks by when it
    was first seen, this one last; None where nothing was fixed."""

    median: float | None
    weeks: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """An account at a glance. states: of findings of pull requests, by their number. standing: repository -> findings
    that stand in its default branch. exposed: repository -> these, and those on their way there. weeks: of the last
    twelve, this one last: state -> how many findings that were first seen then are in it now. fixes: what it takes to
    fix."""

    states: Mapping[str, int]
    standing: Mapping[int, int]
    exposed: Mapping[int, int]
    weeks: tuple[Mapping[str, int], ...]
    fixes: Fixes
    recent: tuple[Happened, ...] = field(default=())


def overview(db: Database, sight: Sight, recent: int) -> Overview:
    """The account as it is now. recent: how many of the latest happenings."""
    with db.read() as connection:
        rows = tuple(_counted(connection, sight))
        states = Counter[str]()
        for row in rows:
            states[row.state] += row.many - row.standing
        return Overview(
            dict(states),
            {row.repository: row.standing for row in rows if row.state == OPEN and row.standing},
            _exposed(connection, sight, rows),
            _weeks(connection, sight),
            _fixes(connection, sight),
            happened(connection, sight, recent),
        )


def weeks(db: Database, sight: Sight) -> tuple[Mapping[str, int], ...]:
    """`Overview.weeks` by itself."""
    with db.read() as connection:
        return _weeks(connection, sight)


def fixes(db: Database, sight: Sight) -> Fixes:
    """`Overview.fixes` by itself."""
    with db.read() as connection:
        return _fixes(connection, sight)


def exposed(db: Database, sight: Sight) -> Mapping[int, int]:
    """`Overview.exposed` by itself."""
    with db.read() as connection:
        return _exposed(connection, sight, _counted(connection, sight))


def _exposed(connection: Connection, sight: Sight, rows: Iterable[Row[Any]]) -> Mapping[int, int]:
    """rows: of `_counted`. What was merged stands in the default branch: where that is counted, it counts there."""
    query = select(repositories.c.id).where(visible(repositories.c.id, sight), repositories.c.counted_at > 0)
    counted = frozenset(connection.execute(query).scalars())
    found = Counter[int]()
    for row in rows:
        if row.state == OPEN or (row.state == MERGED and row.repository not in counted):
            found[row.repository] += row.many
    return dict(found)


def _counted(connection: Connection, sight: Sight) -> Iterable[Row[Any]]:
    standing = func.sum(case((findings.c.number == 0, 1), else_=0)).label("standing")
    by = (findings.c.repository, findings.c.state)
    query = select(*by, standing, func.count().label("many")).where(visible(by[0], sight)).group_by(*by)
    return connection.execute(query)


def _weeks(connection: Connection, sight: Sight) -> tuple[Mapping[str, int], ...]:
    # One moment for all rows: a clock that is asked for each costs more than the rest.
    at = connection.execute(select(now())).scalar_one()
    ago = cast(func.floor((at - findings.c.seen_at) * (1 / WEEK)), Integer).label("ago")
    query = (
        select(ago, findings.c.state, func.count())
        .where(visible(findings.c.repository, sight), findings.c.seen_at > at - WEEKS * WEEK, findings.c.number > 0)
        .group_by(ago, findings.c.state)
    )
    weeks: list[dict[str, int]] = [{} for _ in range(WEEKS)]
    for week, state, many in connection.execute(query):
        at = WEEKS - 1 - min(max(week, 0), WEEKS - 1)
        weeks[at][state] = weeks[at].get(state, 0) + many
    return tuple(weeks)


def _fixes(connection: Connection, sight: Sight) -> Fixes:
    at = connection.execute(select(now())).scalar_one()
    query = (
        select(findings.c.seen_at, findings.c.closed_at)
        .where(
            visible(findings.c.repository, sight),
            findings.c.state == FIXED,
            findings.c.seen_at > at - _FIX_SECONDS,
            findings.c.number > 0,
        )
        .order_by(findings.c.seen_at.desc())
        .limit(_FIXES)
    )
    times: list[float] = []
    weeks: list[list[float]] = [[] for _ in range(WEEKS)]
    for seen, closed in connection.execute(query):
        times.append(closed - seen)
        ago = max(int((at - seen) // WEEK), 0)
        if ago < WEEKS:
            weeks[WEEKS - 1 - ago].append(closed - seen)
    return Fixes(_median(times), tuple(_median(one) for one in weeks))


def _median(times: list[float]) -> float | None:
    return median(times) if times else None


def happened(connection: Connection, sight: Sight, many: int) -> tuple[Happened, ...]:
    """The latest happenings, the newest first; a push that changed nothing is none."""
    of_it = ("number", "heuristic", "symbol", "variable")
    query = (
        select(
            history.c.finding,
            history.c.repository,
            history.c.what,
            history.c.author,
            history.c.at,
            *(findings.c[name] for name in of_it),
        )
        .join(findings, findings.c.id == history.c.finding)
        .where(visible(history.c.repository, sight), history.c.what != "pushed")
        .order_by(history.c.at.desc(), history.c.id.desc())
        .limit(many)
    )
    return tuple(Happened(**row) for row in connection.execute(query).mappings())
