"""Turns between installations, and what a claim costs when a lot is waiting."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, select, text

from bot.store import baselines, claims, covered, inbox, subjects
from bot.store.baselines import Progress
from bot.store.database import Database
from bot.store.tables import subjects as rows
from bot.values import Command, Event, Kind, Subject
from bot.work.queue import Queue


def push(installation: int, number: int) -> Event:
    subject = Subject(Kind.PULL_REQUEST, installation, 100 + installation, number)
    return Event(f"{installation}/{number}", "pull_request.synchronize", subject, "octo/widgets", "a" * 40)


def command(installation: int, number: int) -> Event:
    subject = Subject(Kind.PULL_REQUEST, installation, 100 + installation, number)
    said = Command("help", "help", "", "gopher", 7)
    return Event(f"command {installation}/{number}", "issue_comment.created", subject, "octo/widgets", command=said)


def work(queue: Queue, reviews: int) -> list[tuple[int, int]]:
    """What one thread takes next, and next, and next: installation and number."""
    taken = []
    for _ in range(reviews):
        for held in queue.claim(1):
            taken.append((held.claim.subject.installation, held.claim.subject.number))
            queue.finish(held.claim)
    return taken


@pytest.fixture
def queue(database: Database) -> Queue:
    return Queue(database, 60)


def test_who_comes_last_does_not_wait_for_what_the_others_have_queued(database: Database, queue: Queue) -> None:
    inbox.accept(database, [push(owner, number) for owner in (1, 2, 3) for number in range(1, 41)])
    owners = [owner for owner, _ in work(queue, 6)]
    # Who was served in the same millisecond comes in any order.
    assert sorted(owners[:3]) == sorted(owners[3:]) == [1, 2, 3]
    inbox.accept(database, [push(4, number) for number in (1, 2)])
    owners = [owner for owner, _ in work(queue, 8)]
    assert owners[0] == 4 and sorted(owners) == [1, 1, 2, 2, 3, 3, 4, 4]


def test_threads_are_shared_by_those_who_wait(database: Database, queue: Queue) -> None:
    inbox.accept(database, [push(owner, number) for owner in (1, 2) for number in range(1, 21)])
    busy = list(queue.claim(4)) + list(queue.claim(4))
    assert sorted(held.claim.subject.installation for held in busy) == [1, 1, 2, 2]
    inbox.accept(database, [push(3, 1)])
    first = next(held for held in busy if held.claim.subject.installation == 1)
    queue.finish(first.claim)
    (next_one,) = queue.claim(1)
    assert next_one.claim.subject.installation == 3


def test_a_person_goes_before_a_push_and_a_push_before_the_sweep(database: Database, queue: Queue) -> None:
    for installation in (1, 2, 3):
        inbox.accept(database, [push(installation, number) for number in (1, 2, 3)])
    assert len(work(queue, 9)) == 9
    swept = [Subject(Kind.PULL_REQUEST, owner, 100 + owner, 1).key for owner in (1, 2, 3)]
    assert subjects.want(database, swept) == 3
    late = [push(owner, 2) for owner in (2, 3)]
    inbox.accept(database, [Event(f"again {one.delivery}", one.action, one.subject, head="b" * 40) for one in late])
    inbox.accept(database, [command(3, 3)])
    order = work(queue, 6)
    assert order[0] == (3, 3)
    assert set(order[1:3]) == {(2, 2), (3, 2)}
    assert set(order[3:]) == {(1, 1), (2, 1), (3, 1)}


def test_a_push_makes_a_swept_pull_request_urgent_and_never_less(database: Database, queue: Queue) -> None:
    inbox.accept(database, [push(1, 1), push(1, 2)])
    work(queue, 2)
    assert subjects.want(database, [push(1, 1).subject.key, push(1, 2).subject.key]) == 2
    inbox.accept(database, [command(1, 2)])
    inbox.accept(database, [Event("newer", "pull_request.synchronize", push(1, 2).subject, head="b" * 40)])
    assert work(queue, 2) == [(1, 2), (1, 1)]


def fill(database: Database, installations: int, each: int) -> None:
    """A backlog: of each installation half is due, and half, the more urgent, was put off."""
    with database.write() as connection:
        connection.execute(text("DELETE FROM subjects"))
        many = [
            {"key": f"pull_request/{owner}/{number}", "kind": "pull_request", "installation": owner, "number": number,
             "repository": owner, "want": 1, "priority": number % 2, "run_at": 1 if number % 2 else 4e9}
            for owner in range(1, installations + 1) for number in range(each)
        ]  # fmt: skip
        connection.execute(insert(rows), many)
    if not database.sqlite:
        with database.write() as connection:
            connection.execute(text("ANALYZE subjects"))


def cost(database: Database) -> int:
    """Steps of SQLite's machine, or pages that PostgreSQL looks at, to find what a claim may take."""
    asked: list[tuple[str, Any]] = []

    def note(connection: object, cursor: object, statement: str, parameters: Any, *more: object) -> None:
        if "RECURSIVE" in statement:
            asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        claimed = claims.claim(database, claims.Limits(60, 2, 64, 8), 4)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(claimed) == 4
    ((statement, parameters),) = asked
    if database.sqlite:
        steps: list[None] = []
        with closing(sqlite3.connect(database.url.database or "")) as file:
            file.set_progress_handler(lambda: steps.append(None), 1)
            file.execute(statement, parameters).fetchall()
        return len(steps)
    with database.read() as connection:
        explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
        (plan,) = connection.exec_driver_sql(explain, parameters).scalar_one()
    return int(plan["Plan"]["Shared Hit Blocks"]) + int(plan["Plan"]["Shared Read Blocks"])


