"""Which subjects a worker takes next: those that are due, in turns between installations, within the caps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    Double,
    Row,
    Select,
    TextClause,
    and_,
    bindparam,
    case,
    func,
    select,
    text,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from bot.store import inbox, installations, tallies
from bot.store.baselines import BACKGROUND
from bot.store.database import Database, now
from bot.store.tables import LEASED, WAITING, subjects
from bot.values import Claim, Kind, Subject

# Number of the lock under which claims are made, of all hosts, so that caps hold between them.
CLAIMING = 0x636F6E64
# id, installation and priority of a candidate.
_Found = Row[int, int, int]
# Candidates for each place: workers that look at the same time find the same ones, and each needs some of its own.
_CHOICE = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds a claim. lease: seconds. tries: rounds begun in vain before a subject is given up."""

    lease: float
    per_installation: int
    in_all: int
    tries: int


# The due row of one installation and priority that waits longest: the index subjects_waiting leads to it, past the few
# that are leased, however many are put off.
_FIRST_OF = """(SELECT s.id FROM subjects AS s
          WHERE want > done AND NOT failed AND s.installation = waiting.installation AND s.priority = {}
            AND s.run_at <= (SELECT at FROM clock) AND s.lease_until <= (SELECT at FROM clock){}
          ORDER BY s.run_at LIMIT 1)"""
# One baseline of an installation at a time: however many it has, they leave room for its reviews.
_ALONE = {BACKGROUND: " AND coalesce(running.baselines, 0) = 0"}
# From installation to installation (a loose walk over the same index), and of each the row to be taken next: the cost
# grows with the installations that wait, not with the backlog. They take turns: first who has fewest reviews at once,
# then what is most urgent, then who was served longest ago; however much one has queued, the others do not feel it.
# Baselines come after all of that.
_DUE = f"""
WITH RECURSIVE clock(at) AS MATERIALIZED (
  SELECT {{now}}
), waiting(installation) AS (
  SELECT min(installation) FROM subjects WHERE want > done AND NOT failed
  UNION ALL
  SELECT (SELECT min(s.installation) FROM subjects AS s
          WHERE want > done AND NOT failed AND s.installation > waiting.installation)
  FROM waiting WHERE waiting.installation IS NOT NULL
), running(installation, leases, baselines) AS (
  SELECT installation, count(*), sum(CASE WHEN priority = {BACKGROUND} THEN 1 ELSE 0 END) FROM subjects
  WHERE lease_until > 0 AND lease_until > (SELECT at FROM clock) GROUP BY installation
), first(id, leases, served_at) AS MATERIALIZED (
  SELECT coalesce({",".join(_FIRST_OF.format(priority, _ALONE.get(priority, "")) for priority in inbox.PRIORITIES)}),
         coalesce(running.leases, 0), coalesce(i.served_at, 0)
  FROM waiting
  LEFT JOIN installations AS i ON i.id = waiting.installation
  LEFT JOIN running ON running.installation = waiting.installation
  WHERE waiting.installation IS NOT NULL
    AND (i.id IS NULL OR NOT (i.suspended OR i.rest_until > (SELECT at FROM clock)))
    AND coalesce(running.leases, 0) < :cap
)
SELECT s.id, s.installation, s.priority FROM first
JOIN subjects AS s ON s.id = first.id
ORDER BY s.priority = {BACKGROUND}, first.leases, s.priority, first.served_at, s.run_at
LIMIT :many
"""


def claim(db: Database, limits: Limits, many: int) -> tuple[Claim, ...]:
    """Lease up to `many` due subjects, at most one of an installation at a time, within the caps.

    Reads first without a lock; what it finds is checked again under it.
    """
    with db.read() as connection:
        asked = {"cap": limits.per_installation, "many": many * _CHOICE}
        found = connection.execute(db.made(_candidates), asked).all()
    if not found:
        return ()
    with db.write() as connection:
        db.lock(connection, CLAIMING)
        chosen = _within(db, connection, found, limits)[:many]
        if not chosen:
            return ()
        # Before any row of the queue is held: others take those first, and then these.
        installations.serve(db, connection, [row.installation for row in chosen])
        return _taken(connection, _lease(db, connection, [row.id for row in chosen], limits))


