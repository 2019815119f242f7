"""Any mix of places: each finding is told once, at the price of few requests, whatever GitHub answers."""

from __future__ import annotations

import random

import pytest

from bot.demo.double import Double
from bot.demo.double.limits import Fault
from bot.review.markers import fingerprint_of
from tests.stories.harness import BUGGY, MAIN, Bot, check_of, fingerprint, ours, writes

ROLES = {"maintainer": "write"}
LONG = "package main\n" + "// line\n" * 400


@pytest.mark.parametrize("findings", [1, 29, 64, 200])
def test_any_mix_of_anchors_loses_nothing_and_costs_little(github: Double, bot: Bot, findings: int) -> None:
    chance = random.Random(findings)
    places = ["", " main.go:390", " far.go:3", " gone.go:1", " gone.go:77", " moved.go:2"]
    lines = LONG.splitlines(keepends=True)
    for number in range(findings):
        at = chance.randrange(1, 200)
        lines[at] = lines[at].rstrip("\n") + f" BUG(v{number}{chance.choice(places)})\n"
    base = {"main.go": LONG, "far.go": LONG, "gone.go": MAIN, "moved.go": LONG}
    repository = github.people.repository("acme/rockets", base)
    change = {"main.go": "".join(lines), "gone.go": None, "moved.go": None, "moved/there.go": LONG}
    pull = github.people.open(repository, change)
    bot.work()

    said = [fingerprint_of(comment.body) for comment in ours(pull)]
    noted = [fingerprint(str(note["message"]).split("`")[1]) for note in check_of(pull).annotations]
    assert sorted(said + noted) == sorted(fingerprint(f"v{number}") for number in range(findings))
    *_, posted = " ".join(writes(github)).partition("PATCH /check-runs/{check_run_id} ")  # the first says: in progress
    assert len(posted.split(" /")) - 1 <= 4 * -(-findings // 30), posted
    on_lines = [comment for comment in ours(pull) if comment.subject == "line"]
    assert len(ours(pull)) - len(on_lines) <= 1
    assert len([review for review in pull.reviews if review.body]) <= 1
    assert not [one for one in github.log if one.status == 422 and "access_tokens" not in one.path]
    assert check_of(pull).title == f"{findings} finding{'s' * (findings > 1)}"


@pytest.mark.parametrize(("refusals", "in_comments"), [(1, 4), (3, 2), (4, 0), (9, 0)])
def test_a_review_that_github_refuses_costs_four_requests_and_one_mail_at_most(
    github: Double, bot: Bot, refusals: int, in_comments: int
) -> None:
    fault = github.limits.arrange(Fault("POST", "/reviews$", status=422, times=refusals))
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    lines = "".join(f"var v{number} int // BUG(v{number})\n" for number in range(8))
    pull = github.people.open(repository, {"many.go": f"package main\n\n{lines}"})
    bot.work()
    assert refusals - fault.times == min(4, refusals)
    assert (len(ours(pull)), len(pull.reviews)) == (in_comments, int(in_comments > 0))
    assert len(check_of(pull).annotations) == 8 - in_comments
    fault.times = 0
    github.people.push(pull, {"other.go": "package main\n"})
    bot.work()
    assert (len(ours(pull)), len(pull.reviews)) == (in_comments, int(in_comments > 0))


# Every kind of write that may not happen twice, and those that may; the others are in test_mishaps and test_check.
KINDS = (
    ("POST", r"/issues/1/comments$"),
    ("POST", r"/issues/comments/\d+/reactions$"),
    ("POST", r"/pulls/1/comments$"),
    ("POST", r"/pulls/comments/\d+/reactions$"),
    ("DELETE", r"/pulls/1/reviews/\d+$"),
)


def test_an_answer_that_is_lost_after_any_kind_of_write(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": LONG}, roles=ROLES)
    installation = github.world.installation_of(repository)
    assert installation is not None
    installation.permissions["issues"] = "write"  # so that it may react in the conversation
    faults = [github.limits.arrange(Fault(method, pattern, 502, "after")) for method, pattern in KINDS]
    pull = github.people.open(repository, {"main.go": LONG.replace("line", "BUG(x) BUG(y main.go:300)", 1)})
    github.people.start_review(pull, by="concurrency-check[bot]")
    asked = [
        github.people.comment(pull, "/concurrency-check", by="maintainer"),
        github.people.comment(pull, "/concurrency-check status", by="maintainer"),
    ]
    for _ in range(4):
        bot.work()
        bot.wait_is_over()
    on_line = next(comment for comment in ours(pull) if comment.subject == "line")
    reply = github.people.reply(pull, on_line, "/concurrency-check explain", by="maintainer")
    no = github.people.reply(pull, on_line, "/concurrency-check ignore it is fine", by="maintainer")
    for _ in range(4):
        bot.work()
        bot.wait_is_over()

    assert [fault.times for fault in faults] == [0] * len(KINDS)
    roots = [fingerprint_of(comment.body) for comment in ours(pull) if not comment.reply_to]
    assert sorted(roots) == sorted((fingerprint("x"), fingerprint("y")))
    assert [comment.author.type for comment in pull.comments].count("Bot") == 1
    answers = [one for one in ours(pull) if one.reply_to]
    assert len(answers) == 1 and f"fingerprint `{fingerprint('x')}`" in answers[0].body
    assert ([one.content for one in asked[0].reactions], [one.content for one in no.reactions]) == (["eyes"], ["+1"])
    assert reply.reactions == []
    assert [review.state for review in pull.reviews if review.body] == ["COMMENTED"]
    assert all(run.status == "completed" for run in repository.checks.values())


def test_a_pending_review_in_the_way_is_deleted_once(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    for by in ("concurrency-check[bot]", "somebody"):
        github.people.start_review(pull, by=by)
    bot.work()
    assert sorted((review.author.login, review.state) for review in pull.reviews) == [
        ("concurrency-check[bot]", "COMMENTED"),
        ("somebody", "PENDING"),
    ]
    assert writes(github)[2:] == [
        "POST /pulls/{pull_number}/reviews",
        "DELETE /pulls/{pull_number}/reviews/{review_id}",
        "POST /pulls/{pull_number}/reviews",
        "PATCH /check-runs/{check_run_id}",
    ]
