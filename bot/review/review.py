"""The story of one review, top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import structlog

from bot.github.answers import PullRequest, Refused, Result
from bot.github.repository import Repository
from bot.review import answers, comments, configuration, hunks, ledger, noes, owners, result, succession, threads
from bot.review.checkrun import CheckRun, complete_others
from bot.review.commands import Desk
from bot.review.configuration import Configured
from bot.review.look import Look, look
from bot.review.markdown import Links
from bot.review.placement import Placed, place, to_check
from bot.review.posting import Posting
from bot.review.silences import Silences
from bot.review.wishes import Wishes, weigh
from bot.review.writes import Lease, Writes
from bot.settings import Settings
from bot.sources.github_tree import Memory
from bot.store import checks, demotions, dispositions, posted, subjects
from bot.store.database import Database
from bot.store.posted import MERGED, OPEN
from bot.values import AnalysisFailed, Claim, Kind, Retry
from heuristics import CONFIG_NAME, Config, Finding, Report, Snapshot, catalogue

_log = structlog.get_logger(__name__)


class Door(Protocol):
    """What a review needs of `bot.github.client.GitHub`."""

    def repository(self, installation: int, full_name: str, number: int = 0, *, urgent: bool = False) -> Repository: ...


@dataclass(frozen=True, slots=True)
class Memories:
    """What the reviews of a process share; in memory only, and bounded."""

    blobs: Memory = field(default_factory=Memory)
    configurations: configuration.Files = field(default_factory=configuration.Files)


@dataclass(frozen=True, slots=True)
class Services:
    """What a review works with. analyze: head, merge base and configuration -> Report, wherever it runs. scan: all that
    is seen in one file of a snapshot."""

    settings: Settings
    database: Database
    github: Door
    analyze: Callable[[Snapshot, Snapshot, Config], Report]
    lease: Lease
    memories: Memories
    scan: Callable[[Snapshot, Config, str], Report]


def run(claim: Claim, services: Services) -> None:
    """Bring what stands on GitHub for this claim's subject up to date; done when it returns.

    Raises Retry when it has to run again, LeaseLost when another worker has the subject.
    """
    subject = claim.subject
    if subject.kind not in (Kind.PULL_REQUEST, Kind.MERGE_GROUP):
        return
    # A person waits for the answer to a command, a merge queue for its check: the other reviews come after them.
    urgent = bool(claim.commands) or subject.kind is Kind.MERGE_GROUP
    repository = services.github.repository(subject.installation, claim.full_name, subject.repository, urgent=urgent)
    writes = Writes(services.database, services.lease, subject.key)
    try:
        if subject.kind is Kind.MERGE_GROUP:
            _merge_group(claim, services, repository, writes)
        else:
            _pull_request(claim, services, repository, writes)
    except Refused as refused:
        if not refused.archived:
            raise Retry(str(refused), 60.0) from refused
        _log.info("round.archived", full_name=claim.full_name)
        checks.give_up(services.database, subject.repository)


def _merge_group(claim: Claim, services: Services, repository: Repository, writes: Writes) -> None:
    """A required check has to be reported on the merge group's own head, at once."""
    if not claim.closed:
        subject = claim.subject
        CheckRun(services.database, repository, subject.repository, subject.ref, writes).complete(comments.MERGE_GROUP)


def _pull_request(claim: Claim, services: Services, repository: Repository, writes: Writes) -> None:
    pull = repository.pull(claim.subject.number)
    if pull.repository != claim.subject.repository:
        _log.warning("the name belongs to another repository now", full_name=claim.full_name)
        return
    repository = repository.renamed(pull.full_name)
    complete_others(services.database, repository, pull, writes)
    desk = Desk(services.database, repository, pull, writes)
    wishes = weigh(claim.commands, repository)
    desk.acknowledge(wishes)
    desk.follow_threads(wishes)
    mode, files = services.settings.default_mode, services.memories.configurations
    configured = configuration.in_force(repository, pull.repository, pull.base_sha, mode, files)
    desk.answer_at_once(wishes.at_once, configured)
    least = demotions.Measure(services.settings.demote_last, services.settings.demote_percent)
    keep = partial(ledger.keep, services.database, pull, configured, least)
    if not pull.open:
        desk.turn_away(wishes)
        _closed(services.database, repository, pull)
        keep(None)
        return
    check = CheckRun(services.database, repository, pull.repository, pull.head_sha, writes, last_try=claim.last_try)
    if claim.only_asked and check.known and not wishes.want_check and not writes.owed:
        keep(None)
        return
    with check:
        try:
            seen = _Round(services, repository, pull, writes, configured, check).review(wishes, desk)
            keep(seen)
        except AnalysisFailed as failed:
            # It would fail again in the same way: the next push or a person's word tries it anew.
            check.complete(comments.analysis_failed(failed.reason))


