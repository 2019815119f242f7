"""The work queue's rows: who holds them, and what becomes of them; every change carries the fence."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import BindParameter, ColumnElement, Connection, Double, bindparam, case, func, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate, Update

from bot.store import inbox, tallies
from bot.store.claims import is_due
from bot.store.database import Database, now
from bot.store.tables import LEASED, WAITING, subjects
from bot.store.tables import installations as owners
from bot.values import Claim, Kind

# Seconds; GitHub asks for an hour at most, a lease is a minute.
LONGEST_WAIT = 7200.0
STATES = ("queued", "running", "delayed", "failed", "done")


def renew(db: Database, held: Iterable[tuple[str, int]], lease: float) -> frozenset[str]:
    """Extend leases by `lease` seconds from now. held: (key, fence). The keys that are still ours."""
    with db.write() as connection:
        return frozenset(
            key
            for key, fence in sorted(held)
            if connection.execute(db.made(_renewal), {"of": key, "with_fence": fence, "lease": lease}).rowcount
        )


def finish(db: Database, key: str, fence: int, want: int) -> bool:
    """The round that was claimed at `want` is done; what came since runs again at once. False when it is not ours."""
    with db.write() as connection:
        row = connection.execute(db.made(_completion), {"of": key, "with_fence": fence, "up_to": want}).first()
        if row is None:
            return False
        seconds = inbox.finish(db, connection, row.id, want)
        tallies.count_round(db, connection, tallies.DONE, seconds if row.kind == Kind.PULL_REQUEST.value else ())
        return True


def hand_back(db: Database, key: str, fence: int) -> bool:
    """Give a lease up unused; the next worker may take the subject at once. False when it is not ours."""
    # The fence moves on, so that a thread of ours that is still running cannot write any more.
    change = _ours(key, fence).values(lease_until=0, run_at=now(), tries=_one_less(), fence=fence + 1)
    return _ended(db, change, tallies.HANDED_BACK)


def postpone(db: Database, claim: Claim, seconds: float, reason: str, *, counts: bool) -> bool:
    """Run the subject again after `seconds`. counts: the round used up a try. False when the lease is not ours."""
    change = _ours(claim.subject.key, claim.fence).values(
        lease_until=0,
        run_at=now() + seconds,
        tries=subjects.c.tries if counts else _one_less(),
        reason=reason,
        updated_at=now(),
    )
    return _ended(db, change, tallies.AGAIN)


def fail(db: Database, claim: Claim, reason: str) -> bool:
    """Give a subject up until a person retries it or it is pushed to; one that was pushed to since runs again."""
    same = subjects.c.want == claim.want
    change = _ours(claim.subject.key, claim.fence).values(
        lease_until=0, failed=case((same, True), else_=False), reason=reason, run_at=now(), updated_at=now()
    )
    return _ended(db, change, tallies.FAILED)


def want(db: Database, keys: Collection[str]) -> int:
    """Mark subjects as wanting a look without a delivery (the sweep's finding). How many were not waiting already.

    One that was given up gets one more try: it has something that must not stay as it is, an open check.
    """
    idle = or_(subjects.c.want == subjects.c.done, subjects.c.failed)
    tries = case((subjects.c.failed, _one_less()), else_=0)
    with db.write() as connection:
        return sum(
            _changed(
                connection,
                update(subjects)
                .where(subjects.c.key == key, idle, subjects.c.lease_until <= now())
                .values(
                    want=subjects.c.want + 1,
                    tries=tries,
                    failed=False,
                    run_at=now(),
                    priority=inbox.SWEEP,
                    updated_at=now(),
                ),
            )
            for key in sorted(keys)
        )


def after_set_back(db: Database) -> int:
    """After the database's clock was set back: what would wait until it is there again is due now. How many."""
    later = now() + LONGEST_WAIT
    with db.write() as connection:
        rests = update(owners).where(owners.c.rest_until > later)
        connection.execute(rests.values(rest_until=0))
        leased = connection.execute(
            # Who lives renews it, by the clock as it is; the fence stays.
            update(subjects).where(LEASED, subjects.c.lease_until > later).values(lease_until=now())
        )
        waiting = connection.execute(
            update(subjects).where(WAITING, subjects.c.run_at > later).values(run_at=now(), updated_at=now())
        )
        return leased.rowcount + waiting.rowcount


def with_head(db: Database, repository: int, head: str) -> tuple[int, ...]:
    """Numbers of the open pull requests whose newest head is this commit, as far as events told."""
    query = select(subjects.c.number).where(
        subjects.c.repository == repository,
        subjects.c.head == head,
        subjects.c.kind == Kind.PULL_REQUEST.value,
        subjects.c.closed.is_(False),
    )
    with db.read() as connection:
        return tuple(connection.execute(query.order_by(subjects.c.number)).scalars())


def retry(db: Database, key: str) -> bool:
    """A person asks for one more round of a subject that was given up. False when it was not."""
    change = update(subjects).where(subjects.c.key == key, subjects.c.failed)
    with db.write() as connection:
        return _changed(connection, change.values(failed=False, tries=0, reason="", run_at=now(), updated_at=now()))


def counts(db: Database) -> dict[str, int]:
    """How many subjects are queued, running, delayed, failed and done."""
    state = case(
        (subjects.c.failed, "failed"),
        (subjects.c.lease_until > now(), "running"),
        (subjects.c.want == subjects.c.done, "done"),
        (subjects.c.run_at > now(), "delayed"),
        else_="queued",
    )
    states = select(state.label("state")).subquery()
    with db.read() as connection:
        rows = connection.execute(select(states.c.state, func.count()).group_by(states.c.state)).all()
    return dict.fromkeys(STATES, 0) | {row.state: row[1] for row in rows}


def oldest_age(db: Database) -> float:
    """Seconds that the longest-waiting due subject has been due; 0 when none is."""
    with db.read() as connection:
        age = connection.execute(select(now() - func.min(subjects.c.run_at)).where(is_due())).scalar()
    return max(0.0, age or 0.0)


def _ended(db: Database, change: Update, result: str) -> bool:
    """Carry out a change that ends a round, and count it. False when the lease is not ours."""
    with db.write() as connection:
        changed = _changed(connection, change)
        if changed:
            tallies.count_round(db, connection, result)
        return changed


def _renewal(db: Database) -> Update:
    return _ours(bindparam("of"), bindparam("with_fence")).values(lease_until=now() + bindparam("lease", type_=Double))


def _completion(db: Database) -> ReturningUpdate[int, str]:
    done = {"done": bindparam("up_to"), "tries": 0, "lease_until": 0, "reason": "", "updated_at": now()}
    return _ours(bindparam("of"), bindparam("with_fence")).values(**done).returning(subjects.c.id, subjects.c.kind)


def _ours(key: str | BindParameter[str], fence: int | BindParameter[int]) -> Update:
    return update(subjects).where(subjects.c.key == key, subjects.c.fence == fence, subjects.c.lease_until > 0)


def _one_less() -> ColumnElement[int]:
    return case((subjects.c.tries > 0, subjects.c.tries - 1), else_=0)


def _changed(connection: Connection, change: Update) -> bool:
    return connection.execute(change).rowcount > 0
