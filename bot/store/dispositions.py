"""A person's no to a finding: final for the repository until the function's acts on the variable change."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import delete, select

from bot.store.database import Database, now
from bot.store.tables import dispositions

IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Disposition:
    """Who said no to which finding, when and why.

    acts: Finding.acts at that time. heuristic, path, symbol, variable: of the finding, by which it is known again when
    its statement was written anew. at: seconds since 1970, 0 for now.
    """

    repository: int
    fingerprint: str
    acts: str
    kind: str
    author: str
    reason: str
    heuristic: str = ""
    path: str = ""
    symbol: str = ""
    variable: str = ""
    at: float = 0.0


_STORED = tuple(name for name in Disposition.__dataclass_fields__ if name != "at")
_COLUMNS = (*(dispositions.c[name] for name in _STORED), dispositions.c.created_at.label("at"))


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
    """Remember a no, as of now where its time is not given; a later one about the same finding takes its place."""
    values = {name: value for name, value in asdict(disposition).items() if name != "at"}
    statement = db.insert(dispositions).values(**values, created_at=disposition.at or now())
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
