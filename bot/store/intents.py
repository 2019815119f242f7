"""What is about to be written to GitHub, noted before: a write whose outcome is unknown is looked for, not repeated."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update

from bot.store.database import Database, now
from bot.store.tables import intents


@dataclass(frozen=True, slots=True)
class Intent:
    """A write: its hidden marker (how to find it on GitHub), its kind, and a digest of its text."""

    subject_key: str
    marker: str
    kind: str
    digest: str


def begin(db: Database, subject_key: str, marker: str, kind: str, digest: str) -> None:
    """Note a write before it is made. The same marker again is the same write, now with this digest."""
    statement = db.insert(intents).values(
        subject_key=subject_key, marker=marker, kind=kind, digest=digest, done=False, created_at=now()
    )
    again = {"kind": kind, "digest": digest, "done": False, "created_at": now()}
    with db.write() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=("subject_key", "marker"), set_=again))


def finish(db: Database, subject_key: str, marker: str) -> None:
    """The write is known to stand on GitHub."""
    statement = update(intents).where(intents.c.subject_key == subject_key, intents.c.marker == marker)
    with db.write() as connection:
        connection.execute(statement.values(done=True))


def unfinished(db: Database, subject_key: str) -> tuple[Intent, ...]:
    """Writes of a subject whose outcome is unknown, in the order in which they were begun."""
    query = (
        select(intents.c.subject_key, intents.c.marker, intents.c.kind, intents.c.digest)
        .where(intents.c.subject_key == subject_key, intents.c.done.is_(False))
        .order_by(intents.c.created_at, intents.c.marker)
    )
    with db.read() as connection:
        return tuple(Intent(**row) for row in connection.execute(query).mappings())
