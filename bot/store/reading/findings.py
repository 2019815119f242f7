"""Findings as people look for them: filtered, sorted, a page at a time by key; and one with all that is known of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, false, func, or_, select, tuple_

from bot.store.database import Database
from bot.store.findings import SEEN
from bot.store.holds import holds
from bot.store.reading.weeks import moment
from bot.store.tables import findings, history
from bot.store.texts import candidates
from bot.store.visible import visible
from bot.viewer import Sight

PAGE = 50
DAY = 86_400.0
# So many findings are read and sorted in a moment.
_FEW = 2000
NEWEST, OLDEST, GRAVEST = SORTS = ("newest", "oldest", "gravest")


class NotAKey(ValueError):
    """What was given as the key of a page is none."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for; "" and 0 are for all. state: of `store.findings`. where: "pulls" or "standing" (in the
    default branch). pull: number of a pull request. younger, older: days since it was first seen. owner: by CODEOWNERS.
    search: words that message, symbol, variable or path hold."""

    heuristic: str = ""
    family: str = ""
    severity: str = ""
    state: str = ""
    where: str = ""
    pull: int = 0
    younger: int = 0
    older: int = 0
    owner: str = ""
    search: str = ""
    sort: str = NEWEST


@dataclass(frozen=True, slots=True)
class Listed:
    """A finding in a list. number: of the pull request, 0 for the default branch. seen_at: seconds since 1970."""

    id: int
    repository: int
    number: int
    fingerprint: str
    heuristic: str
    family: str
    severity: str
    symbol: str
    variable: str
    message: str
    path: str
    line: int
    state: str
    told: str
    owners: str
    seen_at: float
    closed_at: float
    grade: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some findings. following: the key to ask for the next ones with, "" where these are the last."""

    rows: tuple[Listed, ...]
    following: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place that tells how a finding comes about."""

    path: str
    line: int
    end_line: int
    message: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a finding. at: seconds since 1970."""

    what: str
    head: str
    author: str
    reason: str
    at: float


@dataclass(frozen=True, slots=True)
class Detail:
    """A finding with its story, what decided, and its life. elsewhere: the same finding in other pull requests."""

    listed: Listed
    end_line: int
    tier: str
    comment: int
    author: str
    reason: str
    head_first: str
    head_last: str
    head_fixed: str
    pushes: int
    looked_at: float
    places: tuple[Place, ...]
    evidence: tuple[str, ...]
    life: tuple[Event, ...]
    elsewhere: tuple[Listed, ...]


_LISTED = tuple(findings.c[name] for name in Listed.__dataclass_fields__)
_KEYS: dict[str, tuple[ColumnElement[Any], ...]] = {
    NEWEST: (findings.c.seen_at, findings.c.id),
    OLDEST: (findings.c.seen_at, findings.c.id),
    GRAVEST: (findings.c.grade, findings.c.seen_at, findings.c.id),
}


def page(db: Database, sight: Sight, filters: Filters, after: str = "", many: int = PAGE) -> Page:
    """The findings that match, at most `many`. after: `following` of the page before. Raises NotAKey."""
    keys = _KEYS[filters.sort]
    at = _moment(db) if filters.younger or filters.older else 0.0
    query = select(*_LISTED).where(visible(findings.c.repository, sight), *_conditions(filters, at))
    few = _few(db, filters)
    if few is not None:
        # A sum is no column that an index has in order: these few are gathered, and sorted then.
        query, keys = query.where(few), tuple(key + 0 for key in keys)
    rising = filters.sort == OLDEST
    if after:
        key = _key(after, len(keys))
        there = tuple_(*keys)
        query = query.where(there > key if rising else there < key)
    query = query.order_by(*(one if rising else one.desc() for one in keys)).limit(many + 1)
    with db.read() as connection:
        rows = [Listed(**row) for row in connection.execute(query).mappings()]
    names = (str(one.key) for one in _KEYS[filters.sort])
    following = ",".join(repr(getattr(rows[many - 1], name)) for name in names) if len(rows) > many else ""
    return Page(tuple(rows[:many]), following)


