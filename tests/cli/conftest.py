"""The command line as a user runs it, and findings made by hand for the formats."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import main
from bot.cli.result import Result
from bot.cli.source_text import Sources
from heuristics import Edit, Finding, Fix, MemorySnapshot, Related, Report, Severity, Span, Tier


@dataclass(frozen=True)
class Ran:
    """What a run of the command line gave."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or fills the cache of the person who runs it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.delenv("GIT_INDEX_FILE", raising=False)  # set when the tests run in a hook


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Runs the command line in this process, in a folder."""

    def runner(*arguments: str | Path, here: Path) -> Ran:
        with monkeypatch.context() as patch:
            patch.chdir(here)
            code = main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return runner


@pytest.fixture
def process() -> Callable[..., Ran]:
    """Runs the installed command as a process of its own, in a folder."""

    def runner(*arguments: str | Path, here: Path, **environment: str) -> Ran:
        command = Path(sys.executable).with_name("concurrency-check")
        done = subprocess.run([command, *arguments], cwd=here, env=os.environ | environment, capture_output=True)
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return runner


SOURCE = b"""package queue

import "sync"

type queue struct {
	mtx   sync.Mutex
	items map[string]int // \xe4\xbb\x8a\xe6\x97\xa5\xe3\x81\xaf
}

func (q *queue) take(name string) error {
	q.mtx.Lock()
	count, ok := q.items["\xc3\xa9\xf0\x9f\x90\xb9"+name]; if !ok { return errNone }
	q.items[name] = count - 1
	q.mtx.Unlock()
	return nil
}
"""
LOOP = b"""package queue

func loop(q *queue) {
	for {
		go q.take("a")
	}
}
"""


@dataclass(frozen=True)
class Example:
    """A finding with everything a finding can have, on two files."""

    snapshot: MemorySnapshot
    finding: Finding

    def result(self, *others: Finding, command: str = "scan", **report: Any) -> Result:
        """The finding, or the others in its place, as the result of a command."""
        found = Report(introduced=others or (self.finding,), files=2, **report)
        return Result(command, found, Sources(self.snapshot))


def span(path: str, text: bytes, piece: bytes) -> Span:
    """Where a piece stands in a text, the first time."""
    start = text.index(piece)
    lines, ends = text[:start].split(b"\n"), text[: start + len(piece)].split(b"\n")
    return Span(path, len(lines), len(lines[-1]) + 1, len(ends), len(ends[-1]) + 1, start, start + len(piece))


@pytest.fixture
def example() -> Example:
    lock, leak = span("pkg/queue.go", SOURCE, b"q.mtx.Lock()"), span("pkg/queue.go", SOURCE, b"return errNone")
    unlock, spawn = span("pkg/queue.go", SOURCE, b"\tq.mtx.Unlock()\n"), span("pkg/loop.go", LOOP, b'go q.take("a")')
    edits = (
        Edit("pkg/queue.go", lock.stop, lock.stop, "\n\tdefer q.mtx.Unlock()"),
        Edit("pkg/queue.go", unlock.start, unlock.stop, ""),
    )
    finding = Finding(
        heuristic="lock-leak-on-return",
        family="lock-path",
        tier=Tier.A,
        severity=Severity.ERROR,
        message="this return leaves q.mtx locked",
        symbol="queue.take",
        variable="q.mtx",
        span=leak,
        fingerprint="1a2b3c4d" * 8,
        acts="",
        offered=True,
        related=(Related(lock, "q.mtx is locked here"), Related(spawn, "and the next run waits for ever")),
        story=(Related(lock, "q.mtx is locked"), Related(leak, "this path returns without unlocking it")),
        evidence=("the other way out of queue.take unlocks q.mtx",),
        fix=Fix("defer q.mtx.Unlock() right after locking", edits),
    )
    return Example(MemorySnapshot({"pkg/queue.go": SOURCE, "pkg/loop.go": LOOP}), finding)
