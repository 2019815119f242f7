"""A thread and what GitHub does to it: heads that come and go, names that change, rights that are missing."""

from __future__ import annotations

import json

import pytest

from bot.demo.double import Double
from bot.demo.double.posting import add_comment
from bot.store import posted
from tests.stories.harness import BUGGY, MAIN, Bot, check_of, fingerprint, ours
from tests.stories.test_mishaps import Doomed, Killed


def test_a_head_that_was_there_before_is_told_as_it_is_now(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    first = pull.head
    bot.work()
    (thread,) = ours(pull)
    fixed = github.people.push(pull, {"main.go": MAIN})
    bot.work()
    # GitHub hangs the comment on each new head; the review stays where it was made.
    assert (thread.commit, thread.original_commit, pull.reviews[0].commit) == (fixed, first, first)
    github.people.move(pull, first)
    bot.work()
    assert thread.body.startswith(f"**Here again since {first[:10]}.**")
    assert (len(pull.reviews), check_of(pull, first).conclusion, check_of(pull, fixed).conclusion) == (
        1,
        "neutral",
        "success",
    )


def test_a_rerun_of_a_fork_finds_its_pull_request(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles={"maintainer": "write"})
    fork = github.people.fork(repository, "stranger")
    pull = github.people.open(repository, {"main.go": BUGGY}, fork=fork, by="stranger")
    bot.work()
    assert repository.pulls_of(pull.head) == []  # which is all that the event about the check will say
    looks = len(github.log)
    github.people.click(repository, check_of(pull), by="maintainer")
    bot.work()
    assert any("/compare/" in one.template for one in github.log[looks:])
    assert (len(ours(pull)), check_of(pull).conclusion) == (1, "neutral")


def test_no_thread_is_ever_resolved_by_us(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles={"maintainer": "write"})
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    for text in (MAIN, BUGGY, MAIN):
        github.people.push(pull, {"main.go": text})
        bot.work()
    (thread,) = ours(pull)
    assert (thread.body.startswith("**Fixed in "), thread.minimized, thread.resolved_by) == (True, "RESOLVED", None)
    sent = [json.dumps(one.sent) for one in github.log if one.template == "/graphql"]
    assert sent
    assert not any("ResolveReviewThread" in one or "resolveReviewThread" in one for one in sent)


@pytest.mark.parametrize("writes", range(4))
def test_killed_before_every_write_of_a_new_name(github: Double, bot: Bot, writes: int) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY.replace("BUG(x)", "BUG(old)")})
    bot.work()
    (thread,) = ours(pull)
    github.people.push(pull, {"main.go": BUGGY.replace("BUG(x)", "BUG(new)")})
    held = bot.claim()
    try:
        bot.run(held.claim, Doomed(writes))
    except Killed:
        assert writes < 4
    bot.again(held)
    assert (ours(pull), len(pull.reviews), check_of(pull).title) == ([thread], 1, "1 finding")
    assert thread.body.startswith("**Goroutines")
    assert fingerprint("new") in thread.body
    github.people.push(pull, {"main.go": MAIN})
    bot.work()
    assert thread.body.startswith("**Fixed in ")
    rows = posted.for_pull(bot.database, repository.id, pull.number)
    assert {row.state for row in rows} == {"fixed"}


def test_what_another_bot_echoes_is_not_told_by_us(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    first = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    (told,) = ours(first)
    second = github.people.open(repository, {"main.go": BUGGY})
    workflow = github.world.user("github-actions[bot]", "Bot")
    with github.world.lock:
        place = {"path": "main.go", "line": 4, "side": "RIGHT", "commit_id": second.head}
        echo = add_comment(github.world, second, workflow, {**place, "body": told.body})
    bot.work()
    assert [one.author.login for one in ours(second)] == ["github-actions[bot]", "concurrency-check[bot]"]
    github.people.push(second, {"main.go": MAIN})
    bot.work()
    assert (echo.body, echo.minimized) == (told.body, "")
    assert second.review_comments[-1].body.startswith("**Fixed in ")
