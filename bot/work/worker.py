"""The loop of a worker process: claim, run rounds in threads, keep the leases alive, stop in time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot import traces
from bot.values import AnalysisFailed, Claim, LeaseLost, Retry, UserError
from bot.work.queue import ANALYSIS_TRIES, Held, Lease, Queue

# SIGTERM to exit is 10 s; what is in hand gets most of it.
PATIENCE_SECONDS = 8.0
LONGEST_PAUSE = 5.0
# Longer than any wait for the database within one turn.
STILL_SECONDS = 120.0

log = structlog.get_logger()

Round = Callable[[Claim, Lease], None]


class Worker:
    """Runs rounds until told to stop.

    round: one look at one subject; returns when done, or raises Retry, LeaseLost, UserError or anything.
    threads: rounds at once. poll: seconds between looks at an empty queue. beat: seconds between renewals of leases.
    chores: called now and then between claims; must return at once.
    """

    def __init__(
        self,
        queue: Queue,
        round: Round,
        *,
        threads: int,
        poll: float,
        beat: float,
        chores: Callable[[], None] = lambda: None,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._queue = queue
        self._round = round
        self._threads = threads
        self._poll = poll
        self._beat = beat
        self._chores = chores
        self._patience = patience
        self._held: dict[str, Held] = {}
        self._guard = threading.Lock()
        self._wake = threading.Event()
        self._ended = threading.Event()
        self._turned = time.monotonic()

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set, then take no more, and return when what is in hand is done or handed back."""
        threading.Thread(target=self._wake_at, args=(stop,), name="stop", daemon=True).start()
        beating = threading.Thread(target=self._keep_leases, name="heartbeat", daemon=True)
        beating.start()
        pause = self._poll
        while not stop.is_set():
            self._turned = time.monotonic()
            try:
                pause = 0.0 if self._claim(stop) else self._poll
                self._chores()
            except SQLAlchemyError as error:  # the database is away for a while: look again, ever more slowly
                pause = min(LONGEST_PAUSE, max(self._poll, pause * 2))
                log.error("worker.no_database", error=type(error).__name__, pause=pause)
            if pause:
                self._wake.wait(pause)
            self._wake.clear()
        self._drain(beating)

    def dead(self) -> str:
        """Why this process cannot be taken to live, "" while it does. A database that is away does not count."""
        still = time.monotonic() - self._turned
        return f"the loop has not turned for {still:.0f} s" if still > STILL_SECONDS else ""

    def _wake_at(self, stop: threading.Event) -> None:
        stop.wait()
        self._wake.set()

    def _claim(self, stop: threading.Event) -> bool:
        """Start what can be started; True when more may be there."""
        free = self._threads - len(self._held)
        # Looked at after what is free: a thread that a round leaves once `stop` is set takes nothing up again.
        claimed = self._queue.claim(free) if free > 0 and not stop.is_set() else ()
        for held in claimed:
            with self._guard:
                self._held[held.claim.subject.key] = held
            name = f"round {held.claim.subject.key}"
            # Daemons, so that one that hangs cannot keep the process from ending.
            threading.Thread(target=self._run_one, args=(held,), name=name, daemon=True).start()
        return bool(claimed)

    def _run_one(self, held: Held) -> None:
        claim = held.claim
        with structlog.contextvars.bound_contextvars(subject=claim.subject.key, deliveries=claim.deliveries):
            try:
                self._settle(held)
            except SQLAlchemyError as error:  # what it did stays undecided until the lease runs out, then it runs again
                log.error("round.not_settled", error=type(error).__name__)
            finally:
                with self._guard:
                    if self._held.get(claim.subject.key) is held:
                        del self._held[claim.subject.key]
                self._wake.set()

    def _settle(self, held: Held) -> None:
        """Run the round and write down what became of it; the one place where a round's errors end."""
        claim, begun = held.claim, time.monotonic()
        log.info("round.begin", want=claim.want, fence=claim.fence, tries=claim.tries, commands=len(claim.commands))
        try:
            with traces.span("round", claim.traces, subject=claim.subject.key, deliveries=claim.deliveries):
                self._round(claim, held)
        except LeaseLost:
            log.warning("round.lease_lost")
        except Retry as retry:
            # What uses up no try is as it should be: a limit of GitHub's, or a large count that goes on later.
            if retry.counts:
                log.warning("round.retry", reason=retry.reason, seconds=retry.seconds)
            else:
                log.info("round.later", reason=retry.reason, seconds=retry.seconds)
            self._queue.again(claim, retry)
        except UserError as error:
            log.info("round.refused", reason=str(error))
            self._queue.finish(claim)
        except AnalysisFailed as failed:
            log.error("round.not_analysed", reason=failed.reason)
            self._queue.broken(claim, failed.reason, ANALYSIS_TRIES)
        except Exception as error:
            log.exception("round.broken")
            self._queue.broken(claim, f"{type(error).__name__}, see the log")
        else:
            finished = self._queue.finish(claim)
            log.info("round.end", finished=finished, seconds=round_seconds(begun))

    def _keep_leases(self) -> None:
        while not self._ended.wait(self._beat):
            with self._guard:
                held = list(self._held.values())
            if not held:
                continue
            try:
                kept = self._queue.renew(held)
            except SQLAlchemyError as error:
                log.error("worker.no_heartbeat", error=type(error).__name__)
                continue
            for lost in held:
                if lost.claim.subject.key not in kept:
                    log.warning("worker.lease_gone", subject=lost.claim.subject.key)

    def _drain(self, beating: threading.Thread) -> None:
        """Let rounds end, and the heartbeat with them, so that the database can be closed; hand back those that do not
        in time."""
        until = time.monotonic() + self._patience
        while self._held and (left := until - time.monotonic()) > 0:
            self._wake.wait(left)
            self._wake.clear()
        self._ended.set()
        with self._guard:
            unfinished, self._held = list(self._held.values()), {}
        for held in unfinished:
            log.warning("worker.handed_back", subject=held.claim.subject.key)
            try:
                self._queue.hand_back(held.claim)
            except SQLAlchemyError as error:  # others take it when the lease runs out
                log.error("round.not_settled", error=type(error).__name__)
        beating.join(max(0.0, until - time.monotonic()))


def round_seconds(begun: float) -> float:
    """Seconds since `begun`, to the millisecond."""
    return round(time.monotonic() - begun, 3)
