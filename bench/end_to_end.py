"""How many pushes to a large repository one worker reviews, and what a review's time goes to; part of bench/load.py."""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pygit2
import requests
from processes import environ, family, load_average, quiet, resident, serving, used

from bot.cli.worker import OTHER_THREADS, WRITE_SECONDS
from bot.demo.double import Double
from bot.demo.double.state import Repository
from bot.github.client import GitHub
from bot.settings import Settings
from bot.sources.git_objects import commit_snapshot, find_commit, open_git_dir
from bot.store import installations
from bot.store.database import Database
from bot.store.facts import StoredFacts
from bot.values import Claim, Kind
from bot.work.analyst import Analyst
from bot.work.queue import Lease, Queue
from bot.work.rounds import rounds
from bot.work.worker import Worker
from heuristics import Config, FactsCache, Report, Snapshot

WARM_UP = 3
CHANGES = 12
OWNERS = 4
HISTORY = 2000  # commits to look through for changes of Go code
# What a review waits for: answers of GitHub, its own facts, the engine, GitHub's taking what is written; and the second
# that GitHub asks for between writes of one installation.
FETCH, FACTS, ANALYSIS, POST, REST, PAUSE = "fetch", "facts", "analysis", "post", "rest", "pause"

Files = Mapping[str, bytes | None]


def measure_reviews(url: str, folder: Path, git_dir: str) -> None:
    """Print it. git_dir: a repository; pull requests against its HEAD take its last changes of Go code back."""
    if not git_dir:
        print("left out: no git directory is given (make bench-load REPO=GIT_DIR)")
        return
    name = "SQLite" if url.startswith("sqlite") else "PostgreSQL"
    repo = open_git_dir(git_dir)
    changes = taken_back(repo, WARM_UP + 2 * CHANGES)
    with Double() as double, serving(url, folder, double.environment(folder)) as (address, _):
        double.world.app.webhook_url = f"{address}/webhook"
        people, roles = double.people, {"gopher": "write"}
        owners = [
            people.repository(f"owner{number}/{Path(git_dir).parent.name}", roles=roles, borrow=Path(repo.path))
            for number in range(OWNERS)
        ]
        for owner in owners:
            owner.git.set_ref("refs/heads/main", str(find_commit(repo, "HEAD").id))
        print(f"{name}: {lines(repo):,} lines of Go; pull requests of {min(map(len, changes))} to"
              f" {max(map(len, changes))} files", flush=True)  # fmt: skip
        with _crew(environ(url, folder, double.environment(folder))) as (pipe, pid):
            _one_by_one(double, owners[0], changes[: WARM_UP + CHANGES], pipe, name)
            _at_once(double, owners, changes[WARM_UP + CHANGES :], pipe, pid, name)
    bad = [str(error) for error in double.errors]
    if bad:
        print(f"the double failed: {bad[0]}")


def _one_by_one(double: Double, owner: Repository, changes: list[Files], pipe: Connection[Any, Any], name: str) -> None:
    spent: list[Counter[str]] = []
    for files in changes:
        double.people.open(owner, files)
        spent.append(pipe.recv())
    sums = sum(spent[WARM_UP:], Counter[str]())
    parts = ", ".join(f"{what} {1000 * sums[what] / CHANGES:.0f}" for what in (FETCH, FACTS, ANALYSIS, POST, REST))
    whole = sum(sums.values()) - sums[PAUSE]
    print(f"{name}: the first review, with nothing known, {spent[0].total() - spent[0][PAUSE]:.1f} s; then, one after"
          f" the other, {1000 * whole / CHANGES:.0f} ms each: {parts}; beside it {1000 * sums[PAUSE] / CHANGES:.0f} ms"
          f" for GitHub's second between two writes; {load_average()}", flush=True)  # fmt: skip


def _at_once(
    double: Double, owners: list[Repository], changes: list[Files], pipe: Connection[Any, Any], pid: int, name: str
) -> None:
    processes = family(pid)
    busy, begun = used(*processes), time.perf_counter()
    for number, files in enumerate(changes):
        double.people.open(owners[number % len(owners)], files)
    for _ in changes:
        pipe.recv()
    taken, busy = time.perf_counter() - begun, used(*processes) - busy
    memory = " + ".join(f"{resident(one):.0f}" for one in processes)
    print(f"{name}: {60 * len(changes) / taken:.0f} pushes a minute, of {len(owners)} installations, by one worker"
          f" ({busy / len(changes):.2f} s of processor each); worker and analyst {memory} MB; {load_average()}",
          flush=True)  # fmt: skip


