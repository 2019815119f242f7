"""A long-lived child process that analyses, with limits on time and memory: a bad input costs that child only."""

from __future__ import annotations

import threading
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import structlog

from bot.values import AnalysisFailed
from bot.work import analyst_child as child
from heuristics import BlobMissing, Config, FactsCache, Report, Snapshot

SECONDS = 120.0
MEMORY_BYTES = 2 * 1024**3

log = structlog.get_logger()


class Analyst:
    """Analyses for all threads of a worker, one after the other; a child that dies or hangs is replaced.

    The child asks for what it needs: a blob that it has not seen lately, facts that it has not in memory. It has no
    database, no network and no credentials.

    facts: where facts are kept. seconds: of the child's own work; the time in which blobs are fetched does not count.
    memory: bytes of address space that the child may take.
    """

    def __init__(self, facts: FactsCache, *, seconds: float = SECONDS, memory: int = MEMORY_BYTES) -> None:
        self._facts = facts
        self._seconds = seconds
        self._memory = memory
        self._one = threading.Lock()
        self._process: BaseProcess | None = None
        self._pipe: Connection[Any, Any] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the child, None while there is none."""
        return self._process.pid if self._process else None

    def analyze(
        self,
        head: Snapshot,
        base: Snapshot | None = None,
        config: Config | None = None,
        *,
        only: frozenset[str] = frozenset(),
        within: tuple[str, ...] = (),
        everything: bool = False,
    ) -> Report:
        """heuristics.analyze, in the child. Raises AnalysisFailed, and what reading a snapshot raises."""
        request = child.Request(
            head=dict(head.paths()),
            base=None if base is None else dict(base.paths()),
            config=config or Config(),
            only=only,
            within=within,
            everything=everything,
        )
        with self._one:
            try:
                return self._converse(request, (head,) if base is None else (head, base))
            except BaseException:
                # In the middle of a conversation the child waits for an answer that will not come.
                self._end()
                raise

    def close(self) -> None:
        """End the child, whatever it does."""
        self._end()

    def _converse(self, request: child.Request, snapshots: tuple[Snapshot, ...]) -> Report:
        pipe = self._child()
        left = self._seconds
        answer: object = request
        while True:
            begun = time.monotonic()
            message = self._exchange(pipe, answer, left)
            left -= time.monotonic() - begun
            if isinstance(message, Report):
                return message
            if isinstance(message, child.Failed):
                log.error("analysis.failed", reason=message.reason, detail=message.detail)
                raise AnalysisFailed(message.reason)
            answer = self._answer(message, snapshots)

    def _exchange(self, pipe: Connection[Any, Any], message: object, seconds: float) -> object:
        """What the child says to a message. Raises AnalysisFailed when it is gone or silent."""
        try:
            pipe.send(message)
            if not pipe.poll(max(0.0, seconds)):
                raise AnalysisFailed(f"the analysis took longer than {self._seconds:g} s")
            return pipe.recv()
        except (EOFError, ConnectionError):
            raise AnalysisFailed("the analysis ended abnormally (out of memory, or a crash)") from None

    def _answer(self, message: object, snapshots: tuple[Snapshot, ...]) -> object:
        if isinstance(message, child.Read):
            try:
                return snapshots[message.snapshot].read(message.blob)
            except BlobMissing:
                return None
        if isinstance(message, child.GetFacts):
            return dict(self._facts.get(message.keys))
        if isinstance(message, child.PutFacts):
            self._facts.put(message.facts)
            return None
        raise TypeError(type(message))

    def _child(self) -> Connection[Any, Any]:
        if self._process is not None and self._process.is_alive() and self._pipe is not None:
            return self._pipe
        self._end()
        # Spawned, not forked: a fork of a process with threads and open databases would inherit locked locks.
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(
            target=child.main, args=(theirs, self._seconds, self._memory), name="analyst", daemon=True
        )
        self._process.start()
        theirs.close()
        self._pipe = ours
        return ours

    def _end(self) -> None:
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.kill()
            process.join()
            process.close()
