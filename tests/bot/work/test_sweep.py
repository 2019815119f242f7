"""What the sweep puts right."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text

from bot.store import checks, inbox, retention, schedule, subjects, sweeps
from bot.store.database import Database
from bot.store.facts import StoredFacts
from bot.values import Event, Kind, OpenPulls, Subject
from bot.work.missed import Delivery
from bot.work.queue import Queue
from bot.work.sweep import Sweep


class Nothing:
    """A GitHub on which nothing was missed."""

    def deliveries(self) -> Iterable[Delivery]:
        return ()

    def redeliver(self, delivery: int) -> None:
        raise AssertionError("nothing is to be sent again")

    def open_pulls(self, installation: int, full_name: str, number: int, etag: str, since: float) -> OpenPulls | None:
        return None


def push(delivery: str, number: int = 1, head: str = "a" * 40) -> Event:
    return Event(delivery, "pull_request.opened", Subject(Kind.PULL_REQUEST, 5, 7, number), "octo/widgets", head)


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
    Sweep(database, 300, Nothing()).run()
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
    Sweep(database, 300, Nothing()).run()
    assert die() == 1
    Sweep(database, 300, Nothing()).run()
    (held,) = queue.claim(9)
    assert held.claim.last_try


def test_what_it_did_is_told(database: Database) -> None:
    class Broken(Nothing):
        def deliveries(self) -> Iterable[Delivery]:
            raise RuntimeError("away")

    Sweep(database, 300, Broken()).run()
    told = {one.step: (one.count, one.error, one.at > 0) for one in sweeps.last(database)}
    assert told["missed deliveries"] == (0, "RuntimeError", True)
    assert told["retention"] == (0, "", True)


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


def test_what_was_given_up_goes_when_nobody_asked_for_it_in_a_month(database: Database) -> None:
    inbox.accept(database, [push("given up"), push("waits", 2, "b" * 40), push("new", 3, "c" * 40)])
    with database.write() as connection:
        connection.execute(text("UPDATE subjects SET failed = (number <> 2)"))
        connection.execute(text("UPDATE subjects SET updated_at = 1 WHERE number < 3"))
        connection.execute(text("UPDATE inbox SET received_at = 1"))
    assert [retention.forget(database) for _ in range(3)] == [1, 1, 0], "its row, and then what led there"
    assert inbox.known(database, ["given up", "waits", "new"]) == {"waits", "new"}
    assert {state: many for state, many in subjects.counts(database).items() if many} == {"queued": 1, "failed": 1}


def test_facts_in_use_stay(database: Database) -> None:
    facts = StoredFacts(database)
    facts.put({"a": b"1"})
    with database.write() as connection:
        connection.execute(text("UPDATE facts SET used_at = 1"))
    facts.get(["a"])
    assert retention.forget(database) == 0
