"""The newest check run of each commit, so that a later round goes on with it, and one left in progress is found."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select, update

from bot.store import tallies
from bot.store.database import Database, now
from bot.store.tables import checks, heads, subjects

OPEN = "open"
# Open, in a repository where nothing can be written: the next look that can goes on with it.
LEFT = "left"
# Completed with the result of a review, or without one (a draft, on demand, something went wrong).
REVIEWED = "reviewed"
COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Run:
    """A check run of ours. id: GitHub's. status: OPEN, LEFT, REVIEWED or COMPLETED."""

    id: int
    status: str


def get(db: Database, repository: int, head: str) -> Run | None:
    """The newest check run of a commit, or None."""
    query = select(checks.c.check_run, checks.c.status).where(checks.c.repository == repository, checks.c.head == head)
    with db.read() as connection:
        row = connection.execute(query).one_or_none()
        return None if row is None else Run(row.check_run, row.status)


def put(db: Database, repository: int, head: str, check_run: int, status: str, conclusion: str = "") -> None:
    """Remember a check run and its status (OPEN, REVIEWED or COMPLETED); with a conclusion, count it."""
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
        if conclusion:
            tallies.count_check(db, connection, conclusion, reviewed=status == REVIEWED)


def give_up(db: Database, repository: int) -> None:
    """The check runs of a repository that are open cannot be completed, for nothing can be written there."""
    change = update(checks).where(checks.c.repository == repository, checks.c.status == OPEN)
    with db.write() as connection:
        connection.execute(change.values(status=LEFT, updated_at=now()))


def stuck(db: Database, seconds: float) -> tuple[str, ...]:
    """Keys of the subjects with a check that has not been completed for `seconds`."""
    number = select(heads.c.number).where(heads.c.repository == checks.c.repository, heads.c.head == checks.c.head)
    query = (
        select(subjects.c.key)
        .join(checks, checks.c.repository == subjects.c.repository)
        .where(
            checks.c.status == OPEN,
            checks.c.updated_at < now() - seconds,
            or_(subjects.c.ref == checks.c.head, subjects.c.number == number.scalar_subquery()),
        )
        .distinct()
    )
    with db.read() as connection:
        return tuple(connection.execute(query).scalars())
