"""Where review comments hang, and what becomes of them when the head moves: they follow their line or are outdated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.demo.double.git import Change, Git, Hunk
from bot.demo.double.state import PullRequest, ReviewComment


def reanchor(pull: PullRequest, old_head: str) -> None:
    """Moves every comment of `pull` from `old_head` to its present head.

    A line that the push left alone is followed to its new number, as long as it is still in a hunk of base...head; else
    the comment is outdated: line and position become None for good. original_line and original_commit stay.
    """
    git = pull.repository.git
    shown = {change.path: change for change in git.changes(pull.merge_base, pull.head)}
    moved = {change.previous or change.path: change for change in git.changes(old_head, pull.head)}
    for comment in pull.review_comments:
        comment.commit = pull.head
        if comment.subject == "file" or comment.line is None:
            continue
        _follow(comment, moved.get(comment.path), shown, git)


def by_line(sent: Mapping[str, Any], changes: Mapping[str, Change]) -> Mapping[str, Any]:
    """A comment as it was sent, with its place as a line: older clients count `position` down the patch instead."""
    change, position = changes.get(str(sent.get("path"))), sent.get("position")
    if sent.get("line") is not None or change is None or not isinstance(position, int):
        return sent
    for hunk in change.hunks:
        if 0 <= position - hunk.position < len(hunk.lines):
            line = hunk.lines[position - hunk.position]
            side = "LEFT" if line.sign == "-" else "RIGHT"
            return {**sent, "side": side, "line": hunk.number(line, side)}
    return sent


def place(change: Change | None, side: str, line: int | None) -> tuple[Hunk | None, int | None]:
    """The hunk of a line and the line's position in the patch, counted as GitHub does; None when it is in no hunk."""
    if change is not None and line is not None:
        for hunk in change.hunks:
            for offset, candidate in enumerate(hunk.lines):
                if hunk.number(candidate, side) == line:
                    return hunk, hunk.position + offset
    return None, None


def excerpt(hunk: Hunk, side: str, line: int) -> str:
    """The hunk down to the line, as `diff_hunk` has it."""
    lines = [hunk.header]
    for candidate in hunk.lines:
        lines.append(candidate.sign + candidate.text)
        if hunk.number(candidate, side) == line:
            break
    return "\n".join(lines)


def _follow(comment: ReviewComment, push: Change | None, shown: dict[str, Change], git: Git) -> None:
    path = push.path if push is not None else comment.path
    if comment.side == "RIGHT":
        comment.line = _shifted(push, comment.line)
        comment.start_line = _shifted(push, comment.start_line)
    comment.position = place(shown.get(path), comment.side, comment.line)[1]
    if comment.position is None:
        comment.line = comment.start_line = None


def _shifted(push: Change | None, line: int | None) -> int | None:
    """The new number of a line after a push; None when the push removed or changed it, or the whole file."""
    if push is None or line is None:
        return line
    if push.status == "removed":
        return None
    shift = 0
    for hunk in push.hunks:
        kept = next((candidate for candidate in hunk.lines if candidate.old == line), None)
        if kept is not None:
            return kept.new if kept.sign == " " else None
        if max(candidate.old for candidate in hunk.lines) < line:
            shift += sum((candidate.sign == "+") - (candidate.sign == "-") for candidate in hunk.lines)
    return line + shift
