"""How fast the dashboard is where much was found: 200 repositories, 100,000 findings, each page's time and size.

    python bench/dashboard.py [DATABASE_URL]

An SQLite database in a temporary folder, unless another is named (it has to be empty). Two times of each page, medians:
what the server's process works for it, the database's own work on SQLite included; and from the request to the answer,
which on PostgreSQL has the database's work in it, and everywhere what else the machine does.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import create_engine, insert, select, text

from bot.credentials import Credentials
from bot.dashboard.cipher import Cipher
from bot.dashboard.visits import Visits
from bot.demo.double import Double
from bot.demo.double.state import UserToken
from bot.settings import Settings
from bot.store import baselines, repositories, schema
from bot.store.baselines import Progress
from bot.store.database import Database, now
from bot.store.tables import demotions, findings, history
from bot.store.tables import subjects as work
from bot.web import create_app

REPOSITORIES = 200
FINDINGS = 100_000
PULLS = 6_000
# Also searches for what is everywhere, rare, and nowhere: each is found in another way.
PAGES = (
    "", "findings", "findings?state=open&sort=gravest", "findings?repository=service-7", "findings?search=connection",
    "findings?search=nowhere", "findings?search=lease+wr", "findings?search=zq", "findings?owner=@octo/cache",
    "findings?owner=@octo/nobody", "findings?where=standing&older=90", "findings/1", "heuristics",
    "heuristics/lock-leak-on-return", "pulls", "pulls?state=failed", "reports", "digest.md", "service",
    "audit", "charts/weeks.svg", "charts/fixes.svg", "charts/standing.svg", "charts/exposure.svg",
    "charts/precision.svg",
)  # fmt: skip
ROUNDS = 15
HEURISTICS = (
    ("lock-leak-on-return", "lock-path", "error"),
    ("lock-order-inversion", "lock-path", "error"),
    ("guarded-field-unlocked-write", "guarded-by", "error"),
    ("goroutine-shared-var-write", "goroutine-capture", "error"),
    ("loop-var-capture", "goroutine-capture", "warning"),
    ("waitgroup-add-inside-goroutine", "waitgroup", "error"),
    ("shared-map-copied", "shared-copy", "warning"),
    ("unbuffered-send-abandoned-receiver", "channel", "warning"),
    ("ticker-not-stopped", "context-timer", "note"),
)
STATES = ("fixed",) * 60 + ("merged",) * 14 + ("ignored",) * 8 + ("resolved",) * 5 + ("closed",) * 6 + ("open",) * 7
NOUNS = ("session", "connection", "cache", "worker", "queue", "stream", "shard", "lease", "buffer", "watcher")
STANDING = 0.1
DAY = 86_400.0


def fill(database: Database, numbers: list[int], many: int, seed: int = 7) -> None:
    """So many findings in these repositories, over two years, older ones mostly decided."""
    chance = random.Random(seed)
    with database.write() as connection:
        at = connection.execute(select(now())).scalar_one()
        rows = [_finding(chance, at, number, numbers) for number in range(1, many + 1)]
        for start in range(0, many, 5_000):
            connection.execute(insert(findings), rows[start : start + 5_000])
        for start in range(0, many, 5_000):
            lives = [event for row in rows[start : start + 5_000] for event in _life(row)]
            connection.execute(insert(history), lives)
        connection.execute(insert(work), [_work(chance, at, number, numbers) for number in range(PULLS)])
        connection.execute(insert(work), [_baseline(at, number) for number in numbers])
        fallen = [{"repository": number, "heuristic": "loop-var-capture", "demoted_at": at} for number in numbers[::9]]
        connection.execute(insert(demotions), fallen)
    for number in numbers:
        repositories.note(database, repositories.Repository(number, "review", ".concurrency-check.yml"))
        baselines.note(database, number, Progress("a" * 40, 900, 900))
    if not database.sqlite:  # what a server does by itself within a minute
        with create_engine(database.url, isolation_level="AUTOCOMMIT").connect() as alone:
            alone.execute(text("VACUUM ANALYZE"))


def _finding(chance: random.Random, at: float, number: int, repositories: list[int]) -> dict[str, object]:
    heuristic, family, severity = chance.choices(HEURISTICS, range(len(HEURISTICS), 0, -1))[0]
    noun, other = chance.choice(NOUNS), chance.choice(NOUNS)
    age = chance.random() ** 2 * 700 * DAY
    seen = at - age
    standing = chance.random() < STANDING
    closed = seen + chance.expovariate(1 / (1.5 * DAY)) * (60 if standing else 1)
    state = "open" if closed > at else "fixed" if standing else chance.choice(STATES)
    path, line = f"internal/{noun}/{other}.go", chance.randint(20, 900)
    symbol = f"{noun.title()}.{chance.choice(('Get', 'Put', 'Close', 'Run', 'Sync'))}"
    head = f"{chance.getrandbits(160):040x}"
    return {
        "id": number,
        # A few repositories have most of it, as anywhere.
        "repository": repositories[int(chance.expovariate(6 / len(repositories))) % len(repositories)],
        "number": 0 if standing else chance.randint(1, 900),
        "fingerprint": f"{chance.getrandbits(200):064x}",
        "heuristic": heuristic,
        "family": family,
        "severity": severity,
        "grade": ("note", "warning", "error").index(severity),
        "tier": "A",
        "symbol": symbol,
        "variable": f"{noun[0]}.{other}s",
        "message": f"`{noun[0]}.{other}s` is written here by several goroutines, and no lock is held.",
        "path": path,
        "line": line,
        "end_line": line,
        "places": json.dumps([[path, line, line, f"`{symbol}` writes it"], [path, line + 9, line + 9, "a reader"]]),
        "evidence": json.dumps(["no lock is held at the write", "nothing waits for the goroutine in between"]),
        "owners": f" @octo/{noun} " if chance.random() < 0.7 else "",
        "state": state,
        "told": "" if standing else "inline" if chance.random() < 0.9 else "check",
        "head_first": head,
        "head_last": head,
        "pushes": 1,
        "seen_at": seen,
        "looked_at": seen,
        "closed_at": 0.0 if state == "open" else closed,
    }


def _life(row: dict[str, object]) -> Iterator[dict[str, object]]:
    of_it = {"finding": row["id"], "repository": row["repository"], "head": row["head_last"]}
    yield {**of_it, "what": "seen", "at": row["seen_at"], "author": ""}
    if row["state"] != "open":
        said = row["state"] in ("ignored", "resolved")
        yield {**of_it, "what": row["state"], "at": row["closed_at"], "author": "gopher" if said else ""}


def _work(chance: random.Random, at: float, number: int, repositories: list[int]) -> dict[str, object]:
    """A pull request in the queue: most are done."""
    repository, failed = repositories[number % len(repositories)], number % 50 == 0
    return {
        "key": f"pull_request/{repository}/{number}",
        "kind": "pull_request",
        "installation": 1,
        "repository": repository,
        "number": number,
        "full_name": f"octo/{repository}",
        "head": f"{chance.getrandbits(160):040x}",
        "want": 2,
        "done": 1 if failed or number % 30 == 0 else 2,
        "failed": failed,
        "reason": "GitHub answered 502 (Bad Gateway)" if failed else "",
        "updated_at": at - chance.random() * 30 * DAY,
    }


def _baseline(at: float, repository: int) -> dict[str, object]:
    """The count of a default branch, which is done."""
    known = {"key": f"baseline/{repository}", "kind": "baseline", "installation": 1, "repository": repository}
    return {**known, "full_name": f"octo/{repository}", "want": 1, "done": 1, "updated_at": at}


def main() -> None:
    """Make the rows, ask for each page, print what it took."""
    with tempfile.TemporaryDirectory() as folder, Double() as github:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/bench.db?synchronous=normal"
        app = github.world.app
        credentials = Credentials(app.id, app.private_key, (app.webhook_secret,), app.client_id, app.client_secret)
        settings = Settings(url, credentials, api_url=github.api_url, web_url=github.url, secret_key="bench")
        database = Database(settings.database_url)
        schema.upgrade(database)
        for number in range(REPOSITORIES):
            github.people.repository(f"octo/service-{number}", roles={"alice": "admin"}, private=True)
        fill(database, list(github.world.repositories), FINDINGS)
        client = create_app(settings).test_client()
        secret = _log_in(github, database, settings)
        client.set_cookie("login", secret)
        print(f"{'':50} {'works':>10} {'answers in':>12} {'size':>10}")
        for page in PAGES:
            works, answers = [], []
            for _ in range(ROUNDS):
                begun, at = time.process_time(), time.perf_counter()
                answer = client.get(f"/orgs/octo/{page}")
                works.append(time.process_time() - begun)
                answers.append(time.perf_counter() - at)
                assert answer.status_code == 200, (page, answer.status_code)
            own, all_, size = statistics.median(works) * 1e3, statistics.median(answers) * 1e3, len(answer.data) / 1e3
            print(f"/orgs/octo/{page:39} {own:7.1f} ms {all_:9.1f} ms {size:7.1f} kB", flush=True)


def _log_in(github: Double, database: Database, settings: Settings) -> str:
    """What the browser of somebody who sees everything holds."""
    world = github.world
    world.user_tokens["ghu_bench"] = UserToken(world.users["alice"], world.now() + timedelta(hours=8))
    return Visits(database, Cipher(settings.secret_key), lambda: settings.api_url).begin("ghu_bench", 28_800).secret


if __name__ == "__main__":
    main()
