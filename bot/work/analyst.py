"""A long-lived child process that analyses, with limits on time and memory: a bad file costs that child only."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import structlog

from bot.values import AnalysisFailed
from bot.work import analyst_child as child
from bot.work import isolation
from heuristics import BlobMissing, Config, FactsCache, Problem, Report, Snapshot

SECONDS = 120.0
MEMORY_BYTES = 2 * 1024**3
# Of the time of an analysis: what a few files alone may take, and what the hunt for those that take more may.
_PROBE, _HUNT = 0.25, 2.0
# Files that are known to cost a child.
_MOST_COSTLY = 1000

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Arguments:
    """Those of heuristics.analyze besides the snapshots."""

    config: Config
    only: frozenset[str]
    within: tuple[str, ...]
    everything: bool


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
        # Blob id -> why an analysis of that file alone failed.
        self._costly: dict[str, str] = {}
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
        """heuristics.analyze, in the child. Raises AnalysisFailed, and what reading a snapshot raises.

        Where a few files are what it fails of, they are left out, and named among the problems.
        """
        args = _Arguments(config or Config(), only, within, everything)
        with self._one:
            blobs = {*head.paths().values(), *(() if base is None else base.paths().values())}
            if not self._costly.keys() & blobs:
                try:
                    return self._ask(head, base, args, self._seconds)
                except AnalysisFailed as failed:
                    self._hunt(head, base, args, failed)
            kept = isolation.without(head, self._costly)
            before = None if base is None else isolation.without(base, self._costly)
            report = self._ask(kept, before, args, self._seconds)
            return replace(report, problems=(*report.problems, *self._named(head)))

    def _hunt(self, head: Snapshot, base: Snapshot | None, args: _Arguments, failed: AnalysisFailed) -> None:
        """Learn which files cost the child; raises `failed` where it is not a few files' fault."""
        until = time.monotonic() + self._seconds * _HUNT

        def probe(part: Snapshot) -> object:
            if time.monotonic() > until:
                raise failed
            alone = replace(args, within=tuple(part.paths()))
            return self._ask(part, None, alone, self._seconds * _PROBE)

        found = isolation.costly(head, base, args.within, probe)
        if not found:
            raise failed
        log.error("analysis.costly", reasons=dict(found))
        for blob, reason in found.items():
            self._costly[blob] = reason
            while len(self._costly) > _MOST_COSTLY:
                del self._costly[next(iter(self._costly))]

    def _named(self, head: Snapshot) -> Iterator[Problem]:
        """The files that are left out, each with the reason."""
        for path, blob in head.paths().items():
            if blob in self._costly and path.endswith(".go"):
                yield Problem("size", path, 1, f"this file is left out, for alone it fails: {self._costly[blob]}")

    def _ask(self, head: Snapshot, base: Snapshot | None, args: _Arguments, seconds: float) -> Report:
        request = child.Request(
            head=dict(head.paths()),
            base=None if base is None else dict(base.paths()),
            config=args.config,
            only=args.only,
            within=args.within,
            everything=args.everything,
        )
        try:
            return self._converse(request, (head,) if base is None else (head, base), seconds)
        except BaseException:
            # In the middle of a conversation the child waits for an answer that will not come; and what a failure
            # left in its memory would count against the next one.
            self._end()
            raise

    def close(self) -> None:
        """End the child, whatever it does."""
        self._end()

    def _converse(self, request: child.Request, snapshots: tuple[Snapshot, ...], seconds: float) -> Report:
        pipe = self._child()
        left = seconds
        answer: object = request
        while True:
            begun = time.monotonic()
            message = self._exchange(pipe, answer, left, seconds)
            left -= time.monotonic() - begun
            if isinstance(message, Report):
                return message
            if isinstance(message, child.Failed):
                log.error("analysis.failed", reason=message.reason, detail=message.detail)
                raise AnalysisFailed(message.reason)
            answer = self._answer(message, snapshots)

    def _exchange(self, pipe: Connection[Any, Any], message: object, left: float, seconds: float) -> object:
        """What the child says to a message within what is left of its seconds. Raises AnalysisFailed when it is gone or
        silent."""
        try:
            pipe.send(message)
            if not pipe.poll(max(0.0, left)):
                raise AnalysisFailed(f"the analysis took longer than {seconds:g} s")
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