def taken_back(repo: pygit2.Repository, number: int) -> list[Files]:
    """The last changes of Go code, each as what its files were before it."""
    found: list[Files] = []
    walker = repo.walk(find_commit(repo, "HEAD").id, pygit2.enums.SortMode.TOPOLOGICAL)
    for _, commit in zip(range(HISTORY), walker, strict=False):
        if len(commit.parents) == 1 and len(found) < number:
            tree = commit.parents[0].tree
            deltas = tree.diff_to_tree(commit.tree).deltas
            paths = {path for delta in deltas for path in (delta.old_file.path, delta.new_file.path)}
            if any(path.endswith(".go") for path in paths):
                found.append({path: _data(tree, path) for path in sorted(paths)})
    return found


def lines(repo: pygit2.Repository) -> int:
    """Of the Go files that are looked at, at HEAD."""
    snapshot = commit_snapshot(repo, find_commit(repo, "HEAD"))
    return sum(snapshot.read(blob).count(b"\n") for path, blob in snapshot.paths().items() if path.endswith(".go"))


def _data(tree: pygit2.Tree, path: str) -> bytes | None:
    found = tree[path] if path in tree else None  # noqa: SIM401 - a tree has no get
    return found.data if isinstance(found, pygit2.Blob) else None


class Clock:
    """Where the time of a thread's round goes: each moment counts for what was begun last."""

    def __init__(self) -> None:
        self._local = threading.local()

    @contextmanager
    def of(self, what: str) -> Iterator[None]:
        """The block's time, without that of blocks in it."""
        spent, inner = self.spent(), self._local.__dict__.setdefault("inner", [0.0])
        begun = time.perf_counter()
        inner.append(0.0)
        try:
            yield
        finally:
            taken = time.perf_counter() - begun
            spent[what] += taken - inner.pop()
            inner[-1] += taken

    def spent(self) -> Counter[str]:
        """Seconds so far in this thread."""
        found: Counter[str] = self._local.__dict__.setdefault("spent", Counter())
        return found


class _TimedFacts:
    def __init__(self, facts: FactsCache, clock: Clock) -> None:
        self._facts, self._clock = facts, clock

    def get(self, keys: Collection[str]) -> Mapping[str, bytes]:
        with self._clock.of(FACTS):
            return self._facts.get(keys)

    def put(self, fresh: Mapping[str, bytes]) -> None:
        with self._clock.of(FACTS):
            self._facts.put(fresh)


class _TimedSnapshot:
    def __init__(self, snapshot: Snapshot, clock: Clock) -> None:
        self._snapshot, self._clock = snapshot, clock

    def paths(self) -> Mapping[str, str]:
        with self._clock.of(FETCH):
            return self._snapshot.paths()

    def read(self, blob: str) -> bytes:
        with self._clock.of(FETCH):
            return self._snapshot.read(blob)


class _TimedAnalyst(Analyst):
    def __init__(self, facts: FactsCache, clock: Clock) -> None:
        super().__init__(_TimedFacts(facts, clock))
        self._clock = clock

    def analyze(
        self, head: Snapshot, base: Snapshot | None = None, config: Config | None = None, **options: Any
    ) -> Report:
        with self._clock.of(ANALYSIS):
            timed = None if base is None else _TimedSnapshot(base, self._clock)
            return super().analyze(_TimedSnapshot(head, self._clock), timed, config, **options)


@contextmanager
def _crew(variables: Mapping[str, str]) -> Iterator[tuple[Connection[Any, Any], int]]:
    """A worker in a process of its own: what it sends after each round, and the process."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(dict(variables), theirs))
    process.start()
    try:
        yield ours, process.pid or 0
    finally:
        with contextlib.suppress(OSError):
            ours.send("stop")
        process.join()


def work(variables: Mapping[str, str], pipe: Connection[Any, Any]) -> None:
    """The worker as `concurrency-check worker` puts it together, with a clock in every part."""
    settings, clock, stop = Settings.load(variables), Clock(), threading.Event()
    quiet()
    db = Database(settings.database_url, size=settings.worker_threads + OTHER_THREADS)
    send = requests.Session.send

    def timed_send(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        with clock.of(FETCH if request.method == "GET" else POST):
            return send(session, request, **options)

    def turn(installation: int) -> float:
        with clock.of(PAUSE):
            time.sleep(installations.take_turn(db, installation, every=WRITE_SECONDS))
        return 0.0

    requests.Session.send = timed_send  # type: ignore[assignment]
    analyst = _TimedAnalyst(StoredFacts(db), clock)
    round_ = rounds(settings, db, GitHub(settings, turn=turn), analyst)

    def timed_round(claim: Claim, lease: Lease) -> None:
        with clock.of(REST):
            round_(claim, lease)
        if claim.subject.kind is Kind.PULL_REQUEST:
            pipe.send(clock.spent())

    def await_stop() -> None:
        pipe.recv()
        stop.set()

    threading.Thread(target=await_stop, daemon=True).start()
    lease = settings.lease_seconds
    threads, poll = settings.worker_threads, settings.poll_seconds
    Worker(Queue(db, lease), timed_round, threads=threads, poll=poll, beat=lease / 4).run(stop)
    analyst.close()
