"""Which configuration holds, and what a broken one does."""

from __future__ import annotations

from bot.demo.double import Double
from tests.stories.harness import BUGGY, MAIN, Bot, check_of, ours

NAME = ".concurrency-check.yml"


def test_a_broken_configuration_is_told_once_and_starts_no_comments(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN, NAME: "mode: review\ncolour: red\n"})
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    check = check_of(pull)
    assert (ours(pull), pull.comments, check.conclusion) == ([], [], "neutral")
    assert f"The configuration is broken: {NAME}:2: unknown key 'colour'" in (check.summary or "")
    assert len(check.annotations) == 1


def test_a_pull_request_cannot_weaken_its_own_review(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN, NAME: "check: {fail-on: error}\n"})
    pull = github.people.open(repository, {"main.go": BUGGY, NAME: "mode: check-only\n"})
    bot.work()
    assert (len(ours(pull)), check_of(pull).conclusion) == (1, "failure")
    assert "The configuration that this change brings reads well" in (check_of(pull).summary or "")


def test_a_configuration_that_is_broken_by_the_change_is_told_in_the_preview(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {NAME: "mode: loud\n"})
    bot.work()
    assert f"is broken: {NAME}:1: mode must be one of" in (check_of(pull).summary or "")


def test_check_only_says_everything_in_the_check(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN, NAME: "mode: check-only\n"})
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    check = check_of(pull)
    assert (pull.reviews, check.conclusion, len(check.annotations)) == ([], "neutral", 1)


def test_on_demand_waits_to_be_asked(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles={"maintainer": "write"})
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work(default_mode="on-demand")
    assert (ours(pull), check_of(pull).conclusion) == ([], "skipped")
    github.people.comment(pull, "/concurrency-check", by="maintainer")
    bot.work(default_mode="on-demand")
    assert (len(ours(pull)), check_of(pull).conclusion) == (1, "neutral")


def test_the_organisations_configuration_holds_where_the_repository_has_none(github: Double, bot: Bot) -> None:
    github.people.repository("umbrella/.github", {NAME: "mode: check-only\n"})
    repository = github.people.repository("umbrella/rockets", {"main.go": MAIN}, roles={"maintainer": "write"})
    pull = github.people.open(repository, {"main.go": BUGGY})
    github.people.comment(pull, "/concurrency-check config", by="maintainer")
    bot.work()
    assert ours(pull) == []
    assert f"In force ({NAME} of umbrella/.github)" in pull.comments[-1].body
