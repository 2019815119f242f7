"""What goes wrong between the bot and GitHub, and what stands on the pull request after it."""

from __future__ import annotations

import pytest

from bot.demo.double import Double
from bot.demo.double.limits import Fault
from bot.values import LeaseLost, Retry
from bot.work.queue import TRIES
from heuristics import Config, Report, Snapshot
from tests.stories.harness import BUGGY, MAIN, Bot, check_of, marked, ours


def test_closed_in_the_middle(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})

    def close_meanwhile(head: Snapshot, base: Snapshot, config: Config) -> Report:
        github.people.act(pull, "closed")
        return marked(head, base, config)

    bot.analyze = close_meanwhile
    bot.work()
    assert (ours(pull), pull.reviews) == ([], [])
    assert (check_of(pull).status, check_of(pull).conclusion) == ("completed", "skipped")


def test_force_pushed_in_the_middle(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    old = pull.head

    def push_meanwhile(head: Snapshot, base: Snapshot, config: Config) -> Report:
        bot.analyze = marked
        github.people.force_push(pull, {"main.go": "package main\n" + BUGGY})
        return marked(head, base, config)

    bot.analyze = push_meanwhile
    bot.work()
    assert [review.commit for review in pull.reviews] == [pull.head]
    assert (check_of(pull, old).status, check_of(pull, old).conclusion) == ("completed", "cancelled")
    assert check_of(pull).conclusion == "neutral"


WRITES = [
    ("POST", "/check-runs$"),
    ("PATCH", "/check-runs/"),
    ("POST", "/reviews$"),
]


@pytest.mark.parametrize(("method", "pattern"), WRITES)
def test_an_answer_that_is_lost_is_no_reason_to_say_it_twice(
    github: Double, bot: Bot, method: str, pattern: str
) -> None:
    github.limits.arrange(Fault(method, pattern, status=502, when="after"))
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    assert (len(pull.reviews), len(ours(pull))) == (1, 1)
    assert (check_of(pull).status, check_of(pull).conclusion) == ("completed", "neutral")


def test_a_write_that_did_not_happen_is_made_in_the_next_round(github: Double, bot: Bot) -> None:
    github.limits.arrange(Fault("POST", "/reviews$", status=502, when="before"))
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    held = bot.claim()
    with pytest.raises(Retry, match="502"):
        bot.run(held.claim, held)
    assert (ours(pull), check_of(pull).conclusion) == ([], "neutral")
    bot.again(held)
    assert (len(pull.reviews), len(ours(pull))) == (1, 1)


def test_the_last_try_says_that_nothing_is_tried_again(github: Double, bot: Bot) -> None:
    refused = github.limits.arrange(Fault("POST", "/reviews$", status=502, times=10_000))
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles={"maintainer": "write"})
    pull = github.people.open(repository, {"main.go": BUGGY})
    told = []
    for _ in range(TRIES + 1):
        bot.work()
        told.append(str(check_of(pull).summary))
        bot.wait_is_over()
    assert len(bot.retries) == TRIES
    assert all("is tried again by itself" in one for one in told[: TRIES - 1])
    assert "not tried again by itself" in told[-1] and '"Review again"' in told[-1] and "502" in told[-1]
    assert check_of(pull).status == "completed"

    refused.times = 0
    (button,) = check_of(pull).actions
    github.people.click(repository, check_of(pull), str(button["identifier"]), by="maintainer")
    bot.work()
    assert (len(pull.reviews), len(ours(pull)), check_of(pull).title) == (1, 1, "1 finding")


def test_a_worker_that_died_after_writing_left_its_words_behind(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    held = bot.claim()
    bot.run(held.claim, held)
    with bot.database.write() as connection:  # as if the rows had never been committed
        connection.exec_driver_sql("DELETE FROM posted")
        connection.exec_driver_sql("UPDATE intents SET done = (1 = 0)")
    bot.again(held)
    assert (len(pull.reviews), len(ours(pull))) == (1, 1)
    assert check_of(pull).status == "completed"


class Killed(BaseException):
    """The process is gone."""


class Doomed:
    """A lease under which the worker dies before its n-th write."""

    def __init__(self, writes: int) -> None:
        self._left = writes

    def renew(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise Killed


@pytest.mark.parametrize("writes", range(5))
def test_killed_before_every_write(github: Double, bot: Bot, writes: int) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN, "b.go": "package main // BUG(b)\n"})
    pull = github.people.open(repository, {"main.go": BUGGY, "b.go": "package main\n"})
    held = bot.claim()
    try:
        bot.run(held.claim, Doomed(writes))
        assert writes == 4
    except Killed:
        assert writes < 4
    bot.again(held)
    assert (len(pull.reviews), len(ours(pull))) == (1, 1)
    assert (check_of(pull).status, check_of(pull).conclusion) == ("completed", "neutral")


@pytest.mark.parametrize("writes", range(4))
def test_killed_before_every_write_of_a_fix(github: Double, bot: Bot, writes: int) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    github.people.push(pull, {"main.go": MAIN})
    held = bot.claim()
    try:
        bot.run(held.claim, Doomed(writes))
        assert writes == 3
    except Killed:
        assert writes < 3
    bot.again(held)
    (comment,) = ours(pull)
    assert (comment.body.startswith("**Fixed in "), comment.minimized) == (True, "RESOLVED")
    assert comment.body.count("What was said") == 1
    assert (check_of(pull).status, check_of(pull).conclusion) == ("completed", "success")


