"""What people said to findings, answer by answer: the measure of what each heuristic is worth to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import delete, select

from bot.store.database import Database, now
from bot.store.tables import feedback

UP = "up"
DOWN = "down"
IGNORED = "ignored"
UNIGNORED = "unignored"
RESOLVED = "resolved"
REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Feedback:
    """One answer of one person to one finding.

    source: "reaction/ID", or the delivery id of a command or a click. number: of the pull request. comment: the
    comment that was reacted to, else 0. kind: up, down (thumbs), ignored, unignored, resolved, reopened (the thread).
    """

    repository: int
    source: str
    number: int
    fingerprint: str
    heuristic: str
    kind: str
    author: str
    reason: str = ""
    comment: int = 0


_COLUMNS = tuple(feedback.c[name] for name in Feedback.__dataclass_fields__)


def for_pull(db: Database, repository: int, number: int) -> tuple[Feedback, ...]:
    """All that was said on a pull request, oldest first."""
    query = (
        select(*_COLUMNS)
        .where(feedback.c.repository == repository, feedback.c.number == number)
        .order_by(feedback.c.created_at, feedback.c.source)
    )
    with db.read() as connection:
        return tuple(Feedback(**row) for row in connection.execute(query).mappings())


def add(db: Database, said: Iterable[Feedback]) -> None:
    """Remember answers; one whose source is known stays as it is."""
    with db.write() as connection:
        for one in said:
            statement = db.insert(feedback).values(**asdict(one), created_at=now())
            connection.execute(statement.on_conflict_do_nothing())


def withdraw(db: Database, repository: int, sources: Collection[str]) -> None:
    """Forget answers that were taken back."""
    if sources:
        gone = delete(feedback).where(feedback.c.repository == repository, feedback.c.source.in_(list(sources)))
        with db.write() as connection:
            connection.execute(gone)