def _closed(database: Database, repository: Repository, pull: PullRequest) -> None:
    """The last look: thumbs that came since the last push, and what is merged with its findings."""
    rows = posted.for_pull(database, pull.repository, pull.number)
    if rows:
        noes.Thumbs(database, repository, pull).read(threads.standing(rows, repository.comments(pull.number)))
    for row in rows if pull.merged else ():
        if row.state == OPEN:
            posted.set_state(database, row.repository, row.number, row.fingerprint, MERGED, pull.head_sha)


@dataclass(frozen=True, slots=True)
class _Round:
    """One look at one head of an open pull request."""

    services: Services
    repository: Repository
    pull: PullRequest
    writes: Writes
    configured: Configured
    check: CheckRun

    def review(self, wishes: Wishes, desk: Desk) -> ledger.Seen | None:
        """What was seen; None where nobody has asked for a look."""
        rows = posted.for_pull(self.services.database, self.pull.repository, self.pull.number)
        waits = None if wishes.review else self._waits()
        if waits is not None and not rows and not wishes.with_report:
            self.check.complete(waits)
            return None
        self.check.queue(anew=wishes.want_review)
        looked = self._look()
        report = self._analysis(looked)
        before: tuple[threads.Standing, ...] = ()
        if rows or report.introduced or self.writes.doubtful or wishes.with_report:
            before = threads.standing(rows, self.repository.comments(self.pull.number))
            before = succession.carried_on(before, report, looked.head_bytes)
            noes.Thumbs(self.services.database, self.repository, self.pull).read(before)
        why = self._silences(report, before, looked.head)
        desk.answer_with_report(wishes.with_report, report, before, self._links(), why)
        speaks = waits is None and self.configured.config.mode != "check-only"
        placed = self._tell(report, looked, before, speaks=speaks)
        noes.keep_up(self.services.database, self.pull, before, report, rows)
        # The base is read already where there are findings, its owners with it.
        rules = owners.of_base(looked.base_bytes) if report.introduced or report.suppressed else None
        return ledger.Seen(report, placed, before, rules)

    def _waits(self) -> Result | None:
        """What the check says while nobody has asked: of a draft, and in a repository on demand. Where something was
        told before, each push is followed all the same, without a new comment: what is fixed has to be seen."""
        if self.pull.draft:
            return comments.DRAFT
        return comments.ON_DEMAND if self.configured.config.mode == "on-demand" else None

    def _look(self) -> Look:
        try:
            return look(self.repository, self.pull, self.services.memories.blobs)
        except Refused as refused:
            if refused.status != 404:
                raise
            raise AnalysisFailed("GitHub knows no commit that this change and its base have in common") from refused

    def _silences(self, report: Report, before: Sequence[threads.Standing], head: Snapshot) -> Silences:
        rows = dispositions.for_repository(self.services.database, self.pull.repository)
        said_no = noes.held(rows, report.introduced, before).all
        return Silences(report, said_no, head, self.configured, self.services.scan)

    def _analysis(self, looked: Look) -> Report:
        if not looked.go_files and self.pull.changed_files <= len(looked.files):
            return Report()
        self.check.start()
        return self.services.analyze(looked.head, looked.base, self.configured.config)

    def _tell(
        self, report: Report, looked: Look, before: Sequence[threads.Standing], *, speaks: bool
    ) -> tuple[Placed, ...]:
        """Compare what was found with what stands, and bring GitHub from one to the other; the open findings where they
        stand now. speaks: in comments."""
        rows = dispositions.for_repository(self.services.database, self.pull.repository)
        held = noes.held(rows, report.introduced, before)
        open_findings = [one for one in report.introduced if one.fingerprint not in held.all]
        lines = hunks.of_change(looked.go_files, looked.base_bytes, looked.head_bytes) if open_findings else {}
        placed = self._demoted(place(open_findings, lines, looked.head_bytes), before)
        config = self.configured.config
        most = config.comments_max if speaks else 0
        plan = threads.reconcile(
            placed, report, before, held.ignored, self.pull.head_sha, most, self._say, held.expired
        )
        if plan.post or plan.edit:
            self._make_sure_of_head()
        posting = Posting(self.services.database, self.repository, self.pull, self.writes, self._say)
        new = posting.carry_out(plan, remember=speaks)
        outcome = result.Outcome(
            report=report,
            placed=result.final_places(placed, new, before),
            ignored={
                one.fingerprint: (one, held.all[one.fingerprint])
                for one in report.introduced
                if one.fingerprint in held.all
            },
            changed=frozenset(file.path for file in looked.files),
            beside=self._beside({one.fingerprint for one in report.introduced}),
            gaps=self._gaps(looked),
            remarks=(*self._remarks(looked, report), *self._demotions(open_findings)),
        )
        self.check.complete(*result.check(outcome, config.fail_on, self._links()), reviewed=True)
        return tuple(outcome.placed)

    def _demoted(self, placed: Sequence[Placed], before: Sequence[threads.Standing]) -> tuple[Placed, ...]:
        """The same findings, those of heuristics that are not worth a comment here in the check; not what has one."""
        fallen = demotions.of(self.services.database, self.pull.repository) if placed else {}
        told = {one.fingerprint for one in before if one.comment}
        return tuple(
            to_check(one) if one.finding.heuristic in fallen and one.finding.fingerprint not in told else one
            for one in placed
        )

    def _demotions(self, open_findings: Sequence[Finding]) -> tuple[str, ...]:
        """Which of these heuristics are told in the check only, and why."""
        fallen = demotions.of(self.services.database, self.pull.repository) if open_findings else {}
        return tuple(
            comments.demoted(fallen[name].heuristic, fallen[name].dismissed, fallen[name].fixed, self._links())
            for name in sorted({one.heuristic for one in open_findings} & fallen.keys())
        )

    def _make_sure_of_head(self) -> None:
        """Nothing is written about a head that is not the newest any more."""
        now = self.repository.pull(self.pull.number)
        if not now.open:
            self.check.complete(comments.CLOSED)
            raise Retry("the pull request was closed", 0.0, counts=False)
        if now.head_sha != self.pull.head_sha:
            self.check.complete(comments.SUPERSEDED)
            raise Retry("a newer head came in", 0.0, counts=False)

    def _gaps(self, looked: Look) -> tuple[str, ...]:
        gaps = []
        if self.configured.error:
            gaps.append(comments.broken_configuration(self.configured.error))
        if self.pull.changed_files > len(looked.files):
            gaps.append(comments.not_all_files(len(looked.files), self.pull.changed_files))
        if unread := looked.unread():
            gaps.append(comments.unread(unread))
        return tuple(gaps)

    def _beside(self, here: Collection[str]) -> Mapping[int, tuple[str, ...]]:
        """Other open pull requests with this very head, which share its check: number -> heuristics of what stands
        open there alone. here: fingerprints."""
        database, repository = self.services.database, self.pull.repository
        numbers = subjects.with_head(database, repository, self.pull.head_sha)
        rows = {number: posted.for_pull(database, repository, number) for number in numbers}
        return {
            number: tuple(row.heuristic for row in told if row.state == OPEN and row.fingerprint not in here)
            for number, told in rows.items()
            if number != self.pull.number
        }

    def _remarks(self, looked: Look, report: Report) -> tuple[str, ...]:
        """What would be, with the configuration that the change brings."""
        if not any(CONFIG_NAME in (file.path, file.previous_path) for file in looked.files):
            return ()
        brought = configuration.brought(self.repository, self.pull)
        if brought.config is None:
            return (comments.preview_broken(brought.error) if brought.error else comments.PREVIEW_REMOVED,)
        new, old = brought.config, self.configured.config
        if report.files and (new.heuristics, new.paths_ignore) != (old.heuristics, old.paths_ignore):
            report = self.services.analyze(looked.head, looked.base, new)
        fails = result.fails((one.severity for one in report.introduced), new.fail_on)
        return (comments.preview(answers.differences(old, new), len(report.introduced), fails),)

    def _links(self) -> Links:
        settings = self.services.settings
        return Links(settings.web_url, self.pull.full_name, self.pull.head_sha, settings.public_url)

    def _say(self, placed: Placed) -> str:
        titles = {heuristic.name: heuristic.title for heuristic in catalogue()}
        name = placed.finding.heuristic
        return comments.comment(placed, titles.get(name, name), self._links())
