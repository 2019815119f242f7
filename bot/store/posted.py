"""The findings that stand on a pull request: one row a finding for its whole life, so that it is said once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, delete, func, select, update

from bot.store.database import Database, now
from bot.store.tables import posted

OPEN = "open"
FIXED = "fixed"
IGNORED = "ignored"
RESOLVED = "resolved"
MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Posted:
    """A finding as it was told on a pull request.

    comment: id of its review comment, 0 when the body of review `review` or the check tells it. thread: node id of its
    thread, "" while unknown. state: open, fixed, ignored, resolved (by a person, here) or merged (with it).
    head_first: head where it was told first. head_fixed: head where it was gone, else "". acts: Finding.acts when it
    was last looked at. author, said_at: who of those with write access resolved it, and when (seconds since 1970).
    """

    repository: int
    number: int
    fingerprint: str
    heuristic: str
    symbol: str
    variable: str
    message: str
    path: str
    comment: int = 0
    review: int = 0
    thread: str = ""
    state: str = OPEN
    head_first: str = ""
    head_fixed: str = ""
    acts: str = ""
    author: str = ""
    said_at: float = 0.0


_COLUMNS = tuple(posted.c[name] for name in Posted.__dataclass_fields__)
_KEY = ("repository", "number", "fingerprint")


def for_pull(db: Database, repository: int, number: int) -> tuple[Posted, ...]:
    """All that was ever told on a pull request, oldest first."""
    query = (
        select(*_COLUMNS)
        .where(posted.c.repository == repository, posted.c.number == number)
        .order_by(posted.c.created_at, posted.c.fingerprint)
    )
    with db.read() as connection:
        return tuple(Posted(**row) for row in connection.execute(query).mappings())


def add(db: Database, rows: Iterable[Posted]) -> None:
    """Remember findings as told; one that is there takes over the new values, but keeps the head where it was first."""
    with db.write() as connection:
        for row in rows:
            statement = db.insert(posted).values(**asdict(row), created_at=now(), updated_at=now())
            fresh = {
                column.name: column
                for column in statement.excluded
                if column.name not in (*_KEY, "head_first", "created_at")
            }
            connection.execute(statement.on_conflict_do_update(index_elements=_KEY, set_=fresh))


def set_state(
    db: Database, repository: int, number: int, fingerprint: str, state: str, head: str = "", author: str = ""
) -> None:
    """Move a finding to `state`, seen at `head`, which is kept as the head that fixed it when the state is fixed.

    author: who of those with write access moved it there.
    """
    statement = (
        update(posted)
        .where(*_of(repository, number, fingerprint))
        .values(
            state=state,
            head_fixed=head if state == FIXED else "",
            author=author,
            said_at=now() if author else 0.0,
            updated_at=now(),
        )
    )
    with db.write() as connection:
        connection.execute(statement)


def carry_on(db: Database, was: str, row: Posted) -> None:
    """A finding goes on under another name: what stands under the fingerprint `was` is told of row's finding now.

    Comment, state and history stay.
    """
    names = {name: getattr(row, name) for name in ("fingerprint", "symbol", "variable", "message", "path", "acts")}
    taken = _of(row.repository, row.number, row.fingerprint)
    with db.write() as connection:
        if row.fingerprint != was:
            connection.execute(delete(posted).where(*taken))
        change = update(posted).where(*_of(row.repository, row.number, was))
        connection.execute(change.values(**names, updated_at=now()))


def counts(db: Database) -> dict[tuple[str, str], int]:
    """How many findings were told and what became of them: (heuristic, state) -> number."""
    query = select(posted.c.heuristic, posted.c.state, func.count()).group_by(posted.c.heuristic, posted.c.state)
    with db.read() as connection:
        return {(heuristic, state): number for heuristic, state, number in connection.execute(query)}


def elsewhere(db: Database, repository: int, number: int, fingerprint: str) -> tuple[int, ...]:
    """Numbers of the other pull requests on which a finding stands open."""
    query = select(posted.c.number).where(
        posted.c.repository == repository,
        posted.c.fingerprint == fingerprint,
        posted.c.number != number,
        posted.c.state.in_((OPEN, IGNORED)),
    )
    with db.read() as connection:
        return tuple(connection.execute(query).scalars())


def _of(repository: int, number: int, fingerprint: str) -> tuple[ColumnElement[bool], ...]:
    return (posted.c.repository == repository, posted.c.number == number, posted.c.fingerprint == fingerprint)
