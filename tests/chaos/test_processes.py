"""The service as real processes: they are killed, stopped and frozen, and nothing that was acknowledged is lost."""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest
import requests
from sqlalchemy import text

from bot.store import subjects
from bot.store.database import Database
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
SECRET = "the secret of the webhook"
PROGRAM = "import sys; from bot.cli.main import main; sys.exit(main(sys.argv[1:]))"
LEASE = 1.0


def environ(url: str, folder: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": url,
        "SECRET_KEY": "of sessions",
        "CREDENTIALS_FILE": str(folder / "app.json"),
        "PORT": "0",
        **more,
    }


APP = {
    "GITHUB_APP_ID": "1",
    "GITHUB_PRIVATE_KEY": "-----BEGIN RSA PRIVATE KEY-----",
    "GITHUB_WEBHOOK_SECRET": SECRET,
    "GITHUB_API_URL": "http://127.0.0.1:9",  # the discard port: nobody is there
}


class Service:
    """`concurrency-check` with some arguments, as a process."""

    def __init__(self, arguments: list[str], env: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *arguments],
            env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip

    def first_line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def children(self) -> list[int]:
        """Process ids below it, two levels deep: gunicorn's, its web processes, the worker."""
        found = _children(self.process.pid)
        return found + [below for child in found for below in _children(child)]

    def stop(self) -> tuple[int, str, str]:
        """SIGTERM; exit code and output."""
        self.process.terminate()
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


@pytest.fixture
def start() -> Iterator[Callable[..., Service]]:
    """Starts services, and leaves none behind."""
    services: list[Service] = []

    def start_one(*arguments: str, env: dict[str, str]) -> Service:
        services.append(Service(list(arguments), env))
        return services[-1]

    yield start_one
    for service in services:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(service.process.pid, signal.SIGKILL)
        service.process.communicate()


def address_of(service: Service) -> str:
    line = service.first_line()
    found = re.fullmatch(r"concurrency-check listens on (http://127\.0\.0\.1:\d+)\n", line)
    assert found, line or service.process.communicate()
    return found[1]


def deliver(address: str, guid: str, number: int, head: str) -> bool:
    """Send one delivery as GitHub does; whether it was acknowledged."""
    payload = {
        "action": "synchronize",
        "installation": {"id": number % 5 + 1},
        "repository": {"id": 7, "full_name": "octo/widgets"},
        "pull_request": {"number": number, "head": {"sha": head}},
    }
    body = json.dumps(payload).encode()
    signature = "sha256=" + hmac.new(SECRET.encode(), body, sha256).hexdigest()
    headers = {"X-GitHub-Event": "pull_request", "X-GitHub-Delivery": guid, "X-Hub-Signature-256": signature}
    try:
        return requests.post(f"{address}/webhook", body, headers=headers, timeout=PATIENCE).status_code == 202
    except requests.RequestException:
        return False


def until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"not within {PATIENCE:g} s: {what}")
        time.sleep(0.05)


class Crew:
    """Two worker processes, which come back when they are killed."""

    def __init__(self, url: str, folder: Path) -> None:
        self._command = [sys.executable, "-m", "tests.chaos.crew", url, str(folder), str(LEASE)]
        self._two = [self._one(), self._one()]

    def _one(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, cwd=ROOT, stdout=subprocess.DEVNULL)

    def kill(self, index: int) -> None:
        self._two[index].kill()
        self._two[index].wait()
        self._two[index] = self._one()

    def freeze(self, index: int, seconds: float) -> None:
        self._two[index].send_signal(signal.SIGSTOP)
        time.sleep(seconds)  # that a lease runs out is what happens here
        self._two[index].send_signal(signal.SIGCONT)

    def stop(self) -> list[int]:
        until(lambda: all(_hears_sigterm(process.pid) for process in self._two), "both are past their start")
        for process in self._two:
            process.terminate()
        return [process.wait(PATIENCE) for process in self._two]


