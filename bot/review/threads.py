"""The life of a posted finding: what is said anew, what is edited, and what is left as it stands. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.github.answers import PostedComment
from bot.review import comments, markers
from bot.review.placement import Placed, cap
from bot.store.posted import FIXED, IGNORED, OPEN, Posted
from heuristics import Finding, Report

# Problems that leave it open whether a finding of that file is still there.
_BLIND = frozenset({"parse", "blob", "size", "states"})


@dataclass(frozen=True, slots=True)
class Standing:
    """A finding that was told on this pull request before. comment: 0 where only the check told it, or where a person
    deleted the comment; then node and body are "". state: as in `store.posted`. was: the fingerprint under which it was
    told, where that is another one now, else "". symbol, variable, acts, author: as in `store.posted`.
    thumbs: how many people put thumbs up and down on the comment."""

    fingerprint: str
    heuristic: str
    path: str
    state: str
    comment: int = 0
    node: str = ""
    body: str = ""
    was: str = ""
    symbol: str = ""
    variable: str = ""
    acts: str = ""
    author: str = ""
    thumbs: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Edit:
    """A finding that moves to another state. body: its comment from now on, "" where there is none to edit."""

    standing: Standing
    state: str
    body: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do. post: told for the first time, with its place. edit: told before, and different now."""

    post: tuple[Placed, ...] = ()
    edit: tuple[Edit, ...] = ()


def standing(rows: Iterable[Posted], on_github: Iterable[PostedComment]) -> tuple[Standing, ...]:
    """What was told before, from our rows and from our own comments, which carry their fingerprint.

    A comment without a row is ours all the same: the process may have died between the write and the row.
    """
    ours = {
        markers.fingerprint_of(comment.body): comment
        for comment in reversed(tuple(on_github))  # the oldest of two is the thread
        if comment.ours and not comment.reply_to and markers.fingerprint_of(comment.body)
    }
    found: dict[str, Standing] = {}
    for row in rows:
        comment = ours.get(row.fingerprint)
        known = Standing(
            fingerprint=row.fingerprint,
            heuristic=row.heuristic,
            path=row.path,
            state=row.state,
            symbol=row.symbol,
            variable=row.variable,
            acts=row.acts,
            author=row.author,
        )
        found[row.fingerprint] = (
            known
            if comment is None
            else replace(known, comment=comment.id, node=comment.node, body=comment.body, thumbs=comment.thumbs)
        )
    for fingerprint, comment in ours.items():
        if fingerprint not in found:
            state = comments.state_of(comment.body)
            found[fingerprint] = Standing(
                fingerprint, "", comment.path, state, comment.id, comment.node, comment.body, thumbs=comment.thumbs
            )
    return tuple(found.values())


def reconcile(
    placed: Sequence[Placed],
    report: Report,
    before: Sequence[Standing],
    ignored: Mapping[str, str],
    head: str,
    most: int,
    say: Callable[[Placed], str],
    expired: Mapping[str, str] | None = None,
) -> Plan:
    """What has to change on the pull request so that it tells this report.

    placed: the findings to tell. ignored: fingerprint -> the sentence that says who ignores it and why; such findings
    are not in placed. most: comments of one review at most. say: the text of a finding's comment. expired: fingerprint
    -> who ignored it before its function did something else.
    """
    known = {one.fingerprint for one in before}
    now = {one.finding.fingerprint: one for one in placed}
    there = now.keys() | {finding.fingerprint for finding in report.standing}
    silenced = {finding.fingerprint: finding for finding in report.suppressed}
    edits: list[Edit] = []
    for one in before:
        edit = _edit(one, now, there, silenced, ignored, report, head, say, expired or {})
        if edit is None and one.was:
            # The same state under another name: its comment tells the places of now.
            edit = Edit(one, one.state, _told_anew(one, now, say))
        if edit is not None:
            edits.append(edit)
    return Plan(cap([one for one in placed if one.finding.fingerprint not in known], most), tuple(edits))


def _edit(
    one: Standing,
    now: Mapping[str, Placed],
    there: frozenset[str] | set[str],
    silenced: Mapping[str, Finding],
    ignored: Mapping[str, str],
    report: Report,
    head: str,
    say: Callable[[Placed], str],
    expired: Mapping[str, str],
) -> Edit | None:
    if one.fingerprint in ignored:
        return _closed(one, IGNORED, comments.ignored(ignored[one.fingerprint], one.body))
    if one.fingerprint in silenced:
        suppression = silenced[one.fingerprint].suppression
        reason = suppression.reason if suppression is not None else ""
        return _closed(one, IGNORED, comments.silenced(reason, one.body))
    if one.fingerprint in there:
        if one.state not in (FIXED, IGNORED):
            return None
        placed = now.get(one.fingerprint)
        if placed is None or not one.comment:
            return Edit(one, OPEN, "")
        back = comments.here_again(head, expired.get(one.fingerprint, ""))
        return Edit(one, OPEN, back + say(placed) if one.state == FIXED or one.fingerprint in expired else say(placed))
    if one.state != OPEN or _unseen(one, report):
        return None
    return _closed(one, FIXED, comments.fixed(head, one.body))


def _told_anew(one: Standing, now: Mapping[str, Placed], say: Callable[[Placed], str]) -> str:
    placed = now.get(one.fingerprint)
    return say(placed) if placed is not None and one.comment and one.state == OPEN else one.body


def _closed(one: Standing, state: str, body: str) -> Edit | None:
    if one.state == state:
        return None
    return Edit(one, state, body if one.comment else "")


def _unseen(one: Standing, report: Report) -> bool:
    """Whether the analysis could not look where the finding was: not seen is not fixed."""
    return any(
        (problem.kind in _BLIND and problem.path == one.path) or (problem.kind == "heuristic")
        for problem in report.problems
    )
