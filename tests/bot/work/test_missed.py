"""What no event told of: deliveries that failed, pull requests that were opened or pushed to meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from bot.store import checks, covered, inbox, installations, subjects
from bot.store.database import Database
from bot.values import Event, Kind, OpenPull, OpenPulls, Retry, Subject
from bot.work.missed import LIST_SECONDS, ask_again, look_through
from bot.work.queue import Queue
from tests.bot.work.test_sweep import push


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


@dataclass
class Lists:
    """GitHub's lists of open pull requests, by number of the repository; which were asked for, with what."""

    rows: dict[int, OpenPulls] = field(default_factory=dict)
    resting: frozenset[int] = frozenset()
    asked: list[tuple[int, str, float]] = field(default_factory=list)

    def open_pulls(self, installation: int, full_name: str, number: int, etag: str, since: float) -> OpenPulls | None:
        if installation in self.resting:
            raise Retry("the hour's requests are for reviews", 60.0, counts=False)
        self.asked.append((number, etag, since))
        found = self.rows.get(number)
        return None if found is None or found.etag == etag else found


def later(database: Database) -> None:
    """It is time to look again."""
    with database.write() as connection:
        connection.execute(text(f"UPDATE covered SET listed_at = listed_at - {LIST_SECONDS}"))


def waiting(database: Database) -> list[tuple[int, str]]:
    """Number and head of what waits, by number."""
    with database.read() as connection:
        rows = connection.execute(text("SELECT number, head FROM subjects WHERE want > done AND NOT failed ORDER BY 1"))
        return [(row.number, row.head) for row in rows]


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


def test_a_pull_request_of_whose_head_no_event_came_is_queued_last_of_all(database: Database) -> None:
    numbers = (1, 2, 3, 4, 5)
    inbox.accept(database, [push(f"d{number}", number, f"{number}" * 40) for number in numbers])
    queue = Queue(database, 60)
    for _ in numbers[:4]:
        (held,) = queue.claim(1)
        if held.claim.subject.number == 4:
            subjects.fail(database, held.claim, "broken")
        else:
            queue.finish(held.claim)
    checks.put(database, 7, "e" * 40, 11, checks.REVIEWED)
    assert waiting(database) == [(5, "5" * 40)]
    heads = {1: "1" * 40, 2: "f" * 40, 3: "e" * 40, 4: "4" * 40, 5: "b" * 40, 6: "6" * 40}
    lists = Lists({7: OpenPulls("octo/widgets", "tag", 5e9, tuple(OpenPull(*one) for one in heads.items()))})
    assert (covered.learn(database), covered.learn(database)) == (1, 0)
    assert look_through(database, lists) == 2, "2 has another head, 6 is new; the others are known, or were given up"
    assert waiting(database) == [(2, "f" * 40), (5, "5" * 40), (6, "6" * 40)]
    inbox.accept(database, [push("a push", 9, "9" * 40)])
    order = [held.claim.subject.number for _ in numbers for held in Queue(database, 60, per_installation=9).claim(1)]
    assert (order[:2], sorted(order[2:])) == ([5, 9], [2, 6])
    (_, first, since), *_ = lists.asked
    assert (first, look_through(database, lists)) == ("", 0), "it is not time yet"
    later(database)
    assert look_through(database, lists) == 0
    assert since < time.time() + 1 < 5e9 and lists.asked[1:] == [(7, "tag", 5e9)]


def test_one_that_was_given_up_is_tried_again_at_another_head_and_one_that_was_closed_when_it_is_open(
    database: Database,
) -> None:
    closed = Event("d2", "pull_request.closed", Subject(Kind.PULL_REQUEST, 5, 7, 2), "o/w", "2" * 40, closed=True)
    inbox.accept(database, [push("d1", 1, "1" * 40), closed])
    (first,), (second,) = Queue(database, 60).claim(1), Queue(database, 60).claim(1)
    for held in (first, second):
        if held.claim.closed:
            held.queue.finish(held.claim)
        else:
            subjects.fail(database, held.claim, "broken")
    covered.learn(database)
    lists = Lists({7: OpenPulls("octo/widgets", "tag", 5e9, (OpenPull(1, "b" * 40), OpenPull(2, "2" * 40)))})
    assert look_through(database, lists) == 2
    assert subjects.counts(database)["queued"] == 2


def test_who_has_to_save_or_rest_is_left_alone(database: Database) -> None:
    owners = (5, 6, 8, 9)
    inbox.accept(
        database,
        [
            Event(f"d{id_}{more}", "push", Subject(Kind.REPOSITORY, id_, id_ * 10 + more), f"octo/{id_}{more}")
            for id_ in owners
            for more in (0, 1)
        ],
    )
    inbox.accept(database, [Event("suspended", "installation.suspend", Subject(Kind.INSTALLATION, 6), "octo")])
    installations.delay(database, 8, 60, people_too=True)
    assert covered.learn(database) == 8
    lists = Lists(resting=frozenset({9}))
    assert look_through(database, lists) == 0
    assert sorted(number for number, _, _ in lists.asked) == [50, 51]


@pytest.mark.parametrize("kind", [Kind.REPOSITORY, Kind.PULL_REQUEST])
def test_a_new_name_or_owner_is_learned(database: Database, kind: Kind) -> None:
    inbox.accept(database, [push("d1"), Event("d2", "push", Subject(Kind.REPOSITORY, 5, 7), "octo/widgets")])
    covered.learn(database)
    inbox.accept(database, [Event("d3", "event", Subject(kind, 12, 7, int(kind is Kind.PULL_REQUEST)), "else/gadgets")])
    covered.learn(database)
    (one,) = covered.to_list(database, 0, 9)
    assert (one.installation, one.full_name) == (12, "else/gadgets")