def test_killed_and_then_pushed_leaves_no_check_open(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles={"maintainer": "write"})
    pull = github.people.open(repository, {"main.go": BUGGY})
    old = pull.head
    held = bot.claim()
    with pytest.raises(Killed):
        bot.run(held.claim, Doomed(1))
    assert check_of(pull).status == "queued"
    github.people.push(pull, {"main.go": MAIN})
    bot.again(held)
    assert (check_of(pull, old).status, check_of(pull, old).conclusion) == ("completed", "cancelled")
    assert (check_of(pull).status, check_of(pull).conclusion) == ("completed", "success")


def test_killed_and_then_closed_leaves_no_check_open(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    held = bot.claim()
    with pytest.raises(Killed):
        bot.run(held.claim, Doomed(1))
    github.people.act(pull, "closed")
    bot.again(held)
    assert (check_of(pull).status, check_of(pull).conclusion) == ("completed", "skipped")


def test_reads_are_repeated(github: Double, bot: Bot) -> None:
    for pattern in ("/pulls/1$", "/compare/", "/git/trees/"):
        github.limits.arrange(Fault("GET", pattern, status=502))
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    assert (len(ours(pull)), bot.retries) == (1, [])


def test_a_token_that_ends_is_renewed(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    github.world.tokens.clear()
    github.people.push(pull, {"main.go": MAIN})
    held = bot.claim()
    with pytest.raises(Retry, match="token"):
        bot.run(held.claim, held)
    bot.again(held)
    assert check_of(pull).conclusion == "success"


def test_a_review_that_github_refuses_is_split_and_nothing_is_lost(github: Double, bot: Bot) -> None:
    github.limits.arrange(Fault("POST", "/reviews$", status=422, times=2))
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    lines = "".join(f"var v{number} int // BUG(v{number})\n" for number in range(4))
    pull = github.people.open(repository, {"many.go": f"package main\n\n{lines}"})
    bot.work()
    assert (len(ours(pull)), len(pull.reviews)) == (2, 1)
    summary = check_of(pull).summary or ""
    assert all(f"`v{number}`" in summary for number in range(4))
    assert summary.count("told here only") == len(check_of(pull).annotations) == 2


def test_a_pending_review_that_a_fault_left_behind_is_taken_away(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    github.people.start_review(pull, by="concurrency-check[bot]")
    bot.work()
    assert [review.state for review in pull.reviews] == ["COMMENTED"]
    assert len(ours(pull)) == 1


def test_who_lost_the_lease_writes_no_more(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    held = bot.claim()

    def lose(head: Snapshot, base: Snapshot, config: Config) -> Report:
        held.queue.hand_back(held.claim)
        return marked(head, base, config)

    bot.analyze = lose
    with pytest.raises(LeaseLost):
        bot.run(held.claim, held)
    assert (ours(pull), check_of(pull).status) == ([], "in_progress")
    bot.analyze = marked
    bot.work()
    assert (len(ours(pull)), check_of(pull).status) == (1, "completed")


def test_a_lease_that_runs_out_during_a_write_is_no_reason_to_say_it_twice(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    held = bot.claim()

    def take_over() -> None:
        bot.wait_is_over()
        bot.work()

    # GitHub has the review, and its answer is on the way, when another worker begins and ends a round.
    fault = github.limits.arrange(Fault("POST", "/reviews$", status=0, when="after", act=take_over))
    with pytest.raises(LeaseLost):
        bot.run(held.claim, held)
    assert not bot.retries and not held.queue.finish(held.claim)
    bot.work()
    assert (fault.times, len(pull.reviews), len(ours(pull)), check_of(pull).status) == (0, 1, 1, "completed")


def test_an_analysis_that_fails_leaves_no_check_open(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    held = bot.claim()

    def fail(head: Snapshot, base: Snapshot, config: Config) -> Report:
        raise RuntimeError("the child died")

    bot.analyze = fail
    with pytest.raises(RuntimeError):
        bot.run(held.claim, held)
    check = check_of(pull)
    assert (check.status, check.conclusion, check.title) == ("completed", "neutral", "The review did not come about")


def test_our_own_comments_are_known_past_the_first_page(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles={"talker": "write"})
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    (comment,) = ours(pull)
    for number in range(105):
        github.people.reply(pull, comment, f"remark {number}", by="talker")
    pull.review_comments.append(pull.review_comments.pop(0))  # ours is the last of them now
    with bot.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM posted")
    github.people.push(pull, {"other.go": "package main\n"})
    bot.work()
    assert ours(pull) == [comment]


def test_more_files_than_github_lists(github: Double, bot: Bot) -> None:
    github.limits.files = 305  # on GitHub: 3,000
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    many = {f"f{number:03}.go": f"package main\n\nvar f{number} = 1\n" for number in range(310)}
    many["f004.go"] += "// BUG(listed)\n"
    many["f309.go"] += "// BUG(unlisted)\n"
    pull = github.people.open(repository, many)
    bot.work()
    check = check_of(pull)
    assert [comment.path for comment in ours(pull)] == ["f004.go"]
    assert (check.conclusion, check.title) == ("neutral", "2 findings")
    assert [one["path"] for one in check.annotations] == ["f309.go"]
    assert "GitHub lists 305 of the 310 changed files." in (check.summary or "")
