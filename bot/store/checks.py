"""The check run of each commit, so that a later round updates it, and one left in progress is found."""

from __future__ import annotations

from sqlalchemy import or_, select

from bot.store.database import Database, now
from bot.store.tables import checks, heads, subjects

# Completed with the result of a review, or without one (a draft, on demand, something went wrong).
REVIEWED = "reviewed"
COMPLETED = "completed"


def get(db: Database, repository: int, head: str) -> int | None:
    """Id of the check run of a commit, or None."""
    query = select(checks.c.check_run).where(checks.c.repository == repository, checks.c.head == head)
    with db.read() as connection:
        return connection.execute(query).scalar_one_or_none()


def reviewed(db: Database, repository: int, head: str) -> bool:
    """Whether the check run of a commit shows the result of a review."""
    query = select(checks.c.status).where(checks.c.repository == repository, checks.c.head == head)
    with db.read() as connection:
        return connection.execute(query).scalar_one_or_none() == REVIEWED


def put(db: Database, repository: int, head: str, check_run: int, status: str) -> None:
    """Remember a check run and its status ("in_progress", REVIEWED, COMPLETED)."""
    statement = db.insert(checks).values(
        repository=repository,
        head=head,
        check_run=check_run,
        status=status,
        created_at=now(),
        updated_at=now(),
    )
    again = {"check_run": check_run, "status": status, "updated_at": now()}
    with db.write() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=("repository", "head"), set_=again))


def stuck(db: Database, seconds: float) -> tuple[str, ...]:
    """Keys of the subjects with a check that has not been completed for `seconds`."""
    number = select(heads.c.number).where(heads.c.repository == checks.c.repository, heads.c.head == checks.c.head)
    query = (
        select(subjects.c.key)
        .join(checks, checks.c.repository == subjects.c.repository)
        .where(
            checks.c.status.not_in((REVIEWED, COMPLETED)),
            checks.c.updated_at < now() - seconds,
            or_(subjects.c.ref == checks.c.head, subjects.c.number == number.scalar_subquery()),
        )
        .distinct()
    )
    with db.read() as connection:
        return tuple(connection.execute(query).scalars())
