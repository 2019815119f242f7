"""What people want of a round: their commands and clicks, by what becomes of them, and who of them may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.github.repository import Repository
from bot.review import comments
from bot.values import Command

REVIEW = ""
# These need the findings of now, so the pull request is reviewed before they are answered.
_WITH_REPORT = frozenset({"explain", "why-silent", "ignore", "unignore", comments.IGNORE_ALL.identifier})
# Verbs that the intake makes of resolved and reopened threads.
_RESOLVED = "resolved"
_THREAD = frozenset({_RESOLVED, "unresolved"})


@dataclass(frozen=True, slots=True)
class Wishes:
    """The commands of one round by what becomes of them, each in order of arrival. threads: no words of a person; who
    may resolve one GitHub decides, and the author of a pull request may."""

    at_once: tuple[Command, ...] = ()
    with_report: tuple[Command, ...] = ()
    review: tuple[Command, ...] = ()
    refused: tuple[Command, ...] = ()
    threads: tuple[Thread, ...] = ()

    @property
    def want_review(self) -> bool:
        """Whether a person asked for a review, which drafts and repositories on demand wait for."""
        return bool(self.review or self.with_report)

    @property
    def want_check(self) -> bool:
        """Whether the check has something else to say now."""
        return self.want_review or any(thread.final for thread in self.threads)


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread that somebody resolved or reopened. final: somebody with write access, whose no the check heeds."""

    command: Command
    final: bool

    @property
    def resolved(self) -> bool:
        return self.command.verb == _RESOLVED


def weigh(commands: Sequence[Command], repository: Repository) -> Wishes:
    """Sort commands; only people with write access command, which costs one request an author."""
    spoken = [command for command in commands if command.verb not in _THREAD]
    may = {author: repository.can_write(author) for author in {command.author for command in commands}}
    allowed = [command for command in spoken if may[command.author]]
    return Wishes(
        at_once=tuple(c for c in allowed if c.verb != REVIEW and c.verb not in _WITH_REPORT),
        with_report=tuple(c for c in allowed if c.verb in _WITH_REPORT),
        review=tuple(c for c in allowed if c.verb == REVIEW),
        refused=tuple(c for c in spoken if not may[c.author]),
        threads=tuple(Thread(c, may[c.author]) for c in commands if c.verb in _THREAD),
    )
