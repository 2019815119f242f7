"""The numbers at /metrics: the whole service's, the same from every process, and none of them a private name."""

from __future__ import annotations

import time
from collections.abc import Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from bot.metrics import StoredMetrics
from bot.store import budgets, checks, inbox, installations, posted, subjects
from bot.store.database import Database
from bot.store.posted import FIXED, Posted
from bot.values import Event, Kind, Retry, Subject
from bot.work.queue import Queue

Numbers = Mapping[tuple[str, str], float]


def scraped(database: Database) -> Numbers:
    """(name, values of the labels) -> number, as a process that was just started gives them."""
    registry = CollectorRegistry()
    registry.register(StoredMetrics(database))
    families = text_string_to_metric_families(generate_latest(registry).decode())
    return {
        (sample.name.removeprefix("concurrency_check_"), " ".join(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def pushed(database: Database, delivery: str, number: int) -> None:
    subject = Subject(Kind.PULL_REQUEST, 5, 7, number)
    inbox.accept(database, [Event(delivery, "pull_request.synchronize", subject, "octo/secret-plans", "a" * 40)])


def test_rounds_and_waits_are_counted_where_they_end(database: Database) -> None:
    queue = Queue(database, 60)
    for delivery, number in (("d1", 1), ("d2", 1), ("d3", 2), ("d4", 3), ("d5", 4)):
        pushed(database, delivery, number)
    with database.write() as connection:
        connection.execute(text("UPDATE inbox SET received_at = received_at - 45 WHERE delivery = 'd1'"))
    (done, retried) = (one.claim for one in (*queue.claim(1), *queue.claim(1)))
    assert queue.finish(done) and not queue.finish(done), "what is not ours any more is not counted"
    assert queue.again(retried, Retry("rate limit", 60, counts=False))
    (failed, stopped) = (one.claim for one in (*queue.claim(1), *queue.claim(1)))
    assert subjects.fail(database, failed, "broken") and queue.hand_back(stopped)
    numbers = scraped(database)
    rounds = {label: value for (name, label), value in numbers.items() if name == "rounds_total"}
    assert rounds == {"done": 1, "again": 1, "failed": 1, "handed back": 1}
    assert [numbers["review_seconds_bucket", bound] for bound in ("30.0", "60.0", "+Inf")] == [1, 2, 2]
    assert numbers["review_seconds_count", ""] == 2 and 45 <= numbers["review_seconds_sum", ""] < 105
    states = {label: value for (name, label), value in numbers.items() if name == "subjects"}
    assert states == {"queued": 1, "running": 0, "delayed": 1, "failed": 1, "done": 1}


def test_what_workers_gave_up_without_a_word_is_counted(database: Database) -> None:
    pushed(database, "d1", 1)
    with database.write() as connection:
        connection.execute(text("UPDATE subjects SET tries = 99"))
    assert Queue(database, 60).claim(1) == ()
    assert scraped(database)["rounds_total", "failed"] == 1


def test_checks_findings_and_budgets(database: Database) -> None:
    for head, status in (("a", checks.REVIEWED), ("b", checks.REVIEWED), ("c", checks.COMPLETED)):
        checks.put(database, 7, head, 1, checks.OPEN)
        checks.put(database, 7, head, 1, status, "neutral")
    names = ("x", "lock-leak-on-return", "s.go:Open", "mu", "says", "internal/secret-plans.go")
    posted.add(database, [Posted(7, number, *names) for number in (1, 2, 3)])
    posted.set_state(database, 7, 1, "x", FIXED)
    soon, past = time.time() + 600, time.time() - 600
    budgets.note(database, 5, {"core": (4000, soon), "graphql": (10, past)})
    budgets.note(database, 5, {"core": (3999, soon)})
    installations.delay(database, 5, 60, people_too=True)
    numbers = scraped(database)
    assert (numbers["checks_total", "neutral yes"], numbers["checks_total", "neutral no"]) == (2, 1)
    assert (numbers["findings", "lock-leak-on-return open"], numbers["findings", "lock-leak-on-return fixed"]) == (2, 1)
    assert {key: value for key, value in numbers.items() if key[0] == "github_requests_left"} == {
        ("github_requests_left", "5 core"): 3999
    }
    assert numbers["installations_resting", ""] == 1
    assert not [key for key in numbers if "secret" in key[1] or "octo" in key[1]]


def test_without_its_tables_only_that_is_said(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("ALTER TABLE subjects RENAME TO away"))
    try:
        assert scraped(database) == {("database_up", ""): 0}
    finally:
        with database.write() as connection:
            connection.execute(text("ALTER TABLE away RENAME TO subjects"))
