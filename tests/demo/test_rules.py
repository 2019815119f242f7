"""Every rule of the table is broken once, and kept once, by what a bot might send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.demo.double import Double, posting, rules
from bot.demo.double.limits import Refusal
from bot.demo.double.state import PullRequest
from tests.judges.fixtures import github as github

OLD = "".join(f"line {number}\n" for number in range(1, 61))
NEW = OLD.replace("line 10\n", "line ten\nand more\n").replace("line 50\n", "line fifty\n")
SOUND: dict[str, Any] = {"path": "a.go", "line": 11, "side": "RIGHT", "body": "here"}
NOTE: dict[str, Any] = {"path": "a.go", "start_line": 1, "end_line": 2, "annotation_level": "notice", "message": "here"}

COMMENTS: dict[str, dict[str, Any]] = {
    "path in the pull request": {"path": "b.go"},
    "side is LEFT or RIGHT": {"side": "MIDDLE"},
    "line in a hunk of base...head": {"line": 30},
    "start_line before line": {"start_line": 11},
    "range within one hunk": {"line": 51, "start_line": 11},
    "comment with a body": {"body": " \n"},
    "comment no longer than 65,536 characters": {"body": "x" * 65_537},
}
CHECKS: dict[str, dict[str, Any]] = {
    "at most 50 annotations a request": {"output": {"annotations": [NOTE] * 51}},
    "summary and text up to 65,535 characters": {"output": {"summary": "x" * 65_536}},
    "at most three actions": {"actions": [{"label": "a", "description": "b", "identifier": "c"}] * 4},
    "no null in an annotation": {"output": {"annotations": [{**NOTE, "title": None}]}},
    "columns only on one line": {"output": {"annotations": [{**NOTE, "start_column": 1}]}},
    "completed with a conclusion": {"status": "completed"},
}


@pytest.fixture
def pull(github: Double) -> Iterator[PullRequest]:
    repository = github.people.repository("acme/tool", {"a.go": OLD})
    yield github.people.open(repository, {"a.go": NEW})


def post(github: Double, pull: PullRequest, **sent: Any) -> None:
    posting.add_review(github.world, pull, github.world.app.user, {"body": "A review.", "event": "COMMENT", **sent})


def refused(github: Double, pull: PullRequest, **sent: Any) -> str:
    """The message with which a review is refused; nothing of it may have been kept."""
    before = (len(pull.reviews), len(pull.review_comments))
    with pytest.raises(Refusal) as refusal:
        post(github, pull, **sent)
    assert refusal.value.status == 422
    assert (len(pull.reviews), len(pull.review_comments)) == before
    (message,) = refusal.value.body["errors"]
    return str(message)


@pytest.mark.parametrize("rule", rules.COMMENT_RULES, ids=lambda rule: rule.name)
def test_a_comment(github: Double, pull: PullRequest, rule: rules.Rule[rules.Draft]) -> None:
    assert rule.reason
    assert refused(github, pull, comments=[SOUND, {**SOUND, **COMMENTS[rule.name]}]) == rule.message
    post(github, pull, comments=[SOUND])


@pytest.mark.parametrize(
    "place",
    [
        {"line": 10, "side": "LEFT"},
        {"line": 7},
        {"line": 11, "start_line": 10},
        {"line": 12, "start_line": 10, "start_side": "LEFT"},
        {"line": 54},
    ],
    ids=str,
)
def test_places_that_github_takes(github: Double, pull: PullRequest, place: dict[str, Any]) -> None:
    post(github, pull, comments=[{**SOUND, **place}])
    assert pull.review_comments[0].position is not None


@pytest.mark.parametrize("place", [{"line": 6}, {"line": 15}, {"line": 7, "side": "LEFT"}, {"line": 0}], ids=str)
def test_places_that_github_refuses(github: Double, pull: PullRequest, place: dict[str, Any]) -> None:
    assert refused(github, pull, comments=[{**SOUND, **place}]) == "Line could not be resolved"


def test_a_review(github: Double, pull: PullRequest) -> None:
    messages = {rule.name: rule.message for rule in rules.REVIEW_RULES}
    broken = {
        "COMMENT and REQUEST_CHANGES with a body": {"body": ""},
        "review no longer than 65,536 characters": {"body": "x" * 65_537},
        "commit of the pull request": {"commit_id": pull.base},
    }
    for name, sent in broken.items():
        assert refused(github, pull, **sent) == messages.pop(name)
    github.people.start_review(pull, by=github.world.app.user.login)
    assert refused(github, pull) == messages.pop("one pending review for each author and pull request")
    pull.reviews.clear()
    github.people.act(pull, "locked")
    assert refused(github, pull) == messages.pop("pull request is not locked")
    assert messages == {}


def test_an_old_head_is_taken_until_it_is_pushed_away(github: Double, pull: PullRequest) -> None:
    before = pull.head
    github.people.push(pull, {"a.go": NEW + "more\n"})
    post(github, pull, commit_id=before, comments=[SOUND])
    assert pull.review_comments[0].original_commit == before
    github.people.force_push(pull, {"a.go": NEW})
    assert refused(github, pull, commit_id=before) == "Commit is not part of the pull request"


@pytest.mark.parametrize("rule", rules.CHECK_RULES, ids=lambda rule: rule.name)
def test_a_check_run(rule: rules.Rule[dict[str, Any]]) -> None:
    broken = rules.refuse_check(CHECKS[rule.name])
    assert broken is not None
    assert (broken.name, bool(rule.reason)) == (rule.name, True)
    sound = {"status": "completed", "conclusion": "neutral", "output": {"summary": "s", "annotations": [NOTE]}}
    assert rules.refuse_check(sound) is None


def test_every_behaviour_names_a_module_and_a_reason() -> None:
    for told, module, reason in rules.BEHAVIOUR:
        assert told and reason
        __import__(f"bot.demo.double.{module.replace('/', '.')}")
