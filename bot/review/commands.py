"""What people ask for with /concurrency-check: what is answered, and what the answer changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.github.answers import PullRequest, Refused
from bot.github.repository import Repository
from bot.review import answers, comments, markers
from bot.review.configuration import Configured
from bot.review.markdown import Links, markdown
from bot.review.noes import no_to, spread
from bot.review.silences import Silences
from bot.review.threads import Standing, standing
from bot.review.wishes import Wishes
from bot.review.writes import Writes
from bot.store import dispositions, feedback, posted
from bot.store.database import Database
from bot.store.feedback import Feedback
from bot.store.posted import OPEN, RESOLVED
from bot.values import Command, UserError
from heuristics import Finding, Report

_log = structlog.get_logger(__name__)
_SEEN, _DONE, _NOT_YOU = "eyes", "+1", "confused"
_SHORTEST = 8  # digits of a fingerprint


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the commands of one pull request are answered."""

    database: Database
    repository: Repository
    pull: PullRequest
    writes: Writes

    def acknowledge(self, wishes: Wishes) -> None:
        """Reactions: seen for those who asked for a review, and for strangers the sign that they may not."""
        for command in wishes.review:
            self._react(command, _SEEN)
        for command in wishes.refused:
            self._react(command, _NOT_YOU)

    def follow_threads(self, wishes: Wishes) -> None:
        """A person's no by resolving a thread: final for this pull request, until the thread is reopened.

        Of somebody without write access, such as the author of the change, it keeps us quiet, and the check as it is.
        """
        if not wishes.threads:
            return
        told = {
            one.id: markers.fingerprint_of(one.body) for one in self.repository.comments(self.pull.number) if one.ours
        }
        for thread in wishes.threads:
            command, repository = thread.command, self.pull.repository
            fingerprint = told.get(command.comment, "")
            if fingerprint:
                state, author = (RESOLVED if thread.resolved else OPEN), (command.author if thread.final else "")
                kind = feedback.RESOLVED if thread.resolved else feedback.REOPENED
                posted.set_state(self.database, repository, self.pull.number, fingerprint, state, author=author)
                self._hear(command, fingerprint, kind)

    def answer_at_once(self, commands: Sequence[Command], configured: Configured) -> None:
        """The commands that need no analysis."""
        for command in commands:
            if command.verb == "help":
                text = answers.help_text(command.id)
            elif command.verb == "config":
                text = answers.answer(
                    answers.configuration(configured.config, configured.origin, configured.layer), command.id
                )
            elif command.verb == "status":
                text = answers.answer(self._status(), command.id)
            else:
                text = answers.unknown_verb(command.verb, command.id)
            self._say(command, text)

    def answer_with_report(
        self,
        commands: Sequence[Command],
        report: Report,
        before: Sequence[Standing],
        links: Links,
        silences: Silences,
    ) -> None:
        """The commands about one finding; ignore and unignore change what the rest of the round tells."""
        findings = {f.fingerprint: f for f in (*report.introduced, *report.standing, *report.suppressed)}
        for command in commands:
            try:
                if command.verb == "why-silent":
                    place = _place(command.argument)
                    text = answers.why_silent(*place, silences.at(*place))
                    self._say(command, answers.answer(text, command.id))
                elif command.verb == "unignore":
                    self._unignore(command, findings, before)
                elif command.verb == comments.IGNORE_ALL.identifier and not command.comment:
                    self._ignore_all(command, report)
                else:
                    self._about_finding(command, findings, before, links)
            except UserError as error:
                self._say(command, answers.answer(markdown(str(error)), command.id))

    def turn_away(self, wishes: Wishes) -> None:
        """The answer to those who ask for a review of what is closed; a no can be taken back there all the same."""
        back = [command for command in wishes.with_report if command.verb == "unignore"]
        before = self._told() if back else ()
        for command in (*wishes.review, *wishes.with_report):
            try:
                if command not in back:
                    raise UserError(answers.CLOSED_NOW)
                self._unignore(command, (), before)
            except UserError as error:
                if command.comment:
                    self._say(command, answers.answer(markdown(str(error)), command.id))

    def _told(self) -> tuple[Standing, ...]:
        rows = posted.for_pull(self.database, self.pull.repository, self.pull.number)
        return standing(rows, self.repository.comments(self.pull.number))

    def _about_finding(
        self,
        command: Command,
        findings: Mapping[str, Finding],
        before: Sequence[Standing],
        links: Links,
    ) -> None:
        noes = {no.fingerprint: no for no in dispositions.for_repository(self.database, self.pull.repository)}
        fingerprint, rest = _target(command, findings.keys() | {one.fingerprint for one in before}, before)
        finding = findings.get(fingerprint)
        if finding is None:
            raise UserError("This finding is not there any more.")
        if command.verb == "explain":
            no = noes.get(fingerprint)
            text = answers.explanation(finding, links, comments.ignored_by(no.author, no.reason) if no else "")
            self._say(command, answers.answer(text, command.id))
        elif not rest:
            raise UserError("A reason is needed: `/concurrency-check ignore REASON`.")
        else:
            self._ignore(command, finding, rest)
            self._done(command, "It is ignored in this repository from now on.")

    def _unignore(self, command: Command, findings: Iterable[str], before: Sequence[Standing]) -> None:
        """Take a no back, also one that was said elsewhere in the repository. findings: fingerprints of now."""
        noes = {no.fingerprint for no in dispositions.for_repository(self.database, self.pull.repository)}
        fingerprint, _ = _target(command, noes.union(findings, (one.fingerprint for one in before)), before)
        if not dispositions.lift(self.database, self.pull.repository, fingerprint):
            raise UserError("It was not ignored.")
        self._hear(command, fingerprint, feedback.UNIGNORED)
        spread(self.database, self.pull, fingerprint)
        self._done(command, "It is not ignored any more.")

    def _ignore_all(self, command: Command, report: Report) -> None:
        """The button of the check run: a no to everything that is told now."""
        for finding in report.introduced:
            self._ignore(command, finding, f"all findings of #{self.pull.number} at once")

    def _ignore(self, command: Command, finding: Finding, reason: str) -> None:
        dispositions.add(self.database, no_to(self.pull, finding, command.author, reason))
        self._hear(command, finding.fingerprint, feedback.IGNORED, finding.heuristic, reason)
        spread(self.database, self.pull, finding.fingerprint)

    def _hear(self, command: Command, fingerprint: str, kind: str, heuristic: str = "", reason: str = "") -> None:
        """Remember what a person said to a finding."""
        repository, number = self.pull.repository, self.pull.number
        rows = {row.fingerprint: row for row in posted.for_pull(self.database, repository, number)}
        name = heuristic or (rows[fingerprint].heuristic if fingerprint in rows else "")
        # A button speaks of many findings at once, a comment of one.
        source = command.id if command.comment else f"{command.id} {fingerprint[:16]}"
        said = Feedback(repository, source, number, fingerprint, name, kind, command.author, reason)
        feedback.add(self.database, [said])

    def _status(self) -> str:
        rows = posted.for_pull(self.database, self.pull.repository, self.pull.number)
        noes = dispositions.for_repository(self.database, self.pull.repository)
        return answers.status(rows, noes)

    def _done(self, command: Command, text: str) -> None:
        """By a reaction; by these words where the App may not react."""
        if not self._react(command, _DONE):
            self._say(command, answers.answer(text, command.id))

    def _react(self, command: Command, reaction: str) -> bool:
        """Whether the reaction stands: not without the permission for it, nor where the comment is gone."""
        if not command.comment:
            return True  # a button has nothing to react to; what it starts is seen
        try:
            self.writes.again(lambda: self.repository.react(command.comment, reaction, in_review=command.in_review))
        except Refused:
            return False
        return True

    def _say(self, command: Command, text: str) -> None:
        if command.in_review:
            self._say_in_thread(command, text)
        else:
            self._once(
                command,
                text,
                lambda: self.repository.say(self.pull.number, text),
                lambda: [one.body for one in self.repository.conversation(self.pull.number) if one.ours],
            )

    def _say_in_thread(self, command: Command, text: str) -> None:
        there = self.repository.comments(self.pull.number)
        first = next((one for one in there if one.id == (command.reply_to or command.comment)), None)
        if first is None:
            return  # the thread was deleted meanwhile
        thread = first
        self._once(
            command,
            text,
            lambda: self.repository.reply(self.pull.number, self.pull.head_sha, thread, text),
            lambda: [one.body for one in self.repository.comments(self.pull.number) if one.ours],
        )

    def _once(self, command: Command, text: str, write: Callable[[], None], ours: Callable[[], list[str]]) -> None:
        marker = markers.of_answer(command.id)

        def look() -> bool | None:
            return True if any(marker in body for body in ours()) else None

        def say() -> bool:
            write()
            return True

        try:
            # A round that ended early comes again with the same commands: so it is looked for first.
            self.writes.once(marker, "answer", text, say, look, look_first=True)
        except Refused as refused:
            if refused.archived:
                raise
            # It would be refused again: the conversation is locked, or what asked is gone.
            _log.info("answer.refused", verb=command.verb, reason=str(refused))


def _place(argument: str) -> tuple[str, int]:
    """Path and line out of "PATH:LINE"; raises UserError."""
    path, _, line = argument.strip().strip("`").rpartition(":")
    if not path or not line.isascii() or not line.isdigit() or len(line) > 9:
        raise UserError("Which line? `/concurrency-check why-silent PATH:LINE`.")
    return path, int(line)


def _target(command: Command, known: set[str], before: Sequence[Standing]) -> tuple[str, str]:
    """The finding that a command is about, and the rest of its argument; raises UserError."""
    for one in before:
        if one.comment and one.comment == command.reply_to:
            return one.fingerprint, command.argument.strip()
    first, _, rest = command.argument.strip().partition(" ")
    hits = [one for one in known if len(first) >= _SHORTEST and one.startswith(first.lower())]
    if len(hits) == 1:
        return hits[0], rest.strip()
    if hits:
        raise UserError(f"More than one finding begins with {first}.")
    raise UserError(
        f"Which finding? Reply in its thread, or write `/concurrency-check {command.verb} FINGERPRINT` "
        "with the first 8 digits of its fingerprint."
    )