def detail(db: Database, sight: Sight, id_: int) -> Detail | None:
    """One finding; None where there is none, or none to see."""
    here = visible(findings.c.repository, sight)
    with db.read() as connection:
        row = connection.execute(select(findings).where(findings.c.id == id_, here)).one_or_none()
        if row is None:
            return None
        events = select(*(history.c[name] for name in Event.__dataclass_fields__)).where(history.c.finding == id_)
        life = connection.execute(events.order_by(history.c.id)).mappings().all()
        same = select(*_LISTED).where(
            findings.c.repository == row.repository, findings.c.fingerprint == row.fingerprint, findings.c.id != id_
        )
        others = connection.execute(same.order_by(findings.c.id.desc()).limit(PAGE)).mappings().all()
    return _detail(row, tuple(Event(**one) for one in life), tuple(Listed(**one) for one in others))


def _detail(row: Row[Any], life: tuple[Event, ...], others: tuple[Listed, ...]) -> Detail:
    if not row.number:  # of a finding that stood there from the start nothing more is written down
        life = (Event(SEEN, row.head_first, "", "", row.seen_at), *life)
    rest = ("end_line", "tier", "comment", "author", "reason", "head_first", "head_last", "head_fixed", "pushes")
    return Detail(
        listed=Listed(**{name: getattr(row, name) for name in Listed.__dataclass_fields__}),
        **{name: getattr(row, name) for name in rest},
        looked_at=row.looked_at,
        places=tuple(Place(*one) for one in json.loads(row.places or "[]")),
        evidence=tuple(json.loads(row.evidence or "[]")),
        life=life,
        elsewhere=others,
    )


def _few(db: Database, filters: Filters) -> ColumnElement[bool] | None:
    """The condition that the index of texts can answer, where it leaves few findings. Where it leaves many, a page is
    full before long when they are gone through in order."""
    owned = (f" {filters.owner} ",) if filters.owner else ()
    of_it = candidates(db, (*filters.search.split(), *owned))
    if of_it is None:
        return None
    some = select(findings.c.id).where(of_it).limit(_FEW + 1).subquery()
    with db.read() as connection:
        return of_it if connection.execute(select(func.count()).select_from(some)).scalar_one() <= _FEW else None


def _moment(db: Database) -> float:
    with db.read() as connection:
        return moment(connection)


def _conditions(filters: Filters, at: float) -> list[ColumnElement[bool]]:
    named = ("heuristic", "family", "severity", "state")
    found: list[ColumnElement[bool]] = [
        findings.c[name] == getattr(filters, name) for name in named if getattr(filters, name)
    ]
    if filters.where:
        found.append(findings.c.number == 0 if filters.where == "standing" else findings.c.number > 0)
    if filters.pull:
        found.append(findings.c.number == filters.pull)
    if filters.younger:
        found.append(findings.c.seen_at > at - filters.younger * DAY)
    if filters.older:
        found.append(findings.c.seen_at < at - filters.older * DAY)
    if filters.owner:
        found.append(_often(holds(findings.c.owners, f" {filters.owner} ")))
    searched = (findings.c.message, findings.c.symbol, findings.c.variable, findings.c.path)
    for word in filters.search.split():
        found.append(_often(or_(*(holds(column, word) for column in searched))))
    return [and_(*found)] if found else []


def _often(so: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same condition, of which PostgreSQL takes half of all rows to be so. It has no idea of words in texts, thinks
    them rare, and would read all rows where a page is full after some hundred."""
    return func.coalesce(so, false())


def _key(text: str, length: int) -> tuple[float, ...]:
    try:
        parts = tuple(float(part) if "." in part else int(part) for part in text.split(","))
    except ValueError:
        raise NotAKey from None
    if len(parts) != length or not all(abs(part) < 2**63 for part in parts):
        raise NotAKey
    return parts