def is_due() -> ColumnElement[bool]:
    """Whether a subject may be claimed now."""
    return and_(WAITING, subjects.c.run_at <= now(), subjects.c.lease_until <= now())


def _within(db: Database, connection: Connection, found: Sequence[_Found], limits: Limits) -> list[_Found]:
    """Those that are due still, one after the other as long as the caps allow; nobody else claims meanwhile."""
    running: Counter[int] = Counter()
    counting = set()
    for installation, leases, baselines in connection.execute(db.made(_running)):
        running[installation] = leases
        if baselines:
            counting.add(installation)
    free = frozenset(connection.execute(db.made(_free), {"among": [row.id for row in found]}).scalars())
    fitting = [
        row
        for row in found
        if row.id in free
        and running[row.installation] < limits.per_installation
        and not (row.priority == BACKGROUND and row.installation in counting)
    ]
    return fitting[: max(0, limits.in_all - running.total())]


def _lease(db: Database, connection: Connection, ids: Sequence[int], limits: Limits) -> list[Row[tuple[object, ...]]]:
    """The rows that are ours now, in the order of `ids`.

    A subject whose workers died again and again without a word is not tried for ever.
    """
    bounds = {
        "among": ids,
        "lease": limits.lease,
        "most": limits.tries,
        "given_up": f"given up after {limits.tries} tries",
    }
    changed = {row.id: row for row in connection.execute(db.made(_leasing), bounds)}
    for _ in filter(lambda row: row.failed, changed.values()):
        tallies.count_round(db, connection, tallies.FAILED)
    return [changed[id_] for id_ in ids if id_ in changed and not changed[id_].failed]


def _candidates(db: Database) -> TextClause:
    return text(_DUE.format(now=now().compile(dialect=db.dialect)))


def _running(db: Database) -> Select[int, int, int]:
    baselines = func.sum(case((subjects.c.priority == BACKGROUND, 1), else_=0))
    # The clock as a query of its own is read once, and then an index can be asked.
    held = subjects.c.lease_until > select(now()).scalar_subquery()
    query = select(subjects.c.installation, func.count(), baselines).where(LEASED, held)
    return query.group_by(subjects.c.installation)


def _free(db: Database) -> Select[int]:
    return select(subjects.c.id).where(subjects.c.id.in_(bindparam("among", expanding=True)), is_due())


def _leasing(db: Database) -> ReturningUpdate[tuple[object, ...]]:
    # A row that someone is changing right now can wait for the next claim; waiting for it could be a deadlock.
    free = _free(db).with_for_update(skip_locked=True)
    worn = subjects.c.tries >= bindparam("most")
    change = update(subjects).where(subjects.c.id.in_(free))
    return change.values(
        fence=subjects.c.fence + 1,
        failed=worn,
        lease_until=case((worn, 0.0), else_=now() + bindparam("lease", type_=Double)),
        tries=case((worn, subjects.c.tries), else_=subjects.c.tries + 1),
        reason=case((worn, bindparam("given_up")), else_=subjects.c.reason),
        updated_at=now(),
    ).returning(*subjects.c)


def _taken(connection: Connection, rows: Iterable[Row[tuple[object, ...]]]) -> tuple[Claim, ...]:
    """Claims of leased rows, each with what came in for it."""
    wants = {row.id: row.want for row in rows}
    came = inbox.unfinished(connection, wants)
    return tuple(_claim(row, came.get(row.id, ())) for row in rows)


def _claim(row: Row[tuple[object, ...]], came: Sequence[inbox.Came]) -> Claim:
    return Claim(
        subject=Subject(Kind(row.kind), row.installation, row.repository, row.number, row.ref),
        full_name=row.full_name,
        head=row.head,
        want=row.want,
        fence=row.fence,
        tries=row.tries,
        closed=row.closed,
        commands=tuple(one.command for one in came if one.command is not None),
        deliveries=tuple(one.delivery for one in came),
        traces=tuple(one.trace for one in came if one.trace),
    )
