"""A copy that is made while the service works, by what docs/operators.md names, is one to go on with."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from bot.store import inbox, schema
from bot.store.database import Database
from bot.values import Event, Kind, Subject
from bot.work.queue import Queue


def pushed(number: int) -> Event:
    subject = Subject(Kind.PULL_REQUEST, number, 100 + number, 1)
    return Event(f"d{number}", "pull_request.opened", subject, "octo/widgets", "a" * 40)


def test_a_copy_of_sqlite_holds_whole_transactions_and_goes_on(sqlite_file: Path, tmp_path: Path) -> None:
    working, copy = tmp_path / "service.db", tmp_path / "copy.db"
    working.write_bytes(sqlite_file.read_bytes())
    database = Database(f"sqlite:///{working}")
    inbox.accept(database, [pushed(1)])
    stop = threading.Event()

    def work() -> None:
        number = 1
        while not stop.is_set():
            number += 1
            inbox.accept(database, [pushed(number)])

    writer = threading.Thread(target=work)
    writer.start()
    try:
        # What `sqlite3 FILE ".backup COPY"` calls.
        with closing(sqlite3.connect(working)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    finally:
        stop.set()
        writer.join()
        database.close()
    restored = Database(f"sqlite:///{copy}")
    schema.upgrade(restored)
    assert schema.missing(restored) == ""
    with restored.read() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        deliveries, rows = (
            connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in ("inbox", "subjects")
        )
    assert deliveries == rows >= 1, "a delivery is never there without its work"
    queue = Queue(restored, 60)
    (held,) = queue.claim(1)
    assert queue.finish(held.claim)
    restored.close()
