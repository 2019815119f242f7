"""What the check run says in the end: conclusion, summary, and remarks on the lines that carry no comment. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.github.answers import Annotation, Result
from bot.review.comments import IGNORE_ALL, REVIEW_AGAIN, outcome_text, same_head
from bot.review.markdown import Links, short
from bot.review.placement import Placed, Where, to_check
from bot.review.threads import Standing
from heuristics import Finding, Problem, Report, Severity, catalogue

# Problems after which "no findings" would be more than is known.
GAPS = frozenset({"parse", "blob", "size", "states", "heuristic"})
_LEVELS = {Severity.NOTE: "notice", Severity.WARNING: "warning", Severity.ERROR: "failure"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that a check run tells. placed: the open findings where they stand now. ignored: fingerprint -> finding and
    the sentence that says who ignores it. changed: paths of the change. gaps: what was not covered, in plain
    sentences. remarks: other plain sentences. beside: number of another open pull request with this head -> the
    heuristics of the findings that are open there."""

    report: Report
    placed: Sequence[Placed]
    ignored: Mapping[str, tuple[Finding, str]]
    changed: frozenset[str]
    gaps: Sequence[str]
    remarks: Sequence[str]
    beside: Mapping[int, Sequence[str]] = field(default_factory=dict)


def final_places(placed: Iterable[Placed], new: Iterable[Placed], before: Iterable[Standing]) -> tuple[Placed, ...]:
    """The open findings where they stand now: the new ones where they came to, the others where they were told."""
    moved = {one.finding.fingerprint: one for one in new}
    unsaid = {one.fingerprint for one in before if not one.comment}
    return tuple(
        moved.get(one.finding.fingerprint) or (to_check(one) if one.finding.fingerprint in unsaid else one)
        for one in placed
    )


def check(outcome: Outcome, fail_on: str, links: Links) -> tuple[Result, tuple[Annotation, ...]]:
    """The completed check. fail_on: severity from which on it fails, "" for never."""
    problems = [problem for problem in outcome.report.problems if _concerns(problem, outcome.changed)]
    # GitHub shows one check for all pull requests with this head: one that is clean must not hide another's findings.
    known = {heuristic.name: heuristic.severity for heuristic in catalogue()} if outcome.beside else {}
    beside = [known.get(name, Severity.ERROR) for names in outcome.beside.values() for name in names]
    if fails((*(one.finding.severity for one in outcome.placed), *beside), fail_on):
        conclusion = "failure"
    elif outcome.placed or beside or outcome.gaps or any(problem.kind in GAPS for problem in problems):
        conclusion = "neutral"
    else:
        conclusion = "success"
    title, summary = outcome_text(
        outcome.placed,
        tuple(outcome.ignored.values()),
        outcome.report,
        problems=problems,
        gaps=outcome.gaps,
        remarks=(*outcome.remarks, *(same_head(number, len(names)) for number, names in outcome.beside.items())),
        links=links,
    )
    annotations = tuple(_annotation(one.finding) for one in outcome.placed if one.where is Where.CHECK)
    buttons = (REVIEW_AGAIN, IGNORE_ALL) if outcome.placed else (REVIEW_AGAIN,)
    return Result(conclusion, title, summary, buttons), annotations


def fails(severities: Iterable[Severity], fail_on: str) -> bool:
    """Whether the check fails with findings of these. fail_on: as in the configuration, "" for never."""
    return bool(fail_on) and any(severity.rank >= Severity(fail_on).rank for severity in severities)


def _concerns(problem: Problem, changed: frozenset[str]) -> bool:
    """A problem in a file that this change leaves alone is not this change's to hear about."""
    return not problem.path or problem.path in changed


def _annotation(finding: Finding) -> Annotation:
    span = finding.span
    return Annotation(
        span.path, span.line, span.end_line, _LEVELS[finding.severity], finding.heuristic, short(finding.message)
    )
