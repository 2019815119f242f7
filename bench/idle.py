"""What a worker costs that has nothing to do, and how long a delivery waits for it; part of bench/load.py."""

from __future__ import annotations

import random
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
from processes import load_average, prepare, resident, used, working
from sqlalchemy import text

from bot.store import inbox
from bot.store.database import Database
from bot.values import Claim, Event, Kind, Subject
from bot.work.queue import Lease, Queue
from bot.work.worker import Worker

POLL = 0.25  # the default of POLL_SECONDS
DELIVERIES = 60


def measure_idle(url: str, folder: Path, seconds: float) -> None:
    """Print both."""
    prepare(url)
    name = "SQLite" if url.startswith("sqlite") else "PostgreSQL"
    with working(url, folder, {"POLL_SECONDS": str(POLL), "SWEEP_SECONDS": "86400"}) as pid:
        time.sleep(1)  # the first sweep
        before = used(pid, *servers(url))
        own = used(pid)
        time.sleep(seconds)
        own, all_ = used(pid) - own, used(pid, *servers(url)) - before
        memory = resident(pid)
    waits = sorted(wait(url))
    half, late = statistics.median(waits), waits[int(len(waits) * 0.95)]
    if name == "PostgreSQL":
        print(f"{name:12} a NOTIFY is heard after {1000 * statistics.median(heard(url)):.1f} ms")
    server = "" if name == "SQLite" else f" (+ {(all_ - own) / seconds:.2%} of the database's)"
    print(
        f"{name:12} idle worker {own / seconds:.2%} of a core{server}, {memory:.0f} MB; from delivery to claim"
        f" {1000 * half:.0f} ms, 95th percentile {1000 * late:.0f} ms, at POLL_SECONDS {POLL}; {load_average()}",
        flush=True,
    )


def heard(url: str) -> list[float]:
    """Seconds from a commit to its NOTIFY being heard by a connection that listens: what waking workers would give."""
    address = url.replace("+psycopg", "")
    waits = []
    with (
        psycopg.connect(address, autocommit=True) as ear,
        psycopg.connect(address, autocommit=True) as mouth,
        ThreadPoolExecutor(1) as pool,
    ):
        ear.execute("LISTEN work")
        for _ in range(DELIVERIES):
            coming = pool.submit(lambda: (next(ear.notifies(stop_after=1)), time.perf_counter())[1])
            time.sleep(0.05)
            mouth.execute("NOTIFY work")
            committed = time.perf_counter()
            waits.append(max(0.0, coming.result() - committed))
    return waits


def servers(url: str) -> list[int]:
    """The database's processes that serve us; they must be on this machine."""
    if url.startswith("sqlite"):
        return []
    database = Database(url)
    query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with database.read() as connection:
        found = [int(pid) for pid in connection.execute(text(query)).scalars()]
    database.close()
    return [pid for pid in found if Path(f"/proc/{pid}/stat").exists()]


def wait(url: str) -> list[float]:
    """Seconds from storing a delivery to the begin of its round, by a worker that polls an empty queue."""
    prepare(url)
    database, stop, begun = Database(url), threading.Event(), threading.Semaphore(0)
    moments: list[float] = []

    def round_(claim: Claim, lease: Lease) -> None:
        moments.append(time.perf_counter())
        begun.release()

    worker = Worker(Queue(database, 60), round_, threads=4, poll=POLL, beat=15)
    loop = threading.Thread(target=worker.run, args=(stop,))
    loop.start()
    waits = []
    for number in range(1, DELIVERIES + 1):
        time.sleep(random.uniform(0.05, 0.05 + POLL))
        subject = Subject(Kind.PULL_REQUEST, number, number, number)
        inbox.accept(database, [Event(f"{number}", "pull_request.opened", subject, "octo/widgets", "a" * 40)])
        stored = time.perf_counter()
        begun.acquire()
        waits.append(moments[-1] - stored)
    stop.set()
    loop.join()
    database.close()
    return waits
