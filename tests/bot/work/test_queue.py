"""The queue's promises, each alone: one row a subject, one holder at a time, nothing lost, nobody starved."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.store import inbox, installations, subjects
from bot.store.database import Database
from bot.store.inbox import Outcome
from bot.values import Command, Event, Kind, LeaseLost, Retry, Subject
from bot.work.queue import TRIES, Held, Queue, backoff


def push(delivery: str, number: int = 1, head: str = "a" * 40, installation: int = 1) -> Event:
    subject = Subject(Kind.PULL_REQUEST, installation, 100 + installation, number)
    return Event(delivery, "pull_request.synchronize", subject, "octo/widgets", head)


def command(delivery: str, verb: str, number: int = 1) -> Event:
    event = push(delivery, number)
    return replace(event, action="issue_comment.created", head="", command=Command(delivery, verb, "", "gopher", 7))


def only(held: tuple[Held, ...]) -> Held:
    (one,) = held
    return one


def expire(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE subjects SET lease_until = 1 WHERE lease_until > 0"))


@pytest.fixture
def queue(database: Database) -> Queue:
    return Queue(database, 60)


def test_two_pushes_are_one_claim_of_the_newest_head(database: Database, queue: Queue) -> None:
    inbox.accept(database, [push("d1", head="1" * 40), push("d2", head="2" * 40)])
    held = only(queue.claim(9))
    assert (held.claim.head, held.claim.deliveries, held.claim.want) == ("2" * 40, ("d1", "d2"), 2)
    assert queue.finish(held.claim)
    assert queue.claim(9) == ()
    assert subjects.counts(database) == {"queued": 0, "running": 0, "delayed": 0, "failed": 0, "done": 1}


def test_two_commands_are_two_and_in_order(database: Database, queue: Queue) -> None:
    inbox.accept(database, [command("z", "ignore"), command("a", "unignore")])
    inbox.accept(database, [command("m", "help")])
    claim = only(queue.claim(9)).claim
    assert [one.verb for one in claim.commands] == ["ignore", "unignore", "help"]
    queue.finish(claim)
    inbox.accept(database, [push("later")])
    assert only(queue.claim(9)).claim.commands == ()


def test_a_redelivered_id_is_no_work(database: Database, queue: Queue) -> None:
    assert inbox.accept(database, [push("d"), push("d")]) == (Outcome.STORED, Outcome.DUPLICATE)
    queue.finish(only(queue.claim(9)).claim)
    assert inbox.accept(database, [push("d")]) == (Outcome.DUPLICATE,)
    assert queue.claim(9) == ()


def test_a_push_during_a_run_runs_again_at_once(database: Database, queue: Queue) -> None:
    inbox.accept(database, [push("d1", head="1" * 40)])
    first = only(queue.claim(9)).claim
    inbox.accept(database, [push("d2", head="2" * 40)])
    assert queue.claim(9) == ()
    assert queue.finish(first)
    again = only(queue.claim(9)).claim
    assert (again.head, again.deliveries, again.tries) == ("2" * 40, ("d2",), 1)


def test_a_zombie_is_refused(database: Database, queue: Queue) -> None:
    inbox.accept(database, [push("d1")])
    zombie = only(queue.claim(9))
    expire(database)
    heir = only(queue.claim(9))
    assert heir.claim.fence > zombie.claim.fence
    with pytest.raises(LeaseLost):
        zombie.renew()
    assert not queue.finish(zombie.claim)
    assert not queue.again(zombie.claim, Retry("late", 1))
    assert not queue.hand_back(zombie.claim)
    heir.renew()
    assert queue.finish(heir.claim)


def test_an_expired_lease_that_nobody_took_is_still_ours(database: Database, queue: Queue) -> None:
    inbox.accept(database, [push("d1")])
    held = only(queue.claim(9))
    expire(database)
    held.renew()
    assert queue.claim(9) == ()


def test_a_heartbeat_after_the_end_does_not_bring_the_lease_back(database: Database, queue: Queue) -> None:
    inbox.accept(database, [push("d1")])
    held = only(queue.claim(9))
    queue.finish(held.claim)
    assert queue.renew([held]) == frozenset()
    inbox.accept(database, [push("d2")])
    assert len(queue.claim(9)) == 1


def test_handed_back_is_free_at_once_and_without_blame(database: Database, queue: Queue) -> None:
    inbox.accept(database, [command("d1", "help")])
    held = only(queue.claim(9))
    assert queue.hand_back(held.claim)
    with pytest.raises(LeaseLost):
        held.renew()
    again = only(queue.claim(9)).claim
    assert (again.tries, again.commands, again.deliveries) == (1, held.claim.commands, ("d1",))


def test_failing_again_and_again_is_given_up_until_a_retry(database: Database, queue: Queue) -> None:
    queue = Queue(database, 60, first_wait=0)
    inbox.accept(database, [push("d1")])
    for tries in range(1, TRIES + 1):
        claim = only(queue.claim(9)).claim
        assert claim.tries == tries
        queue.broken(claim, "KeyError, see the log")
    assert queue.claim(9) == ()
    assert subjects.counts(database)["failed"] == 1
    assert subjects.retry(database, claim.subject.key)
    assert only(queue.claim(9)).claim.tries == 1


def test_a_new_push_forgives(database: Database) -> None:
    queue = Queue(database, 60, first_wait=0)
    inbox.accept(database, [push("d1")])
    for _ in range(TRIES):
        queue.broken(only(queue.claim(9)).claim, "x")
    inbox.accept(database, [push("d2")])
    assert only(queue.claim(9)).claim.deliveries == ("d1", "d2")


def test_workers_that_die_without_a_word_use_up_tries_too(database: Database, queue: Queue) -> None:
    inbox.accept(database, [push("d1")])
    for _ in range(TRIES):
        assert len(queue.claim(9)) == 1
        expire(database)
    assert queue.claim(9) == ()
    assert subjects.counts(database)["failed"] == 1


def test_a_rate_limit_costs_no_try_and_holds_the_whole_installation(database: Database, queue: Queue) -> None:
    inbox.accept(database, [push("d1", 1), push("d2", 2), push("d3", 3, installation=2)])
    claims = {held.claim.subject.installation: held.claim for held in queue.claim(9)}
    queue.again(claims[1], Retry("rate limit", 3600, counts=False, installation_wide=True))
    assert queue.claim(9) == ()
    assert subjects.counts(database) == {"queued": 0, "running": 1, "delayed": 2, "failed": 0, "done": 0}
    inbox.accept(database, [push("d4", 4), push("d5", 5, installation=2)])
    assert only(queue.claim(9)).claim.subject.installation == 2, "what comes in meanwhile waits too; others do not"
    with database.write() as connection:
        connection.execute(text("UPDATE subjects SET run_at = 1 WHERE lease_until = 0"))
        connection.execute(text("UPDATE installations SET rest_until = 1"))
    assert only(queue.claim(9)).claim.tries == 1


def test_where_the_hour_is_short_people_do_not_wait(database: Database, queue: Queue) -> None:
    inbox.accept(database, [push("d1", 1), push("d2", 2), command("d3", "help", 3)])
    by_number = {held.claim.subject.number: held.claim for held in queue.claim(9) + queue.claim(9)}
    assert set(by_number) == {3, 1}
    queue.again(by_number[1], Retry("spread", 3600, counts=False, installation_wide=True, people_too=False))
    queue.finish(by_number[3])
    inbox.accept(database, [command("d4", "help", 4)])
    assert only(queue.claim(9)).claim.subject.number == 4
    assert subjects.counts(database)["delayed"] == 2


def test_turns_to_write_are_a_second_apart_in_all_processes(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        waits = list(pool.map(lambda _: installations.take_turn(database, 5, 1000), range(8)))
    assert [round(wait, -3) for wait in sorted(waits)] == [1000 * turn for turn in range(8)]
    assert installations.take_turn(database, 6, 1000) == 0


def test_the_wait_grows_is_capped_and_spread() -> None:
    assert 2.5 <= backoff(1) <= 5 and 5 <= backoff(2) <= 10
    assert {backoff(50) <= 900 for _ in range(100)} == {True}
    assert len({backoff(5) for _ in range(10)}) > 1


def test_caps_hold_per_installation_and_in_all(database: Database) -> None:
    queue = Queue(database, 60, in_all=5)
    events = [push(f"{owner}/{number}", number, installation=owner) for owner in (1, 2, 3) for number in (1, 2, 3)]
    inbox.accept(database, events)
    claims = []
    while more := queue.claim(9):
        claims += [held.claim.subject.installation for held in more]
    assert sorted(claims)[:5] == sorted(claims) and all(claims.count(owner) <= 2 for owner in (1, 2, 3))
    assert len(claims) == 5


def test_caps_hold_between_workers_that_claim_at_once(database: Database) -> None:
    inbox.accept(database, [push(f"{n}", n, installation=n % 4 + 1) for n in range(1, 41)])
    queues = [Queue(database, 60, in_all=6) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        rounds = [pool.submit(queue.claim, 9) for queue in queues for _ in range(6)]
        claims = [held.claim for done in rounds for held in done.result()]
    assert len(claims) == len({claim.subject.key for claim in claims}) <= 6
    owners = [claim.subject.installation for claim in claims]
    assert all(owners.count(owner) <= 2 for owner in owners)


def test_a_large_backlog_does_not_delay_others(database: Database, queue: Queue) -> None:
    inbox.accept(database, [push(f"big{n}", n, installation=1) for n in range(1, 60)])
    inbox.accept(database, [push("small", 1, installation=2)])
    assert {held.claim.subject.installation for held in queue.claim(2)} == {1, 2}


def test_a_person_goes_before_a_push(database: Database, queue: Queue) -> None:
    inbox.accept(database, [push("d1", 1), command("d2", "help", 2)])
    assert only(queue.claim(1)).claim.subject.number == 2


def test_a_suspended_installation_rests(database: Database, queue: Queue) -> None:
    suspend = Event("s", "installation.suspend", Subject(Kind.INSTALLATION, 1), "octo")
    inbox.accept(database, [push("d1"), suspend])
    assert queue.claim(9) == ()
    inbox.accept(database, [replace(suspend, delivery="u", action="installation.unsuspend")])
    assert len(queue.claim(9) + queue.claim(9)) == 2


def test_a_check_of_a_fork_finds_its_pull_request_by_the_head(database: Database, queue: Queue) -> None:
    inbox.accept(database, [push("d1", 8, head="f" * 40)])
    queue.finish(only(queue.claim(9)).claim)
    button = Event(
        "d2",
        "check_run.rerequested",
        Subject(Kind.PULL_REQUEST, 1, 101, 0),
        head="f" * 40,
        command=Command("d2", "", "", "gopher"),
    )
    unknown = replace(button, delivery="d3", head="0" * 40)
    assert inbox.accept(database, [button, unknown]) == (Outcome.STORED, Outcome.UNKNOWN)
    assert only(queue.claim(9)).claim.subject.number == 8


def test_the_sweep_wants_a_subject_only_once(database: Database, queue: Queue) -> None:
    inbox.accept(database, [push("d1")])
    claim = only(queue.claim(9)).claim
    assert subjects.want(database, [claim.subject.key]) == 0
    queue.finish(claim)
    assert [subjects.want(database, [claim.subject.key, "pull_request/9/9"]) for _ in range(2)] == [1, 0]
    assert len(queue.claim(9)) == 1


def test_hosts_whose_batches_overlap_do_not_lock_each_other_out(database: Database) -> None:
    events = [push(f"d{n}", n % 20 + 1) for n in range(200)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda batch: inbox.accept(database, batch), [events, events[::-1]] * 2))
    assert sum(outcomes.count(Outcome.STORED) for outcomes in answers) == 200
    with database.read() as connection:
        assert connection.execute(text("SELECT sum(want) FROM subjects")).scalar() == 200
