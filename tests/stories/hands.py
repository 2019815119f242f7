"""Workers that may be killed: each a process of its own, forked from one in which everything is loaded already.

Run as a program it reads the word `work` from its standard input, forks a worker, says its process id, and then `done`
when that has ended. The environment is the service's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType

from bot.demo.double import Double
from bot.demo.double.limits import Fault
from bot.github.client import GitHub
from bot.review.review import Memories, Services, run
from bot.settings import Settings
from bot.store.database import Database
from bot.values import Retry
from bot.work.queue import Queue
from tests.patience import PATIENCE
from tests.stories.harness import marked, scanned

TOP = Path(__file__).resolve().parents[2]


class Hands:
    """The workers of a story; one at a time."""

    def __init__(self, github: Double, database: Database, folder: Path) -> None:
        self._github = github
        self._database = database
        self._pid = 0
        # The worker may be at its first write before its process id has been read.
        self._known = threading.Event()
        variables = {**github.environment(folder), "DATABASE_URL": f"sqlite:///{folder}/bot.db"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.stories.hands"],
            env={**os.environ, **variables, "PYTHONPATH": str(TOP)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Hands:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()

    def work(self) -> None:
        """A worker does all that is due, also what was put off or is still leased to one that died."""
        self._github.postman.wait()
        with self._database.write() as connection:
            connection.exec_driver_sql("UPDATE subjects SET run_at = 0, lease_until = 0")
        assert self._process.stdin is not None and self._process.stdout is not None
        self._known.clear()
        self._process.stdin.write("work\n")
        self._process.stdin.flush()
        self._pid = int(self._process.stdout.readline())
        self._known.set()
        assert self._process.stdout.readline() == "done\n"

    def finish(self) -> None:
        """Workers until nothing is left to do; one that has to wait for GitHub comes back a few times."""
        for _ in range(4):
            self.work()
            with self._database.read() as connection:
                if not connection.exec_driver_sql("SELECT count(*) FROM subjects WHERE want > done").scalar_one():
                    return
        raise AssertionError("work is left over")

    def killed_at(self, write: int, when: str) -> bool:
        """A worker that dies right before its n-th write reaches GitHub, or right after GitHub took it. Whether there
        was one."""
        passes = Fault("write", ".", 0, when, times=write - 1)  # type: ignore[arg-type]
        kills = Fault("write", ".", 502 if when == "before" else 0, when, act=self._kill)  # type: ignore[arg-type]
        for fault in (passes, kills):
            self._github.limits.arrange(fault)
        self.work()
        killed = kills.times == 0
        passes.times = kills.times = 0
        return killed

    def _kill(self) -> None:
        """In the thread of GitHub that serves the worker."""
        assert self._known.wait(PATIENCE)
        os.kill(self._pid, signal.SIGKILL)


def _work(settings: Settings) -> None:
    database = Database(settings.database_url)
    queue = Queue(database, PATIENCE, first_wait=0)
    github, memories = GitHub(settings, turn=lambda _: 0.0, patience=PATIENCE), Memories()
    while claimed := queue.claim(1):
        for held in claimed:
            try:
                run(held.claim, Services(settings, database, github, marked, held, memories, scanned))
            except Retry as retry:
                queue.again(held.claim, retry)
            else:
                queue.finish(held.claim)


def main() -> None:
    """Fork a worker for every line."""
    settings = Settings.load(os.environ)
    for _ in sys.stdin:
        pid = os.fork()
        if not pid:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            _work(settings)
            os._exit(0)
        print(pid, flush=True)
        os.waitpid(pid, 0)
        print("done", flush=True)


if __name__ == "__main__":
    main()