def test_nothing_acknowledged_is_lost_and_nothing_is_posted_twice(
    database_url: str, tmp_path: Path, start: Callable[..., Service]
) -> None:
    posts = tmp_path / "posts"
    posts.mkdir()
    service = start("serve", env=environ(database_url, tmp_path, **APP))
    address = address_of(service)
    until(lambda: _answers(f"{address}/readyz"), "the web side is ready")
    crew = Crew(database_url, posts)
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
        for wave in range(4):
            before = len(list(posts.iterdir()))
            sent += [pool.submit(send, index) for index in range(wave * 50, wave * 50 + 50)]
            until(lambda before=before: len(list(posts.iterdir())) > before, "work is in hand")
            crew.kill(wave % 2)
            for pid in _web_processes(service)[:1]:
                os.kill(pid, signal.SIGKILL)
            if wave == 2:
                crew.freeze(1, 1.5 * LEASE)
        for future in sent:
            future.result()
    database = Database(database_url)
    until(lambda: _all_done(database), f"all is worked off: {subjects.counts(database)}")
    assert crew.stop() == [0, 0]
    with database.read() as connection:
        stored = connection.execute(text("SELECT delivery, done FROM inbox")).all()
        heads = {row.number: row.head for row in connection.execute(text("SELECT number, head FROM subjects"))}
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
    until(lambda: _answers(f"{address}/readyz"), "the web side is ready")
    assert deliver(address, "guid", 1, "a" * 40)
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
    until(lambda: _answers(f"{address}/healthz"), "the web side answers")
    assert "Set up concurrency-check" in requests.get(link[0], timeout=PATIENCE).text
    assert "Set up concurrency-check" not in requests.get(address, timeout=PATIENCE).text
    assert service.process.stderr is not None
    waits = service.process.stderr.readline()
    code, _, err = service.stop()
    assert code == 0, err
    assert "the App is not set up yet" in waits and link[0].partition("token=")[2] not in err


def test_a_port_that_is_taken_is_one_line(tmp_path: Path, start: Callable[..., Service]) -> None:
    url = f"sqlite:///{tmp_path}/var/service.db"
    port = address_of(start("serve", env=environ(url, tmp_path))).rpartition(":")[2]
    second = start("serve", env=environ(url, tmp_path, PORT=port))
    out, err = second.process.communicate(timeout=PATIENCE)
    assert (second.process.returncode, out) == (2, "")
    assert err == f"concurrency-check: PORT: cannot listen on 127.0.0.1:{port} (Address already in use)\n"


def test_credentials_in_part_stop_web_and_worker(tmp_path: Path, start: Callable[..., Service]) -> None:
    env = environ(f"sqlite:///{tmp_path}/var/service.db", tmp_path, GITHUB_APP_ID="1")
    for name in ("serve", "worker"):
        process = start(name, env=env).process
        _, err = process.communicate(timeout=PATIENCE)
        line = "concurrency-check: GITHUB_PRIVATE_KEY: missing, while other credentials of the App are set\n"
        assert (process.returncode, err) == (2, line)


@pytest.mark.parametrize("command", [["serve"], ["worker"], ["db", "upgrade"]])
def test_a_database_that_does_not_answer_is_one_line(
    command: list[str], tmp_path: Path, start: Callable[..., Service]
) -> None:
    for url, why in (
        ("postgresql+psycopg://nobody@127.0.0.1:1/none", "Connection refused"),
        ("sqlite:////dev/null/service.db", "/dev/null/service.db cannot be made"),
    ):
        process = start(*command, env=environ(url, tmp_path, **APP)).process
        _, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 2
        assert err.startswith("concurrency-check: DATABASE_URL: ") and why in err and err.count("\n") == 1


def test_the_database_is_upgraded_by_command(tmp_path: Path, start: Callable[..., Service]) -> None:
    env = environ(f"sqlite:///{tmp_path}/var/service.db", tmp_path, **APP)
    worker = start("worker", env=env).process
    _, err = worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 2 and "the database has no tables yet: run concurrency-check db upgrade" in err
    out, _ = start("db", "upgrade", env=env).process.communicate(timeout=PATIENCE)
    assert out == "The database is up to date.\n"


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def _web_processes(service: Service) -> list[int]:
    return [pid for gunicorn in _children(service.process.pid) for pid in _children(gunicorn)]


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=PATIENCE).status_code == 200
    except requests.RequestException:
        return False


def _hears_sigterm(pid: int) -> bool:
    """Whether a process has set a handler for SIGTERM; before that, the signal ends it on the spot."""
    caught = re.search(r"^SigCgt:\s*(\w+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return caught is not None and bool(int(caught[1], 16) >> (signal.SIGTERM - 1) & 1)


def _all_done(database: Database) -> bool:
    counts = subjects.counts(database)
    return counts["done"] == sum(counts.values())
