"""The check run: always there, never left open, and what its buttons do."""

from __future__ import annotations

import pytest

from bot.demo.double import Double
from bot.demo.double.limits import Fault
from bot.store import dispositions, feedback
from heuristics import Config, Report, Snapshot
from tests.stories.harness import BUGGY, MAIN, Analyze, Bot, check_of, fingerprint, marked, ours, writes

ROLES = {"maintainer": "write", "reader": "read"}
MANY = "package main\n\n" + "".join(f"var v{number} int // BUG(v{number})\n" for number in range(120))


def with_fault(github: Double, fault: Fault) -> Analyze:
    """An analysis after which the fault befalls the bot, once."""
    faults = [fault]

    def analyze(head: Snapshot, base: Snapshot, config: Config) -> Report:
        while faults:
            github.limits.arrange(faults.pop())
        return marked(head, base, config)

    return analyze


def test_it_is_queued_at_once_then_in_progress_then_completed(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    states: list[str] = []

    def analyze(head: Snapshot, base: Snapshot, config: Config) -> Report:
        states.append(check_of(pull).status)
        return marked(head, base, config)

    bot.analyze = analyze
    github.limits.arrange(Fault("GET", "/compare/", status=0, act=lambda: states.append(check_of(pull).status)))
    bot.work()
    assert [*states, check_of(pull).status] == ["queued", "in_progress", "completed"]


def test_what_needs_no_look_is_said_in_one_request(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY}, draft=True)
    group = github.people.queue_merge(pull)
    bot.work()
    assert writes(github) == ["POST /check-runs"] * 2
    assert (check_of(pull).conclusion, check_of(pull, group).conclusion) == ("skipped", "success")
    assert [action["label"] for action in check_of(pull).actions] == ["Review now"]
    assert check_of(pull, group).actions == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_annotations_in_batches_none_twice_and_none_lost(github: Double, bot: Bot, when: str) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    pull = github.people.open(repository, {"many.go": MANY})
    bot.analyze = with_fault(github, Fault("PATCH", "/check-runs/", when=when, times=1))  # type: ignore[arg-type]
    bot.work(default_mode="check-only")
    bot.wait_is_over()
    bot.work(default_mode="check-only")
    check = check_of(pull)
    assert (check.status, check.conclusion, check.title) == ("completed", "neutral", "120 findings")
    assert len({str(one["message"]) for one in check.annotations}) == len(check.annotations) == 120
    assert (ours(pull), pull.reviews) == ([], [])

    github.people.click(repository, check, by="maintainer")
    bot.work(default_mode="check-only")
    assert check_of(pull) is not check
    assert len(check_of(pull).annotations) == 120


def test_buttons_are_for_people_with_write_access(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    pull = github.people.open(repository, {"main.go": BUGGY, "b.go": "package main // BUG(b)\n"})
    bot.work()
    first = check_of(pull)
    assert [action["identifier"] for action in first.actions] == ["review", "ignore-all"]

    for button in ("ignore-all", "review", ""):
        github.people.click(repository, first, button, by="reader")
    before = len(writes(github))
    bot.work()
    assert (writes(github)[before:], dispositions.for_repository(bot.database, repository.id)) == ([], ())

    github.people.click(repository, first, "ignore-all", by="maintainer")
    bot.work()
    noes = dispositions.for_repository(bot.database, repository.id)
    assert {(no.fingerprint, no.author, no.reason) for no in noes} == {
        (fingerprint(name), "maintainer", "all findings of #1 at once") for name in ("x", "b")
    }
    assert len(feedback.for_pull(bot.database, repository.id, pull.number)) == 2
    assert all(comment.body.startswith("**Ignored by maintainer: ") for comment in ours(pull))
    assert (check_of(pull).conclusion, len(pull.reviews)) == ("success", 1)
    assert [action["identifier"] for action in check_of(pull).actions] == ["review"]


def test_run_again_for_a_fork_from_the_check_and_from_its_suite(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    fork = github.people.fork(repository, "stranger")
    pull = github.people.open(repository, {"main.go": BUGGY}, fork=fork, by="stranger")
    bot.work()
    runs = [check_of(pull)]
    for again in (github.people.click, github.people.rerun_all):
        again(repository, runs[-1], by="maintainer")
        github.postman.wait()
        payload = github.postman.deliveries[-1].payload
        assert (payload.get("check_run") or payload["check_suite"])["pull_requests"] == []
        bot.work()
        runs.append(check_of(pull))
    assert len({run.id for run in runs}) == 3
    assert [run.conclusion for run in runs] == ["neutral"] * 3
    assert (len(ours(pull)), len(pull.reviews)) == (1, 1)


def test_what_was_not_covered_stays_readable_under_a_long_list(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    long = "".join(f"var {'é' * 200}{number} int // BUG({'é' * 200}{number})\n" for number in range(200))
    pull = github.people.open(repository, {"long.go": f"package main\n\n{long}", "broken.go": "BROKEN\n"})
    bot.work()
    summary = check_of(pull).summary or ""
    assert 60_000 < len(summary.encode()) <= 65_535
    assert summary.startswith("**Findings**\n- [`long.go:3`]")
    assert "The list is longer than GitHub takes" in summary
    assert "`broken.go:1`: this file does not parse" in summary
    assert summary.endswith("3 Go files looked at.")
