"""Deliveries that come three times, in the wrong order, or not at all: the same ends on GitHub."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable, Iterator

import pytest

from bot.demo.double import Double
from bot.demo.double.state import PullRequest
from bot.demo.double.webhooks import Delivery
from bot.github.client import GitHub
from bot.store import inbox, posted, subjects
from bot.work.sweep import Sweep
from tests.patience import PATIENCE
from tests.stories.harness import BUGGY, MAIN, Bot, check_of, ours

Mishap = Callable[[Double, Bot], None]


def a_day(github: Double, bot: Bot, between: Callable[[], None]) -> PullRequest:
    """Opened with a bug, asked about, pushed twice, clean in the end; between: after each act."""
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles={"maintainer": "write"})
    between()
    pull = github.people.open(repository, {"main.go": BUGGY, "b.go": "package main // BUG(b)\n"})
    between()
    github.people.comment(pull, "/concurrency-check status", by="maintainer")
    between()
    github.people.push(pull, {"c.go": "package main // BUG(c)\n"})
    between()
    github.people.push(pull, {"main.go": MAIN})
    between()
    return pull


def outcome(bot: Bot, pull: PullRequest) -> dict[str, object]:
    """What stands in the end, on GitHub and with us, whatever happened on the way."""
    answers = [comment.body.splitlines()[0] for comment in pull.comments if comment.author.type == "Bot"]
    rows = posted.for_pull(bot.database, pull.repository.id, pull.number)
    check = check_of(pull)
    return {
        "told": sorted(comment.path for comment in ours(pull) if not comment.body.startswith("**Fixed")),
        "answers": len(answers),
        "open": sorted(row.path for row in rows if row.state == "open"),
        "check": (check.status, check.conclusion, check.title),
        "left": subjects.counts(bot.database)["queued"] + subjects.counts(bot.database)["failed"],
        "checks": {run.status for run in pull.repository.checks.values()},
    }


EXPECTED = {
    "told": ["b.go", "c.go"],
    "answers": 1,
    "open": ["b.go", "c.go"],
    "check": ("completed", "neutral", "2 findings"),
    "left": 0,
    "checks": {"completed"},
}


def test_as_it_should_be(github: Double, bot: Bot) -> None:
    pull = a_day(github, bot, bot.work)
    assert outcome(bot, pull) == EXPECTED
    assert [comment.path for comment in ours(pull)] == ["b.go", "main.go", "c.go"]


def test_each_delivery_three_times(github: Double, bot: Bot) -> None:
    def thrice() -> None:
        github.postman.wait()
        for delivery in [one for one in github.postman.deliveries if not one.redelivery]:
            github.postman.redeliver(delivery)
            github.postman.redeliver(delivery)
        bot.work()

    pull = a_day(github, bot, thrice)
    assert outcome(bot, pull) == EXPECTED
    assert len(pull.reviews) == 2
    again = [one for one in github.postman.deliveries if one.redelivery]
    assert len(again) > 20 and {one.answer.strip() for one in again} <= {"duplicate", "ignored"}


def test_in_the_wrong_order_after_all_has_happened(github: Double, bot: Bot) -> None:
    github.postman.dropping = True
    pull = a_day(github, bot, github.postman.wait)
    github.postman.dropping = False
    for delivery in reversed(tuple(github.postman.deliveries)):
        github.postman.redeliver(delivery)
    bot.work()
    assert outcome(bot, pull) == EXPECTED
    assert len(pull.reviews) == 1, "only the newest head is spoken about"


def test_an_old_one_that_comes_late_changes_nothing(github: Double, bot: Bot) -> None:
    pull = a_day(github, bot, bot.work)
    before = [(comment.id, comment.body, comment.minimized) for comment in ours(pull)]
    for delivery in tuple(github.postman.deliveries):
        if delivery.event == "pull_request":
            github.postman.redeliver(dataclasses.replace(delivery, guid=str(uuid.uuid4())))
    bot.work()
    assert outcome(bot, pull) == EXPECTED
    assert [(comment.id, comment.body, comment.minimized) for comment in ours(pull)] == before


@pytest.fixture
def sweep(bot: Bot) -> Iterator[Sweep]:
    """What the worker runs now and then; here, when a story says so."""
    yield Sweep(bot.database, 300, GitHub(bot.settings, turn=lambda _: 0.0, patience=PATIENCE))


def test_what_never_came_is_found_in_the_log_and_sent_again(github: Double, bot: Bot, sweep: Sweep) -> None:
    def lose() -> None:
        github.postman.wait()
        github.postman.dropping = not github.postman.dropping  # every other act is lost
        bot.work()

    pull = a_day(github, bot, lose)
    github.postman.dropping = False
    lost = {one.guid for one in github.postman.deliveries if not one.succeeded}
    assert lost and not inbox.known(bot.database, lost)
    for _ in range(2):  # a second look asks for nothing more
        sweep.run()
        bot.work()
    assert outcome(bot, pull) == EXPECTED
    asked = [one for one in github.postman.deliveries if one.redelivery]
    assert sorted(one.guid for one in asked) == sorted(lost)


def test_what_could_not_be_stored_is_answered_so_and_comes_again(github: Double, bot: Bot, sweep: Sweep) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    bot.work()
    with bot.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE subjects RENAME TO away")
    pull = github.people.open(repository, {"main.go": BUGGY})
    github.postman.wait()
    refused: Delivery = github.postman.deliveries[-1]
    with bot.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO subjects")
    assert (refused.status, inbox.known(bot.database, [refused.guid])) == (503, frozenset()), "all of it or nothing"
    sweep.run()
    bot.work()
    assert (len(ours(pull)), check_of(pull).status) == (1, "completed")


def test_what_no_log_tells_of_any_more_is_found_on_github(github: Double, bot: Bot, sweep: Sweep) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    elsewhere = github.people.repository("acme/gliders", {"main.go": MAIN})
    before = github.people.open(repository, {"other.go": "package main\n"})
    github.people.open(elsewhere, {"main.go": BUGGY})
    bot.work()

    github.postman.dropping = True
    github.people.push(before, {"main.go": BUGGY})
    pulls = [
        github.people.open(repository, {f"f{number}.go": f"package main // BUG(b{number})\n"}) for number in (2, 3)
    ]
    github.people.act(github.people.open(repository, {"main.go": BUGGY}), "closed")
    github.people.rename(repository, "boosters")
    github.postman.wait()
    github.postman.dropping = False
    github.postman.deliveries.clear()

    def looked() -> list[int]:
        """A sweep; how the lists that it asked for were answered."""
        with bot.database.write() as connection:
            connection.exec_driver_sql("UPDATE covered SET listed_at = 0")
        log = len(github.log)
        sweep.run()
        bot.work()
        return sorted(one.status for one in github.log[log:] if one.template == "/repos/{owner}/{repo}/pulls")

    assert looked() == [200, 200, 200, 301], "a list of each, and another under the new name"
    assert [len(ours(pull)) for pull in (before, *pulls)] == [1, 1, 1]
    assert looked() == [304, 304], "nothing changed, which is free"
    assert [len(pull.reviews) for pull in repository.pulls.values()] == [1, 1, 1, 0]
