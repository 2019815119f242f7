"""A person's no: which findings it holds for, and the thumbs by which people say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.github.answers import PullRequest, Reaction
from bot.github.repository import Repository
from bot.review import comments
from bot.review.succession import same_function
from bot.review.threads import Standing
from bot.store import dispositions, feedback, posted, subjects
from bot.store.database import Database
from bot.store.dispositions import IGNORED, Disposition
from bot.store.feedback import DOWN, UP, Feedback
from bot.store.posted import RESOLVED, Posted
from bot.values import Kind, Subject
from heuristics import Finding, Report

_THUMBS = {"+1": UP, "-1": DOWN}


@dataclass(frozen=True, slots=True)
class Noes:
    """What people say no to, by fingerprint. ignored: in the repository, with the sentence that says who and why.
    resolved: here, likewise. expired: who ignored it before its function did something else."""

    ignored: Mapping[str, str]
    resolved: Mapping[str, str]
    expired: Mapping[str, str]

    @property
    def all(self) -> Mapping[str, str]:
        return {**self.resolved, **self.ignored}


def held(rows: Sequence[Disposition], findings: Iterable[Finding], before: Sequence[Standing]) -> Noes:
    """The noes that hold for these findings; one bound to other acts of the function has expired."""
    by_fingerprint = {no.fingerprint: no for no in rows}
    was = {one.fingerprint: one.was for one in before}
    ignored: dict[str, str] = {}
    expired: dict[str, str] = {}
    for finding in findings:
        no = by_fingerprint.get(finding.fingerprint) or by_fingerprint.get(was.get(finding.fingerprint, ""))
        no = no or _about(finding, rows)
        if no is None:
            continue
        if no.acts in ("", finding.acts):
            ignored[finding.fingerprint] = comments.ignored_by(no.author, no.reason)
        else:
            expired[finding.fingerprint] = no.author
    resolved = {
        one.fingerprint: comments.resolved_by(one.author) for one in before if one.state == RESOLVED and one.author
    }
    return Noes(ignored, resolved, expired)


def _about(finding: Finding, rows: Iterable[Disposition]) -> Disposition | None:
    """The no to the same variable of the same function, whose statement was another one then."""
    return next(
        (
            no
            for no in rows
            if no.heuristic == finding.heuristic
            and no.acts == finding.acts != ""
            and same_function(no.path, no.symbol, no.variable, finding)
        ),
        None,
    )


def no_to(pull: PullRequest, finding: Finding, author: str, reason: str) -> Disposition:
    """A no to a finding as it is now."""
    return Disposition(
        pull.repository,
        finding.fingerprint,
        finding.acts,
        IGNORED,
        author,
        reason,
        finding.heuristic,
        finding.span.path,
        finding.symbol,
        finding.variable,
    )


def keep_up(
    db: Database, pull: PullRequest, before: Iterable[Standing], report: Report, rows: Sequence[Posted]
) -> None:
    """What is kept of findings that were told follows them: other names, other acts, and the noes to them."""
    findings = {one.fingerprint: one for one in (*report.introduced, *report.suppressed, *report.standing)}
    kept = {row.fingerprint: row for row in rows}
    noes = {no.fingerprint: no for no in dispositions.for_repository(db, pull.repository)}
    for one in before:
        finding, row = findings.get(one.fingerprint), kept.get(one.was or one.fingerprint)
        if finding is None or row is None:
            continue
        no = noes.get(one.was)
        if no is not None and one.fingerprint not in noes and no.acts == finding.acts:
            dispositions.add(db, replace(no_to(pull, finding, no.author, no.reason), at=no.at))
        now = replace(
            row,
            fingerprint=finding.fingerprint,
            symbol=finding.symbol,
            variable=finding.variable,
            message=finding.message,
            path=finding.span.path,
            acts=finding.acts,
        )
        if now != row:
            posted.carry_on(db, row.fingerprint, now)


def spread(db: Database, pull: PullRequest, fingerprint: str) -> None:
    """A no, or its end, reaches the other pull requests that tell the finding."""
    numbers = posted.elsewhere(db, pull.repository, pull.number, fingerprint)
    subjects.want(db, [Subject(Kind.PULL_REQUEST, 0, pull.repository, number).key for number in numbers])


@dataclass(frozen=True, slots=True)
class Thumbs:
    """Reads the thumbs on our comments: GitHub sends no event for them, and counts them where it lists comments."""

    database: Database
    repository: Repository
    pull: PullRequest

    def read(self, before: Iterable[Standing]) -> None:
        """Remember them, and take a new thumbs-down of somebody with write access for a no in the repository."""
        heard = feedback.for_pull(self.database, self.pull.repository, self.pull.number)
        for one in before:
            known = {row.source: row for row in heard if row.comment and row.comment == one.comment}
            kinds = [row.kind for row in known.values()]
            if one.thumbs != (kinds.count(UP), kinds.count(DOWN)):
                self._read(one, known)

    def _read(self, one: Standing, known: Mapping[str, Feedback]) -> None:
        there = {
            f"reaction/{reaction.id}": reaction
            for reaction in self.repository.reactions(one.comment)
            if reaction.content in _THUMBS
        }
        new = {source: reaction for source, reaction in there.items() if source not in known}
        for reaction in new.values():
            if reaction.content == "-1" and self.repository.can_write(reaction.author):
                dispositions.add(self.database, self._no(one, reaction.author))
                spread(self.database, self.pull, one.fingerprint)
                break
        # After the no: what is remembered here is not acted on again, even when the no was taken back.
        feedback.add(self.database, [self._feedback(one, source, reaction) for source, reaction in new.items()])
        feedback.withdraw(self.database, self.pull.repository, known.keys() - there.keys())

    def _no(self, one: Standing, author: str) -> Disposition:
        return Disposition(
            self.pull.repository,
            one.fingerprint,
            one.acts,
            IGNORED,
            author,
            "thumbs-down",
            one.heuristic,
            one.path,
            one.symbol,
            one.variable,
        )

    def _feedback(self, one: Standing, source: str, reaction: Reaction) -> Feedback:
        return Feedback(
            self.pull.repository,
            source,
            self.pull.number,
            one.fingerprint,
            one.heuristic,
            _THUMBS[reaction.content],
            reaction.author,
            comment=one.comment,
        )
