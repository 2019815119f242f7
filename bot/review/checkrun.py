"""The check run of one look at a head: queued at once, in progress, completed in every case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import structlog

from bot.github.answers import Annotation, PullRequest, Refused, Result
from bot.github.repository import ANNOTATIONS, Repository
from bot.review import comments, markers
from bot.review.comments import CHECK_NAME
from bot.review.writes import Writes
from bot.store import checks
from bot.store.database import Database
from bot.values import LeaseLost, Retry

# Makes a run under a marker, and gives its id.
_Make = Callable[[str], int]
_Send = Callable[[int, Result, Sequence[Annotation]], None]
_OWED = "complete-check="
_log = structlog.get_logger(__name__)


class CheckRun:
    """The check run of a commit; as a context it completes what was left open.

    One that was completed is history, since its annotations cannot be taken back: another look at the same head is
    another run, of which GitHub shows the newest. One that a worker left open when it died is taken up again.
    last_try: what fails is not tried again by itself, and says so.
    """

    def __init__(
        self,
        database: Database,
        repository: Repository,
        repository_id: int,
        head: str,
        writes: Writes,
        *,
        last_try: bool = False,
    ) -> None:
        self._database = database
        self._repository = repository
        self._repository_id = repository_id
        self._head = head
        self._writes = writes
        self._last_try = last_try
        self._last = checks.get(database, repository_id, head)
        self._resumed = self._last is not None and self._last.status in (checks.OPEN, checks.LEFT)
        self._id = self._last.id if self._last is not None and self._resumed else None
        self._open = False

    @property
    def known(self) -> bool:
        """Whether this head has a check run already."""
        return self._last is not None

    def queue(self, *, anew: bool = True) -> None:
        """Show that this head is going to be looked at; not where the result of a review of this very head is shown,
        and nobody asked for it anew."""
        if not anew and self._last is not None and self._last.status == checks.REVIEWED:
            return
        if self._id is None:
            said = comments.IN_HAND
            self._id = self._make(lambda marker: self._repository.queue_check(CHECK_NAME, self._head, marker, *said))
            checks.put(self._database, self._repository_id, self._head, self._id, checks.OPEN)
        self._open = True

    def start(self) -> None:
        """A queued run is in progress from now on."""
        if self._open:
            check = self._queued()
            self._writes.again(lambda: self._repository.begin_check(check))

    def complete(self, result: Result, annotations: Sequence[Annotation] = (), *, reviewed: bool = False) -> None:
        """Say the result; in one request where the run was not even queued. reviewed: it is that of a review."""
        if self._id is None and not annotations:
            self._id = self._make(lambda marker: self._repository.report_check(CHECK_NAME, self._head, marker, result))
        else:
            self.queue()
            self._finish(self._queued(), result, annotations)
        self._open = False
        status = checks.REVIEWED if reviewed else checks.COMPLETED
        checks.put(self._database, self._repository_id, self._head, self._queued(), status, result.conclusion)
        self._writes.settle(_owed(self._head))

    def _queued(self) -> int:
        if self._id is None:
            raise AssertionError("a queued check run has an id")
        return self._id

    def _make(self, write: _Make) -> int:
        """A new run, by `write` with its marker; promised to be completed before it is there."""
        marker = markers.of_check(self._head, self._last.id if self._last is not None else 0)
        promised = _owed(self._head) in self._writes.owed
        self._writes.owe(_owed(self._head))

        def look() -> int | None:
            there = self._repository.checks(CHECK_NAME, self._head)
            found = next((one for one in there if one.external_id == marker), None)
            self._resumed = found is not None
            return found.id if found is not None else None

        return self._writes.once(marker, "check", marker, lambda: write(marker), look, look_first=promised)

    def _finish(self, run: int, result: Result, annotations: Sequence[Annotation]) -> None:
        """Complete the run; its annotations in batches, none of them twice: GitHub appends what it is sent."""
        if annotations and self._resumed:
            there = frozenset(self._repository.annotations(run))
            annotations = [one for one in annotations if one not in there]
        if not annotations:
            self._writes.again(lambda: self._repository.complete_check(run, result))
            return
        for at in range(0, len(annotations), ANNOTATIONS):
            batch = tuple(annotations[at : at + ANNOTATIONS])
            write = self._repository.annotate_check if at else self._repository.complete_check

            def send(write: _Send = write, batch: tuple[Annotation, ...] = batch) -> bool:
                write(run, result, batch)
                return True

            marker = f"annotations={run}/{at}"
            self._writes.once(marker, "annotations", "", send, partial(self._annotated, run, batch))

    def _annotated(self, run: int, batch: Sequence[Annotation]) -> bool | None:
        return True if frozenset(batch) <= frozenset(self._repository.annotations(run)) else None

    def __enter__(self) -> CheckRun:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Complete a run that was left open, with the reason; not when another worker has it, or GitHub wants rest, or
        this process is being stopped: the next round does it. What GitHub shows meanwhile was said with `queue`: while
        it wants rest, nothing can be written."""
        if not self._open or isinstance(error, LeaseLost) or (isinstance(error, Retry) and error.installation_wide):
            return
        if error is not None and not isinstance(error, Exception):
            return
        again = not self._last_try or (isinstance(error, Retry) and not error.counts)
        reason = error.reason if isinstance(error, Retry) else ""
        try:
            self.complete(comments.tried_again(reason) if again else comments.given_up(reason))
        except (Retry, Refused) as second:
            # It must not hide the first error. The sweep finds the run again.
            _log.warning("a check run stays open", head=self._head, reason=str(second))


def complete_others(database: Database, repository: Repository, pull: PullRequest, writes: Writes) -> None:
    """Complete the check runs that a worker which died left open on heads of this pull request that are past."""
    for marker in writes.owed:
        head = marker.removeprefix(_OWED)
        if not marker.startswith(_OWED) or (head == pull.head_sha and pull.open):
            continue
        result = comments.SUPERSEDED if head != pull.head_sha else comments.CLOSED
        try:
            for run in repository.checks(CHECK_NAME, head):
                if not run.completed:
                    writes.again(partial(repository.complete_check, run.id, result))
                checks.put(database, pull.repository, head, run.id, checks.COMPLETED)
        except Refused as refused:
            _log.warning("a check run cannot be completed", head=head, reason=refused.message)
        writes.settle(marker)


def _owed(head: str) -> str:
    """Names the completion of a head's run among the writes that are owed."""
    return f"{_OWED}{head}"
