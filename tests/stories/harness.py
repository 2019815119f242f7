"""The bot as stories run it: webhook in, queue, real PyGithub out to the double; only the analysis is a story's own."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256

from flask import Flask
from werkzeug.serving import make_server

from bot.credentials import Credentials
from bot.demo.double import Double
from bot.demo.double.state import CheckRun, PullRequest, ReviewComment
from bot.github.client import GitHub
from bot.github.permissions import AS_ITSELF, PERMISSIONS
from bot.intake.inbox import Inbox
from bot.intake.webhook import blueprint
from bot.review import baseline
from bot.review.review import Memories, Services, run
from bot.review.writes import Lease
from bot.settings import Settings
from bot.store.database import Database
from bot.values import AnalysisFailed, Claim, Kind, Retry
from bot.work.queue import Held, Queue
from heuristics import (
    Anchor,
    Config,
    Finding,
    MemorySnapshot,
    Problem,
    Related,
    Report,
    Severity,
    Silence,
    Snapshot,
    Span,
    Suppression,
    Tier,
)
from tests.patience import PATIENCE

# A bug is a line that says so: `x++ // BUG(x)`; `// BUG(x) ignore` is silenced by a directive; `// BUG(x old.go:3)` is
# found at that place, where the change has no line.
MARK = re.compile(rb"BUG\((?P<name>[\w\x80-\xff]+)(?: (?P<path>[\w./]+):(?P<line>\d+))?\)(?P<silenced> ignore)?")

MAIN = "package main\n\nfunc main() {\n\tx := 1\n\t_ = x\n}\n"
BUGGY = MAIN.replace("x := 1", "x := 2 // BUG(x)")

Analyze = Callable[[Snapshot, Snapshot, Config], Report]
Scan = Callable[[Snapshot, Config, str], Report]


def fingerprint(name: str) -> str:
    """The fingerprint of the bug of that name."""
    return sha256(name.encode()).hexdigest()


def marked(head: Snapshot, base: Snapshot, config: Config) -> Report:
    """Finds what head says to be a bug and base does not; a line `BROKEN` is a file that does not parse."""
    old = {found.fingerprint for found in _marks(base)}
    new = [found for found in _marks(head) if found.fingerprint not in old]
    return Report(
        introduced=tuple(found for found in new if found.suppression is None),
        suppressed=tuple(found for found in new if found.suppression is not None),
        problems=tuple(
            Problem("parse", path, 1, "this file does not parse")
            for path, blob in head.paths().items()
            if b"BROKEN" in head.read(blob)
        ),
        files=sum(path.endswith(".go") for path in head.paths()),
    )


def scanned(head: Snapshot, config: Config, path: str) -> Report:
    """What `marked` finds in one file, and one place at which it holds back: a line `TRAP`."""
    report = marked(head, MemorySnapshot({}), config)
    traps = (
        Silence("goroutine-shared-var-write", Span(path, number, 1, number, len(line) + 1, 0, 0), "it is a trap")
        for number, line in enumerate(head.read(head.paths()[path]).splitlines(), 1)
        if b"TRAP" in line
    )
    return replace(report, silences=tuple(traps))


def standing(head: Snapshot, config: Config, paths: tuple[str, ...]) -> Report:
    """What `marked` finds in some files; a file that says so cannot be analysed."""
    part = MemorySnapshot({path: head.read(head.paths()[path]) for path in paths})
    if any(b"COSTLY" in part.read(blob) for blob in part.paths().values()):
        raise AnalysisFailed("the analysis took longer than 120 s")
    return marked(part, MemorySnapshot({}), config)


def _marks(snapshot: Snapshot) -> Iterator[Finding]:
    for path, blob in sorted(snapshot.paths().items()):
        for number, line in enumerate(snapshot.read(blob).splitlines(), 1):
            for hit in MARK.finditer(line):
                name = hit["name"].decode()
                span = Span(path, number, 1, number, len(line) + 1, 0, 0)
                anchors = (Anchor(path, number, "RIGHT"),)
                if hit["path"]:
                    at = int(hit["line"])
                    span, anchors = Span(hit["path"].decode(), at, 1, at, 2, 0, 0), ()
                yield Finding(
                    heuristic="goroutine-shared-var-write",
                    family="goroutine-capture",
                    tier=Tier.A,
                    severity=Severity.ERROR,
                    message=f"`{name}` is written by several goroutines at once.",
                    symbol="main",
                    variable=name,
                    span=span,
                    fingerprint=fingerprint(name),
                    acts="",
                    offered=True,
                    story=(Related(span, f"`{name}` is written here"),),
                    anchors=anchors,
                    suppression=Suppression(path, number, "it is fine") if hit["silenced"] else None,
                )


class Bot:
    """The service in one process. retries: what rounds asked to be run again for."""

    def __init__(self, github: Double, database: Database, webhook: str, analyze: Analyze) -> None:
        app = github.world.app
        app.webhook_url = f"{webhook}/webhook"
        self.settings = Settings(
            credentials=Credentials(app.id, app.private_key, (app.webhook_secret,)),
            api_url=github.api_url,
            web_url=github.url,
        )
        self.database = database
        self.analyze = analyze
        self.scan: Scan = scanned
        # Most stories are about reviews: what stands in a default branch is counted where one says with what.
        self.count: baseline.Count | None = None
        self.retries: list[Retry] = []
        self._double = github
        self.restart()
        self._queue = Queue(database, PATIENCE, first_wait=0)

    def restart(self, turn: Callable[[int], float] = lambda _: 0.0) -> None:
        """Begin anew with what only a process remembers: tokens, answers, limits. turn: as GitHub takes it."""
        self._github = GitHub(self.settings, turn=turn, patience=PATIENCE)
        self._memories = Memories()

    def work(self, **settings: str | int) -> None:
        """Wait until every webhook is in, then work until nothing is due any more."""
        self._double.postman.wait()
        while claimed := self._queue.claim(1):
            for held in claimed:
                self._round(held, replace(self.settings, **settings))  # type: ignore[arg-type]
            self._double.postman.wait()

    def wait_is_over(self) -> None:
        """What was put off is due now."""
        with self.database.write() as connection:
            connection.exec_driver_sql("UPDATE subjects SET run_at = 0, lease_until = 0")

    def again(self, held: Held) -> None:
        """Run a claim once more, as a worker does that was killed before it could say that it was done."""
        self._round(held, self.settings)

    def claim(self) -> Held:
        """The next claim of a pull request, for a story that plays the worker itself."""
        self._double.postman.wait()
        while True:
            (held,) = self._queue.claim(1)
            if held.claim.subject.kind is Kind.PULL_REQUEST:
                return held
            self._queue.finish(held.claim)

    def run(self, claim: Claim, lease: Lease) -> None:
        """One round, without what the worker does after it."""
        run(claim, self._services(self.settings, lease))

    def _services(self, settings: Settings, lease: Lease) -> Services:
        return Services(settings, self.database, self._github, self.analyze, lease, self._memories, self.scan)

    def _round(self, held: Held, settings: Settings) -> None:
        services = self._services(settings, held)
        try:
            if held.claim.subject.kind is not Kind.BASELINE:
                run(held.claim, services)
            elif self.count is not None:
                baseline.run(held.claim, services, self.count)
        except Retry as retry:
            self.retries.append(retry)
            self._queue.again(held.claim, retry)
        else:
            self._queue.finish(held.claim)


@contextmanager
def running(github: Double, database: Database, analyze: Analyze = marked) -> Iterator[Bot]:
    """The bot, with its webhook on loopback."""
    inbox = Inbox(database, PATIENCE)
    github.postman.patience = PATIENCE
    flask = Flask("bot")
    flask.register_blueprint(blueprint(inbox, lambda: (github.world.app.webhook_secret,)))
    server = make_server("127.0.0.1", 0, flask, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Bot(github, database, f"http://127.0.0.1:{server.server_port}", analyze)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        inbox.close()


def ours(pull: PullRequest) -> list[ReviewComment]:
    """The comments that the bot wrote on a pull request."""
    return [comment for comment in pull.review_comments if comment.author.type == "Bot"]


def check_of(pull: PullRequest, head: str = "") -> CheckRun:
    """The check run of a head that GitHub shows: the newest. Those before it are completed, or it hides an open one."""
    *before, found = (run for run in pull.repository.checks.values() if run.head == (head or pull.head))
    assert all(run.status == "completed" for run in before)
    return found


def writes(github: Double) -> list[str]:
    """The requests so far that notify people or change what they see, in order."""
    return [
        f"{one.method} {one.template.removeprefix('/repos/{owner}/{repo}')}"
        for one in github.log
        if one.method != "GET" and "access_tokens" not in one.template
    ]


def uncovered(github: Double) -> set[str]:
    """Calls of the bot so far that the table of permissions does not name."""
    named = {call for one in PERMISSIONS for call in (*one.calls, *one.more[1])}
    return {f"{one.method} {one.template}" for one in github.log} - named - set(AS_ITSELF)
