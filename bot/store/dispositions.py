"""A person's no to a finding: final for the repository until the function's acts on the variable change."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import delete, select

from bot.store.database import Database, now
from bot.store.tables import dispositions


@dataclass(frozen=True, slots=True)
class Disposition:
    """Who said no to which finding and why. acts: Finding.acts at that time. kind: "ignored" or "resolved"."""

    repository: int
    fingerprint: str
    acts: str
    kind: str
    author: str
    reason: str


_COLUMNS = tuple(dispositions.c[name] for name in Disposition.__dataclass_fields__)


def for_repository(db: Database, repository: int) -> tuple[Disposition, ...]:
    """All that stand in a repository, oldest first."""
    query = (
        select(*_COLUMNS)
        .where(dispositions.c.repository == repository)
        .order_by(dispositions.c.created_at, dispositions.c.fingerprint)
    )
    with db.read() as connection:
        return tuple(Disposition(**row) for row in connection.execute(query).mappings())


def add(db: Database, disposition: Disposition) -> None:
    """Remember a no; a later one about the same finding takes its place."""
    statement = db.insert(dispositions).values(**asdict(disposition), created_at=now())
    fresh = {column.name: column for column in statement.excluded if column.name not in ("repository", "fingerprint")}
    with db.write() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=("repository", "fingerprint"), set_=fresh))


def lift(db: Database, repository: int, fingerprint: str) -> bool:
    """Take a no back; False when there was none."""
    statement = delete(dispositions).where(
        dispositions.c.repository == repository, dispositions.c.fingerprint == fingerprint
    )
    with db.write() as connection:
        return connection.execute(statement).rowcount > 0
