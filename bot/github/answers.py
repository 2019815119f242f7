"""What GitHub answers, as frozen values, and the two ways in which it does not answer."""

from __future__ import annotations

from dataclasses import dataclass


class Refused(Exception):
    """GitHub said no (4xx that is no rate limit). status: of HTTP; 200 for errors that GraphQL reports."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"GitHub answered {status}: {message}")
        self.status = status
        self.message = message

    @property
    def archived(self) -> bool:
        """Whether it is because nothing can be written in the repository any more."""
        return self.status == 403 and "archived" in self.message


class OutcomeUnknown(Exception):
    """A write got no answer, or a 5xx: it may have happened. Read back before it is repeated."""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request as of now. head_full_name: "" when the fork is gone. changed_files: as GitHub counts them."""

    number: int
    repository: int
    full_name: str
    base_sha: str
    base_ref: str
    head_sha: str
    head_full_name: str
    open: bool
    merged: bool
    draft: bool
    author: str
    changed_files: int


@dataclass(frozen=True, slots=True)
class Branch:
    """The default branch of a repository. repository: its number. head: SHA, "" while there is no commit."""

    repository: int
    full_name: str
    head: str


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file of a change. status: added, removed, modified, renamed, copied, changed, unchanged. patch: GitHub's hunks
    without file headers; None where GitHub leaves them out (big, binary, or without a change of content). blob: its id
    after the change, "" where GitHub names none."""

    path: str
    previous_path: str
    status: str
    patch: str | None
    additions: int
    deletions: int
    blob: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """base...head. files: those that the answer carries, which is all of them up to 300. complete: whether it is."""

    merge_base: str
    files: tuple[ChangedFile, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class TreeFile:
    """A regular file of a commit. size: bytes."""

    path: str
    blob: str
    size: int


@dataclass(frozen=True, slots=True)
class PostedComment:
    """A review comment as it stands. ours: written by this App. reply_to: 0 for the first of a thread.
    line: None when outdated or on the whole file. thumbs: how many people put thumbs up and down on it."""

    id: int
    node: str
    path: str
    line: int | None
    body: str
    ours: bool
    author: str
    reply_to: int
    thumbs: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class CommentChange:
    """What becomes of a review comment of ours. body: its text from now on, "" where that stays. folded: whether it is
    minimised from now on, None where that stays."""

    id: int
    node: str
    body: str = ""
    folded: bool | None = None


@dataclass(frozen=True, slots=True)
class ChangeRefused:
    """Why GitHub left the text, or the folding, of one comment as it was; "" where it did not."""

    body: str = ""
    folded: str = ""


@dataclass(frozen=True, slots=True)
class Reaction:
    """A person's reaction to a comment. content: "+1", "-1", and six others of GitHub's."""

    id: int
    content: str
    author: str


@dataclass(frozen=True, slots=True)
class PostedText:
    """A review's body or a comment of the conversation, as it stands. ours: written by this App."""

    id: int
    body: str
    ours: bool
    author: str


@dataclass(frozen=True, slots=True)
class NewComment:
    """An inline comment to be. start_line: 0 for one line, else the first of several. side: RIGHT or LEFT."""

    path: str
    line: int
    side: str
    body: str
    start_line: int = 0


@dataclass(frozen=True, slots=True)
class Annotation:
    """A remark of a check run on lines of head. level: notice, warning or failure."""

    path: str
    start_line: int
    end_line: int
    level: str
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class FoundCheck:
    """A check run as it stands. external_id: ours, by which it is known again."""

    id: int
    external_id: str
    completed: bool


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a check run; a click brings its identifier. GitHub takes 20, 40 and 20 characters, three a run."""

    label: str
    description: str
    identifier: str


@dataclass(frozen=True, slots=True)
class Result:
    """How a check run ends. conclusion: success, neutral, failure, skipped or cancelled."""

    conclusion: str
    title: str
    summary: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row of the App's delivery log. status: of our answer, 0 when there was none. delivered: ISO 8601."""

    id: int
    guid: str
    status: int
    event: str
    redelivery: bool
    delivered: str
