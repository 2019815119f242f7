"""Carries a plan out on GitHub: one review, the comments beside it, the edits; nothing twice, nothing lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import structlog

from bot.github.answers import NewComment, PullRequest, Refused
from bot.github.repository import Repository
from bot.review import comments, markers
from bot.review.edits import bring_about
from bot.review.placement import Placed, Where, to_check
from bot.review.threads import Edit, Plan
from bot.review.writes import Writes
from bot.store import posted
from bot.store.database import Database
from bot.store.posted import OPEN, RESOLVED, Posted

# Requests at most to bring a review to its place.
_TRIES = 4
# Nobody like us may write there, no single comment either: the conversation is locked.
_CLOSED = 403
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Posting:
    """One pull request to write on. say: the text of a finding's comment."""

    database: Database
    repository: Repository
    pull: PullRequest
    writes: Writes
    say: Callable[[Placed], str]

    def carry_out(self, plan: Plan, *, remember: bool) -> tuple[Placed, ...]:
        """Do what the plan says; gives its new findings with the places that they came to in the end.

        remember: whether what only the check tells counts as told; not where comments are switched off.
        """
        in_check = [one for one in plan.post if one.where is Where.CHECK]
        told = self._review([one for one in plan.post if one.where is Where.INLINE], len(in_check))
        told += [self._on_file(one) for one in plan.post if one.where is Where.FILE]
        if remember:
            self._remember(in_check, 0)
        back = any(_reopens(edit) and edit.body for edit in plan.edit)
        resolved = self.repository.resolved_threads(self.pull.number) if back else frozenset()
        # The event may have been lost; a thread that a person resolved is not opened again.
        held = [edit for edit in plan.edit if _reopens(edit) and edit.standing.comment in resolved]
        for edit in held:
            self._set_state(edit, RESOLVED)
        edits = [edit for edit in plan.edit if edit not in held]
        for edit in bring_about(edits, self.repository, self.pull.number, self.writes):
            self._set_state(edit, edit.state)
        return (*told, *in_check)

    def _review(self, inline: Sequence[Placed], beyond: int) -> list[Placed]:
        """One review with these comments. GitHub takes all or nothing and does not say which comment it refuses: then
        halves are tried, and what is not in the first that it takes is told in the check: a push brings one mail."""
        groups = deque([tuple(inline)] if inline else [])
        told: tuple[Placed, ...] = ()
        for _ in range(_TRIES):
            if not groups or told:
                break
            group = groups.popleft()
            try:
                review = self._post(group, beyond + len(inline) - len(group))
            except Refused as refused:
                if refused.archived or refused.status not in (_CLOSED, 422):
                    raise
                number, reason = self.pull.number, refused.message
                _log.warning("a review was refused", pull=number, comments=len(group), reason=reason)
                half = len(group) // 2 if refused.status == 422 else 0
                groups += (group[:half], group[half:]) if half else ()
            else:
                self._remember(group, review)
                told = group
        moved = [to_check(one) for one in inline if one not in told]
        self._remember(moved, 0)
        return [*told, *moved]

    def _post(self, inline: Sequence[Placed], beyond: int) -> int:
        head, number = self.pull.head_sha, self.pull.number
        body = comments.review_body(inline, beyond, head)
        marker = markers.of_review(head, tuple(one.finding.fingerprint for one in inline))
        new = [_new_comment(one, self.say(one)) for one in inline]

        def write() -> int:
            try:
                return self.repository.post_review(number, head, body, new)
            except Refused as refused:
                # GitHub allows one pending review of an author: one that a fault left behind is in the way.
                if refused.status != 422 or "pending review" not in refused.message.lower():
                    raise
                for pending in self.repository.pending_reviews(number):
                    self.repository.delete_pending_review(number, pending)
                return self.repository.post_review(number, head, body, new)

        def look() -> int | None:
            return next((one.id for one in self.repository.reviews(number) if one.ours and marker in one.body), None)

        return self.writes.once(marker, "review", body, write, look)

    def _on_file(self, placed: Placed) -> Placed:
        text = self.say(placed)
        marker = markers.of_finding(placed.finding.fingerprint)
        number = self.pull.number

        def look() -> int | None:
            return next((c.id for c in self.repository.comments(number) if c.ours and marker in c.body), None)

        try:
            comment = self.writes.once(
                marker,
                "comment",
                text,
                lambda: self.repository.post_on_file(number, self.pull.head_sha, placed.path, text),
                look,
            )
        except Refused as refused:
            if refused.archived or refused.status not in (_CLOSED, 422):
                raise
            self._remember([to_check(placed)], 0)
            return to_check(placed)
        self._remember([placed], 0, comment)
        return placed

    def _set_state(self, edit: Edit, state: str) -> None:
        pull, one = self.pull, edit.standing
        if state != one.state:
            fingerprint = one.was or one.fingerprint
            posted.set_state(self.database, pull.repository, pull.number, fingerprint, state, pull.head_sha)

    def _remember(self, told: Iterable[Placed], review: int, comment: int = 0) -> None:
        posted.add(self.database, [self._row(one, review, comment) for one in told])

    def _row(self, placed: Placed, review: int, comment: int) -> Posted:
        finding = placed.finding
        return Posted(
            repository=self.pull.repository,
            number=self.pull.number,
            fingerprint=finding.fingerprint,
            heuristic=finding.heuristic,
            symbol=finding.symbol,
            variable=finding.variable,
            message=finding.message,
            path=finding.span.path,
            acts=finding.acts,
            comment=comment,
            review=review,
            head_first=self.pull.head_sha,
        )


def _reopens(edit: Edit) -> bool:
    return edit.state == OPEN != edit.standing.state


def _new_comment(placed: Placed, text: str) -> NewComment:
    block = placed.suggestion
    if block is None:
        return NewComment(placed.path, placed.line, placed.side, text)
    return NewComment(placed.path, block.end, placed.side, text, block.start if block.start < block.end else 0)
