"""What was given up is seen, with the reason and the way to the logs, and tried again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.store import inbox, subjects
from bot.store.database import Database
from bot.store.failed import failed
from bot.values import Event, Kind, Subject
from bot.work.queue import TRIES, Queue
from tests.cli.conftest import Ran


@pytest.fixture
def here(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder in which commands use the database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECRET_KEY", "of-all-hosts")
    return tmp_path


def give_up(database: Database, number: int, delivery: str) -> None:
    """A round that raises each time, till it is not tried again."""
    subject = Subject(Kind.PULL_REQUEST, 5, 7, number)
    inbox.accept(database, [Event(delivery, "pull_request.opened", subject, "octo/widgets", f"{number}" * 40)])
    queue = Queue(database, 60, first_wait=0)
    for _ in range(TRIES):
        (held,) = queue.claim(1)
        queue.broken(held.claim, f"ValueError {number}, see the log")


def test_what_was_given_up_is_listed_and_tried_again(database: Database, here: Path, run: Callable[..., Ran]) -> None:
    assert run("queue", "failed", here=here) == Ran(0, "Nothing was given up.\n", "")
    for number in (1, 2, 3):
        give_up(database, number, f"delivery {number}")
    shown = run("queue", "failed", here=here)
    blocks = re.findall(r"(?m)^(\S+)  octo/widgets#(\d)  20\S+  8 tries\n  (.*)\n  deliveries: (.*)$", shown.out)
    assert blocks == [
        (f"pull_request/7/{number}", str(number), f"ValueError {number}, see the log", f"delivery {number}")
        for number in (3, 2, 1)
    ]
    assert failed(database, 8) == () and len(failed(database, 7)) == 3

    assert run("queue", "retry", "pull_request/7/2", here=here) == Ran(0, "1 to be tried again.\n", "")
    (held,) = Queue(database, 60).claim(9)
    assert (held.claim.subject.number, held.claim.tries, held.claim.deliveries) == (2, 1, ("delivery 2",))
    assert run("queue", "retry", "--all", here=here).out == "2 to be tried again.\n"
    assert subjects.counts(database)["failed"] == 0


def test_what_cannot_be_tried_again_is_named(database: Database, here: Path, run: Callable[..., Ran]) -> None:
    give_up(database, 1, "d")
    wrong = run("queue", "retry", "pull_request/7/1", "pull_request/7/9", here=here)
    assert (wrong.code, wrong.err) == (2, "concurrency-check: not given up: pull_request/7/9\n")
    assert subjects.counts(database)["failed"] == 0, "the other is tried again all the same"
    for arguments in ((), ("--all", "pull_request/7/1")):
        assert run("queue", "retry", *arguments, here=here).code == 2
