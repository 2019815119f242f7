"""Deliveries and the work that they ask for, stored and queued in one transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import Enum
from operator import itemgetter

from sqlalchemy import Connection, bindparam, case, select, update
from sqlalchemy.sql.dml import Insert, ReturningInsert, ReturningUpdate, Update

from bot.store import baselines
from bot.store.database import Database, now
from bot.store.tables import heads, inbox, installations, subjects
from bot.values import Command, Event, Kind

PERSON, PUSH, SWEEP = (0, 1, 2)
PRIORITIES = (PERSON, PUSH, SWEEP, baselines.BACKGROUND)
SUSPENDED = "installation.suspend"


class Outcome(Enum):
    """What became of a delivery. UNKNOWN: of a commit that belongs to no pull request that we have seen."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"


def accept(db: Database, events: Sequence[Event]) -> tuple[Outcome, ...]:
    """Store deliveries and mark their subjects as wanting work, all or none; the answers in the order given.

    A delivery id that is there already changes nothing. Raises what SQLAlchemy raises.
    """
    with db.write() as connection:
        placed = {index: _placed(connection, event) for index, event in enumerate(events)}
        # Two web processes that take rows in different orders would wait for each other: ids first, in order, then
        # subjects, in order (and within a subject in order of arrival, which is the order of its commands), then what
        # follows from them.
        known = {index: event for index, event in placed.items() if event is not None}
        fresh = _insert(db, connection, known)
        # Keys of baselines come before all others.
        baselines.want(db, connection, [fresh[index] for index in sorted(fresh)])
        _enqueue(db, connection, [fresh[index] for index in sorted(fresh, key=lambda at: (fresh[at].subject.key, at))])
        _remember(db, connection, [fresh[index] for index in sorted(fresh)])
        return tuple(_outcome(placed[index], index in fresh) for index in range(len(events)))


def mark(db: Database, connection: Connection, event: Event, priority: int) -> None:
    """The subject wants one more look, though no delivery says so."""
    _wanted(db, connection, [(event, priority)])
    _remember(db, connection, [event])


