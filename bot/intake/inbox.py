"""Group commit: one writer thread a web process, which stores all deliveries that wait at once in one transaction."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence

import structlog
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.store import inbox, logins
from bot.store.database import Database
from bot.store.inbox import Outcome
from bot.values import Event

# GitHub hangs up after 10 s; what it does not know to be stored it can send again.
PATIENCE_SECONDS = 9.0
LARGEST_BATCH = 256

log = structlog.get_logger()


class NotStored(Exception):
    """The delivery could not be stored, or not in time."""


class _Waiting:
    """One delivery between its request's thread and the writer."""

    __slots__ = ("answered", "event", "outcome")

    def __init__(self, event: Event) -> None:
        self.event = event
        self.outcome: Outcome | None = None
        self.answered = threading.Event()

    def answer(self, outcome: Outcome | None) -> None:
        self.outcome = outcome
        self.answered.set()


class Inbox:
    """Hands deliveries of many threads to the database in few transactions; open it after the fork."""

    def __init__(self, db: Database, patience: float = PATIENCE_SECONDS) -> None:
        self._db = db
        self._patience = patience
        self._waiting: deque[_Waiting] = deque()
        self._more = threading.Condition()
        self._closed = False
        self._writer = threading.Thread(target=self._write, name="inbox", daemon=True)
        self._writer.start()

    def accept(self, event: Event) -> Outcome:
        """Store one delivery and queue its work; returns after the commit. Raises NotStored."""
        waiting = _Waiting(event)
        with self._more:
            if self._closed:
                raise NotStored("the web process is stopping")
            self._waiting.append(waiting)
            self._more.notify()
        if not waiting.answered.wait(self._patience):
            # It may still be stored after this: the next delivery of the same id is then a duplicate.
            raise NotStored(f"the database did not answer within {self._patience:g} s")
        if waiting.outcome is None:
            raise NotStored("the database refused")
        return waiting.outcome

    def log_out(self, user: int) -> None:
        """End all log-ins of a person to the dashboard; returns after the commit. Raises NotStored."""
        try:
            ended = logins.end_all_of(self._db, user)
        except SQLAlchemyError as error:
            raise NotStored(_first_line(error)) from None
        log.info("login.revoked", user=user, logins=ended)

    def close(self) -> None:
        """Store what waits, then stop."""
        with self._more:
            self._closed = True
            self._more.notify()
        self._writer.join(self._patience)

    def _write(self) -> None:
        while batch := self._next_batch():
            for waiting, outcome in zip(batch, self._store(batch), strict=True):
                waiting.answer(outcome)

    def _next_batch(self) -> list[_Waiting]:
        with self._more:
            while not self._waiting and not self._closed:
                self._more.wait()
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), LARGEST_BATCH))]

    def _store(self, batch: list[_Waiting]) -> Sequence[Outcome | None]:
        try:
            return inbox.accept(self._db, [waiting.event for waiting in batch])
        except OperationalError as error:  # the database is away, full or read-only: the same for all of them
            log.error("inbox.not_stored", error=_first_line(error), deliveries=len(batch))
            return [None] * len(batch)
        except (SQLAlchemyError, ValueError, OverflowError) as error:
            if len(batch) == 1:
                log.error("inbox.not_stored", error=_first_line(error), delivery=batch[0].event.delivery)
                return [None]
            return [outcome for waiting in batch for outcome in self._store([waiting])]
        except Exception as error:  # the one writer must live on, whatever a driver raises
            log.error("inbox.not_stored", error=_first_line(error), deliveries=len(batch))
            return [None] * len(batch)


def _first_line(error: Exception) -> str:
    """What happened, without the statement and its values, which SQLAlchemy puts on further lines."""
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
