"""What the dashboard is told of a round: the findings as they are now, and what became of those before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.github.answers import PullRequest
from bot.review.configuration import Configured
from bot.review.owners import Rules, owners
from bot.review.placement import Placed
from bot.review.threads import Standing
from bot.store import demotions, dispositions, feedback, findings, posted, repositories
from bot.store.database import Database
from bot.store.demotions import Measure
from bot.store.dispositions import Disposition
from bot.store.feedback import Feedback
from bot.store.findings import CLOSED, Facts, Fate, Kept, Look
from bot.store.posted import FIXED, IGNORED, MERGED, OPEN, RESOLVED, Posted
from bot.store.repositories import Repository
from heuristics import Finding, Related, Report

_SAID = {IGNORED: feedback.IGNORED, RESOLVED: feedback.RESOLVED}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a review saw. placed: the open findings where they are told. before: what had been told. rules: of
    the owners, None where nobody asked for them."""

    report: Report
    placed: Sequence[Placed]
    before: Sequence[Standing]
    rules: Rules | None = None


def keep(db: Database, pull: PullRequest, configured: Configured, least: Measure, seen: Seen | None) -> None:
    """Write a round down. least: what a heuristic has to be worth to comment on. seen: None where only words of people,
    or the end of the pull request, were followed."""
    known = repositories.get(db, pull.repository)
    rules = seen.rules if seen is not None else None
    now = Repository(
        pull.repository,
        configured.config.mode,
        configured.layer("mode").partition(" at ")[0],  # the file, of whatever commit
        rules if rules is not None else known.rules if known is not None else (),
    )
    if now != known:
        repositories.note(db, now)
    kept = findings.of_pull(db, pull.repository, pull.number)
    facts = _facts(seen, now.rules) if seen is not None else ()
    if kept or facts:
        renamed = {one.was: one.fingerprint for one in seen.before if one.was} if seen is not None else {}
        fates = _fates(db, pull, kept, facts, seen.report if seen is not None else None, renamed)
        findings.keep(db, Look(pull.repository, pull.number, pull.head_sha, facts, fates, renamed))
        demotions.judge(db, pull.repository, least)


def _facts(seen: Seen, rules: Rules) -> tuple[Facts, ...]:
    told = {one.finding.fingerprint: one.where.value for one in seen.placed}
    comments = {one.fingerprint: one.comment for one in seen.before}
    here = (*seen.report.introduced, *seen.report.suppressed)
    told_before = comments.keys()
    there = (one for one in seen.report.standing if one.fingerprint in told_before)
    return tuple(
        facts_of(one, rules, told.get(one.fingerprint, ""), comments.get(one.fingerprint, 0))
        for one in {one.fingerprint: one for one in (*here, *there)}.values()
    )


def facts_of(finding: Finding, rules: Rules, told: str, comment: int) -> Facts:
    """A finding as it is kept. told: inline, file or check, "" where nobody is told."""
    places: Sequence[Related] = finding.story or finding.related
    return Facts(
        fingerprint=finding.fingerprint,
        heuristic=finding.heuristic,
        family=finding.family,
        severity=finding.severity.value,
        grade=finding.severity.rank,
        tier=finding.tier.value,
        symbol=finding.symbol,
        variable=finding.variable,
        message=finding.message,
        path=finding.span.path,
        line=finding.span.line,
        end_line=finding.span.end_line,
        places=json.dumps([[one.span.path, one.span.line, one.span.end_line, one.message] for one in places]),
        evidence=json.dumps(finding.evidence),
        owners="".join(f" {name} " for name in owners(rules, finding.span.path)),
        told=told,
        comment=comment,
    )


def _fates(
    db: Database,
    pull: PullRequest,
    kept: Iterable[Kept],
    facts: Iterable[Facts],
    report: Report | None,
    renamed: Mapping[str, str],
) -> dict[str, Fate]:
    """What became of each finding of the pull request, by its fingerprint of now."""
    rows = {row.fingerprint: row for row in posted.for_pull(db, pull.repository, pull.number)}
    noes = {no.fingerprint: no for no in dispositions.for_repository(db, pull.repository)}
    heard = feedback.for_pull(db, pull.repository, pull.number)
    before = {renamed.get(one.fingerprint, one.fingerprint): one for one in kept}
    fates = {}
    for fingerprint in {*before, *(one.fingerprint for one in facts)}:
        row, was = rows.get(fingerprint), before.get(fingerprint)
        state = row.state if row is not None else _state(fingerprint, was, report, noes)
        if state == OPEN and not pull.open:
            state = MERGED if pull.merged else CLOSED
        fates[fingerprint] = _fate(fingerprint, state, row, noes, heard, report, was)
    return fates


def _state(fingerprint: str, was: Kept | None, report: Report | None, noes: Mapping[str, Disposition]) -> str:
    """The state of a finding that was not told in a thread."""
    if report is None:
        return was.state if was is not None else OPEN
    if any(one.fingerprint == fingerprint for one in report.suppressed):
        return IGNORED
    if any(one.fingerprint == fingerprint for one in (*report.introduced, *report.standing)):
        return IGNORED if fingerprint in noes else OPEN
    return FIXED if was is None or was.state in (OPEN, CLOSED) else was.state


def _fate(
    fingerprint: str,
    state: str,
    row: Posted | None,
    noes: Mapping[str, Disposition],
    heard: Iterable[Feedback],
    report: Report | None,
    was: Kept | None,
) -> Fate:
    """A state, with who brought it about and why."""
    if state not in (IGNORED, RESOLVED):
        return Fate(state)
    silenced = report.suppressed if report is not None else ()
    for one in silenced:
        if state == IGNORED and one.fingerprint == fingerprint and one.suppression is not None:
            return Fate(state, "", one.suppression.reason)
    no = noes.get(fingerprint)
    if state == IGNORED and no is not None:
        return Fate(state, no.author, no.reason)
    said = [one for one in heard if one.fingerprint == fingerprint and one.kind == _SAID[state]]
    if said:
        return Fate(state, said[-1].author, said[-1].reason)
    if was is not None and was.state == state:
        return Fate(state, was.author, was.reason)
    return Fate(state, row.author if row is not None else "")
