"""The check run of one head: one for its whole life, and never left open."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import structlog

from bot.github.answers import Annotation, PullRequest, Refused
from bot.github.repository import Repository
from bot.review import comments
from bot.review.comments import CHECK_NAME, Check
from bot.review.writes import Writes
from bot.store import checks
from bot.store.database import Database
from bot.values import LeaseLost, Retry

_OWED = "complete-check="
_log = structlog.get_logger(__name__)


class CheckRun:
    """The check run of a commit; as a context it completes what was left open."""

    def __init__(
        self, database: Database, repository: Repository, repository_id: int, head: str, writes: Writes
    ) -> None:
        self._database = database
        self._repository = repository
        self._repository_id = repository_id
        self._head = head
        self._writes = writes
        self._id: int | None = checks.get(database, repository_id, head)
        self._open = False

    @property
    def known(self) -> bool:
        """Whether this head has a check run already."""
        return self._id is not None

    def start(self, *, anew: bool = True) -> None:
        """In progress from now on, whatever it was before; unless it shows the result of a review of this very head,
        and nobody asked for it anew."""
        if not anew and checks.reviewed(self._database, self._repository_id, self._head):
            return
        if self._id is None:
            marker = f"check={self._head}"
            self._id = self._writes.once(
                marker,
                "check",
                marker,
                lambda: self._repository.start_check(CHECK_NAME, self._head, marker),
                lambda: self._repository.find_check(CHECK_NAME, self._head),
            )
        else:
            check = self._id
            self._writes.again(lambda: self._repository.restart_check(check))
        self._open = True
        self._writes.owe(_owed(self._head, self._id))
        checks.put(self._database, self._repository_id, self._head, self._id, "in_progress")

    def complete(self, check: Check, annotations: Sequence[Annotation] = (), *, reviewed: bool = False) -> None:
        """Say the result; starts the run where that has not happened. reviewed: it is that of a review."""
        if self._id is None:
            self.start()
        run = self._id
        if run is None:
            raise AssertionError("a started check run has an id")
        self._writes.again(
            lambda: self._repository.complete_check(run, check.conclusion, check.title, check.summary, annotations)
        )
        self._open = False
        status = checks.REVIEWED if reviewed else checks.COMPLETED
        checks.put(self._database, self._repository_id, self._head, run, status)
        self._writes.settle(_owed(self._head, run))

    def __enter__(self) -> CheckRun:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Complete a run that was left open, with the reason; not when another worker has it, or GitHub wants rest, or
        this process is being stopped: the next round does it."""
        if not self._open or isinstance(error, LeaseLost) or (isinstance(error, Retry) and error.installation_wide):
            return
        if error is not None and not isinstance(error, Exception):
            return
        try:
            self.complete(comments.waits(error.reason) if isinstance(error, Retry) else comments.WENT_WRONG)
        except (Retry, Refused) as second:
            # It must not hide the first error. The sweep finds the run again.
            _log.warning("a check run stays open", head=self._head, reason=str(second))


def complete_others(database: Database, repository: Repository, pull: PullRequest, writes: Writes) -> None:
    """Complete the check runs that a worker which died left open on heads of this pull request that are past."""
    for marker in writes.owed:
        head, _, run = marker.removeprefix(_OWED).partition("/")
        if not marker.startswith(_OWED) or (head == pull.head_sha and pull.open):
            continue
        check = comments.SUPERSEDED if head != pull.head_sha else comments.CLOSED
        try:
            writes.again(partial(repository.complete_check, int(run), check.conclusion, check.title, check.summary))
        except Refused as refused:
            _log.warning("a check run cannot be completed", head=head, reason=refused.message)
        checks.put(database, pull.repository, head, int(run), checks.COMPLETED)
        writes.settle(marker)


def _owed(head: str, run: int) -> str:
    """Names the completion of a run among the writes that are owed."""
    return f"{_OWED}{head}/{run}"
