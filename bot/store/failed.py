"""Subjects that were given up: what they are, why, and which deliveries led there, for a person to look at."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Row, func, select

from bot.store.database import Database
from bot.store.tables import inbox, subjects
from bot.values import Kind, Subject

MOST = 1000
# Of one subject, the newest: an id leads to the log, and one is mostly enough.
_DELIVERIES = 5


@dataclass(frozen=True, slots=True)
class Failed:
    """A subject that is not tried again by itself. since: seconds since 1970. deliveries: ids of GitHub's, the newest
    first. `subjects.retry(db, key)` tries it once more, as a newer push does."""

    subject: Subject
    full_name: str
    head: str
    reason: str
    tries: int
    since: float
    deliveries: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.subject.key


def failed(db: Database, repository: int | None = None, most: int = MOST) -> tuple[Failed, ...]:
    """What was given up, the latest first; repository: of that one alone."""
    here = subjects.c.failed if repository is None else subjects.c.failed & (subjects.c.repository == repository)
    query = select(subjects).where(here).order_by(subjects.c.updated_at.desc(), subjects.c.id).limit(most)
    newest = func.row_number().over(partition_by=inbox.c.subject, order_by=inbox.c.want.desc()).label("newest")
    with db.read() as connection:
        rows = connection.execute(query).all()
        of_them = inbox.c.subject.in_([row.id for row in rows]) & inbox.c.done.is_(False)
        ranked = select(inbox.c.subject, inbox.c.delivery, newest).where(of_them).subquery()
        named = select(ranked.c.subject, ranked.c.delivery).where(ranked.c.newest <= _DELIVERIES)
        led: dict[int, list[str]] = {}
        for subject, delivery in connection.execute(named.order_by(ranked.c.newest)):
            led.setdefault(subject, []).append(delivery)
    return tuple(_failed(row, tuple(led.get(row.id, ()))) for row in rows)


def _failed(row: Row[tuple[object, ...]], deliveries: tuple[str, ...]) -> Failed:
    subject = Subject(Kind(row.kind), row.installation, row.repository, row.number, row.ref)
    return Failed(subject, row.full_name, row.head, row.reason, row.tries, row.updated_at, deliveries)
