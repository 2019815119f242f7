"""What the sweep puts right."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import text

from bot.store import checks, dispositions, inbox, installations, intents, posted, retention, schedule, subjects
from bot.store.database import Database
from bot.store.facts import StoredFacts
from bot.values import Event, Kind, Subject
from bot.work.queue import Queue
from bot.work.sweep import Sweep, ask_again


@dataclass(frozen=True)
class Attempt:
    """A row of GitHub's delivery log."""

    id: int
    guid: str
    status: int
    delivered: str = datetime.now(UTC).isoformat()


@dataclass
class DeliveryLog:
    """GitHub's delivery log, which notes what it is asked to send again."""

    rows: Iterable[Attempt] = ()
    asked: list[int] = field(default_factory=list)

    def deliveries(self) -> Iterable[Attempt]:
        return self.rows

    def redeliver(self, delivery: int) -> None:
        self.asked.append(delivery)


def push(delivery: str, number: int = 1, head: str = "a" * 40) -> Event:
    return Event(delivery, "pull_request.opened", Subject(Kind.PULL_REQUEST, 5, 7, number), "octo/widgets", head)


def test_deliveries_that_never_came_are_asked_for_again(database: Database) -> None:
    inbox.accept(database, [push("came after all")])
    old = "2020-01-01T00:00:00Z"
    log = DeliveryLog(
        [
            Attempt(9, "came at the second attempt", 202),
            Attempt(8, "came after all", 504),
            Attempt(7, "lost", 503),
            Attempt(6, "lost", 0),
            Attempt(5, "came at the second attempt", 500),
            *(Attempt(number, "refused each time", 401) for number in (40, 41, 42, 43)),
            Attempt(2, "too old", 503, old),
            Attempt(1, "older", 503, old),
        ]
    )
    assert ask_again(database, log, time.time() - 3600) == 1
    assert log.asked == [7]


def test_a_check_left_open_sends_its_subject_round_again(database: Database) -> None:
    inbox.accept(database, [push("d1"), push("d2", 2, "b" * 40)])
    queue = Queue(database, 60)
    for held in queue.claim(1) + queue.claim(1):
        queue.finish(held.claim)
    checks.put(database, 7, "a" * 40, 11, checks.OPEN)
    checks.put(database, 7, "b" * 40, 12, checks.COMPLETED)
    assert checks.stuck(database, 900) == ()
    with database.write() as connection:
        connection.execute(text("UPDATE checks SET updated_at = 1"))
    Sweep(database, 300, DeliveryLog()).run()
    (held,) = queue.claim(9)
    assert held.claim.subject.number == 1


def test_an_open_check_of_a_subject_that_was_given_up_gets_one_more_try(database: Database) -> None:
    inbox.accept(database, [push("d1")])
    queue = Queue(database, 60)
    checks.put(database, 7, "a" * 40, 11, checks.OPEN)

    def die() -> int:
        """Rounds that begin and are never heard of again."""
        for rounds in range(99):
            with database.write() as connection:
                connection.execute(text("UPDATE subjects SET lease_until = 0, run_at = 0"))
                connection.execute(text("UPDATE checks SET updated_at = updated_at - 1000"))
            if not queue.claim(1):
                return rounds
        raise AssertionError("it is never given up")

    assert die() > 1
    Sweep(database, 300, DeliveryLog()).run()
    assert die() == 1
    Sweep(database, 300, DeliveryLog()).run()
    (held,) = queue.claim(9)
    assert held.claim.last_try


def test_one_of_all_workers_sweeps(database: Database) -> None:
    assert [schedule.take(database, "sweep", 300) for _ in range(3)] == [True, False, False]
    with database.write() as connection:
        connection.execute(text("UPDATE schedule SET run_at = 1"))
    assert schedule.take(database, "sweep", 300)


def test_what_is_past_its_time_is_forgotten_and_nothing_else(database: Database) -> None:
    facts = StoredFacts(database)
    inbox.accept(database, [push("done"), push("open", 2, "b" * 40)])
    (held,) = Queue(database, 60).claim(1)
    Queue(database, 60).finish(held.claim)
    facts.put({"old": b"1"})
    with database.write() as connection:
        for change in ("inbox SET received_at = 1", "facts SET used_at = 1", "heads SET seen_at = 1"):
            connection.execute(text(f"UPDATE {change}"))
    facts.put({"new": b"2"})
    assert retention.forget(database) == 4
    assert retention.forget(database) == 0
    assert facts.get(["old", "new"]) == {"new": b"2"}
    assert inbox.known(database, ["done", "open"]) == {"open"}


def test_facts_in_use_stay(database: Database) -> None:
    facts = StoredFacts(database)
    facts.put({"a": b"1"})
    with database.write() as connection:
        connection.execute(text("UPDATE facts SET used_at = 1"))
    facts.get(["a"])
    assert retention.forget(database) == 0


def test_an_installation_that_goes_takes_everything_along(database: Database) -> None:
    gone = Event("bye", "installation.deleted", Subject(Kind.INSTALLATION, 5), "octo", closed=True)
    other = Event("d9", "pull_request.opened", Subject(Kind.PULL_REQUEST, 6, 8, 1), "else/where", "c" * 40)
    inbox.accept(database, [push("d1"), other, gone])
    for repository, key in ((7, "pull_request/7/1"), (8, "pull_request/8/1")):
        posted.add(database, [posted.Posted(repository, 1, "f", "h", "s", "v", "m", "p")])
        dispositions.add(database, dispositions.Disposition(repository, "f", "", "ignored", "gopher", "why"))
        checks.put(database, repository, "a" * 40, 1, "completed")
        intents.begin(database, key, "marker", "review", "d")
    installations.erase(database, 5)
    assert posted.for_pull(database, 7, 1) == () != posted.for_pull(database, 8, 1)
    assert dispositions.for_repository(database, 7) == () != dispositions.for_repository(database, 8)
    assert (checks.get(database, 7, "a" * 40), checks.get(database, 8, "a" * 40)) == (None, checks.Run(1, "completed"))
    assert intents.unfinished(database, "pull_request/7/1") == () != intents.unfinished(database, "pull_request/8/1")
    assert inbox.known(database, ["d1", "d9", "bye"]) == {"d9", "bye"}
    assert subjects.counts(database)["queued"] == 2
