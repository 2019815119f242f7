"""Reviews and review comments: whole or not at all, one pending at a time."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from bot.demo.double import render
from bot.demo.double.api import Call, route
from bot.demo.double.limits import Refusal
from bot.demo.double.posting import STATES, add_comment, add_reply, add_review, edit, pending, refuse_locked
from bot.demo.double.state import PullRequest, Review, ReviewComment

blueprint = Blueprint("reviews", __name__)
_PULL = "/repos/{owner}/{repo}/pulls/{pull_number}"
_COMMENT = "/repos/{owner}/{repo}/pulls/comments/{comment_id}"


@route(blueprint, "GET", f"{_PULL}/reviews", "pull_requests:read")
def reviews(call: Call, pull_number: int) -> Any:
    pull = call.pull(pull_number)
    return [render.review(call.world, pull, found) for found in call.page(_visible(call, pull))]


@route(blueprint, "POST", f"{_PULL}/reviews", "pull_requests:write")
def create_review(call: Call, pull_number: int) -> Any:
    pull = call.pull(pull_number)
    review = add_review(call.world, pull, call.caller.user, call.sent)
    return render.review(call.world, pull, review)


@route(blueprint, "GET", f"{_PULL}/reviews/{{review_id}}", "pull_requests:read")
def review(call: Call, pull_number: int, review_id: int) -> Any:
    pull = call.pull(pull_number)
    return render.review(call.world, pull, _review(call, pull, review_id))


@route(blueprint, "PUT", f"{_PULL}/reviews/{{review_id}}", "pull_requests:write")
def update_review(call: Call, pull_number: int, review_id: int) -> Any:
    pull = call.pull(pull_number)
    found = _review(call, pull, review_id)
    _own(call, found)
    found.body = str(call.sent["body"])
    return render.review(call.world, pull, found)


@route(blueprint, "POST", f"{_PULL}/reviews/{{review_id}}/events", "pull_requests:write")
def submit_review(call: Call, pull_number: int, review_id: int) -> Any:
    pull = call.pull(pull_number)
    found = _review(call, pull, review_id)
    _own(call, found)
    found.state, found.submitted = STATES[call.sent["event"]], call.world.now()
    found.body = str(call.sent.get("body") or found.body)
    return render.review(call.world, pull, found)


@route(blueprint, "DELETE", f"{_PULL}/reviews/{{review_id}}", "pull_requests:write")
def delete_review(call: Call, pull_number: int, review_id: int) -> Any:
    pull = call.pull(pull_number)
    found = _review(call, pull, review_id)
    _own(call, found)
    if found.state != "PENDING":
        raise Refusal(422, "Can not delete a non-pending pull request review")
    pull.reviews.remove(found)
    pull.review_comments[:] = [comment for comment in pull.review_comments if comment.review != review_id]
    return render.review(call.world, pull, found)


@route(blueprint, "GET", f"{_PULL}/reviews/{{review_id}}/comments", "pull_requests:read")
def comments_of_review(call: Call, pull_number: int, review_id: int) -> Any:
    pull = call.pull(pull_number)
    _review(call, pull, review_id)
    found = [comment for comment in pull.review_comments if comment.review == review_id]
    return [render.review_comment(call.world, pull, comment) for comment in call.page(found)]


@route(blueprint, "GET", f"{_PULL}/comments", "pull_requests:read")
def comments(call: Call, pull_number: int) -> Any:
    pull = call.pull(pull_number)
    shown = [comment for comment in pull.review_comments if not pending(pull, comment)]
    if call.query.get("direction") == "desc":
        shown.reverse()
    return [render.review_comment(call.world, pull, comment) for comment in call.page(shown)]


@route(blueprint, "POST", f"{_PULL}/comments", "pull_requests:write")
def create_comment(call: Call, pull_number: int) -> Any:
    pull = call.pull(pull_number)
    if call.sent.get("in_reply_to"):
        refuse_locked(pull)
        comment = add_reply(call.world, pull, call.caller.user, call.sent["in_reply_to"], str(call.sent["body"]))
    else:
        comment = add_comment(call.world, pull, call.caller.user, call.sent)
    return render.review_comment(call.world, pull, comment), 201


@route(blueprint, "POST", f"{_PULL}/comments/{{comment_id}}/replies", "pull_requests:write")
def reply(call: Call, pull_number: int, comment_id: int) -> Any:
    pull = call.pull(pull_number)
    refuse_locked(pull)
    comment = add_reply(call.world, pull, call.caller.user, comment_id, str(call.sent["body"]))
    return render.review_comment(call.world, pull, comment), 201


@route(blueprint, "GET", _COMMENT, "pull_requests:read")
def comment(call: Call, comment_id: int) -> Any:
    pull, found = find_comment(call, comment_id)
    return render.review_comment(call.world, pull, found)


@route(blueprint, "PATCH", _COMMENT, "pull_requests:write")
def edit_comment(call: Call, comment_id: int) -> Any:
    pull, found = find_comment(call, comment_id)
    if found.author is not call.caller.user:
        raise Refusal(403, "Resource not accessible by integration")
    edit(call.world, found, str(call.sent.get("body") or ""))
    return render.review_comment(call.world, pull, found)


@route(blueprint, "DELETE", _COMMENT, "pull_requests:write")
def delete_comment(call: Call, comment_id: int) -> Any:
    pull, found = find_comment(call, comment_id)
    pull.review_comments.remove(found)
    return None, 204


def find_comment(call: Call, number: int) -> tuple[PullRequest, ReviewComment]:
    """A review comment of the repository with its pull request, or 404."""
    for pull in call.repository.pulls.values():
        for found in pull.review_comments:
            if found.id == number:
                return pull, found
    raise Refusal(404, "Not Found")


def _visible(call: Call, pull: PullRequest) -> list[Review]:
    return [review for review in pull.reviews if review.state != "PENDING" or review.author is call.caller.user]


def _review(call: Call, pull: PullRequest, number: int) -> Review:
    found = next((review for review in _visible(call, pull) if review.id == number), None)
    if found is None:
        raise Refusal(404, "Not Found")
    return found


def _own(call: Call, review: Review) -> None:
    if review.author is not call.caller.user:
        raise Refusal(403, "Resource not accessible by integration")
