"""What people do to a pull request and to comments, and files that are spelled oddly: told once all the same."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from bot.demo.double import Double
from bot.demo.double.limits import Fault
from bot.store import checks, subjects
from heuristics import Config, Report, Snapshot
from tests.stories.harness import BUGGY, MAIN, Bot, check_of, fingerprint, marked, ours, writes

ENDS = {
    "crlf.go": b"package main\r\n\r\nvar a = 1 // BUG(crlf)\r\n",
    "bom.go": b"\xef\xbb\xbfpackage main // BUG(bom)\n",
    "bare.go": b"package main // BUG(bare)",
}
PATHS = ("a b.go", "ünïcode/dír.go", "hash#1.go", "per%20cent?.go", "q'uote\"s.go")


def test_paths_and_line_ends_that_are_odd(github: Double, bot: Bot) -> None:
    change = {**ENDS, **{path: f"package main // BUG(p{at})\n".encode() for at, path in enumerate(PATHS)}}
    old = {path: b"package main\r\n" if path in ENDS else b"package main\n" for path in change}
    repository = github.people.repository("acme/rockets", old)
    pull = github.people.open(repository, change)
    bot.work()
    assert sorted(comment.path for comment in ours(pull)) == sorted(change)
    assert (len(pull.reviews), check_of(pull).title) == (1, "8 findings")
    github.people.push(pull, old)
    bot.work()
    assert all(comment.body.startswith("**Fixed in ") for comment in ours(pull))
    assert check_of(pull).conclusion == "success"


def test_comments_that_people_delete_or_edit_and_a_history_that_is_replaced(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN, "b.go": "package main\n"})
    pull = github.people.open(repository, {"main.go": BUGGY, "b.go": "package main // BUG(b)\n"})
    bot.work()
    gone, edited = ours(pull)
    pull.review_comments.remove(gone)
    edited.body = "A maintainer says something else here."
    github.people.push(pull, {"other.go": "package main\n"})
    bot.work()
    assert (ours(pull), len(pull.reviews), check_of(pull).title) == ([edited], 1, "2 findings"), "not said again"

    past, files = pull.head, {"main.go": b"package main\n"}
    nowhere = repository.git.commit(files, (), "Another history", "gopher", github.world.now(), whole=True)
    github.people.move(pull, nowhere)
    bot.work()
    assert (check_of(pull).status, check_of(pull).title) == ("completed", "Not analysed")
    assert not edited.body.startswith("**Fixed"), "nothing was seen"

    fixed = repository.git.commit({**files, "b.go": b"package main\n"}, (past,), "Fix", "gopher", github.world.now())
    github.people.move(pull, fixed)
    bot.work()
    assert (len(pull.reviews), check_of(pull).conclusion, bot.retries) == (1, "success", [])


@pytest.mark.parametrize("status", [403, 422])
def test_where_nothing_may_be_written_the_check_tells_it(github: Double, bot: Bot, status: int) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN, "old.go": "package main\n" * 9})
    bug = BUGGY.replace("BUG(x)", "BUG(x) BUG(y) BUG(file main.go:5)")
    pull = github.people.open(repository, {"main.go": bug})
    if status == 422:
        github.people.act(pull, "locked")  # as collaborators only may write there
    else:
        github.limits.arrange(Fault("POST", "/pulls/1/(reviews|comments)$", 403, times=100))
    bot.work()
    assert (ours(pull), pull.reviews, bot.retries) == ([], [], [])
    check = check_of(pull)
    assert (check.status, check.title) == ("completed", "3 findings")
    assert all(fingerprint(name)[:8] in str(check.summary) or f"`{name}`" in str(check.summary) for name in "xy")
    refused = [one for one in writes(github) if one.startswith("POST /pulls")]
    assert len(refused) <= (1 if status == 403 else 4), "and GitHub is not asked over and over"


def test_renamed_in_the_middle(github: Double, bot: Bot) -> None:
    old = {"main.go": MAIN, "a/b/deep.go": "package b\n"}
    repository = github.people.repository("acme/rockets", old)
    pull = github.people.open(repository, {"main.go": BUGGY, "a/b/deep.go": "package b // BUG(deep)\n"})

    def rename(head: Snapshot, base: Snapshot, config: Config) -> Report:
        github.people.rename(repository, "ships")
        bot.analyze = marked
        return marked(head, base, config)

    bot.analyze = rename
    for _ in range(2):
        bot.work()
        bot.wait_is_over()
    assert (len(pull.reviews), len(ours(pull)), check_of(pull).title) == (1, 2, "2 findings")
    assert {run.status for run in repository.checks.values()} == {"completed"}


def test_a_locked_conversation_takes_no_answer_and_that_is_that(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles={"maintainer": "write"})
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    github.people.act(pull, "locked")
    github.people.comment(pull, "/concurrency-check help", by="maintainer")
    github.people.reply(pull, ours(pull)[0], "/concurrency-check explain", by="maintainer")
    github.people.reply(pull, ours(pull)[0], "/concurrency-check ignore it is fine", by="maintainer")
    before = len(github.log)
    with capture_logs() as lines:
        bot.work()
    assert [line["verb"] for line in lines if line["event"] == "answer.refused"] == ["help", "explain"]
    assert (bot.retries, subjects.counts(bot.database)["failed"]) == ([], 0)
    assert sum(one.status == 403 for one in github.log[before:]) == 2, "each is tried once"
    assert (check_of(pull).conclusion, len(pull.comments)) == ("success", 1), "and the ignore holds"


@pytest.mark.parametrize("when", ["before the round", "in the middle"])
def test_an_archived_repository_is_left_alone(github: Double, bot: Bot, when: str) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles={"maintainer": "write"})
    first = github.people.open(repository, {"other.go": "package main\n"})
    bot.work()
    pull = github.people.open(repository, {"main.go": BUGGY})

    def archive(head: Snapshot, base: Snapshot, config: Config) -> Report:
        repository.archived = True
        return marked(head, base, config)

    bot.analyze = archive
    repository.archived = when == "before the round"
    bot.work()
    assert (bot.retries, ours(pull)) == ([], [])
    assert checks.stuck(bot.database, -1) == (), "nobody tries to complete a check there"
    waiting = {state: many for state, many in subjects.counts(bot.database).items() if many and state != "done"}
    assert waiting == {}

    repository.archived, bot.analyze = False, marked
    github.people.push(first, {"main.go": BUGGY})
    github.people.comment(pull, "/concurrency-check", by="maintainer")
    bot.work()
    assert [len(ours(one)) for one in (first, pull)] == [1, 1]
    assert check_of(first).status == check_of(pull).status == "completed"


def test_suspended_in_the_middle_and_back(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    installation = github.world.installation_of(repository)
    assert installation is not None

    def suspend(head: Snapshot, base: Snapshot, config: Config) -> Report:
        github.people.suspend(installation)
        bot.analyze = marked
        return marked(head, base, config)

    bot.analyze = suspend
    for _ in range(12):
        bot.work()
        bot.wait_is_over()
    assert (len(bot.retries), ours(pull)) == (1, []), "nothing is tried while it lasts"
    assert subjects.counts(bot.database)["failed"] == 0
    github.people.suspend(installation, ends=True)
    bot.work()
    assert (len(ours(pull)), check_of(pull).title) == (1, "1 finding")
    assert {run.status for run in repository.checks.values()} == {"completed"}
