"""Repositories: whose each is, what of it no event told of, and forgetting all about one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, and_, delete, func, not_, or_, select, update

from bot.store.database import Database, now
from bot.store.inbox import SWEEP, mark
from bot.store.tables import (
    audit,
    checks,
    covered,
    demotions,
    dispositions,
    feedback,
    findings,
    heads,
    history,
    inbox,
    installations,
    intents,
    posted,
    repositories,
    subjects,
)
from bot.values import Event, Kind, OpenPull, OpenPulls, Subject

# All that is kept by repository, besides the rows of the queue and what hangs on them.
BY_REPOSITORY = (posted, checks, heads, dispositions, feedback, findings, history, demotions, audit, covered)


@dataclass(frozen=True, slots=True)
class Known:
    """A repository. etag, seen_until: of the last look at its open pull requests."""

    id: int
    installation: int
    full_name: str
    etag: str
    seen_until: float


def learn(db: Database) -> int:
    """Take up the repositories that the queue has rows of, with what it heard of them last. How many are new or have
    another owner or name.

    Of a new one, what changed before its first event is not looked for: the App was not there.
    """
    named = subjects.c.full_name != ""
    newest = (
        select(subjects.c.repository, func.max(subjects.c.updated_at).label("last"),
               func.min(subjects.c.created_at).label("first"))
        .where(named, subjects.c.repository != 0, not_(subjects.c.closed & (subjects.c.kind == Kind.REPOSITORY.value)))
        .group_by(subjects.c.repository)
        .subquery()
    )  # fmt: skip
    known = covered.c
    of_it = and_(named, subjects.c.repository == newest.c.repository, subjects.c.updated_at == newest.c.last)
    query = (
        select(subjects.c.repository, subjects.c.installation, subjects.c.full_name, newest.c.first)
        .join(newest, of_it)
        .outerjoin(covered, known.repository == subjects.c.repository)
        .where(
            or_(
                known.repository.is_(None),
                known.installation != subjects.c.installation,
                known.full_name != subjects.c.full_name,
            )
        )
        .order_by(subjects.c.repository)
    )
    with db.read() as connection:
        rows = {row.repository: row for row in connection.execute(query)}
    if rows:
        with db.write() as connection:
            for row in rows.values():
                _put(db, connection, row.repository, row.installation, row.full_name, row.first)
    return len(rows)


def moved(db: Database, subject: Subject, full_name: str) -> None:
    """A repository has this name and belongs to this installation now: so do all of its rows."""
    other = or_(subjects.c.installation != subject.installation, subjects.c.full_name != full_name)
    of_it = (subjects.c.repository == subject.repository) & other
    rows = select(subjects.c.id).where(of_it).order_by(subjects.c.key)
    with db.read() as connection:
        if connection.execute(rows.limit(1)).first() is None:
            return
    with db.write() as connection:
        # In the order in which the inbox takes rows, so that neither waits for the other.
        connection.execute(rows.with_for_update())
        change = update(subjects).where(of_it)
        connection.execute(change.values(installation=subject.installation, full_name=full_name))
        _put(db, connection, subject.repository, subject.installation, full_name, now())


def to_list(db: Database, every: float, many: int) -> tuple[Known, ...]:
    """Repositories whose open pull requests nobody has looked at for `every` seconds, those that wait longest first;
    none of an installation that is suspended or rests."""
    query = (
        select(covered)
        .outerjoin(installations, installations.c.id == covered.c.installation)
        .where(
            # Further off than it can be: the clock was set back since.
            or_(covered.c.listed_at <= now() - every, covered.c.listed_at > now()),
            or_(
                installations.c.id.is_(None),
                not_(installations.c.suspended | (installations.c.rest_until > now())),
            ),
        )
        .order_by(covered.c.listed_at)
        .limit(many)
    )
    with db.read() as connection:
        rows = connection.execute(query).all()
    return tuple(Known(row.repository, row.installation, row.full_name, row.etag, row.seen_until) for row in rows)


def listed(db: Database, repository: Known, found: OpenPulls | None) -> int:
    """Note a look at a repository's open pull requests, and queue those whose head no event told of, all or none. How
    many. found: None where nothing changed, or it is out of reach."""
    seen = {} if found is None else {"etag": found.etag, "seen_until": found.until}
    with db.write() as connection:
        missed = () if found is None else _missed(connection, repository.id, found.pulls)
        for pull in missed:
            _queue(db, connection, repository, pull)
        connection.execute(update(covered).where(covered.c.repository == repository.id).values(listed_at=now(), **seen))
        return len(missed)


def erase(db: Database, ids: Collection[int], keep: Sequence[Kind] = ()) -> bool:
    """Delete everything that is kept about repositories but facts, which belong to blobs and go by age. keep: kinds of
    subjects whose rows stay. False when a worker was at one of them, who may still write something down."""
    with db.write() as connection:
        return erase_rows(connection, list(ids), keep)


def erase_rows(connection: Connection, ids: Sequence[int], keep: Sequence[Kind] = ()) -> bool:
    """`erase` within a transaction."""
    rows = subjects.c.repository.in_(ids) & subjects.c.kind.not_in([kind.value for kind in keep])
    lease = select(subjects.c.id, subjects.c.lease_until > now()).where(rows).order_by(subjects.c.key)
    # In the order in which the inbox takes rows, so that neither waits for the other.
    busy = any(leased for _, leased in connection.execute(lease.with_for_update()))
    for table in BY_REPOSITORY:
        connection.execute(delete(table).where(table.c.repository.in_(ids)))
    keys, numbers = (select(column).where(rows).scalar_subquery() for column in (subjects.c.key, subjects.c.id))
    connection.execute(delete(intents).where(intents.c.subject_key.in_(keys)))
    connection.execute(delete(inbox).where(inbox.c.subject.in_(numbers)))
    connection.execute(delete(subjects).where(rows))
    connection.execute(delete(repositories).where(repositories.c.id.in_(ids)))
    return not busy


def _put(db: Database, connection: Connection, id_: int, installation: int, full_name: str, since: float | now) -> None:
    statement = db.insert(covered).values(
        repository=id_, installation=installation, full_name=full_name, seen_until=since
    )
    fresh = {"installation": installation, "full_name": full_name}
    connection.execute(statement.on_conflict_do_update(index_elements=("repository",), set_=fresh))


def _missed(connection: Connection, repository: int, pulls: Sequence[OpenPull]) -> tuple[OpenPull, ...]:
    """Of open pull requests, those whose head neither an event nor a check run of ours names."""
    columns = (subjects.c.number, subjects.c.head, subjects.c.failed, subjects.c.closed)
    waiting = (subjects.c.want > subjects.c.done).label("waiting")
    of_it = (subjects.c.repository == repository) & (subjects.c.kind == Kind.PULL_REQUEST.value)
    query = select(*columns, waiting).where(of_it, subjects.c.number.in_([pull.number for pull in pulls]))
    rows = {row.number: row for row in connection.execute(query)}
    seen = select(checks.c.head).where(checks.c.repository == repository)
    checked = frozenset(connection.execute(seen.where(checks.c.head.in_([pull.head for pull in pulls]))).scalars())
    return tuple(pull for pull in pulls if not _is_known(pull, rows.get(pull.number), checked))


def _is_known(pull: OpenPull, row: Row[tuple[object, ...]] | None, checked: frozenset[str]) -> bool:
    if row is None or row.closed:
        return False
    if row.failed:
        return bool(row.head == pull.head)  # it was given up, which is seen; a newer head is worth another try
    return row.waiting or row.head == pull.head or pull.head in checked


def _queue(db: Database, connection: Connection, repository: Known, pull: OpenPull) -> None:
    subject = Subject(Kind.PULL_REQUEST, repository.installation, repository.id, pull.number)
    mark(db, connection, Event("", "sweep", subject, repository.full_name, pull.head), SWEEP)
