"""Puts right what no event will: deliveries that GitHub could not bring, checks left open, rows past their time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

import structlog

from bot.store import checks, inbox, retention, schedule, subjects
from bot.store.database import Database

# A review takes seconds; by then nobody is working on it any more.
STUCK_SECONDS = 900.0
# GitHub keeps its delivery log, and sends again, for three days.
BACK_SECONDS = 3 * 86_400.0
MOST_REDELIVERIES = 100
MOST_ATTEMPTS = 4

log = structlog.get_logger()


class Delivery(Protocol):
    """An attempt in GitHub's delivery log. guid: X-GitHub-Delivery. status: of our answer. delivered: ISO 8601."""

    @property
    def id(self) -> int: ...
    @property
    def guid(self) -> str: ...
    @property
    def status(self) -> int: ...
    @property
    def delivered(self) -> str: ...


class DeliveryLog(Protocol):
    """GitHub's own record of what it sent us."""

    def deliveries(self) -> Iterable[Delivery]:
        """Attempts, newest first, read as far as they are asked for."""
        ...

    def redeliver(self, delivery: int) -> None:
        """Ask for an attempt to be made again, under the same guid."""
        ...


class Sweep:
    """Runs every `every` seconds on one of all workers, in a thread of its own, so that the loop goes on."""

    def __init__(self, db: Database, every: float, deliveries: DeliveryLog) -> None:
        self._db = db
        self._every = every
        self._deliveries = deliveries
        self._next = 0.0
        self._running: threading.Thread | None = None

    def maybe(self) -> None:
        """Begin when it is time and nobody else does; returns at once."""
        if time.monotonic() < self._next or (self._running and self._running.is_alive()):
            return
        self._next = time.monotonic() + self._every
        if schedule.take(self._db, "sweep", self._every):
            self._running = threading.Thread(target=self.run, name="sweep", daemon=True)
            self._running.start()

    def run(self) -> None:
        """All steps; one that fails does not keep the others from running."""
        steps: tuple[tuple[str, Callable[[], int]], ...] = (
            ("clock set back", lambda: subjects.after_set_back(self._db)),
            ("stuck checks", lambda: subjects.want(self._db, checks.stuck(self._db, STUCK_SECONDS))),
            ("missed deliveries", lambda: ask_again(self._db, self._deliveries, time.time() - BACK_SECONDS)),
            ("retention", lambda: _forget_all(self._db)),
        )
        for name, step in steps:
            try:
                count = step()
            except Exception as error:  # a sweep is a bonus: it comes again
                log.warning("sweep.failed", step=name, error=f"{type(error).__name__}: {error}")
            else:
                if count:
                    log.info("sweep.done", step=name, count=count)


def ask_again(db: Database, deliveries: DeliveryLog, since: float) -> int:
    """Have deliveries sent again that failed after `since` (seconds since 1970) and never came. How many."""
    failed: dict[str, list[int]] = {}
    arrived: set[str] = set()
    for delivery in deliveries.deliveries():
        if datetime.fromisoformat(delivery.delivered).timestamp() < since or len(failed) >= MOST_REDELIVERIES:
            break
        if 200 <= delivery.status < 300:
            arrived.add(delivery.guid)
        else:
            failed.setdefault(delivery.guid, []).append(delivery.id)
    absent = failed.keys() - arrived - inbox.known(db, failed.keys())
    # One that we refuse every time, for its signature or its size, is not asked for till the end of its days.
    wanted = sorted(guid for guid in absent if len(failed[guid]) < MOST_ATTEMPTS)
    for guid in wanted:
        deliveries.redeliver(failed[guid][0])
    return len(wanted)


def _forget_all(db: Database) -> int:
    total = 0
    while count := retention.forget(db):
        total += count
    return total
