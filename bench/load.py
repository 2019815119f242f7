"""What intake, queue and worker hold, beside a floor that stores nothing. For people; no test looks at it.

python bench/load.py [--seconds 60] [--backlog 20000] [--only intake,idle,backlog,review] [--repository GIT_DIR]

BENCH_DATABASE_URL: a PostgreSQL database that is emptied; without it, servers that the test dependencies bring.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from backlog import measure_backlog
from end_to_end import measure_reviews
from idle import measure_idle
from intake import HEADING, intake
from processes import load_average, postgresql, prepare, quiet, slow_disk

RATES = (200, 500)
DELAY_MS = 2
PARTS = ("intake", "idle", "backlog", "review")


def main() -> None:
    """Everything, on both databases."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--backlog", type=int, default=20_000)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--repository", default="")
    options = parser.parse_args()
    quiet()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started ends with it
    only = frozenset(options.only.split(","))
    with tempfile.TemporaryDirectory(prefix="cc-load-") as name:
        folder = Path(name)
        if "intake" in only:
            _intake(folder, options.seconds)
        with _server(folder / "server", {}) as server:
            urls = (f"sqlite:///{folder}/load.db", server)
            if "idle" in only:
                _heading("A worker that has nothing to do")
                for url in urls:
                    measure_idle(url, folder, min(options.seconds, 30))
            if "backlog" in only:
                _heading(f"{options.backlog:,} pull requests of 200 installations wait")
                for url in urls:
                    prepare(url)
                    measure_backlog(url, options.backlog)
            if "review" in only:
                _heading("End to end, on the double of GitHub")
                for url in urls:
                    prepare(url)
                    measure_reviews(url, folder, options.repository)


def _intake(folder: Path, seconds: float) -> None:
    _heading(f"Deliveries of 20 KB for {seconds:.0f} s; memory: serve, gunicorn, web processes")
    print(HEADING)
    slow = slow_disk(folder, DELAY_MS)
    for rate in RATES:
        floor = intake("floor: stores nothing", "", folder, rate, seconds, {})
        intake("SQLite", f"sqlite:///{folder}/{rate}.db", folder, rate, seconds, {}, floor)
        if slow:
            url = f"sqlite:///{folder}/{rate}-slow.db"
            intake(f"SQLite, fsync + {DELAY_MS} ms", url, folder, rate, seconds, slow, floor)
        with _server(folder / f"server-{rate}", {}) as url:
            intake("PostgreSQL", url, folder, rate, seconds, {}, floor)
        if slow and "BENCH_DATABASE_URL" not in os.environ:
            with _server(folder / f"server-{rate}-slow", slow) as url:
                intake(f"PostgreSQL, fsync + {DELAY_MS} ms", url, folder, rate, seconds, {}, floor)


@contextlib.contextmanager
def _server(folder: Path, more: dict[str, str]) -> Iterator[str]:
    """The user's database, or that of a server for now."""
    if given := os.environ.get("BENCH_DATABASE_URL", ""):
        yield given
        return
    with postgresql(folder, more) as url:
        yield url


def _heading(text: str) -> None:
    print(f"\n{text} ({load_average()})", flush=True)


if __name__ == "__main__":
    main()
