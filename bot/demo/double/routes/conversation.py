"""Comments of the conversation, and reactions to these and to review comments."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from bot.demo.double import posting, render, rules
from bot.demo.double.api import Call, route
from bot.demo.double.limits import Refusal
from bot.demo.double.routes.reviews import find_comment
from bot.demo.double.state import IssueComment, PullRequest, Reaction

blueprint = Blueprint("conversation", __name__)
_REPOSITORY = "/repos/{owner}/{repo}"
_ISSUE_COMMENT = f"{_REPOSITORY}/issues/comments/{{comment_id}}"
_REVIEW_COMMENT = f"{_REPOSITORY}/pulls/comments/{{comment_id}}"
# On a pull request either permission opens the conversation; reactions need Issues by the table of permissions.
_READ, _WRITE = "issues:read|pull_requests:read", "issues:write|pull_requests:write"


@route(blueprint, "GET", "/repos/{owner}/{repo}/issues/{issue_number}", "issues:read|pull_requests:read")
def issue(call: Call, issue_number: int) -> Any:
    return render.issue(call.world, call.pull(issue_number))


@route(blueprint, "GET", f"{_REPOSITORY}/issues/{{issue_number}}/comments", _READ)
def comments(call: Call, issue_number: int) -> Any:
    pull = call.pull(issue_number)
    return [render.issue_comment(call.world, pull, comment) for comment in call.page(pull.comments)]


@route(blueprint, "POST", f"{_REPOSITORY}/issues/{{issue_number}}/comments", _WRITE)
def create(call: Call, issue_number: int) -> Any:
    pull = call.pull(issue_number)
    posting.refuse_locked(pull)
    now = call.world.now()
    comment = IssueComment(call.world.next_id(), call.caller.user, _text(call), now, now)
    pull.comments.append(comment)
    return render.issue_comment(call.world, pull, comment), 201


@route(blueprint, "GET", _ISSUE_COMMENT, _READ)
def comment(call: Call, comment_id: int) -> Any:
    pull, found = _find(call, comment_id)
    return render.issue_comment(call.world, pull, found)


@route(blueprint, "PATCH", _ISSUE_COMMENT, _WRITE)
def edit(call: Call, comment_id: int) -> Any:
    pull, found = _find(call, comment_id)
    found.body, found.updated = _text(call), call.world.now()
    return render.issue_comment(call.world, pull, found)


@route(blueprint, "DELETE", _ISSUE_COMMENT, _WRITE)
def delete(call: Call, comment_id: int) -> Any:
    pull, found = _find(call, comment_id)
    pull.comments.remove(found)
    return None, 204


@route(blueprint, "GET", f"{_ISSUE_COMMENT}/reactions", _READ)
def issue_reactions(call: Call, comment_id: int) -> Any:
    return _reactions(call, _find(call, comment_id)[1].reactions)


@route(blueprint, "POST", f"{_ISSUE_COMMENT}/reactions", "issues:write")
def react_to_issue(call: Call, comment_id: int) -> Any:
    return _react(call, _find(call, comment_id)[1].reactions)


@route(blueprint, "GET", f"{_REVIEW_COMMENT}/reactions", "pull_requests:read")
def review_reactions(call: Call, comment_id: int) -> Any:
    return _reactions(call, find_comment(call, comment_id)[1].reactions)


@route(blueprint, "POST", f"{_REVIEW_COMMENT}/reactions", "pull_requests:write")
def react_to_review(call: Call, comment_id: int) -> Any:
    return _react(call, find_comment(call, comment_id)[1].reactions)


def _reactions(call: Call, given: list[Reaction]) -> Any:
    content = call.query.get("content")
    shown = [one for one in given if content in (None, one.content)]
    return [render.reaction(call.world, one) for one in call.page(shown)]


def _react(call: Call, given: list[Reaction]) -> Any:
    before = len(given)
    made = posting.react(call.world, given, call.caller.user, str(call.sent.get("content")))
    return render.reaction(call.world, made), 201 if len(given) > before else 200


def _text(call: Call) -> str:
    body = str(call.sent.get("body") or "")
    if not body.strip() or len(body) > rules.BODY_MAX:
        raise Refusal(
            422, "Validation Failed", errors=[{"resource": "IssueComment", "code": "invalid", "field": "body"}]
        )
    return body


def _find(call: Call, number: int) -> tuple[PullRequest, IssueComment]:
    for pull in call.repository.pulls.values():
        for found in pull.comments:
            if found.id == number:
                return pull, found
    raise Refusal(404, "Not Found")
