"""Brings the comments that stand to their new state: texts and folding of many in one request, quietly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import structlog

from bot.github.answers import ChangeRefused, CommentChange, Refused
from bot.github.graphql import batches
from bot.github.repository import Repository
from bot.review.threads import Edit
from bot.review.writes import Writes
from bot.store.posted import OPEN

_log = structlog.get_logger(__name__)


def bring_about(edits: Sequence[Edit], repository: Repository, number: int, writes: Writes) -> Iterator[Edit]:
    """Make these edits on pull request `number`; gives each edit as soon as it is done.

    GitHub may not allow one, or the comment may be gone: then it is done without it, and the log says so.
    """
    wanted = {edit.standing.comment: edit for edit in edits if _change(edit) is not None}
    yield from (edit for edit in edits if _change(edit) is None)
    for batch in batches([change for edit in wanted.values() if (change := _change(edit)) is not None]):
        for change, refused in zip(batch, _sent(batch, repository, number, writes), strict=True):
            if refused.body:
                _log.info("a comment is edited by itself", comment=change.id, reason=refused.body)
                _alone(change, repository, writes)
            if refused.folded:
                _log.info("a comment cannot be minimised", comment=change.id, reason=refused.folded)
            yield wanted[change.id]


def _change(edit: Edit) -> CommentChange | None:
    """The text first, then its folding, which GitHub may not allow; None where there is no comment to change."""
    before = edit.standing
    body = edit.body if edit.body != before.body or before.was else ""
    folded = edit.state != OPEN if edit.state != before.state else None
    if not edit.body or (not body and folded is None):
        return None
    return CommentChange(before.comment, before.node, body, folded)


def _sent(
    batch: Sequence[CommentChange], repository: Repository, number: int, writes: Writes
) -> tuple[ChangeRefused, ...]:
    """What was refused of a batch, in its order."""
    todo = tuple(batch)

    def look() -> tuple[ChangeRefused, ...] | None:
        """What stands already is not sent again; folding is, for the list does not tell it."""
        nonlocal todo
        there = {one.id: one.body for one in repository.comments(number)}
        todo = tuple(replace(one, body="") if there.get(one.id) == one.body else one for one in todo)
        left = any(one.body or one.folded is not None for one in todo)
        return None if left else tuple(ChangeRefused() for _ in todo)

    try:
        return writes.again(lambda: repository.change_comments(todo), look)
    except Refused as refused:
        # Not every Enterprise Server has these mutations.
        return tuple(
            ChangeRefused(one.body and refused.message, "" if one.folded is None else refused.message) for one in todo
        )


def _alone(change: CommentChange, repository: Repository, writes: Writes) -> None:
    """The text of one comment, as REST has it."""
    try:
        writes.again(lambda: repository.edit_comment(change.id, change.body))
    except Refused as refused:
        _log.info("a comment cannot be edited", comment=change.id, reason=refused.message)
