"""The loop of a worker, with rounds that do what rounds can do."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from bot.store import inbox, subjects
from bot.store.database import Database
from bot.values import AnalysisFailed, Claim, Event, Kind, LeaseLost, Retry, Subject, UserError
from bot.work.queue import Lease, Queue
from bot.work.worker import Worker
from tests.patience import PATIENCE


def push(delivery: str, number: int = 1, installation: int = 1) -> Event:
    subject = Subject(Kind.PULL_REQUEST, installation, 100 + installation, number)
    return Event(delivery, "pull_request.synchronize", subject, "octo/widgets", "a" * 40)


@contextmanager
def working(
    database: Database,
    round_: Callable[[Claim, Lease], None],
    *,
    beat: float = 15,
    patience: float = PATIENCE,
    threads: int = 4,
) -> Iterator[threading.Event]:
    """A worker at work; told to stop, and awaited, at the end."""
    stop = threading.Event()
    queue = Queue(database, 60, first_wait=0.01)
    worker = Worker(queue, round_, threads=threads, poll=0.02, beat=beat, patience=patience)
    loop = threading.Thread(target=worker.run, args=(stop,))
    loop.start()
    try:
        yield stop
    finally:
        stop.set()
        loop.join(PATIENCE + patience)
        assert not loop.is_alive()


def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition, which is all that a test may rely on."""
    pause = threading.Event()
    for _ in range(int(PATIENCE / 0.02)):
        if condition():
            return
        pause.wait(0.02)
    pytest.fail("it did not happen")


def all_done(database: Database) -> bool:
    counts = subjects.counts(database)
    return counts["done"] == sum(counts.values()) > 0


def test_everything_is_worked_off_within_the_caps_whatever_fails(database: Database) -> None:
    running: Counter[object] = Counter()
    most: Counter[object] = Counter()
    guard = threading.Lock()
    chance = random.Random(7)

    def round_(claim: Claim, lease: Lease) -> None:
        owner, key = claim.subject.installation, claim.subject.key
        with guard:
            running.update([owner, key])
            most[owner] = max(most[owner], running[owner])
            most[key] = max(most[key], running[key])
            fails = chance.random() < 0.2 and not claim.last_try  # by chance none is given up
        lease.renew()
        with guard:
            running.subtract([owner, key])
        if fails:
            raise Retry("chance", 0.0, counts=False) if claim.want % 2 else OSError("chance")

    inbox.accept(database, [push(f"d{n}", n % 10 + 1, n % 3 + 1) for n in range(60)])
    with working(database, round_), working(database, round_):
        until(lambda: all_done(database))
    assert all(most[owner] <= 2 for owner in (1, 2, 3))
    assert all(most[key] == 1 for key in most if isinstance(key, str))
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM inbox WHERE NOT done")).scalar() == 0


@pytest.mark.parametrize(
    "error", [LeaseLost("x"), UserError("no such thing"), AnalysisFailed("too long"), KeyError("x")]
)
def test_what_a_round_raises_ends_there(database: Database, error: Exception) -> None:
    begun = threading.Semaphore(0)

    def round_(claim: Claim, lease: Lease) -> None:
        begun.release()
        if claim.subject.number == 1:
            raise error

    inbox.accept(database, [push("d1", 1), push("d2", 2)])
    with working(database, round_):
        assert begun.acquire(timeout=PATIENCE) and begun.acquire(timeout=PATIENCE)
        until(lambda: subjects.counts(database)["done"] >= 1)


def test_an_analysis_that_fails_twice_is_not_tried_for_ever(database: Database) -> None:
    rounds = []

    def round_(claim: Claim, lease: Lease) -> None:
        rounds.append(claim.tries)
        raise AnalysisFailed("the analysis took longer than 1 s")

    inbox.accept(database, [push("d1")])
    with working(database, round_):
        until(lambda: subjects.counts(database)["failed"] == 1)
    assert rounds == [1, 2]
    with database.read() as connection:
        reason = connection.execute(text("SELECT reason FROM subjects")).scalar_one()
    assert reason == "the analysis took longer than 1 s"


def test_the_heartbeat_keeps_a_long_round_s_lease(database: Database) -> None:
    def lease_until() -> float:
        with database.read() as connection:
            return float(connection.execute(text("SELECT lease_until FROM subjects")).scalar_one())

    leases: list[float] = []
    go = threading.Event()

    def round_(claim: Claim, lease: Lease) -> None:
        leases.append(lease_until())
        go.wait(PATIENCE)

    inbox.accept(database, [push("d1")])
    with working(database, round_, beat=0.05):
        until(lambda: len(leases) == 1 and lease_until() > leases[0] + 1)
        go.set()
        until(lambda: all_done(database))
    assert len(leases) == 1


def test_stopping_lets_a_round_end(database: Database) -> None:
    begun, go = threading.Event(), threading.Event()

    def round_(claim: Claim, lease: Lease) -> None:
        begun.set()
        go.wait(PATIENCE)

    inbox.accept(database, [push("d1")])
    with working(database, round_, threads=1) as stop:
        assert begun.wait(PATIENCE)
        inbox.accept(database, [push("d2", 2)])
        stop.set()
        go.set()
    assert subjects.counts(database)["done"] == 1, "d2 is left for the next"


def test_a_round_that_does_not_end_in_time_is_handed_back_and_cannot_write(database: Database) -> None:
    begun, go = threading.Event(), threading.Event()
    outcome: list[str] = []
    threads: list[threading.Thread] = []

    def round_(claim: Claim, lease: Lease) -> None:
        threads.append(threading.current_thread())
        begun.set()
        go.wait(PATIENCE)
        try:
            lease.renew()
        except LeaseLost:
            outcome.append("lost")

    inbox.accept(database, [push("d1")])
    with working(database, round_, patience=0.1) as stop:
        assert begun.wait(PATIENCE)
        stop.set()
    assert subjects.counts(database)["queued"] == 1
    go.set()
    for one in threads:
        one.join(PATIENCE)
    assert outcome == ["lost"]
    (held,) = Queue(database, 60).claim(1)
    assert held.claim.tries == 1


def test_a_push_during_a_round_is_looked_at_afterwards(database: Database) -> None:
    heads: list[int] = []

    def round_(claim: Claim, lease: Lease) -> None:
        heads.append(claim.want)
        if claim.want == 1:
            inbox.accept(database, [push("d2")])

    inbox.accept(database, [push("d1")])
    with working(database, round_):
        until(lambda: len(heads) == 2 and all_done(database))
    assert heads == [1, 2]
