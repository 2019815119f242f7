"""Counts the standing findings of a default branch, some folders at a time; nothing of it is said on GitHub."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from posixpath import dirname

import structlog

from bot.github.answers import Refused
from bot.github.repository import Repository
from bot.review import configuration, ledger, noes
from bot.review.owners import Rules, rules
from bot.review.result import GAPS
from bot.review.review import Services
from bot.sources.github_tree import GitHubSnapshot
from bot.sources.paths import OWNERS
from bot.store import baselines, dispositions, findings, repositories
from bot.store.baselines import Progress
from bot.store.dispositions import Disposition
from bot.store.findings import Fate, Look
from bot.store.posted import FIXED, IGNORED, OPEN
from bot.values import AnalysisFailed, Claim, Retry
from heuristics import Config, Finding, Report, Snapshot

# Files that are looked at in one analysis: as many as a change that is large, so that reviews need not wait long.
PORTION = 100
# Seconds of one round; the rest is left for the next, so that what is more urgent comes in between.
TURN_SECONDS = 10.0

# Gaps that are told one by one.
_NAMED, _MORE = 8, "and more"

# Head, configuration and paths -> the findings in these files.
Count = Callable[[Snapshot, Config, tuple[str, ...]], Report]

_log = structlog.get_logger(__name__)


def run(claim: Claim, services: Services, count: Count) -> None:
    """Bring what is kept of a default branch up to its newest commit.

    Raises Retry when something is left, or GitHub has to be asked again; LeaseLost when another worker has it.
    """
    database, subject = services.database, claim.subject
    known = baselines.progress(database, subject.repository)
    if (not known.head or known.ended) and (seconds := baselines.rest(database, subject.repository)):
        raise Retry("it was counted less than an hour ago", seconds, counts=False)
    repository = services.github.repository(subject.installation, claim.full_name, subject.repository)
    try:
        branch = repository.default_branch()
        if branch.repository != subject.repository:
            _log.warning("the name belongs to another repository now", full_name=claim.full_name)
            return
        if not known.head or known.ended:
            if branch.head and branch.head == known.head and not known.gap:
                return
            known = Progress(branch.head)
        _Round(claim, services, count, repository.renamed(branch.full_name), known).run()
    except Refused as refused:
        # A commit that was taken back cannot be gone through to the end.
        if known.head and not known.ended:
            baselines.note(database, subject.repository, Progress())
        raise Retry(str(refused), 60.0) from refused


@dataclass(frozen=True, slots=True)
class _Round:
    """Some portions of one commit."""

    claim: Claim
    services: Services
    count: Count
    repository: Repository
    known: Progress

    def run(self) -> None:
        """Go on where the last round ended, as long as a turn lasts."""
        begun, services, known = time.monotonic(), self.services, self.known
        snapshot = GitHubSnapshot(self.repository, known.head, services.memories.blobs)
        paths = [path for path in snapshot.paths() if path.endswith(".go")] if known.head else []
        known = replace(known, to_count=len(paths))
        config = self._configured()
        position = 0
        for portion in portions(paths, PORTION):
            position += len(portion)
            if position <= known.counted:
                continue
            if position - len(portion) > self.known.counted and time.monotonic() - begun > TURN_SECONDS:
                raise Retry(f"{known.counted} of {known.to_count} files are counted", 0.0, counts=False)
            services.lease.renew()
            known = self._counted(snapshot, config, portion, replace(known, counted=position))
            self._note(known)
        self._close(frozenset(paths))
        self._note(known)

    def _counted(self, snapshot: Snapshot, config: Config, portion: tuple[str, ...], known: Progress) -> Progress:
        """Look at a portion, and write down what stands in it."""
        try:
            report = self.count(snapshot, config, portion)
        except AnalysisFailed as failed:
            return _lacking(known, f"{len(portion)} files, {portion[0]} the first of them: {failed.reason}")
        self._keep(report, frozenset(portion))
        gaps = (
            f"{problem.path}:{problem.line}: {problem.message}".removeprefix(":0: ")
            for problem in report.problems
            if problem.kind in GAPS
        )
        return reduce(_lacking, gaps, known)

    def _keep(self, report: Report, portion: Collection[str]) -> None:
        """What stands in these files now, and what did and does no more."""
        repository, head = self.claim.subject.repository, self.known.head
        known = repositories.get(self.services.database, repository)
        owned = known.rules if known is not None else ()
        said_no = dispositions.for_repository(self.services.database, repository)
        seen = {one.fingerprint: one for one in (*report.introduced, *report.suppressed) if one.offered}
        fates = _fates(seen.values(), said_no)
        for row in findings.of_pull(self.services.database, repository, 0):
            if row.path in portion and row.fingerprint not in seen:
                fates[row.fingerprint] = Fate(FIXED)
        facts = [ledger.facts_of(one, owned, "", 0) for one in seen.values()]
        findings.keep(self.services.database, Look(repository, 0, head, facts, fates, {}))

    def _close(self, paths: Collection[str]) -> None:
        """What stood in files that are there no more is gone with them."""
        repository = self.claim.subject.repository
        rows = findings.of_pull(self.services.database, repository, 0)
        fates = {row.fingerprint: Fate(FIXED) for row in rows if row.path not in paths and row.state != FIXED}
        if fates:
            findings.keep(self.services.database, Look(repository, 0, self.known.head, (), fates, {}))

    def _configured(self) -> Config:
        """What holds at the commit; with the first portion it is written down, and who owns what."""
        subject, services = self.claim.subject, self.services
        if not self.known.head:
            return Config()
        mode, memory = services.settings.default_mode, services.memories.configurations
        found = configuration.in_force(self.repository, subject.repository, self.known.head, mode, memory)
        if not self.known.counted:
            layer = found.layer("mode").partition(" at ")[0]
            known = repositories.Repository(subject.repository, found.config.mode, layer, self._owners())
            if known != repositories.get(services.database, subject.repository):
                repositories.note(services.database, known)
        return found.config

    def _owners(self) -> Rules:
        texts = (self.repository.file(place, self.known.head) for place in OWNERS)
        text = next((text for text in texts if text is not None), b"")
        return rules(text.decode("utf-8", "replace").replace("\0", ""))

    def _note(self, known: Progress) -> None:
        baselines.note(self.services.database, self.claim.subject.repository, known)


def portions(paths: Iterable[str], many: int) -> Iterator[tuple[str, ...]]:
    """Paths in portions of about `many`; a folder, which is what heuristics look at as a whole, stays together."""
    folders: dict[str, list[str]] = {}
    for path in sorted(paths):
        folders.setdefault(dirname(path), []).append(path)
    portion: list[str] = []
    for _, inside in sorted(folders.items()):
        if portion and len(portion) + len(inside) > many:
            yield tuple(portion)
            portion = []
        portion += inside
    if portion:
        yield tuple(portion)


def _fates(seen: Iterable[Finding], said_no: Sequence[Disposition]) -> dict[str, Fate]:
    """Findings that a directive or a person silenced are ignored, the others open."""
    found = tuple(seen)
    by_fingerprint = {no.fingerprint: no for no in said_no}
    ignored = noes.held(said_no, found, ()).ignored
    fates = {}
    for one in found:
        no = by_fingerprint.get(one.fingerprint)
        if one.suppression is not None:
            fates[one.fingerprint] = Fate(IGNORED, "", one.suppression.reason)
        elif one.fingerprint in ignored:
            fates[one.fingerprint] = Fate(
                IGNORED, no.author if no else "", no.reason if no else ignored[one.fingerprint]
            )
        else:
            fates[one.fingerprint] = Fate(OPEN)
    return fates


def _lacking(known: Progress, gap: str) -> Progress:
    """With one more thing that could not be looked at; of many, the first are named."""
    lines = known.gap.splitlines()
    if gap in lines or (lines and lines[-1] == _MORE):
        return known
    return replace(known, gap="\n".join((*lines, gap if len(lines) < _NAMED else _MORE)))
