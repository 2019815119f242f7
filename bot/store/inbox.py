"""Deliveries and the work that they ask for, stored and queued in one transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import Enum

from sqlalchemy import Connection, case, select, update

from bot.store.database import Database, now
from bot.store.tables import heads, inbox, installations, subjects
from bot.values import Command, Event, Kind

PERSON, PUSH, SWEEP = PRIORITIES = (0, 1, 2)


class Outcome(Enum):
    """What became of a delivery. UNKNOWN: of a commit that belongs to no pull request that we have seen."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Marked:
    """A subject's row, and its counter with this look."""

    subject: int
    want: int


def accept(db: Database, events: Sequence[Event]) -> tuple[Outcome, ...]:
    """Store deliveries and mark their subjects as wanting work, all or none; the answers in the order given.

    A delivery id that is there already changes nothing. Raises what SQLAlchemy raises.
    """
    with db.write() as connection:
        placed = {index: _placed(connection, event) for index, event in enumerate(events)}
        # Two web processes that take rows in different orders would wait for each other: ids first, in order, then
        # subjects, in order (and within a subject in order of arrival, which is the order of its commands).
        fresh = set()
        for index in sorted(placed, key=lambda index: (events[index].delivery, index)):
            event = placed[index]
            if event is not None and _insert(db, connection, event):
                fresh.add(index)
        for index in sorted(fresh, key=lambda index: (_known(placed[index]).subject.key, index)):
            _enqueue(db, connection, _known(placed[index]))
        return tuple(_outcome(placed[index], index in fresh) for index in range(len(events)))


def known(db: Database, deliveries: Collection[str]) -> frozenset[str]:
    """Which of these delivery ids have been stored."""
    if not deliveries:
        return frozenset()
    query = select(inbox.c.delivery).where(inbox.c.delivery.in_(list(deliveries)))
    with db.read() as connection:
        return frozenset(connection.execute(query).scalars())


def unfinished(connection: Connection, wants: Mapping[int, int]) -> dict[int, tuple[tuple[str, Command | None], ...]]:
    """By subject's row, delivery ids no finished round covers, with their commands, in order. wants: up to which."""
    query = (
        select(inbox.c.subject, inbox.c.want, inbox.c.delivery, inbox.c.command)
        .where(inbox.c.subject.in_(list(wants)), inbox.c.done.is_(False))
        .order_by(inbox.c.subject, inbox.c.want)
    )
    found: dict[int, tuple[tuple[str, Command | None], ...]] = {}
    for subject, want, delivery, command in connection.execute(query):
        if want <= wants[subject]:
            one = (delivery, Command(**json.loads(command)) if command else None)
            found[subject] = (*found.get(subject, ()), one)
    return found


def finish(connection: Connection, subject: int, want: int) -> tuple[float, ...]:
    """A round that covers the deliveries up to `want` is done; seconds since each of them came."""
    change = (
        update(inbox).where(inbox.c.subject == subject, inbox.c.done.is_(False), inbox.c.want <= want).values(done=True)
    )
    return tuple(connection.execute(change.returning(now() - inbox.c.received_at)).scalars())


def _known(event: Event | None) -> Event:
    assert event is not None
    return event


def _outcome(event: Event | None, fresh: bool) -> Outcome:
    if event is None:
        return Outcome.UNKNOWN
    return Outcome.STORED if fresh else Outcome.DUPLICATE


def _placed(connection: Connection, event: Event) -> Event | None:
    """The event with the number of its pull request, which GitHub leaves out for forks; None when nobody knows it."""
    subject = event.subject
    if subject.kind is not Kind.PULL_REQUEST or subject.number:
        return event
    query = select(heads.c.number).where(heads.c.repository == subject.repository, heads.c.head == event.head)
    number = connection.execute(query).scalar_one_or_none()
    return None if number is None else replace(event, subject=replace(subject, number=number))


def _insert(db: Database, connection: Connection, event: Event) -> bool:
    command = json.dumps(asdict(event.command)) if event.command else None
    statement = (
        db.insert(inbox)
        .values(delivery=event.delivery, action=event.action, command=command, received_at=now())
        .on_conflict_do_nothing()
        .returning(inbox.c.delivery)
    )
    return connection.execute(statement).first() is not None


def _enqueue(db: Database, connection: Connection, event: Event) -> None:
    row = mark(db, connection, event, PERSON if event.command else PUSH)
    connection.execute(
        update(inbox).where(inbox.c.delivery == event.delivery).values(subject=row.subject, want=row.want)
    )


def mark(db: Database, connection: Connection, event: Event, priority: int) -> Marked:
    """The subject wants one more look; a newer push also forgives what went wrong before."""
    subject = event.subject
    statement = db.insert(subjects).values(
        key=subject.key,
        kind=subject.kind.value,
        installation=subject.installation,
        repository=subject.repository,
        number=subject.number,
        ref=subject.ref,
        full_name=event.full_name,
        head=event.head,
        closed=event.closed,
        priority=priority,
        want=1,
        run_at=now(),
        created_at=now(),
        updated_at=now(),
    )
    new = statement.excluded
    # Only an event about the pull request itself tells whether it is open: a check run's does not.
    waiting = subjects.c.want > subjects.c.done
    upsert = statement.on_conflict_do_update(
        index_elements=("key",),
        set_={
            "installation": new.installation,
            "full_name": case((new.full_name != "", new.full_name), else_=subjects.c.full_name),
            "head": case((new.head != "", new.head), else_=subjects.c.head),
            "closed": subjects.c.closed if event.action.startswith("check_") else new.closed,
            "priority": case((waiting & (subjects.c.priority < new.priority), subjects.c.priority), else_=new.priority),
            "want": subjects.c.want + 1,
            "tries": 0,
            "run_at": new.run_at,
            "failed": False,
            "reason": "",
            "updated_at": new.updated_at,
        },
    ).returning(subjects.c.id, subjects.c.want)
    row = Marked(*connection.execute(upsert).one())
    _remember(db, connection, event)
    return row


def _remember(db: Database, connection: Connection, event: Event) -> None:
    """What later events and rounds need: the pull request of a head, the account of an installation."""
    subject = event.subject
    if subject.kind is Kind.PULL_REQUEST and event.head:
        statement = db.insert(heads).values(
            repository=subject.repository, head=event.head, number=subject.number, seen_at=now()
        )
        fresh = {"number": statement.excluded.number, "seen_at": statement.excluded.seen_at}
        connection.execute(statement.on_conflict_do_update(index_elements=("repository", "head"), set_=fresh))
    if subject.kind is Kind.INSTALLATION:
        suspended = event.action == "installation.suspend"
        statement = db.insert(installations).values(
            id=subject.installation, account=event.full_name, suspended=suspended, updated_at=now()
        )
        fresh = {name: statement.excluded[name] for name in ("account", "suspended", "updated_at")}
        connection.execute(statement.on_conflict_do_update(index_elements=("id",), set_=fresh))
