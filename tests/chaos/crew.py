"""A worker process for the chaos tests: the real loop, whose rounds post to a folder that stands for GitHub.

Arguments: the database's URL, the folder, the lease in seconds. Rounds hang while the folder has a file `hang`.
"""

from __future__ import annotations

import fcntl
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.cli.stopping import stop_event
from bot.store import intents
from bot.store.database import Database
from bot.values import Claim, Retry
from bot.work.queue import Lease, Queue
from bot.work.worker import Worker


@contextmanager
def writing(folder: Path, pid: int, *, alone: bool = False) -> Iterator[None]:
    """Held by the rounds of that worker process from the last look at their lease to their write. alone: while none
    does.

    Who stops in between, and goes on when another has written meanwhile, writes twice: nobody can prevent that, for
    GitHub knows of no lease. So a worker that is frozen is not in there.
    """
    with folder.with_name(f"{folder.name}-{pid}").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield


class Rounds:
    """Posts one file a head, as a review does: intent, lease, look whether it is there, write, done."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    def __call__(self, claim: Claim, lease: Lease) -> None:
        pause = threading.Event()
        pause.wait(0.02)  # a review waits for GitHub
        while (self._folder / "hang").exists():
            pause.wait(0.02)
        marker = f"{claim.subject.number}-{claim.head}"
        post = self._folder / marker
        intents.begin(self._database, claim.subject.key, marker, "review", "")
        with writing(self._folder, os.getpid()):
            lease.renew()
            there = post.exists()
            try:
                if not there:
                    os.close(os.open(post, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                (self._folder / f"{marker}.twice").touch()
        if not there and claim.tries == 1 and int(claim.head, 16) % 5 == 0:
            raise Retry("GitHub committed, and answered 502", 0.0)
        intents.finish(self._database, claim.subject.key, marker)


def main(url: str, folder: str, lease: float) -> None:
    """Work until told to stop."""
    stop = stop_event()
    database = Database(url)
    queue = Queue(database, lease, first_wait=0.01)
    Worker(queue, Rounds(database, Path(folder)), threads=4, poll=0.05, beat=lease / 4, patience=1).run(stop)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
