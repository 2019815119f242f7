"""What GitHub's limits do: one installation slows down, the others do not notice, nothing is lost and nothing twice."""

from __future__ import annotations

from typing import get_args

import pytest

from bot.demo.double import Double
from bot.demo.double.limits import Secondary
from bot.demo.double.state import PullRequest
from bot.store import installations
from heuristics import Config, Report, Snapshot
from tests.stories.harness import BUGGY, MAIN, Bot, check_of, marked, ours

HOWS = [how for how in get_args(Secondary) if how]


def opened(github: Double, full_name: str, files: dict[str, str | None] | None = None) -> PullRequest:
    repository = github.people.repository(full_name, {"main.go": MAIN}, roles={"maintainer": "write"})
    return github.people.open(repository, files or {"main.go": BUGGY})


def wake(bot: Bot) -> None:
    """The time of rest is over."""
    with bot.database.write() as connection:
        connection.exec_driver_sql("UPDATE subjects SET run_at = 1")
        connection.exec_driver_sql("UPDATE installations SET rest_until = 1")
    bot.restart()


@pytest.mark.parametrize("how", HOWS)
def test_a_secondary_limit_slows_one_installation_down(github: Double, bot: Bot, how: Secondary) -> None:
    pull = opened(github, "acme/rockets")
    github.limits.secondary = how
    github.limits.writes_per_hour = 1
    bot.work()
    (retry,) = bot.retries
    assert (retry.installation_wide, retry.counts, retry.people_too, retry.seconds) == (True, False, True, 60.0)
    assert (ours(pull), check_of(pull).status) == ([], "in_progress")
    assert "GitHub's rate limit for this installation is reached" in str(check_of(pull).summary), "who looks reads why"

    before = len(github.log)
    github.people.push(pull, {"other.go": "package main\n"})
    later = opened(github, "acme/gliders")
    bot.work()
    assert len(github.log) == before, "nothing is sent while it rests, whatever comes in"
    github.limits.writes_per_hour = 500
    elsewhere = opened(github, "umbrella/trains")
    bot.work()
    assert (len(ours(elsewhere)), check_of(elsewhere).status) == (1, "completed")
    assert later.repository.checks == {}

    wake(bot)
    bot.work()
    for one in (pull, later):
        assert (len(ours(one)), len(one.reviews), check_of(one).status) == (1, 1, "completed")
    assert {run.status for run in pull.repository.checks.values()} == {"completed"}


def test_the_hour_of_one_installation_is_spread_and_the_rest_kept_for_people(github: Double, bot: Bot) -> None:
    github.limits.quota = 100
    first, second = opened(github, "acme/rockets"), opened(github, "acme/gliders")
    github.limits.quota = 60  # fewer than half are left of the hour when the first is done
    bot.work()
    spread = [retry for retry in bot.retries if "spread" in retry.reason or "all but spent" in retry.reason]
    assert spread and {(retry.people_too, retry.installation_wide) for retry in spread} == {(False, True)}
    done = [pull for pull in (first, second) if pull.repository.checks]
    assert len(done) == 1

    waits = second if done == [first] else first
    github.people.comment(waits, "/concurrency-check", by="maintainer")
    bot.work()
    assert (len(ours(waits)), check_of(waits).status) == (1, "completed")


def test_the_primary_limit_is_waited_for_without_a_try(github: Double, bot: Bot) -> None:
    github.limits.quota = 3
    pull = opened(github, "acme/rockets")
    bot.work()
    (retry,) = bot.retries
    assert 3000 < retry.seconds < 3700
    assert (retry.installation_wide, retry.counts) == (True, False)
    github.limits.quota = 5000
    github.world.advance(3700)
    wake(bot)
    bot.work()
    assert (len(ours(pull)), check_of(pull).status) == (1, "completed")


def test_the_hour_ends_in_the_middle_of_a_review(github: Double, bot: Bot) -> None:
    pull = opened(github, "acme/rockets")
    bot.work()
    before = check_of(pull)
    github.people.push(pull, {"other.go": "package main // BUG(y)\n"})

    def spent(head: Snapshot, base: Snapshot, config: Config) -> Report:
        github.limits.quota = 1
        return marked(head, base, config)

    bot.analyze = spent
    bot.work()
    (retry,) = bot.retries
    check = check_of(pull)
    assert (before.status, check.status, check.title) == ("completed", "in_progress", "Not reviewed yet")
    assert "as soon as GitHub allows it" in str(check.summary)
    assert (retry.installation_wide, retry.counts) == (True, False), "it goes on when the hour is over, however often"

    bot.analyze, github.limits.quota = marked, 5000
    github.world.advance(3700)
    wake(bot)
    bot.work()
    assert (check.status, check.title, check is check_of(pull)) == ("completed", "2 findings", True)
    assert (len(ours(pull)), len(pull.reviews)) == (2, 2)


def test_every_write_waits_for_its_turn_and_no_read_does(github: Double, bot: Bot) -> None:
    asked: list[int] = []

    def turn(installation: int) -> float:
        asked.append(sum(one.method != "GET" and "access_tokens" not in one.template for one in github.log))
        return installations.take_turn(bot.database, installation, 0.01)

    bot.restart(turn)
    pull = opened(github, "acme/rockets")
    bot.work()
    github.people.push(pull, {"main.go": MAIN})
    bot.work()
    assert check_of(pull).conclusion == "success"
    assert asked == list(range(len(asked))), "one turn a write, taken right before it"
    assert len(asked) == sum(one.method != "GET" and "access_tokens" not in one.template for one in github.log)
