"""Reviews, comments, replies and reactions come into being here, whether the App makes them or a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.demo.double import rules
from bot.demo.double.anchoring import by_line, excerpt, place
from bot.demo.double.git import Change
from bot.demo.double.limits import Refusal
from bot.demo.double.state import PullRequest, Reaction, Review, ReviewComment, User, World

STATES: Final = {"COMMENT": "COMMENTED", "APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", None: "PENDING"}
_CONTENTS: Final = ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes")


def add_review(world: World, pull: PullRequest, author: User, sent: Mapping[str, Any]) -> Review:
    """A review with its comments; nothing of it is kept when one entry is refused, and the error does not say which."""
    broken = rules.refuse_review(rules.ReviewSent(sent, pull, author))
    if broken is not None:
        raise Refusal(422, "Unprocessable Entity", errors=[broken.message])
    event = sent.get("event") or None
    if event not in STATES:
        raise Refusal(422, "Unprocessable Entity", errors=["Event is not included in the list"])
    commit = str(sent.get("commit_id") or pull.head)
    changes = _changes(pull, commit)
    comments = [by_line(entry, changes) for entry in sent.get("comments") or ()]
    refused = [rule.message for entry in comments if (rule := rules.refuse_comment(rules.Draft(entry, changes)))]
    if refused:
        raise Refusal(422, "Unprocessable Entity", errors=sorted(set(refused)))
    submitted = world.now() if event else None
    review = Review(world.next_id(), author, str(sent.get("body") or ""), STATES[event], commit, submitted)
    pull.reviews.append(review)
    pull.review_comments.extend(_comment(world, author, entry, changes, commit, review.id) for entry in comments)
    return review


def add_comment(world: World, pull: PullRequest, author: User, sent: Mapping[str, Any]) -> ReviewComment:
    """A single comment on a line, a range or (subject_type file) a file; GitHub wraps it into a review of its own."""
    commit = str(sent.get("commit_id") or "")
    broken = rules.refuse_review(rules.ReviewSent({"body": "-", "commit_id": commit}, pull, author))
    changes = _changes(pull, commit) if broken is None else {}
    sent = by_line(sent, changes)
    refused = broken or rules.refuse_comment(rules.Draft(sent, changes))
    if refused is not None:
        entry = {"resource": "PullRequestReviewComment", "code": "custom", "message": refused.message}
        raise Refusal(422, "Validation Failed", errors=[entry])
    review = Review(world.next_id(), author, "", "COMMENTED", commit, world.now())
    comment = _comment(world, author, sent, changes, commit, review.id)
    pull.reviews.append(review)
    pull.review_comments.append(comment)
    return comment


def add_reply(world: World, pull: PullRequest, author: User, to: int, body: str) -> ReviewComment:
    """A reply in the thread that starts with the comment `to`; a reply cannot be replied to."""
    root = next((found for found in pull.review_comments if found.id == to), None)
    if root is None or root.reply_to:
        raise Refusal(404 if root is None else 422, "Not Found" if root is None else "Validation Failed")
    _check(body)
    now = world.now()
    review = Review(world.next_id(), author, "", "COMMENTED", pull.head, now)
    comment = ReviewComment(
        id=world.next_id(),
        review=review.id,
        author=author,
        body=body,
        path=root.path,
        subject=root.subject,
        side=root.side,
        start_side=root.start_side,
        line=root.line,
        start_line=root.start_line,
        original_line=root.original_line,
        original_start_line=root.original_start_line,
        commit=root.commit,
        original_commit=root.original_commit,
        hunk=root.hunk,
        position=root.position,
        original_position=root.original_position,
        at=now,
        updated=now,
        reply_to=root.id,
    )
    pull.reviews.append(review)
    pull.review_comments.append(comment)
    return comment


def refuse_locked(pull: PullRequest) -> None:
    """Raises what an App without a role hears in a locked conversation."""
    if pull.locked:
        raise Refusal(403, "Unable to create comment because issue is locked.")


def edit(world: World, comment: ReviewComment, body: str) -> None:
    """Another text for a comment; nobody is told."""
    _check(body)
    comment.body, comment.updated = body, world.now()


def react(world: World, given: list[Reaction], author: User, content: str) -> Reaction:
    """Adds a reaction to those given, or finds the same one by the same author."""
    if content not in _CONTENTS:
        wrong = {"resource": "Reaction", "code": "invalid", "field": "content"}
        raise Refusal(422, "Validation Failed", errors=[wrong])
    for one in given:
        if one.author is author and one.content == content:
            return one
    given.append(Reaction(world.next_id(), author, content, world.now()))
    return given[-1]


def pending(pull: PullRequest, comment: ReviewComment) -> bool:
    """Whether the comment belongs to a review that is not submitted yet."""
    return any(review.id == comment.review and review.state == "PENDING" for review in pull.reviews)


def _check(body: str) -> None:
    if not body.strip() or len(body) > rules.BODY_MAX:
        raise Refusal(422, "Validation Failed", errors=[{"resource": "PullRequestReviewComment", "code": "invalid"}])


def _changes(pull: PullRequest, commit: str) -> dict[str, Change]:
    git = pull.repository.git
    base = git.merge_base(pull.base, commit) or pull.base
    return {change.path: change for change in git.changes(base, commit)}


def _comment(
    world: World, author: User, sent: Mapping[str, Any], changes: Mapping[str, Change], commit: str, review: int
) -> ReviewComment:
    draft = rules.Draft(sent, changes)
    line = None if draft.on_file else sent["line"]
    start = None if draft.on_file else sent.get("start_line")
    hunk, position = place(draft.change, draft.side("side"), line)
    now = world.now()
    return ReviewComment(
        id=world.next_id(),
        review=review,
        author=author,
        body=str(sent["body"]),
        path=str(sent["path"]),
        subject="file" if draft.on_file else "line",
        side=draft.side("side"),
        start_side=draft.side("start_side"),
        line=line,
        start_line=start,
        original_line=line,
        original_start_line=start,
        commit=commit,
        original_commit=commit,
        hunk=excerpt(hunk, draft.side("side"), line) if hunk and line else "",
        position=position,
        original_position=position,
        at=now,
        updated=now,
    )
