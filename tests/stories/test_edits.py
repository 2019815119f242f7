"""Comments that stand are edited and folded, many in one request; what is refused or lost harms nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.demo.double import Double
from bot.demo.double.limits import Fault
from bot.store import posted
from tests.stories.harness import BUGGY, MAIN, Bot, check_of, fingerprint, ours, writes

LOST = Fault("POST", "/graphql$", status=502, when="after")
NONE = Fault("POST", "/graphql$", status=404)


@pytest.mark.parametrize(
    ("faults", "sent"),
    [
        ([LOST], ["POST /graphql"] * 2),
        ([replace(LOST, when="before")], ["POST /graphql"] * 2),
        ([NONE, Fault("PATCH", "/pulls/comments/", status=502, when="after")],
         ["POST /graphql", "PATCH /pulls/comments/{comment_id}", "PATCH /pulls/comments/{comment_id}"]),
    ],
)  # fmt: skip
def test_an_edit_whose_answer_is_lost_is_made_again(
    github: Double, bot: Bot, faults: list[Fault], sent: list[str]
) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    for fault in faults:
        github.limits.arrange(replace(fault))
    before = len(writes(github))
    github.people.push(pull, {"main.go": MAIN + "// fixed\n"})
    bot.work()
    (comment,) = ours(pull)
    assert comment.body.startswith("**Fixed in ")
    assert comment.body.count("What was said") == 1
    assert (comment.minimized, check_of(pull).conclusion) == ("" if NONE in faults else "RESOLVED", "success")
    assert [one for one in writes(github)[before:] if "check" not in one] == sent
    if faults == [LOST]:
        assert "updatePullRequestReviewComment" not in github.log[-2].sent["query"], "its text stands already"


def test_of_many_edits_each_stands_or_fails_by_itself(github: Double, bot: Bot) -> None:
    files = {f"f{number}.go": f"package main\n\nvar v{number} = 1\n" for number in range(12)}
    repository = github.people.repository("acme/rockets", files)
    buggy = {path: text.replace("= 1", f"= 2 // BUG(v{path[1:-3]})") for path, text in files.items()}
    pull = github.people.open(repository, buggy)
    bot.work()
    assert len(ours(pull)) == 12
    gone, *left = ours(pull)

    def deleted() -> None:
        pull.review_comments.remove(gone)

    before = len(writes(github))
    github.limits.arrange(Fault("POST", "/graphql$", status=0, act=deleted))
    github.people.push(pull, files)
    bot.work()
    assert [(one.body[:9], one.minimized) for one in left] == [("**Fixed i", "RESOLVED")] * 11
    sent = [one for one in writes(github)[before:] if "check" not in one]
    assert sorted(sent) == ["PATCH /pulls/comments/{comment_id}", "POST /graphql", "POST /graphql"]
    assert (check_of(pull).conclusion, bot.retries) == ("success", [])
    assert {row.state for row in posted.for_pull(bot.database, repository.id, pull.number)} == {"fixed"}


def test_without_the_right_to_minimise_the_comment_is_edited_all_the_same(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    github.limits.arrange(Fault("POST", "/graphql$", status=403))
    github.people.push(pull, {"main.go": MAIN})
    bot.work()
    (comment,) = ours(pull)
    assert comment.body.startswith("**Fixed in ")
    assert fingerprint("x") in comment.body
    assert check_of(pull).conclusion == "success"