def known(db: Database, deliveries: Collection[str]) -> frozenset[str]:
    """Which of these delivery ids have been stored."""
    if not deliveries:
        return frozenset()
    query = select(inbox.c.delivery).where(inbox.c.delivery.in_(list(deliveries)))
    with db.read() as connection:
        return frozenset(connection.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class Came:
    """A delivery that no finished round covers: its id, its command, the trace that it belongs to ("" for none)."""

    delivery: str
    command: Command | None
    trace: str


def unfinished(connection: Connection, wants: Mapping[int, int]) -> dict[int, tuple[Came, ...]]:
    """By subject's row, the deliveries that no finished round covers, in order. wants: up to which."""
    query = (
        select(inbox.c.subject, inbox.c.want, inbox.c.delivery, inbox.c.command, inbox.c.trace)
        .where(inbox.c.subject.in_(list(wants)), inbox.c.done.is_(False))
        .order_by(inbox.c.subject, inbox.c.want)
    )
    found: dict[int, tuple[Came, ...]] = {}
    for subject, want, delivery, command, trace in connection.execute(query):
        if want <= wants[subject]:
            one = Came(delivery, Command(**json.loads(command)) if command else None, trace)
            found[subject] = (*found.get(subject, ()), one)
    return found


def finish(db: Database, connection: Connection, subject: int, want: int) -> tuple[float, ...]:
    """A round that covers the deliveries up to `want` is done; seconds since each of them came."""
    covered = {"of": subject, "up_to": want}
    return tuple(connection.execute(db.made(_completion), covered).scalars())


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


def _insert(db: Database, connection: Connection, events: Mapping[int, Event]) -> dict[int, Event]:
    """Store delivery ids; those of the events whose id was not there, the first of each."""
    order = sorted(events, key=lambda index: (events[index].delivery, index))
    rows = [
        {
            "delivery": events[index].delivery,
            "action": events[index].action,
            "command": json.dumps(asdict(command)) if (command := events[index].command) else None,
            "trace": events[index].trace,
        }
        for index in order
    ]
    stored = set(connection.execute(db.made(_insertion), rows).scalars()) if rows else set()
    fresh = {}
    for index in order:
        if events[index].delivery in stored:
            stored.remove(events[index].delivery)
            fresh[index] = events[index]
    return fresh


def _enqueue(db: Database, connection: Connection, events: Sequence[Event]) -> None:
    """Their subjects want one more look each. events: in the order in which rows are to be taken."""
    places: list[dict[str, object]] = []
    for run in _runs(events):
        rows = _wanted(db, connection, [(event, PERSON if event.command else PUSH) for event in run])
        for event in run:
            row, want = rows[event.subject.key]
            places.append({"of": event.delivery, "row": row, "now_wanted": want})
    if places:
        connection.execute(db.made(_placement), places)


def _runs(events: Sequence[Event]) -> Iterator[list[Event]]:
    """Neighbours that one statement can carry: of different subjects, and alike in whether they tell the state."""
    run: list[Event] = []
    for event in events:
        if run and (run[-1].subject.key == event.subject.key or _tells_state(run[-1]) != _tells_state(event)):
            yield run
            run = []
        run.append(event)
    if run:
        yield run


def _tells_state(event: Event) -> bool:
    """Only an event about the pull request itself tells whether it is open: a check run's does not."""
    return not event.action.startswith("check_")


def _wanted(db: Database, connection: Connection, events: Sequence[tuple[Event, int]]) -> dict[str, tuple[int, int]]:
    """Subjects want one more look; a newer push also forgives what went wrong before. events: with their priorities, as
    `_runs` has them. By key, the subject's row and its counter with this look."""
    rows = [
        {
            "key": event.subject.key,
            "kind": event.subject.kind.value,
            "installation": event.subject.installation,
            "repository": event.subject.repository,
            "number": event.subject.number,
            "ref": event.subject.ref,
            "full_name": event.full_name,
            "head": event.head,
            "closed": event.closed,
            "priority": priority,
        }
        for event, priority in events
    ]
    statement = db.made(_upsertion if _tells_state(events[0][0]) else _upsertion_but_state)
    return {key: (row, want) for key, row, want in connection.execute(statement, rows)}


def _remember(db: Database, connection: Connection, events: Sequence[Event]) -> None:
    """What later events and rounds need: the pull request of a head, the account of an installation."""
    new_heads = [
        {"repository": event.subject.repository, "head": event.head, "number": event.subject.number}
        for event in events
        if event.subject.kind is Kind.PULL_REQUEST and event.head
    ]
    if new_heads:
        connection.execute(db.made(_heads), sorted(new_heads, key=itemgetter("repository", "head")))
    accounts = [
        {"id": event.subject.installation, "account": event.full_name, "suspended": event.action == SUSPENDED}
        for event in events
        if event.subject.kind is Kind.INSTALLATION
    ]
    if accounts:
        connection.execute(db.made(_accounts), sorted(accounts, key=itemgetter("id")))


def _insertion(db: Database) -> Insert:
    return db.insert(inbox).values(received_at=now()).on_conflict_do_nothing().returning(inbox.c.delivery)


def _upsertion(db: Database) -> ReturningInsert[str, int, int]:
    return _upserted(db, tells_state=True)


def _upsertion_but_state(db: Database) -> ReturningInsert[str, int, int]:
    return _upserted(db, tells_state=False)


def _upserted(db: Database, *, tells_state: bool) -> ReturningInsert[str, int, int]:
    statement = db.insert(subjects).values(want=1, run_at=now(), created_at=now(), updated_at=now())
    new = statement.excluded
    waiting = subjects.c.want > subjects.c.done
    return statement.on_conflict_do_update(
        index_elements=("key",),
        set_={
            "installation": new.installation,
            "full_name": case((new.full_name != "", new.full_name), else_=subjects.c.full_name),
            "head": case((new.head != "", new.head), else_=subjects.c.head),
            "closed": new.closed if tells_state else subjects.c.closed,
            "priority": case((waiting & (subjects.c.priority < new.priority), subjects.c.priority), else_=new.priority),
            "want": subjects.c.want + 1,
            "tries": 0,
            "run_at": new.run_at,
            "failed": False,
            "reason": "",
            "updated_at": new.updated_at,
        },
    ).returning(subjects.c.key, subjects.c.id, subjects.c.want)


def _placement(db: Database) -> Update:
    place = update(inbox).where(inbox.c.delivery == bindparam("of"))
    return place.values(subject=bindparam("row"), want=bindparam("now_wanted"))


def _completion(db: Database) -> ReturningUpdate[float]:
    covered = (inbox.c.subject == bindparam("of"), inbox.c.done.is_(False), inbox.c.want <= bindparam("up_to"))
    return update(inbox).where(*covered).values(done=True).returning(now() - inbox.c.received_at)


def _heads(db: Database) -> Insert:
    statement = db.insert(heads).values(seen_at=now())
    fresh = {"number": statement.excluded.number, "seen_at": statement.excluded.seen_at}
    return statement.on_conflict_do_update(index_elements=("repository", "head"), set_=fresh)


def _accounts(db: Database) -> Insert:
    statement = db.insert(installations).values(updated_at=now())
    fresh = {name: statement.excluded[name] for name in ("account", "suspended", "updated_at")}
    return statement.on_conflict_do_update(index_elements=("id",), set_=fresh)
