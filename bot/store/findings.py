"""Findings with their life, as the dashboard shows them: written by each round that looks at a pull request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Row, delete, insert, select, update

from bot.store.database import Database, now
from bot.store.posted import FIXED, IGNORED, MERGED, OPEN, RESOLVED
from bot.store.tables import findings, history

# The pull request was closed without a merge: the finding lives on nowhere.
CLOSED = "closed"
STATES = (OPEN, FIXED, MERGED, IGNORED, RESOLVED, CLOSED)
# What else happens to a finding: it is seen for the first time, or still there at another head.
SEEN = "seen"
PUSHED = "pushed"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a finding is, as of a head; no source text. grade: 0 a note, 2 an error. places: JSON, a list of [path,
    line, last line, sentence]. evidence: JSON, a list of sentences. owners: by CODEOWNERS, each with a space on both
    sides. told: inline, file or check. comment: GitHub's number of the comment, 0 while unknown."""

    fingerprint: str
    heuristic: str
    family: str
    severity: str
    grade: int
    tier: str
    symbol: str
    variable: str
    message: str
    path: str
    line: int
    end_line: int
    places: str
    evidence: str
    owners: str
    told: str
    comment: int = 0


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a finding. author, reason: of who closed it, "" for nobody."""

    state: str
    author: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A finding that is kept already, as far as its fate depends on it."""

    fingerprint: str
    state: str
    author: str
    reason: str
    path: str


def of_pull(db: Database, repository: int, number: int) -> tuple[Kept, ...]:
    """All that were ever seen on a pull request (number 0: on the default branch)."""
    columns = (findings.c[name] for name in Kept.__dataclass_fields__)
    query = select(*columns).where(findings.c.repository == repository, findings.c.number == number)
    with db.read() as connection:
        return tuple(Kept(**row) for row in connection.execute(query.order_by(findings.c.id)).mappings())


@dataclass(frozen=True, slots=True)
class Look:
    """What one round saw of a pull request (number 0: of the default branch). seen: what is there at head. fates: by
    fingerprint, of what is kept and of what is seen. renamed: fingerprint before -> fingerprint now."""

    repository: int
    number: int
    head: str
    seen: Sequence[Facts]
    fates: Mapping[str, Fate]
    renamed: Mapping[str, str]


def keep(db: Database, look: Look) -> None:
    """Bring what is kept up to what was seen, and write down what happened. The same look again changes nothing."""
    with db.write() as connection:
        rows = _rows(connection, look)
        _rename(connection, look.renamed, rows)
        for facts in look.seen:
            row = rows.get(facts.fingerprint)
            if row is None:
                rows[facts.fingerprint] = _insert(connection, look, facts)
            else:
                _update(connection, look, facts, row)
        for fingerprint, row in sorted(rows.items()):
            fate = look.fates.get(fingerprint)
            if fate is not None and (fate.state, fate.author, fate.reason) != (row.state, row.author, row.reason):
                _move(connection, look, row, fate)


def _rows(connection: Connection, look: Look) -> dict[str, Row[tuple[object, ...]]]:
    query = select(findings).where(findings.c.repository == look.repository, findings.c.number == look.number)
    return {row.fingerprint: row for row in connection.execute(query.order_by(findings.c.id))}


def _rename(connection: Connection, renamed: Mapping[str, str], rows: dict[str, Row[tuple[object, ...]]]) -> None:
    for was, now_ in sorted(renamed.items()):
        row = rows.pop(was, None)
        if row is None:
            continue
        taken = rows.pop(now_, None)
        if taken is not None:
            connection.execute(delete(history).where(history.c.finding == taken.id))
            connection.execute(delete(findings).where(findings.c.id == taken.id))
        connection.execute(update(findings).where(findings.c.id == row.id).values(fingerprint=now_))
        rows[now_] = row


def _insert(connection: Connection, look: Look, facts: Facts) -> Row[tuple[object, ...]]:
    statement = insert(findings).values(
        **asdict(facts),
        repository=look.repository,
        number=look.number,
        state=OPEN,
        head_first=look.head,
        head_last=look.head,
        pushes=1,
        seen_at=now(),
        looked_at=now(),
    )
    row = connection.execute(statement.returning(*findings.c)).one()
    if look.number:  # that a finding stands there, its own row tells: at every commit to a default branch it does
        _note(connection, row, SEEN, look.head)
    return row


def _update(connection: Connection, look: Look, facts: Facts, row: Row[tuple[object, ...]]) -> None:
    values = {name: value for name, value in asdict(facts).items() if name != "fingerprint"}
    if row.told:
        values["told"] = row.told  # where it was told first is where its thread is
    values["comment"] = facts.comment or row.comment
    pushed = row.head_last != look.head
    if not pushed and all(getattr(row, name) == value for name, value in values.items()):
        return
    values |= {"head_last": look.head, "pushes": row.pushes + pushed, "looked_at": now()}
    connection.execute(update(findings).where(findings.c.id == row.id).values(**values))
    if pushed and look.number:
        _note(connection, row, PUSHED, look.head)


def _move(connection: Connection, look: Look, row: Row[tuple[object, ...]], fate: Fate) -> None:
    """To another state; or the same, by somebody whom we know only now."""
    values: dict[str, object] = {"state": fate.state, "author": fate.author, "reason": fate.reason}
    if fate.state != row.state:
        values["head_fixed"] = look.head if fate.state == FIXED else ""
        values["closed_at"] = 0.0 if fate.state == OPEN else now()
        _note(connection, row, fate.state, look.head, fate.author, fate.reason)
    connection.execute(update(findings).where(findings.c.id == row.id).values(**values))


def _note(
    connection: Connection, row: Row[tuple[object, ...]], what: str, head: str, author: str = "", reason: str = ""
) -> None:
    values = {"finding": row.id, "repository": row.repository, "what": what, "head": head}
    connection.execute(insert(history).values(**values, author=author, reason=reason, at=now()))
