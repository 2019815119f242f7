"""Where an account is exposed, and what became of what was found there: in a handful of queries, however many rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, select, true

from bot.store.database import Database
from bot.store.posted import MERGED, OPEN
from bot.store.reading import counting, weeks
from bot.store.reading.weeks import Fixes
from bot.store.tables import findings, history, repositories
from bot.store.visible import each_visible, visible
from bot.viewer import Sight


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
class _Many:
    """Findings of a repository in one state: of pull requests, and in the default branch."""

    repository: int
    state: str
    pulls: int
    standing: int


@dataclass(frozen=True, slots=True)
class Overview:
    """An account at a glance. states: of findings of pull requests, how many are in each. standing: repository ->
    findings that stand in its default branch. exposed: repository -> these, and those on their way there. weeks, stood,
    fixes: as in `reading.weeks`, week by week."""

    states: Mapping[str, int]
    standing: Mapping[int, int]
    exposed: Mapping[int, int]
    weeks: tuple[Mapping[str, int], ...]
    stood: tuple[int | None, ...]
    fixes: Fixes
    recent: tuple[Happened, ...] = field(default=())


def overview(db: Database, sight: Sight, recent: int) -> Overview:
    """The account as it is now. recent: how many of the latest happenings."""
    with db.read() as connection:
        rows, at = _counted(connection, sight), weeks.moment(connection)
        states = Counter[str]()
        for row in rows:
            states[row.state] += row.pulls
        standing = _standing(rows)
        return Overview(
            dict(states),
            standing,
            _exposed(connection, sight, rows),
            weeks.by_state(connection, sight, at),
            weeks.standing(connection, sight, at, sum(standing.values())),
            weeks.fixes(connection, sight, at),
            happened(connection, sight, recent),
        )


def exposed(db: Database, sight: Sight) -> Mapping[int, int]:
    """`Overview.exposed` by itself."""
    with db.read() as connection:
        return _exposed(connection, sight, _counted(connection, sight))


def stood(db: Database, sight: Sight) -> tuple[int | None, ...]:
    """`Overview.stood` by itself."""
    with db.read() as connection:
        standing = sum(_standing(_counted(connection, sight)).values())
        return weeks.standing(connection, sight, weeks.moment(connection), standing)


def _standing(rows: Iterable[_Many]) -> Mapping[int, int]:
    return {row.repository: row.standing for row in rows if row.state == OPEN and row.standing}


def _exposed(connection: Connection, sight: Sight, rows: Iterable[_Many]) -> Mapping[int, int]:
    """rows: of `_counted`. What was merged stands in the default branch: where that is counted, it counts there."""
    query = select(repositories.c.id).where(visible(repositories.c.id, sight), repositories.c.counted_at > 0)
    counted = frozenset(connection.execute(query).scalars())
    found = Counter[int]()
    for row in rows:
        if row.state == OPEN or (row.state == MERGED and row.repository not in counted):
            found[row.repository] += row.pulls + row.standing
    return dict(found)


def _counted(connection: Connection, sight: Sight) -> tuple[_Many, ...]:
    """By repository and state, where there are any."""
    seen, states = each_visible(sight), counting.states()
    of_it = (findings.c.repository == seen.c.value) & (findings.c.state == states.c.state)
    query = select(
        seen.c.value,
        states.c.state,
        counting.many(of_it & (findings.c.number > 0), seen, states),
        counting.many(of_it & (findings.c.number == 0), seen, states),
    ).select_from(seen.join(states, true()))
    rows = (_Many(*row) for row in connection.execute(query))
    return tuple(row for row in rows if row.pulls or row.standing)


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
