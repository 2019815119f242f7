"""What a claim costs while much waits, how fair it is, and how fast workers drain it; part of bench/load.py."""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import threading
import time
from collections.abc import Callable

from processes import load_average, quiet
from sqlalchemy import create_engine, insert, text

from bot.store import subjects
from bot.store.database import Database
from bot.store.tables import subjects as rows
from bot.values import Claim, Kind, Subject
from bot.work.queue import Lease, Queue
from bot.work.worker import Worker

INSTALLATIONS = 200
WORKERS = (1, 2, 4)
THREADS = 4


def measure_backlog(url: str, size: int) -> None:
    """Print claim cost with a hundredth and with all of `size`, fairness, and times to drain (PostgreSQL)."""
    database = Database(url)
    name = "SQLite" if database.sqlite else "PostgreSQL"
    few, many = (claim_cost(database, waiting) for waiting in (max(INSTALLATIONS, size // 100), size))
    print(f"{name}: claim {few * 1e3:.2f} ms; with {size:,} waiting {many * 1e3:.2f} ms ({many / few:.2f} x)")
    print(f"{name}: reviews before a newcomer's first, {size:,} waiting: {newcomer(database, size)}", flush=True)
    for workers in () if database.sqlite else WORKERS:
        fill(database, size)
        begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        crew = [multiprocessing.get_context("spawn").Process(target=drain, args=(url,)) for _ in range(workers)]
        for one in crew:
            one.start()
        for one in crew:
            one.join()
        taken = time.perf_counter() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        left = size - subjects.counts(database)["done"]
        print(f"{name}: {workers} workers drain it in {taken:.1f} s, {size / taken:.0f}/s, with"
              f" {1000 * busy / size:.1f} ms of processor each; left over {left};"
              f" {load_average()}", flush=True)  # fmt: skip
    database.close()


def fill(database: Database, size: int) -> None:
    """So many pull requests wait, spread over the installations.

    The database knows its table, as it does within a minute: its autovacuum comes by after so many new rows.
    """
    with database.write() as connection:
        connection.execute(text("DELETE FROM subjects"))
        connection.execute(text("DELETE FROM installations"))
        connection.execute(insert(rows), [row(n % INSTALLATIONS + 1, n + 1) for n in range(size)])
    if not database.sqlite:
        with create_engine(database.url, isolation_level="AUTOCOMMIT").connect() as alone:
            alone.execute(text("VACUUM ANALYZE subjects"))


def row(installation: int, number: int) -> dict[str, object]:
    """A pull request that waits."""
    subject = Subject(Kind.PULL_REQUEST, installation, installation, number)
    return {
        "key": subject.key, "kind": subject.kind.value, "installation": installation, "repository": installation,
        "number": number, "want": 1, "run_at": 1,
    }  # fmt: skip


def claim_cost(database: Database, size: int) -> float:
    """Seconds of a claim, the median of some."""
    fill(database, size)
    queue, times = Queue(database, 60), []
    for _ in range(50):
        begun = time.perf_counter()
        claimed = queue.claim(THREADS)
        times.append(time.perf_counter() - begun)
        for held in claimed:
            queue.finish(held.claim)
    return statistics.median(times)


def newcomer(database: Database, size: int) -> int:
    """How many reviews one thread begins before that of an installation which comes last, with one pull request."""
    fill(database, size)
    queue = Queue(database, 60)
    before = 0
    for turn in range(2 * INSTALLATIONS):
        if turn == INSTALLATIONS:
            with database.write() as connection:
                connection.execute(insert(rows), [row(INSTALLATIONS + 1, 1) | {"run_at": time.time()}])
        (held,) = queue.claim(1)
        queue.finish(held.claim)
        if held.claim.subject.installation > INSTALLATIONS:
            return before
        before += turn >= INSTALLATIONS
    return before


def drain(url: str) -> None:
    """One worker process, whose rounds do nothing, until the queue is empty."""
    quiet()
    database, stop = Database(url, THREADS + 2), threading.Event()

    def look() -> None:
        if subjects.oldest_age(database) == 0:
            stop.set()

    def round_(claim: Claim, lease: Lease) -> None:
        lease.renew()

    queue = Queue(database, 60)
    Worker(queue, round_, threads=THREADS, poll=0.05, beat=15, chores=every_second(look)).run(stop)
    database.close()


def every_second(work: Callable[[], None]) -> Callable[[], None]:
    """Calls `work` at most once a second."""
    due = [0.0]

    def maybe() -> None:
        if time.monotonic() >= due[0]:
            due[0] = time.monotonic() + 1
            work()

    return maybe
