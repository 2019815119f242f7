"""An account week by week: what became of what was found then, how long fixes took, what stood in default branches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from statistics import median

from sqlalchemy import ColumnElement, Connection, Subquery, literal, literal_column, select, true, union_all

from bot.store.database import now
from bot.store.posted import FIXED
from bot.store.reading.counting import many, states
from bot.store.tables import findings
from bot.store.visible import visible
from bot.viewer import Sight

WEEK = 7 * 86_400.0
WEEKS = 12
# The newest fixes tell how long it takes now.
_FIXES = 2000
_FIX_SECONDS = 90 * 86_400.0

# Word for word the conditions of the indexes.
_IN_PULLS = findings.c.number > literal_column("0")
_STANDING = findings.c.number == literal_column("0")


@dataclass(frozen=True, slots=True)
class Fixes:
    """Seconds from comment to fix: the median of the last three months, and of each of the last weeks by when it was
    first seen, this one last; None where nothing was fixed."""

    median: float | None
    weeks: tuple[float | None, ...]


def moment(connection: Connection) -> float:
    """Now, for all rows of all questions of a page: a clock that is asked for each row costs more than the rest."""
    at: float = connection.execute(select(now())).scalar_one()
    return at


def by_state(connection: Connection, sight: Sight, at: float) -> tuple[Mapping[str, int], ...]:
    """Of each of the last weeks, the one that ends `at` last: state -> how many findings of pull requests that were
    first seen then are in it now."""
    weeks, each_state = _weeks(at), states()
    of_it = (findings.c.state == each_state.c.state) & _IN_PULLS & visible(findings.c.repository, sight)
    counted = many(of_it & _within(findings.c.seen_at, weeks), weeks, each_state)
    query = select(weeks.c.week, each_state.c.state, counted).select_from(weeks.join(each_state, true()))
    found: list[dict[str, int]] = [{} for _ in range(WEEKS)]
    for week, state, count in connection.execute(query):
        if count:
            found[week][state] = count
    return tuple(found)


def standing(connection: Connection, sight: Sight, at: float, standing_now: int) -> tuple[int | None, ...]:
    """How many findings stood in default branches when each of the last weeks ended, by what came and went since; None
    before the first was counted. A repository has part in it from when it was counted first."""
    weeks = _weeks(at)
    of_it = _STANDING & visible(findings.c.repository, sight)
    came, went = (
        many(of_it & _within(moment_, weeks), weeks).label(name)
        for name, moment_ in (("came", findings.c.seen_at), ("went", findings.c.closed_at))
    )
    found: list[int] = []
    for row in connection.execute(select(came, went).select_from(weeks).order_by(weeks.c.week.desc())):
        found.append(standing_now)
        standing_now += row.went - row.came
    begun = next((ago for ago in range(WEEKS - 1, -1, -1) if found[ago]), -1)
    return tuple(found[ago] if ago <= begun else None for ago in range(WEEKS - 1, -1, -1))


def fixes(connection: Connection, sight: Sight, at: float) -> Fixes:
    """How long fixes take."""
    query = (
        select(findings.c.seen_at, findings.c.closed_at)
        .where(
            visible(findings.c.repository, sight),
            findings.c.state == FIXED,
            findings.c.seen_at > at - _FIX_SECONDS,
            _IN_PULLS,
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


def _weeks(at: float) -> Subquery:
    """The last weeks, one a row, from 0 for the first to the one that ends `at`; what is newer is of that one, too: the
    clock may have been set back."""
    ends = [at - WEEK * ago for ago in range(WEEKS, 0, -1)]
    columns = (
        select(literal(week).label("week"), literal(after).label("after"), literal(until).label("until"))
        for week, (after, until) in enumerate(zip(ends, (*ends[1:], inf), strict=True))
    )
    return union_all(*columns).subquery("weeks")


def _within(moment: ColumnElement[float], weeks: Subquery) -> ColumnElement[bool]:
    return (moment > weeks.c.after) & (moment <= weeks.c.until)
