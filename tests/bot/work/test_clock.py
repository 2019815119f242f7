"""The database's clock jumps: every time that was written down is then as far off as the jump."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bot.store import inbox, installations, schedule, subjects
from bot.store.database import Database
from bot.values import Event, Kind, LeaseLost, Retry, Subject
from bot.work.queue import Queue
from bot.work.sweep import Sweep
from tests.bot.work.test_sweep import Nothing

DAY = 86_400.0
TIMES = (("subjects", "run_at"), ("subjects", "lease_until"), ("installations", "rest_until"),
         ("installations", "turn_at"), ("installations", "served_at"), ("schedule", "run_at"),
         ("covered", "listed_at"))  # fmt: skip


def jump(database: Database, seconds: float) -> None:
    """What the rows look like after the clock was set, forwards or back."""
    with database.write() as connection:
        for table, column in TIMES:
            change = f"UPDATE {table} SET {column} = {column} - :seconds WHERE {column} > 0"
            connection.execute(text(change), {"seconds": seconds})


def push(number: int) -> Event:
    return Event(f"d{number}", "pull_request.opened", Subject(Kind.PULL_REQUEST, number, 7, number), head="a" * 40)


def test_set_back_nothing_waits_until_the_old_time_is_there_again(database: Database) -> None:
    queue = Queue(database, 60)
    inbox.accept(database, [push(1), push(2), push(3)])
    lives, dead, limited = queue.claim(3)
    queue.again(limited.claim, Retry("rate limit", 60, counts=False, installation_wide=True))
    assert installations.take_turn(database, 1, 1) == 0
    assert schedule.take(database, "sweep", 300)
    jump(database, -DAY)
    lives.renew()
    assert queue.claim(9) == ()
    assert schedule.take(database, "sweep", 300) and not schedule.take(database, "sweep", 300)
    assert installations.take_turn(database, 1, 1) <= 1
    Sweep(database, 300, Nothing()).run()
    again = {held.claim.subject.number for held in queue.claim(9)}
    assert again == {2, 3}
    lives.renew()
    with pytest.raises(LeaseLost):
        dead.renew()
    assert queue.finish(lives.claim)


def test_set_forward_a_lease_ends_early_and_who_held_it_writes_no_more(database: Database) -> None:
    queue = Queue(database, 60)
    inbox.accept(database, [push(1)])
    (held,) = queue.claim(1)
    jump(database, DAY)
    (heir,) = queue.claim(1)
    with pytest.raises(LeaseLost):
        held.renew()
    assert queue.finish(heir.claim)
    assert subjects.counts(database)["done"] == 1
