"""What happened in an account since some day: how many findings came and went, and which open ones weigh most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from bot.store.database import Database
from bot.store.posted import OPEN
from bot.store.reading.findings import DAY, GRAVEST, Filters, Listed, page
from bot.store.reading.heuristics import demoted
from bot.store.reading.overview import exposed
from bot.store.reading.weeks import Fixes, fixes, moment
from bot.store.tables import covered, history, installations
from bot.store.visible import visible
from bot.viewer import ADMIN, Seen, Sight


@dataclass(frozen=True, slots=True)
class Digest:
    """Some days of an account. happened: what -> to how many findings. exposed: repository -> findings. demoted:
    heuristic and repository, those that hold. gravest: of the open findings of pull requests."""

    days: int
    happened: Mapping[str, int]
    fixes: Fixes
    exposed: Mapping[int, int]
    demoted: tuple[tuple[str, int], ...]
    gravest: tuple[Listed, ...]


def digest(db: Database, sight: Sight, days: int, most: int) -> Digest:
    """The last so many days. most: how many of the gravest findings."""
    what = history.c.what
    with db.read() as connection:
        at = moment(connection)
        lately = (visible(history.c.repository, sight), history.c.at > at - days * DAY)
        each = select(what, history.c.finding).where(*lately).distinct().subquery()
        query = select(each.c.what, func.count()).group_by(each.c.what)
        happened = {row[0]: row[1] for row in connection.execute(query)}
        took = fixes(connection, sight, at)
    open_ = page(db, sight, Filters(state=OPEN, where="pulls", sort=GRAVEST), many=most)
    fallen = tuple((one.heuristic, one.repository) for one in demoted(db, sight))
    return Digest(days, happened, took, exposed(db, sight), fallen, open_.rows)


def everything(db: Database, account: str) -> Sight | None:
    """All that the service knows of an account, letter case ignored; for who runs it, not for people who look.

    An account that let the App go and took it again without our hearing of the first has two rows; GitHub counts
    installations upwards.
    """
    named = func.lower(installations.c.account) == account.lower()
    query = select(installations.c.id, installations.c.account).where(named).order_by(installations.c.id.desc())
    with db.read() as connection:
        row = connection.execute(query).first()
        if row is None:
            return None
        columns = select(covered.c.repository, covered.c.full_name).where(covered.c.installation == row.id)
        seen = [Seen(id_, name, True, ADMIN) for id_, name in connection.execute(columns.order_by(covered.c.full_name))]
    return Sight(row.id, row.account, tuple(seen))
