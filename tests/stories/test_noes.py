"""A person's no: who may say it, how far it reaches, where it is listed, and how it ends."""

from __future__ import annotations

from bot.demo.double import Double
from bot.store import dispositions, feedback, posted
from tests.stories.harness import BUGGY, MAIN, Bot, check_of, fingerprint, ours

ROLES = {"maintainer": "write", "reader": "read"}


def said(bot: Bot, repository: int, number: int) -> list[tuple[str, str]]:
    """What people said on a pull request, as kind and author."""
    return [(one.kind, one.author) for one in feedback.for_pull(bot.database, repository, number)]


def test_a_thumbs_down_counts_when_its_author_may_write(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    pull = github.people.open(repository, {"main.go": BUGGY}, by="newcomer")
    other = github.people.open(repository, {"main.go": BUGGY}, by="newcomer")
    bot.work()
    (comment,), (twin,) = ours(pull), ours(other)
    github.people.react(comment, "-1", by="newcomer")
    github.people.react(comment, "heart", by="maintainer")
    github.people.push(pull, {"more.go": "package main\n"})
    bot.work()
    assert (comment.body.startswith("**Goroutines"), check_of(pull).conclusion) == (True, "neutral")
    assert dispositions.for_repository(bot.database, repository.id) == ()

    down = github.people.react(comment, "-1", by="maintainer")
    github.people.push(pull, {"more.go": "package main\n\n"})
    bot.work()
    for one, where in ((comment, pull), (twin, other)):
        assert one.body.startswith("**Ignored by maintainer: thumbs-down**")
        assert check_of(where).conclusion == "success"
    (no,) = dispositions.for_repository(bot.database, repository.id)
    assert (no.author, no.reason, no.variable, no.at > 0) == ("maintainer", "thumbs-down", "x", True)
    assert said(bot, repository.id, pull.number) == [("down", "newcomer"), ("down", "maintainer")]

    third = github.people.open(repository, {"third.go": "package main\n\nvar third = 1\n"})
    github.people.comment(third, "/concurrency-check status", by="maintainer")
    bot.work()
    listed = (
        f"- `{fingerprint('x')[:8]}` ignored by maintainer: thumbs-down (`goroutine-shared-var-write`, `main`, `x`, "
    )
    assert listed in third.comments[-1].body
    # The reaction still stands: it was heard once, and is not heard again after it was taken back.
    github.people.comment(third, f"/concurrency-check unignore {fingerprint('x')[:8]}", by="maintainer")
    bot.work()
    for one, where in ((comment, pull), (twin, other)):
        assert one.body.startswith("**Goroutines")
        assert check_of(where).conclusion == "neutral"
    github.people.push(pull, {"more.go": "package main\n\n\n"})
    bot.work()
    assert comment.body.startswith("**Goroutines")

    comment.reactions.remove(down)
    github.people.react(comment, "+1", by="maintainer")
    github.people.push(pull, {"more.go": "package main\n"})
    bot.work()
    assert said(bot, repository.id, pull.number) == [("down", "newcomer"), ("up", "maintainer")]
    assert [len(one.reviews) for one in (pull, other, third)] == [1, 1, 0]


def test_thumbs_that_come_last_are_heard_when_the_pull_request_closes(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    github.people.react(ours(pull)[0], "-1", by="maintainer")
    github.people.act(pull, "closed")
    bot.work()
    second = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    assert (ours(second), check_of(second).conclusion) == ([], "success")
    assert "ignored by maintainer: thumbs-down" in (check_of(second).summary or "")
    # Where it was said nothing is reviewed any more, but it can be taken back.
    for command in ("unignore", "unignore", "explain"):
        github.people.comment(pull, f"/concurrency-check {command} {fingerprint('x')[:8]}", by="maintainer")
        bot.work()
    assert [one.body.split("\n")[0] for one in pull.comments if one.author.type == "Bot"] == [
        "It is not ignored any more.",
        "It was not ignored.",
        "This pull request is closed; nothing is reviewed on it any more.",
    ]
    github.people.push(second, {"more.go": "package main\n"})
    bot.work()
    assert (len(ours(second)), check_of(second).conclusion) == (1, "neutral")


def test_who_resolves_a_thread_decides_what_the_check_says(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    pull = github.people.open(repository, {"main.go": BUGGY}, by="newcomer")
    bot.work()
    (comment,) = ours(pull)
    github.people.resolve(pull, comment, by="newcomer")
    github.people.push(pull, {"more.go": "package main\n"})
    bot.work()
    # The author of the change keeps the thread quiet, not the check.
    assert (comment.body.startswith("**Goroutines"), check_of(pull).conclusion) == (True, "neutral")

    github.people.resolve(pull, comment, by="newcomer", resolved=False)
    github.people.resolve(pull, comment, by="maintainer")
    bot.work()
    assert check_of(pull).conclusion == "success"
    assert "resolved here by maintainer" in (check_of(pull).summary or "")
    github.people.comment(pull, "/concurrency-check status", by="maintainer")
    bot.work()
    assert f"- `{fingerprint('x')[:8]}` resolved by maintainer on 2" in pull.comments[-1].body
    assert said(bot, repository.id, pull.number) == [
        ("resolved", "newcomer"),
        ("reopened", "newcomer"),
        ("resolved", "maintainer"),
    ]

    elsewhere = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    assert len(ours(elsewhere)) == 1

    github.people.resolve(pull, comment, by="maintainer", resolved=False)
    bot.work()
    assert check_of(pull).conclusion == "neutral"
    assert [row.state for row in posted.for_pull(bot.database, repository.id, pull.number)] == ["open"]
    assert (len(pull.reviews), comment.minimized) == (1, "")
