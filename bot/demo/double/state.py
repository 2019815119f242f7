"""What the double remembers: users, repositories, pull requests, reviews, checks, deliveries, tokens; and its clock."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.demo.double.git import Git


@dataclass(slots=True)
class User:
    """A person, an organisation or the App's own account."""

    id: int
    login: str
    type: str = "User"


@dataclass(slots=True)
class Reaction:
    """One reaction by one user to one comment."""

    id: int
    author: User
    content: str
    at: datetime


@dataclass(slots=True)
class IssueComment:
    """A comment of the conversation."""

    id: int
    author: User
    body: str
    at: datetime
    updated: datetime
    reactions: list[Reaction] = field(default_factory=list)
    minimized: str = ""


@dataclass(slots=True)
class ReviewComment:
    """A comment on a line, a range or a file. The first of a thread has reply_to 0 and carries the thread's resolution.

    line is None when the comment is outdated or on the whole file; the original_ numbers never change.
    """

    id: int
    review: int
    author: User
    body: str
    path: str
    subject: str
    side: str
    start_side: str
    line: int | None
    start_line: int | None
    original_line: int | None
    original_start_line: int | None
    commit: str
    original_commit: str
    hunk: str
    position: int | None
    original_position: int | None
    at: datetime
    updated: datetime
    reply_to: int = 0
    resolved_by: User | None = None
    reactions: list[Reaction] = field(default_factory=list)
    minimized: str = ""


@dataclass(slots=True)
class Review:
    """A review. state: PENDING (only its author sees it), COMMENTED, APPROVED, CHANGES_REQUESTED or DISMISSED."""

    id: int
    author: User
    body: str
    state: str
    commit: str
    submitted: datetime | None


@dataclass(slots=True)
class PullRequest:
    """A pull request. head_repository differs from its repository when it comes from a fork."""

    id: int
    number: int
    repository: Repository
    head_repository: Repository
    title: str
    body: str
    author: User
    base_ref: str
    base: str
    head_ref: str
    head: str
    at: datetime
    updated: datetime
    state: str = "open"
    draft: bool = False
    merged: bool = False
    locked: bool = False
    closed: datetime | None = None
    comments: list[IssueComment] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    review_comments: list[ReviewComment] = field(default_factory=list)

    @property
    def merge_base(self) -> str:
        """Where the three-dot diff of the pull request starts."""
        return self.repository.git.merge_base(self.base, self.head) or self.base


@dataclass(slots=True)
class CheckRun:
    """A check run on a commit. output, actions and annotations are kept as they were sent."""

    id: int
    suite: int
    name: str
    head: str
    status: str
    conclusion: str | None
    started: datetime
    completed: datetime | None
    external_id: str
    details_url: str
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: list[Mapping[str, object]] = field(default_factory=list)
    actions: list[Mapping[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Repository:
    """A repository. roles: login -> admin, maintain, write, triage or read; others have none. fork_of: its parent."""

    id: int
    owner: User
    name: str
    git: Git
    at: datetime
    private: bool = False
    default_branch: str = "main"
    archived: bool = False
    fork_of: Repository | None = None
    roles: dict[str, str] = field(default_factory=dict)
    pulls: dict[int, PullRequest] = field(default_factory=dict)
    checks: dict[int, CheckRun] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"

    def pulls_of(self, sha: str) -> list[PullRequest]:
        """Open pull requests with this head, as a check run lists them: those of forks are left out."""
        return [pull for pull in self.pulls.values() if pull.head == sha and pull.head_repository is self]


@dataclass(slots=True)
class Installation:
    """The App on one account. permissions: name -> read or write, as granted. repositories: ids, None for all."""

    id: int
    account: User
    permissions: dict[str, str]
    at: datetime
    repositories: set[int] | None = None
    suspended: datetime | None = None

    def covers(self, repository: Repository) -> bool:
        """Whether the repository is one of those that the App was installed on."""
        if repository.owner.id != self.account.id:
            return False
        return self.repositories is None or repository.id in self.repositories


@dataclass(slots=True)
class Token:
    """An installation token, possibly narrowed to some repositories and permissions."""

    text: str
    installation: Installation
    expires: datetime
    permissions: dict[str, str]
    repositories: set[int] | None

    def reaches(self, repository: Repository) -> bool:
        """Whether the token is good for a repository."""
        return self.installation.covers(repository) and (
            self.repositories is None or repository.id in self.repositories
        )


@dataclass(slots=True)
class Grant:
    """A person let the App know who they are: a code that is good once, for who can prove that it asked (PKCE)."""

    user: User
    redirect_uri: str
    challenge: str


@dataclass(slots=True)
class UserToken:
    """A token with which the App sees what a person and the App may both see. refresh: gives the next one, once."""

    user: User
    expires: datetime
    refresh: str = ""


@dataclass(slots=True)
class App:
    """The App as registered. public_key: PEM of the key that its JSON web tokens are verified with."""

    id: int
    slug: str
    user: User
    owner: User
    public_key: str
    private_key: str
    webhook_secret: str
    webhook_url: str
    permissions: dict[str, str]
    events: tuple[str, ...]
    at: datetime

    @property
    def client_id(self) -> str:
        """What the App is called where people log in."""
        return f"Iv1.{self.id}"

    @property
    def client_secret(self) -> str:
        """What the App proves itself with there."""
        return f"client-secret-of-{self.id}"


class World:
    """Everything on this GitHub. Handlers hold `lock`, so that each request sees and leaves a consistent state.

    url: root of the web pages. api: root of the REST API. enterprise: version of an Enterprise Server, else "".
    """

    def __init__(self, app: App) -> None:
        self.app = app
        self.lock = threading.RLock()
        self.users: dict[str, User] = {user.login: user for user in (app.user, app.owner)}
        self.repositories: dict[int, Repository] = {}
        self.installations: dict[int, Installation] = {}
        self.tokens: dict[str, Token] = {}
        self.grants: dict[str, Grant] = {}
        self.user_tokens: dict[str, UserToken] = {}
        self.url = self.api = ""
        self.enterprise = ""
        self.codes: set[str] = set()
        # Names that repositories had, in lower case, with their ids.
        self.left: dict[str, int] = {}
        self.archives: dict[str, tuple[Repository, str, datetime]] = {}
        self._ids = itertools.count(1_000_001)
        self._ahead = timedelta()

    def next_id(self) -> int:
        """A number that nothing else here has."""
        return next(self._ids)

    def now(self) -> datetime:
        """The time on this GitHub, whole seconds as its answers have them."""
        return datetime.now(UTC).replace(microsecond=0) + self._ahead

    def advance(self, seconds: float) -> None:
        """Moves the clock on, so that tokens expire and limits reset without anybody waiting."""
        self._ahead += timedelta(seconds=seconds)

    def user(self, login: str, kind: str = "User") -> User:
        """The user with this name, made when there is none."""
        if login not in self.users:
            self.users[login] = User(self.next_id(), login, kind)
        return self.users[login]

    def repository(self, full_name: str) -> Repository | None:
        """By "owner/name", letter case ignored as on GitHub."""
        wanted = full_name.lower()
        return next((found for found in self.repositories.values() if found.full_name.lower() == wanted), None)

    def installation_of(self, repository: Repository) -> Installation | None:
        """The installation that covers a repository."""
        return next((found for found in self.installations.values() if found.covers(repository)), None)
