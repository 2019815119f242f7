"""Processes of the service for the chaos tests: started, awaited, killed, frozen, stopped."""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
import requests

from bot.store import subjects
from bot.store.database import Database
from bot.values import Event, Kind, Subject
from tests.chaos.crew import writing
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
    """`concurrency-check` with some arguments, as a process. Its log goes to a file: a pipe that nobody reads fills."""

    def __init__(self, arguments: list[str], env: dict[str, str]) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `end`
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *arguments],
            env=env, stdout=subprocess.PIPE, stderr=self._log, text=True, start_new_session=True,
        )  # fmt: skip

    def first_line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def log(self) -> str:
        """What it has said on standard error so far."""
        return os.pread(self._log.fileno(), 1 << 24, 0).decode()

    def children(self) -> list[int]:
        """Process ids below it, two levels deep: gunicorn's, its web processes, the worker."""
        found = children_of(self.process.pid)
        return found + [below for child in found for below in children_of(child)]

    def ended(self) -> tuple[int, str, str]:
        """Wait until it ends by itself: exit code, output and log."""
        out, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, self.log()

    def stop(self) -> tuple[int, str, str]:
        """SIGTERM; exit code, output and log."""
        self.process.terminate()
        return self.ended()

    def end(self) -> None:
        """Whatever it and those below it do."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()
        self._log.close()


def address_of(service: Service) -> str:
    line = service.first_line()
    found = re.fullmatch(r"concurrency-check listens on (http://127\.0\.0\.1:\d+)\n", line)
    assert found, line or service.log()
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


def push(number: int) -> Event:
    """A push to one of several pull requests, of an installation each."""
    subject = Subject(Kind.PULL_REQUEST, number, 7, number)
    return Event(f"guid-{number}", "pull_request.synchronize", subject, "octo/widgets", f"{number:040x}")


def until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"not within {PATIENCE:g} s: {what}")
        time.sleep(0.05)


def has_more(posts: Path, before: int) -> bool:
    """Whether more than that was posted."""
    return len(list(posts.iterdir())) > before


class Crew:
    """Two worker processes, which come back when they are killed."""

    def __init__(self, url: str, folder: Path) -> None:
        self._folder = folder
        self._command = [sys.executable, "-m", "tests.chaos.crew", url, str(folder), str(LEASE)]
        self._two = [self._one(), self._one()]

    def _one(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, cwd=ROOT, stdout=subprocess.DEVNULL)

    def end(self) -> None:
        """Whatever they do."""
        for process in self._two:
            process.kill()
            process.wait()

    @property
    def pids(self) -> tuple[int, ...]:
        return tuple(process.pid for process in self._two)

    def kill(self, index: int) -> None:
        self._two[index].kill()
        self._two[index].wait()
        self._two[index] = self._one()

    def freeze(self, index: int, seconds: float) -> None:
        with writing(self._folder, self._two[index].pid, alone=True):
            self._two[index].send_signal(signal.SIGSTOP)
            time.sleep(seconds)  # that a lease runs out is what happens here
            self._two[index].send_signal(signal.SIGCONT)

    def stop(self) -> list[int]:
        until(lambda: all(hears_sigterm(process.pid) for process in self._two), "both are past their start")
        for process in self._two:
            process.terminate()
        return [process.wait(PATIENCE) for process in self._two]


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def web_processes(service: Service) -> list[int]:
    return [pid for gunicorn in children_of(service.process.pid) for pid in children_of(gunicorn)]


def answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=PATIENCE).status_code == 200
    except requests.RequestException:
        return False


def hears_sigterm(pid: int) -> bool:
    """Whether a process has set a handler for SIGTERM; before that, the signal ends it on the spot."""
    caught = re.search(r"^SigCgt:\s*(\w+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return caught is not None and bool(int(caught[1], 16) >> (signal.SIGTERM - 1) & 1)


def all_done(database: Database) -> bool:
    counts = subjects.counts(database)
    return counts["done"] == sum(counts.values())
