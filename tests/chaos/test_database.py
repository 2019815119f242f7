"""The database crashes, or takes no writes, while the service runs: 503s, then everything is worked off, once."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.store import subjects
from bot.store.database import Database
from tests.chaos.processes import (
    APP,
    Crew,
    Service,
    address_of,
    all_done,
    answers,
    deliver,
    environ,
    has_more,
    until,
    web_processes,
)
from tests.conftest import PostgreSQL
from tests.patience import PATIENCE


def head(number: int) -> str:
    return f"{number:040x}"


def crash(database: Database) -> None:
    """Kill a process of the server: it ends all others, and recovers. Returns when it has begun to end them: until then
    it would still take somebody in, and look as if it had recovered."""
    with suppress(OperationalError), database.read() as another:
        with database.read() as connection:
            pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        os.kill(pid, signal.SIGKILL)  # it idles in the pool
        late = time.monotonic() + PATIENCE
        while time.monotonic() < late:
            another.execute(text("SELECT 1"))
            time.sleep(0.01)
        pytest.fail("the server goes on as if nothing had happened")


def is_up(database: Database) -> bool:
    try:
        subjects.counts(database)
    except OperationalError:
        return False
    return True


def test_a_database_that_crashes_in_the_middle_loses_nothing(
    postgresql: PostgreSQL, tmp_path: Path, start: Callable[..., Service], hire: Callable[[str, Path], Crew]
) -> None:
    postgresql.empty()
    url, posts = postgresql.url(), tmp_path / "posts"
    posts.mkdir()
    service = start("serve", env=environ(url, tmp_path, **APP))
    address = address_of(service)
    until(lambda: answers(f"{address}/readyz"), "the web side is ready")
    crew, database = hire(url, posts), Database(url)

    def send(number: int) -> None:
        until(lambda: deliver(address, f"guid-{number}", number, head(number)), f"delivery {number} is acknowledged")

    with ThreadPoolExecutor(4) as pool:
        for wave in range(2):
            sent = [pool.submit(send, number) for number in range(20 * wave + 1, 20 * wave + 21)]
            before = 20 * wave
            until(partial(has_more, posts, before), "work is in hand")
            crash(database)
            until(lambda: is_up(database), "it has recovered")
            for future in sent:
                future.result()
    until(lambda: all_done(database), f"all is worked off: {subjects.counts(database)}")
    database.close()
    assert {path.name for path in posts.iterdir()} == {f"{number}-{head(number)}" for number in range(1, 41)}
    assert crew.stop() == [0, 0]
    assert service.stop()[0] == 0


def test_a_disk_that_takes_no_writes_is_a_503_until_it_does(
    database_url: str, tmp_path: Path, start: Callable[..., Service], hire: Callable[[str, Path], Crew]
) -> None:
    posts = tmp_path / "posts"
    posts.mkdir()
    service = start("serve", env=environ(database_url, tmp_path, **APP))
    address = address_of(service)
    until(lambda: answers(f"{address}/readyz"), "the web side is ready")
    crew, database = hire(database_url, posts), Database(database_url)

    def refuse(*, writes: bool) -> None:
        """SQLite: no process may write to a file. PostgreSQL: a server that only reads, as a stand-by is."""
        if database.sqlite:
            most = resource.RLIM_INFINITY
            for pid in (*web_processes(service), *crew.pids):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (0 if writes else most, most))
            return
        with database.write() as connection:
            name = connection.execute(text("SELECT current_database()")).scalar_one()
            connection.execute(text("SET TRANSACTION READ WRITE"))
            value = "on" if writes else "off"
            connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {value}'))
        with database.write() as connection:  # who comes back now comes to what was committed
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pid <> :own"
            own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            connection.execute(text(others), {"name": name, "own": own})

    (posts / "hang").touch()
    until(lambda: deliver(address, "guid-1", 1, head(1)), "it is stored")
    until(lambda: subjects.counts(database)["running"] == 1, "a review is in hand")
    refuse(writes=True)
    try:
        assert not deliver(address, "guid-2", 2, head(2))
        (posts / "hang").unlink()
    finally:
        refuse(writes=False)
    until(lambda: deliver(address, "guid-2", 2, head(2)), "it is stored when GitHub sends it again")
    until(lambda: all_done(database), f"all is worked off: {subjects.counts(database)}")
    with database.read() as connection:
        assert sorted(connection.execute(text("SELECT delivery FROM inbox")).scalars()) == ["guid-1", "guid-2"]
        if database.sqlite:
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    database.close()
    assert {path.name for path in posts.iterdir()} == {f"{number}-{head(number)}" for number in (1, 2)}
    assert crew.stop() == [0, 0]
    assert service.stop()[0] == 0
