"""How fast deliveries are answered at a fixed rate, and whether all are kept; part of bench/load.py."""

from __future__ import annotations

import hmac
import json
import statistics
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from processes import SECRET, family, load_average, prepare, resident, serving, used
from sqlalchemy import text

from bot.store.database import Database

BODY_BYTES = 20_000
SENDERS = 32
HEADING = (
    f"{'':24}{'':>6}{'p50 ms':>9}{'p99 ms':>9}{'cpu ms':>9}   {'x floor: p50':>12}{'p99':>7}{'cpu':>7}   202, lost"
)


@dataclass(frozen=True, slots=True)
class Result:
    """Seconds: the median and the 99th percentile of answers, and processor time of the web processes a delivery."""

    median: float
    late: float
    processor: float


def intake(
    name: str, url: str, folder: Path, rate: int, seconds: float, more: Mapping[str, str], floor: Result | None = None
) -> Result:
    """Print one line."""
    if url:
        prepare(url)
    with serving(url, folder, more) as (address, pid):
        processes = family(pid)
        before = used(*processes)
        statuses, times = send(address, rate, seconds)
        processor = (used(*processes) - before) / len(times)
        memory = " + ".join(f"{resident(pid):.0f}" for pid in sorted(processes))
    quantiles = statistics.quantiles(times, n=100)
    result = Result(quantiles[49], quantiles[98], processor)
    good = statuses.count(202)
    figures = "".join(f"{1000 * one:9.1f}" for one in (result.median, result.late, result.processor))
    ratios = ""
    if floor:
        pairs = ((result.median, floor.median, 12), (result.late, floor.late, 7), (processor, floor.processor, 7))
        ratios = "".join(f"{ours / theirs:{width}.1f}" for ours, theirs, width in pairs)
    lost = f", {good - stored(url)} lost" if url else ""
    print(f"{name:24}{rate:4}/s{figures}   {ratios:26}   {good} of {len(statuses)}{lost}; {memory} MB;"
          f" {load_average()}", flush=True)  # fmt: skip
    return result


def send(address: str, rate: int, seconds: float) -> tuple[list[int], list[float]]:
    """Deliveries at a fixed rate, whatever the answers take; each is timed from when it was due."""
    # The senders' threads are not to be measured: one that computes lets go before an answer would have to wait.
    sys.setswitchinterval(0.0005)
    place = urlsplit(address)
    connections = threading.local()
    begun = time.perf_counter() + 0.5

    def one(number: int) -> tuple[int, float]:
        body = payload(number)
        signature = "sha256=" + hmac.new(SECRET.encode(), body, sha256).hexdigest()
        headers = {"X-GitHub-Event": "pull_request", "X-GitHub-Delivery": f"{number}", "X-Hub-Signature-256": signature}
        due = begun + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        connection = connections.__dict__.get("one")
        try:
            if connection is None:
                connection = connections.one = HTTPConnection(place.hostname or "", place.port, timeout=30)
            connection.request("POST", "/webhook", body, headers)
            answer = connection.getresponse()
            answer.read()
            status = answer.status
        except (OSError, HTTPException):
            status, connections.one = 0, None
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


def stored(url: str) -> int:
    """Deliveries in the database."""
    database = Database(url)
    with database.read() as connection:
        count = connection.execute(text("SELECT count(*) FROM inbox")).scalar_one()
    database.close()
    return int(count)
