"""Who installed the App; and forgetting all about someone who removed it."""

from __future__ import annotations

from sqlalchemy import delete, select

from bot.store.database import Database
from bot.store.tables import checks, dispositions, heads, inbox, installations, intents, posted, subjects
from bot.values import Kind


def erase(db: Database, installation: int) -> None:
    """Delete everything that is kept about an installation and its repositories; the queue's row of itself stays.

    Facts stay: they belong to blobs, not to people, and go by age.
    """
    of_it = subjects.c.installation == installation
    repositories = select(subjects.c.repository).where(of_it, subjects.c.repository != 0).scalar_subquery()
    rest = of_it & (subjects.c.kind != Kind.INSTALLATION.value)
    with db.write() as connection:
        for table in (posted, checks, heads, dispositions):
            connection.execute(delete(table).where(table.c.repository.in_(repositories)))
        keys, rows = (select(column).where(rest).scalar_subquery() for column in (subjects.c.key, subjects.c.id))
        connection.execute(delete(intents).where(intents.c.subject_key.in_(keys)))
        connection.execute(delete(inbox).where(inbox.c.subject.in_(rows)))
        connection.execute(delete(subjects).where(rest))
        connection.execute(delete(installations).where(installations.c.id == installation))