def test_a_claim_costs_the_same_however_much_waits(database: Database) -> None:
    fill(database, installations=20, each=100)
    few = cost(database)
    fill(database, installations=20, each=1000)
    assert cost(database) < 2 * few


def test_baselines_come_last_and_leave_room_and_wait_an_hour(database: Database, queue: Queue) -> None:
    def added(installation: int, *ids: int) -> Event:
        subject = Subject(Kind.INSTALLATION, installation)
        names = tuple((id_, f"octo/r{id_}") for id_ in ids)
        return Event(f"added {installation}", "installation.created", subject, "octo", baselines=names)

    inbox.accept(database, [added(1, 11, 12), added(2, 21), push(1, 1), push(1, 2)])
    taken = [held for _ in range(5) for held in queue.claim(1)]
    kinds = [held.claim.subject.key for held in taken]
    # Each claim leaves it to one installation how many it has at once: two.
    assert sorted(kinds[:3]) == ["installation/1", "installation/2", "pull_request/101/1"]
    assert kinds[3:] == ["baseline/21"], "before any baseline comes the rest"
    for held in taken:
        queue.finish(held.claim)
    for key in ("pull_request/101/2", "baseline/11"):
        (held,) = queue.claim(1)
        assert held.claim.subject.key == key
        if key != "baseline/11":
            queue.finish(held.claim)
    assert queue.claim(1) == (), "one of an installation at a time"
    baselines.note(database, 11, Progress("a" * 40, 3, 3))
    assert queue.finish(held.claim)
    again = Event("later", "push", Subject(Kind.REPOSITORY, 1, 11), "octo/r11", baselines=((11, "octo/r11"),))
    inbox.accept(database, [again])
    assert [held.claim.subject.key for _ in range(2) for held in queue.claim(1)] == ["repository/11", "baseline/12"]
    with database.write() as connection:
        waits = connection.execute(
            select(rows.c.run_at - rows.c.updated_at).where(rows.c.key == "baseline/11")
        ).scalar_one()
    assert baselines.SPACING - 60 < waits <= baselines.SPACING


def test_what_was_covered_before_there_were_baselines_is_counted_too(database: Database, queue: Queue) -> None:
    inbox.accept(database, [push(1, 1), push(2, 1)])
    assert covered.learn(database) == 2
    assert (baselines.want_all(database, 1), baselines.want_all(database, 9), baselines.want_all(database, 9)) == (
        1,
        1,
        0,
    )
    taken = [held.claim.subject for _ in range(4) for held in queue.claim(1)]
    assert [one.key for one in taken if one.kind is Kind.BASELINE] == ["baseline/101", "baseline/102"]
