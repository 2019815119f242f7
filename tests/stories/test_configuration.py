"""Which configuration holds, and what a broken one does."""

from __future__ import annotations

from bot.demo.double import Double
from heuristics import Config, Report, Snapshot
from tests.stories.harness import BUGGY, MAIN, Bot, check_of, marked, ours, writes

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
    summary = check_of(pull).summary or ""
    assert "The configuration that this change brings reads well; it holds once it is merged." in summary
    assert "With it, this change would have 1 finding, and the check would not fail." in summary
    assert "- `mode: review` becomes `mode: check-only`\n- `check: {fail-on: error}` becomes `check: {}`" in summary


def test_a_configuration_that_is_broken_by_the_change_is_told_in_the_preview(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {NAME: "mode: loud\n"})
    bot.work()
    assert f"is broken: {NAME}:1: mode must be one of" in (check_of(pull).summary or "")


def test_a_change_that_takes_the_configuration_away_is_told_so(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN, NAME: "mode: check-only\n"})
    pull = github.people.open(repository, {NAME: None})
    bot.work()
    assert "takes the configuration of the repository away" in (check_of(pull).summary or "")


def test_the_preview_looks_again_with_the_levels_that_the_change_brings(github: Double, bot: Bot) -> None:
    def levels(head: Snapshot, base: Snapshot, config: Config) -> Report:
        return Report() if "off" in config.heuristics.values() else marked(head, base, config)

    bot.analyze = levels
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    brought = "heuristics: {goroutine-shared-var-write: off}\n"
    pull = github.people.open(repository, {"main.go": BUGGY, NAME: brought})
    bot.work()
    assert (len(ours(pull)), check_of(pull).title) == (1, "1 finding")
    assert "With it, this change would have 0 findings" in (check_of(pull).summary or "")


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
    github.people.comment(pull, "/concurrency-check why-silent main.go:1", by="maintainer")
    bot.work(default_mode="on-demand")
    assert (ours(pull), check_of(pull).title) == ([], "1 finding")  # the check tells, nobody gets mail
    github.people.comment(pull, "/concurrency-check", by="maintainer")
    bot.work(default_mode="on-demand")
    (comment,) = ours(pull)
    assert check_of(pull).conclusion == "neutral"

    # From now on each push is followed, without a new comment.
    github.people.push(pull, {"main.go": MAIN, "more.go": "package main // BUG(y)\n"})
    bot.work(default_mode="on-demand")
    assert comment.body.startswith(f"**Fixed in {pull.head[:10]}.**")
    assert (ours(pull), check_of(pull).title) == ([comment], "1 finding")
    github.people.comment(pull, "/concurrency-check", by="maintainer")
    bot.work(default_mode="on-demand")
    assert [one.path for one in ours(pull)] == ["main.go", "more.go"]


def test_an_organisation_may_install_it_everywhere_on_demand(github: Double, bot: Bot) -> None:
    github.people.repository("umbrella/.github", {NAME: "mode: on-demand\n"})
    for name in ("rockets", "boosters"):
        repository = github.people.repository(f"umbrella/{name}", {"main.go": MAIN})
        pull = github.people.open(repository, {"main.go": BUGGY})
        bot.work()
        assert (check_of(pull).status, check_of(pull).conclusion) == ("completed", "skipped")
        assert (pull.reviews, pull.comments) == ([], [])
    assert {one.split(" ")[1].split("/")[1] for one in writes(github)} == {"check-runs"}


def test_the_organisations_configuration_holds_where_the_repository_has_none(github: Double, bot: Bot) -> None:
    github.people.repository("umbrella/.github", {NAME: "mode: check-only\n"})
    repository = github.people.repository("umbrella/rockets", {"main.go": MAIN}, roles={"maintainer": "write"})
    pull = github.people.open(repository, {"main.go": BUGGY})
    github.people.comment(pull, "/concurrency-check config", by="maintainer")
    bot.work()
    assert ours(pull) == []
    assert f"In force ({NAME} of umbrella/.github)" in pull.comments[-1].body
    assert f"mode: check-only     # {NAME} of umbrella/.github\n" in pull.comments[-1].body
    assert "comments: {max: 30}  # default\n" in pull.comments[-1].body
