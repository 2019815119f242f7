"""The work on pull requests as people follow it: what waits, what runs, what was given up and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Case, and_, case, func, select

from bot.store.database import Database, now
from bot.store.tables import budgets, inbox, installations, subjects
from bot.store.visible import visible
from bot.values import Kind
from bot.viewer import Sight

QUEUED, RUNNING, DELAYED, FAILED, DONE = STATES = ("queued", "running", "delayed", "failed", "done")
MOST = 100
_DELIVERIES = 3


@dataclass(frozen=True, slots=True)
class Work:
    """A pull request or merge group in the queue. state: of STATES. number: 0 for a merge group. reason: why it waits
    or was given up, "" where nothing went wrong. at: when it changed last; run_at: when it is due (seconds since 1970).
    deliveries: ids of what led here and is not worked off, the newest first."""

    id: int
    key: str
    kind: str
    repository: int
    number: int
    head: str
    state: str
    reason: str
    tries: int
    at: float
    run_at: float
    deliveries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Installed:
    """An installation. rest_until: GitHub's limits are used up till then (seconds since 1970, 0 for not). left: of the
    hour's requests, by what GitHub counts apart."""

    suspended: bool
    rest_until: float
    left: Mapping[str, tuple[float, float]]


def _state() -> Case[str]:
    return case(
        (subjects.c.failed, FAILED),
        (subjects.c.lease_until > now(), RUNNING),
        (subjects.c.want == subjects.c.done, DONE),
        (subjects.c.run_at > now(), DELAYED),
        else_=QUEUED,
    )


_OURS = subjects.c.kind.in_((Kind.PULL_REQUEST.value, Kind.MERGE_GROUP.value))


def counts(db: Database, sight: Sight) -> dict[str, int]:
    """How many pull requests and merge groups are in each state."""
    states = select(_state().label("state")).where(visible(subjects.c.repository, sight), _OURS).subquery()
    with db.read() as connection:
        rows = connection.execute(select(states.c.state, func.count()).group_by(states.c.state)).all()
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in rows}


def listed(db: Database, sight: Sight, state: str = "", many: int = MOST) -> tuple[Work, ...]:
    """The work in one state, or in all of them: what was given up first, then what runs and waits, the latest first."""
    own = _state().label("state")
    columns = ("id", "key", "kind", "repository", "number", "head", "reason", "tries", "run_at")
    query = select(*(subjects.c[name] for name in columns), own, subjects.c.updated_at.label("at")).where(
        visible(subjects.c.repository, sight), _OURS
    )
    if state:
        query = query.where(own == state)
    rank = case({one: at for at, one in enumerate((FAILED, RUNNING, QUEUED, DELAYED, DONE))}, value=own)
    with db.read() as connection:
        rows = connection.execute(query.order_by(rank, subjects.c.updated_at.desc()).limit(many)).mappings().all()
        of_them = and_(inbox.c.subject.in_([row["id"] for row in rows]), inbox.c.done.is_(False))
        led: dict[int, list[str]] = {}
        for subject, delivery in connection.execute(
            select(inbox.c.subject, inbox.c.delivery).where(of_them).order_by(inbox.c.want.desc()).limit(many * 9)
        ):
            led.setdefault(subject, []).append(delivery)
    return tuple(Work(**row, deliveries=tuple(led.get(row["id"], ())[:_DELIVERIES])) for row in rows)


def one(db: Database, sight: Sight, id_: int) -> tuple[str, int] | None:
    """Key and repository of a piece of work; None where there is none, or none to see."""
    query = select(subjects.c.key, subjects.c.repository).where(
        subjects.c.id == id_, visible(subjects.c.repository, sight)
    )
    with db.read() as connection:
        row = connection.execute(query).one_or_none()
        return None if row is None else (row[0], row[1])


def installed(db: Database, sight: Sight) -> Installed:
    """The installation itself."""
    query = select(installations.c.suspended, installations.c.rest_until).where(
        installations.c.id == sight.installation
    )
    left = select(budgets.c.resource, budgets.c.remaining, budgets.c.reset_at).where(
        budgets.c.installation == sight.installation, budgets.c.reset_at > now()
    )
    with db.read() as connection:
        row = connection.execute(query).one_or_none()
        hours = {name: (rest, reset) for name, rest, reset in connection.execute(left.order_by(budgets.c.resource))}
        at = connection.execute(select(now())).scalar_one()
    rests = row.rest_until if row is not None and row.rest_until > at else 0.0
    return Installed(row is not None and bool(row.suspended), rests, hours)
