"""Puts right what no event will: deliveries that GitHub could not bring, checks left open, rows past their time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.store import baselines, checks, covered, retention, schedule, subjects, sweeps
from bot.store.database import Database
from bot.work import missed

# A review takes seconds; by then nobody is working on it any more.
STUCK_SECONDS = 900.0
# GitHub keeps its delivery log, and sends again, for three days.
BACK_SECONDS = 3 * 86_400.0
# Repositories whose baseline one sweep asks for.
_MOST_BASELINES = 50

log = structlog.get_logger()


class GitHub(missed.DeliveryLog, missed.PullLists, Protocol):
    """What the sweep asks of GitHub."""


class Sweep:
    """Runs every `every` seconds on one of all workers, in a thread of its own, so that the loop goes on."""

    def __init__(self, db: Database, every: float, github: GitHub) -> None:
        self._db = db
        self._every = every
        self._github = github
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
            ("missed deliveries", lambda: missed.ask_again(self._db, self._github, time.time() - BACK_SECONDS)),
            ("repositories", lambda: covered.learn(self._db)),
            ("baselines", lambda: baselines.want_all(self._db, _MOST_BASELINES)),
            ("missed pull requests", lambda: missed.look_through(self._db, self._github)),
            ("retention", lambda: _forget_all(self._db)),
        )
        for name, step in steps:
            try:
                count = step()
            except Exception as error:  # a sweep is a bonus: it comes again
                log.warning("sweep.failed", step=name, error=f"{type(error).__name__}: {error}")
                self._note(name, 0, type(error).__name__)
            else:
                if count:
                    log.info("sweep.done", step=name, count=count)
                self._note(name, count)

    def _note(self, step: str, count: int, error: str = "") -> None:
        try:
            sweeps.note(self._db, step, count, error)
        except SQLAlchemyError as failed:  # it is only told
            log.warning("sweep.not_noted", step=step, error=type(failed).__name__)


def _forget_all(db: Database) -> int:
    total = 0
    while count := retention.forget(db):
        total += count
    return total
