"""The service as real processes: they are killed, stopped and frozen, and nothing that was acknowledged is lost."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
import requests
from sqlalchemy import text

from bot.store import inbox, subjects
from bot.store.database import Database
from tests.chaos.processes import (
    APP,
    LEASE,
    SECRET,
    Crew,
    Service,
    address_of,
    all_done,
    answers,
    deliver,
    environ,
    has_more,
    push,
    until,
    web_processes,
)
from tests.patience import PATIENCE


@pytest.mark.parametrize("waves", [4, pytest.param(20, marks=pytest.mark.long)])
def test_nothing_acknowledged_is_lost_and_nothing_is_posted_twice(
    database_url: str,
    tmp_path: Path,
    start: Callable[..., Service],
    hire: Callable[[str, Path], Crew],
    waves: int,
) -> None:
    """Each wave kills a worker and a web process; every fifth freezes a worker for longer than its lease."""
    posts = tmp_path / "posts"
    posts.mkdir()
    service = start("serve", env=environ(database_url, tmp_path, **APP))
    address = address_of(service)
    until(lambda: answers(f"{address}/readyz"), "the web side is ready")
    crew = hire(database_url, posts)
    guard, acknowledged, newest = threading.Lock(), set[str](), dict[int, list[str]]()

    def send(index: int) -> None:
        guid, number, head = f"guid-{index}", index % 20 + 1, f"{index:040x}"
        # GitHub's redelivery keeps the GUID; whether the first attempt was stored after all, nobody knows.
        until(lambda: deliver(address, guid, number, head), f"delivery {guid} is acknowledged")
        with guard:
            acknowledged.add(guid)
            newest.setdefault(number, []).append(head)

    with ThreadPoolExecutor(6) as pool:
        sent = []
        for wave in range(waves):
            before = len(list(posts.iterdir()))
            sent += [pool.submit(send, index) for index in range(wave * 50, wave * 50 + 50)]
            until(partial(has_more, posts, before), "work is in hand")
            crew.kill(wave % 2)
            for pid in web_processes(service)[:1]:
                with suppress(ProcessLookupError):  # gunicorn itself ends one that has had no time for too long
                    os.kill(pid, signal.SIGKILL)
            if wave % 5 == 2:
                crew.freeze(1, 1.5 * LEASE)
        for future in sent:
            future.result()
    database = Database(database_url)
    until(lambda: all_done(database), f"all is worked off: {subjects.counts(database)}")
    assert crew.stop() == [0, 0]
    with database.read() as connection:
        stored = connection.execute(text("SELECT delivery, done FROM inbox")).all()
        heads = {row.number: row.head for row in connection.execute(text("SELECT number, head FROM subjects"))}
        assert connection.execute(text("SELECT count(*) FROM subjects WHERE lease_until > 0")).scalar() == 0
        if database.sqlite:
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    database.close()
    assert {row.delivery for row in stored} >= acknowledged and all(row.done for row in stored)
    assert all(heads[number] in sent_heads for number, sent_heads in newest.items())
    posted = {path.name for path in posts.iterdir()}
    assert not [name for name in posted if name.endswith(".twice")]
    assert {f"{number}-{head}" for number, head in heads.items()} <= posted
    assert service.stop()[0] == 0


def test_sigterm_ends_web_and_worker_with_exit_0(tmp_path: Path, start: Callable[..., Service]) -> None:
    url = f"sqlite:///{tmp_path}/var/service.db"
    service = start("serve", "--with-worker", env=environ(url, tmp_path, **APP))
    address = address_of(service)
    until(lambda: answers(f"{address}/readyz"), "the web side is ready")
    until(lambda: deliver(address, "guid", 1, "a" * 40), "it is stored")
    until(lambda: len(service.children()) >= 4, "gunicorn, two web processes and the worker are there")
    below = service.children()
    code, _, err = service.stop()
    assert code == 0, err
    assert not [pid for pid in below if Path(f"/proc/{pid}").exists()]
    assert SECRET not in err


def test_without_credentials_the_wizard_is_served_and_the_worker_waits(
    tmp_path: Path, start: Callable[..., Service]
) -> None:
    url = f"sqlite:///{tmp_path}/var/service.db"
    service = start("serve", "--with-worker", env=environ(url, tmp_path))
    address = address_of(service)
    told = service.first_line()
    link = re.search(r"http://\S+", told)
    assert link and link[0].startswith(f"{address}/?token=")
    until(lambda: answers(f"{address}/healthz"), "the web side answers")
    assert "Set up concurrency-check" in requests.get(link[0], timeout=PATIENCE).text
    assert "Set up concurrency-check" not in requests.get(address, timeout=PATIENCE).text
    until(lambda: "the App is not set up yet" in service.log(), "the worker waits")
    code, _, err = service.stop()
    assert code == 0, err
    assert link[0].partition("token=")[2] not in err


def test_a_port_that_is_taken_is_one_line(tmp_path: Path, start: Callable[..., Service]) -> None:
    url = f"sqlite:///{tmp_path}/var/service.db"
    port = address_of(start("serve", env=environ(url, tmp_path))).rpartition(":")[2]
    second = start("serve", env=environ(url, tmp_path, PORT=port))
    code, out, err = second.ended()
    assert (code, out) == (2, "")
    assert err == f"concurrency-check: PORT: cannot listen on 127.0.0.1:{port} (Address already in use)\n"


def test_credentials_in_part_stop_web_and_worker(tmp_path: Path, start: Callable[..., Service]) -> None:
    env = environ(f"sqlite:///{tmp_path}/var/service.db", tmp_path, GITHUB_APP_ID="1")
    for name in ("serve", "worker"):
        code, _, err = start(name, env=env).ended()
        line = "concurrency-check: GITHUB_PRIVATE_KEY: missing, while other credentials of the App are set\n"
        assert (code, err) == (2, line)


@pytest.mark.parametrize("command", [["serve"], ["worker"], ["db", "upgrade"]])
def test_a_database_that_does_not_answer_is_one_line(
    command: list[str], tmp_path: Path, start: Callable[..., Service]
) -> None:
    for url, why in (
        ("postgresql+psycopg://nobody@127.0.0.1:1/none", "Connection refused"),
        ("sqlite:////dev/null/service.db", "/dev/null/service.db cannot be made"),
    ):
        code, _, err = start(*command, env=environ(url, tmp_path, **APP)).ended()
        assert code == 2
        assert err.startswith("concurrency-check: DATABASE_URL: ") and why in err and err.count("\n") == 1


def test_the_database_is_upgraded_by_command(tmp_path: Path, start: Callable[..., Service]) -> None:
    env = environ(f"sqlite:///{tmp_path}/var/service.db", tmp_path, **APP)
    code, _, err = start("worker", env=env).ended()
    assert code == 2 and "the database has no tables yet: run concurrency-check db upgrade" in err
    _, out, _ = start("db", "upgrade", env=env).ended()
    assert out == "The database is up to date.\n"


def test_a_worker_that_is_stopped_hands_back_what_it_cannot_finish(
    database_url: str, tmp_path: Path, hire: Callable[[str, Path], Crew]
) -> None:
    posts = tmp_path / "posts"
    posts.mkdir()
    (posts / "hang").touch()
    database = Database(database_url)
    inbox.accept(database, [push(number) for number in range(1, 9)])
    crew = hire(database_url, posts)
    until(lambda: subjects.counts(database)["running"] == 8, "both hold what they can")
    assert crew.stop() == [0, 0]
    assert subjects.counts(database)["queued"] == 8
    with database.read() as connection:
        assert connection.execute(text("SELECT DISTINCT tries FROM subjects")).scalars().all() == [0]
    (posts / "hang").unlink()
    crew = hire(database_url, posts)
    until(lambda: all_done(database), "the next two take it up")
    assert crew.stop() == [0, 0]
    database.close()
    assert len(list(posts.iterdir())) == 8
