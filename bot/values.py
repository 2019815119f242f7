"""What the rooms of the service hand each other: frozen, none of it a payload, a row or a client's object."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """What a row of the work queue is about."""

    PULL_REQUEST = "pull_request"
    MERGE_GROUP = "merge_group"
    REPOSITORY = "repository"
    INSTALLATION = "installation"
    BASELINE = "baseline"


@dataclass(frozen=True, slots=True)
class Subject:
    """What one row of the work queue is about. Numeric ids, because names change.

    number: of the pull request, else 0. ref: head SHA of a merge group, else "".
    """

    kind: Kind
    installation: int
    repository: int = 0
    number: int = 0
    ref: str = ""

    @property
    def key(self) -> str:
        """One line of text that names the subject in the store; a repository keeps it when its installation changes."""
        if self.kind is Kind.INSTALLATION:
            return f"{self.kind.value}/{self.installation}"
        parts = (self.kind.value, str(self.repository), str(self.number or ""), self.ref)
        return "/".join(part for part in parts if part)


# Verbs of an installation's commands, whose argument are numbers of repositories: it covers these from now on, or not.
ADDED, REMOVED = "added", "removed"


@dataclass(frozen=True, slots=True)
class Command:
    """A person's wish: a comment, a button, a re-run, another choice of repositories. verb "" means review now.

    id: the delivery id. comment: id of the comment (0 for a button). in_review: it is a review comment (a reply in a
    thread), else a comment of the conversation. reply_to: id of the first comment of that thread, else 0.
    """

    id: str
    verb: str
    argument: str
    author: str
    comment: int = 0
    in_review: bool = False
    reply_to: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """A delivery that means something to us.

    delivery: GitHub's GUID. head: newest head SHA that the event names, else "". full_name: "owner/name" as of now.
    command: with a small payload, worked off in order; else the subject is only marked as wanting a look.
    action: GitHub's "event.action", for the log. trace: see `traces.span`. baselines: repositories whose standing
    findings are to be counted, each with its full name.
    """

    delivery: str
    action: str
    subject: Subject
    full_name: str = ""
    head: str = ""
    command: Command | None = None
    closed: bool = False
    trace: str = ""
    baselines: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One subject handed to one worker for one round, under a lease.

    want: the counter that `finish` writes into done. fence: grows with every claim; a write that carries an old one is
    refused. commands: unfinished, in order of arrival. deliveries: ids that led here, for the log. traces: that these
    belong to. last_try: when this round fails, nothing is tried again until somebody asks for it.
    """

    subject: Subject
    full_name: str
    head: str
    want: int
    fence: int
    tries: int
    closed: bool = False
    commands: tuple[Command, ...] = ()
    deliveries: tuple[str, ...] = field(default=())
    traces: tuple[str, ...] = ()
    last_try: bool = False

    @property
    def only_asked(self) -> bool:
        """Whether nothing but what people ask for led here: no push, no new pull request."""
        return bool(self.commands) and len(self.commands) == len(self.deliveries)


@dataclass(frozen=True, slots=True)
class OpenPull:
    """An open pull request, as a list of them shows it. head: SHA."""

    number: int
    head: str


@dataclass(frozen=True, slots=True)
class OpenPulls:
    """Those of a repository's open pull requests that changed since somebody asked. full_name: the repository's, as of
    now. etag: of the whole list. until: when the newest of them changed, by GitHub's clock in seconds since 1970."""

    full_name: str
    etag: str
    until: float
    pulls: tuple[OpenPull, ...]


class LeaseLost(Exception):
    """Another worker owns the subject now: stop without a further write."""


class Retry(Exception):
    """The round must run again after `seconds`. counts: whether it uses up a try (a rate limit does not).

    installation_wide: the whole installation waits (primary or secondary rate limit). people_too: also for what people
    asked for; not where the rest of the hour is kept for them.
    """

    def __init__(
        self,
        reason: str,
        seconds: float,
        *,
        counts: bool = True,
        installation_wide: bool = False,
        people_too: bool = True,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.seconds = seconds
        self.counts = counts
        self.installation_wide = installation_wide
        self.people_too = people_too


class UserError(Exception):
    """A person asked for something that cannot be: told to that person in one sentence."""


class AnalysisFailed(Exception):
    """An analysis did not end well: too long, too much memory, a crash. reason: told in the check, no full stop."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
