"""Writes down what this version says to the database, to be said again beside a later one.

    python -m tests.bot.store.record REVISION

makes `tests/bot/store/said/REVISION-{sqlite,postgresql}.json`: for a delivery that is stored ("web") and for one that
is worked off ("worker") the transactions, each a list of statements with their parameters. Run it at the version whose
newest migration is REVISION, when the next one is about to be written.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from bot.store import checks, inbox, intents, posted, schema
from bot.store.database import Database
from bot.values import Event, Kind, Subject
from bot.work.queue import Queue
from tests.conftest import PostgreSQL

SAID = Path(__file__).with_name("said")
HEAD = "a" * 40
PUSH = Event("d1", "pull_request.opened", Subject(Kind.PULL_REQUEST, 5, 7, 1), "octo/widgets", HEAD)
FINDING = posted.Posted(7, 1, "f" * 64, "lock-leak-on-return", "Store.Put", "mu", "It stays locked.", "store.go")


def web(database: Database) -> None:
    """A delivery comes in."""
    inbox.accept(database, [PUSH])


def worker(database: Database) -> None:
    """It is worked off: what a round does to the rows."""
    (held,) = Queue(database, 60).claim(1)
    held.renew()
    checks.put(database, 7, HEAD, 11, checks.OPEN)
    intents.begin(database, PUSH.subject.key, "marker", "review", "digest")
    posted.add(database, [FINDING])
    intents.finish(database, PUSH.subject.key, "marker")
    checks.put(database, 7, HEAD, 11, checks.REVIEWED, "neutral")
    held.queue.finish(held.claim)


def said(acts: Callable[[], None]) -> list[list[tuple[str, Any]]]:
    """The transactions of what is done meanwhile."""
    found: list[list[tuple[str, Any]]] = [[]]

    def statement(connection: object, cursor: object, text: str, parameters: Any, *_: object) -> None:
        if not text.startswith(("BEGIN", "PRAGMA")):
            found[-1].append((text, parameters))

    def committed(connection: object) -> None:
        found.append([])

    listeners = (("before_cursor_execute", statement), ("commit", committed))
    for name, listener in listeners:
        event.listen(Engine, name, listener)
    acts()
    for name, listener in listeners:
        event.remove(Engine, name, listener)
    return [transaction for transaction in found if transaction]


def main(revision: str) -> None:
    """Record on both databases."""
    SAID.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="cc-said-"))
    server = PostgreSQL(folder / "pg")
    for kind, url in (("sqlite", f"sqlite:///{folder}/x.db"), ("postgresql", server.url())):
        database = Database(url)
        schema.upgrade(database)
        recorded = {"web": said(lambda: web(database)), "worker": said(lambda: worker(database))}  # noqa: B023
        (SAID / f"{revision}-{kind}.json").write_text(json.dumps(recorded, indent=1) + "\n")
        database.close()
    server.stop()
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
