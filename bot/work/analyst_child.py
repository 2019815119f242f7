"""What runs in the analyst's child process: requests in, reports out, and questions for blobs and facts in between."""

from __future__ import annotations

import os
import resource
import signal
import traceback
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from bot.collector import collect, without_collector
from heuristics import BlobMissing, Config, analyze

BLOB_BYTES = 128 * 1024**2
FACT_BYTES = 128 * 1024**2
# Beyond the parent's patience: for the case that the parent is gone.
GRACE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Request:
    """An analysis: path -> blob id of head and base, and the arguments of heuristics.analyze."""

    head: Mapping[str, str]
    base: Mapping[str, str] | None
    config: Config
    only: frozenset[str]
    within: tuple[str, ...]
    everything: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """The analysis raised or ran out of memory. detail: where, for the log."""

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """The child wants a blob; the answer is its bytes, or None when it is missing. snapshot: 0 head, 1 base."""

    snapshot: int
    blob: str


@dataclass(frozen=True, slots=True)
class GetFacts:
    """The child wants facts; the answer is what is there."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PutFacts:
    """The child has new facts; the answer is None."""

    facts: Mapping[str, bytes]


class Memory:
    """Bytes by key, the least recently used dropped beyond a bound."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._size = 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def get(self, key: str) -> bytes | None:
        """The bytes, or None."""
        value = self._kept.get(key)
        if value is not None:
            self._kept.move_to_end(key)
        return value

    def put(self, key: str, value: bytes) -> None:
        """Keep bytes, unless they are larger than everything together may be."""
        if key in self._kept or len(value) > self._bound:
            return
        self._kept[key] = value
        self._size += len(value)
        while self._size > self._bound:
            self._size -= len(self._kept.popitem(last=False)[1])

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._size = 0


class _Parent:
    """The other end of the pipe."""

    def __init__(self, pipe: Connection[Any, Any]) -> None:
        self._pipe = pipe

    def ask(self, message: object) -> Any:
        self._pipe.send(message)
        return self._pipe.recv()


@dataclass(frozen=True, slots=True)
class _RemoteSnapshot:
    """A snapshot whose blobs come from the parent when they are asked for."""

    parent: _Parent
    number: int
    files: Mapping[str, str]
    blobs: Memory

    def paths(self) -> Mapping[str, str]:
        return self.files

    def read(self, blob: str) -> bytes:
        text = self.blobs.get(blob)
        if text is None:
            text = self.parent.ask(Read(self.number, blob))
            if text is None:
                raise BlobMissing(blob)
            self.blobs.put(blob, text)
        return text


@dataclass(frozen=True, slots=True)
class _RemoteFacts:
    """A FactsCache in the parent, with a memory in front."""

    parent: _Parent
    memory: Memory

    def get(self, keys: Collection[str]) -> Mapping[str, bytes]:
        found = {key: value for key in keys if (value := self.memory.get(key)) is not None}
        absent = tuple(key for key in keys if key not in found)
        if absent:
            stored = self.parent.ask(GetFacts(absent))
            for key, value in stored.items():
                self.memory.put(key, value)
            found.update(stored)
        return found

    def put(self, facts: Mapping[str, bytes]) -> None:
        for key, value in facts.items():
            self.memory.put(key, value)
        self.parent.ask(PutFacts(facts))


def main(pipe: Connection[Any, Any], seconds: float, memory: int) -> None:
    """Serve requests until the parent closes the pipe. seconds, memory: as the Analyst has them."""
    # Ctrl-C and a stop of the group are the parent's to handle; it ends the child.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)  # the webhook and the heartbeat come first
    parent, blobs, facts = _Parent(pipe), Memory(BLOB_BYTES), Memory(FACT_BYTES)
    while True:
        try:
            request = pipe.recv()
        except EOFError:
            return
        # Processor time, by the kernel's clock: a child whose parent was killed does not burn for ever.
        signal.setitimer(signal.ITIMER_PROF, seconds + GRACE_SECONDS)
        try:
            answer: object = _analysed(request, parent, blobs, facts)
        except MemoryError:
            blobs.clear()
            facts.clear()
            answer = Failed("the analysis needed more memory than it may have")
        except (EOFError, BrokenPipeError):
            return
        except Exception as error:
            answer = Failed(f"the analysis raised {type(error).__name__}", traceback.format_exc())
        signal.setitimer(signal.ITIMER_PROF, 0)
        pipe.send(answer)
        del answer
        collect()


def _analysed(request: Request, parent: _Parent, blobs: Memory, facts: Memory) -> object:
    head = _RemoteSnapshot(parent, 0, request.head, blobs)
    base = None if request.base is None else _RemoteSnapshot(parent, 1, request.base, blobs)
    with without_collector():
        return analyze(
            head,
            base,
            request.config,
            _RemoteFacts(parent, facts),
            only=request.only,
            within=request.within,
            everything=request.everything,
        )
