"""The child that analyses: the same answer as in process, and what happens when it dies, hangs or grows."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Collection, Iterator, Mapping

import pytest

from bot.store.database import Database
from bot.store.facts import StoredFacts
from bot.values import AnalysisFailed
from bot.work.analyst import Analyst
from bot.work.analyst_child import Memory
from heuristics import BlobMissing, MemorySnapshot, analyze

GO = {
    "go.mod": b"module example.org/widgets\n\ngo 1.22\n",
    "store.go": b"""package widgets

import "sync"

type Store struct {
	mu sync.Mutex
	m  map[string]int
}

func (s *Store) Put(k string, v int) error {
	s.mu.Lock()
	if v < 0 {
		return nil
	}
	s.m[k] = v
	s.mu.Unlock()
	return nil
}
""",
}


class Watched:
    """A snapshot that tells of each read."""

    def __init__(self, files: Mapping[str, bytes], on_read: Callable[[str], None] = lambda blob: None) -> None:
        self._inner = MemorySnapshot(files)
        self._on_read = on_read
        self.reads: list[str] = []

    def paths(self) -> Mapping[str, str]:
        return self._inner.paths()

    def read(self, blob: str) -> bytes:
        self.reads.append(blob)
        self._on_read(blob)
        return self._inner.read(blob)


class NoFacts:
    """A cache that keeps nothing."""

    def get(self, keys: Collection[str]) -> Mapping[str, bytes]:
        return {}

    def put(self, facts: Mapping[str, bytes]) -> None:
        return None


@pytest.fixture
def analyst() -> Iterator[Analyst]:
    made = Analyst(NoFacts(), seconds=600)  # in which the child starts, too
    yield made
    made.close()


def test_the_answer_is_that_of_the_engine(analyst: Analyst) -> None:
    before = {**GO, "store.go": GO["store.go"].replace(b"\t\treturn nil\n", b"\t\ts.mu.Unlock()\n\t\treturn nil\n", 1)}
    head, base = MemorySnapshot(GO), MemorySnapshot(before)
    report = analyst.analyze(head, base)
    assert report == analyze(head, base)
    assert report.files > 0


def test_an_unchanged_blob_is_sent_once(analyst: Analyst) -> None:
    analyst.analyze(Watched(GO))
    again = Watched({**GO, "other.go": b"package widgets\n"})
    analyst.analyze(again, Watched(GO))
    assert set(again.reads) <= {MemorySnapshot({"x": b"package widgets\n"}).paths()["x"]}


def test_facts_are_kept_in_the_database_and_hold_no_source(database: Database) -> None:
    facts = StoredFacts(database)
    for _ in range(2):
        analyst = Analyst(facts)
        analyst.analyze(MemorySnapshot(GO))
        analyst.close()


def test_a_missing_blob_is_a_problem_of_that_file(analyst: Analyst) -> None:
    def missing(blob: str) -> None:
        raise BlobMissing(blob)

    assert analyst.analyze(Watched(GO, missing)).problems


def test_a_child_that_dies_is_replaced(analyst: Analyst) -> None:
    def kill(blob: str) -> None:
        assert analyst.pid is not None
        os.kill(analyst.pid, signal.SIGKILL)

    with pytest.raises(AnalysisFailed, match="ended abnormally"):
        analyst.analyze(Watched(GO, kill))
    assert analyst.analyze(MemorySnapshot(GO)).files > 0


def test_a_child_that_dies_between_two_requests_is_replaced(analyst: Analyst) -> None:
    analyst.analyze(MemorySnapshot(GO))
    first = analyst.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert analyst.analyze(MemorySnapshot(GO)).files > 0
    assert analyst.pid != first


def test_a_child_that_hangs_costs_that_request_only() -> None:
    analyst = Analyst(NoFacts(), seconds=600)
    analyst.analyze(MemorySnapshot(GO))
    hasty = Analyst(NoFacts(), seconds=0.3)

    def freeze(blob: str) -> None:
        assert hasty.pid is not None
        os.kill(hasty.pid, signal.SIGSTOP)

    with pytest.raises(AnalysisFailed, match="took longer than"):
        hasty.analyze(Watched(GO, freeze))
    assert hasty.pid is None
    hasty.close()
    analyst.close()


def test_a_child_that_wants_too_much_memory_fails_alone() -> None:
    analyst = Analyst(NoFacts(), seconds=600, memory=160 * 1024**2)
    huge = bytes(80 * 1024**2)
    with pytest.raises(AnalysisFailed, match="memory"):
        analyst.analyze(MemorySnapshot({"a.go": huge}))
    assert analyst.analyze(MemorySnapshot(GO)).files > 0
    analyst.close()


def test_a_file_that_costs_the_child_is_named_and_the_rest_is_looked_at() -> None:
    analyst = Analyst(NoFacts(), seconds=600, memory=160 * 1024**2)
    before = {**GO, "store.go": b"package widgets\n", "huge.go": b"package widgets\n"}
    head, base = MemorySnapshot({**GO, "huge.go": bytes(80 * 1024**2)}), MemorySnapshot(before)
    report = analyst.analyze(head, base)
    assert report.introduced == analyze(MemorySnapshot(GO), base).introduced != ()
    (problem,) = report.problems
    assert (problem.kind, problem.path) == ("size", "huge.go") and "more memory than it may have" in problem.message
    child = analyst.pid
    assert analyst.analyze(head, base) == report
    assert analyst.pid == child, "it is known now, and costs no child any more"
    analyst.close()


def test_what_reading_raises_is_the_caller_s(analyst: Analyst) -> None:
    def away(blob: str) -> None:
        raise ConnectionAbortedError("GitHub is away")

    with pytest.raises(ConnectionAbortedError, match="GitHub is away"):
        analyst.analyze(Watched(GO, away))
    assert analyst.analyze(MemorySnapshot(GO)).files > 0


def test_the_child_s_memory_is_bounded() -> None:
    memory = Memory(10)
    memory.put("a", b"12345")
    memory.put("b", b"12345")
    assert memory.get("a") == b"12345"
    memory.put("c", b"1")
    assert (memory.get("a"), memory.get("b"), memory.get("c")) == (b"12345", None, b"1")
    memory.put("large", b"12345678901")
    assert memory.get("large") is None
