"""The rules that GitHub follows but its OpenAPI description does not state: one table, each with its reason.

A rule looks at what was sent and says whether it is broken; the routes ask `refuse_comment`, `refuse_review` and
`refuse_check`. Rules that are not about one request stand in BEHAVIOUR, with the module that follows them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from bot.demo.double.git import Change, Hunk
from bot.demo.double.state import PullRequest, User

Sent = TypeVar("Sent")

BODY_MAX: Final = 65_536
CHECK_TEXT_MAX: Final = 65_535
ANNOTATIONS_MAX: Final = 50
ACTIONS_MAX: Final = 3
FILES_MAX: Final = 3_000
COMPARE_FILES_MAX: Final = 300
TREE_ENTRIES_MAX: Final = 100_000
DIFF_LINES_MAX: Final = 20_000
PAGE_MAX: Final = 100
PAGE_DEFAULT: Final = 30
TOKEN_SECONDS: Final = 3_600
USER_TOKEN_SECONDS: Final = 28_800
ARCHIVE_SECONDS: Final = 300


@dataclass(frozen=True, slots=True)
class Draft:
    """A review comment as it was sent, beside the changes of the commit that it is for."""

    sent: Mapping[str, Any]
    changes: Mapping[str, Change]

    @property
    def change(self) -> Change | None:
        return self.changes.get(str(self.sent.get("path")))

    @property
    def on_file(self) -> bool:
        return self.sent.get("subject_type") == "file"

    def side(self, key: str) -> str:
        """RIGHT or LEFT; start_side follows side when it is not given."""
        return str(self.sent.get(key) or self.sent.get("side") or "RIGHT")

    def hunk(self, key: str) -> Hunk | None:
        """The hunk that holds the line named by "line" or "start_line"."""
        number = self.sent.get(key)
        side = self.side("side" if key == "line" else "start_side")
        if self.change is None or not isinstance(number, int):
            return None
        return next((hunk for hunk in self.change.hunks if hunk.find(side, number)), None)


@dataclass(frozen=True, slots=True)
class Rule(Generic[Sent]):
    """broken: whether what was sent breaks it. message: what GitHub answers. reason: why it is believed to be so."""

    name: str
    broken: Callable[[Sent], bool]
    message: str
    reason: str


COMMENT_RULES: Final[tuple[Rule[Draft], ...]] = (
    Rule(
        "path in the pull request",
        lambda draft: draft.change is None,
        "Path could not be resolved",
        "A comment hangs on a file of the diff; parkerbxyz/suggest-changes#28",
    ),
    Rule(
        "side is LEFT or RIGHT",
        lambda draft: not {draft.side("side"), draft.side("start_side")} <= {"LEFT", "RIGHT"},
        "Side is not included in the list",
        "The description enumerates the side for single comments, not for those of a review",
    ),
    Rule(
        "line in a hunk of base...head",
        lambda draft: not draft.on_file and draft.hunk("line") is None,
        "Line could not be resolved",
        "RIGHT added or context, LEFT deleted; The-PR-Agent/pr-agent#592, parkerbxyz/suggest-changes#48",
    ),
    Rule(
        "start_line before line",
        lambda draft: (
            draft.sent.get("start_line") is not None
            and draft.side("side") == draft.side("start_side")
            and not draft.sent["start_line"] < (draft.sent.get("line") or 0)
        ),
        "Pull request review thread start line must precede the end line.",
        "Equal is refused too; ubuntu/WSL#244",
    ),
    Rule(
        "range within one hunk",
        lambda draft: draft.sent.get("start_line") is not None and draft.hunk("start_line") != draft.hunk("line"),
        "Pull request review thread start line must be part of the same hunk as the line.",
        "parkerbxyz/suggest-changes#64",
    ),
    Rule(
        "comment with a body",
        lambda draft: not str(draft.sent.get("body") or "").strip(),
        "Body can't be blank",
        "A required string, and blank is not enough; seen on the site",
    ),
    Rule(
        "comment no longer than 65,536 characters",
        lambda draft: len(str(draft.sent.get("body") or "")) > BODY_MAX,
        f"Body is too long (maximum is {BODY_MAX} characters)",
        "Well known from issues and comments; the description has no maximum",
    ),
)


@dataclass(frozen=True, slots=True)
class ReviewSent:
    """A review as it was sent, by whom, on which pull request."""

    sent: Mapping[str, Any]
    pull: PullRequest
    author: User

    @property
    def commits(self) -> frozenset[str]:
        """The commits that a review of this pull request may name."""
        return frozenset(self.pull.repository.git.beyond(self.pull.base, self.pull.head)) | {self.pull.head}


REVIEW_RULES: Final[tuple[Rule[ReviewSent], ...]] = (
    Rule(
        "one pending review for each author and pull request",
        lambda review: any(r.state == "PENDING" and r.author is review.author for r in review.pull.reviews),
        "User can only have one pending review per pull request",
        "Even a submitted review is refused while one is pending; QwenLM/qwen-code#10088, max-sixty/tend#1171",
    ),
    Rule(
        "COMMENT and REQUEST_CHANGES with a body",
        lambda review: (
            review.sent.get("event") in ("COMMENT", "REQUEST_CHANGES")
            and not str(review.sent.get("body") or "").strip()
            and not review.sent.get("comments")
        ),
        "Body can't be blank",
        "The description says in prose that the body is required for these events; danger sends none beside comments",
    ),
    Rule(
        "review no longer than 65,536 characters",
        lambda review: len(str(review.sent.get("body") or "")) > BODY_MAX,
        f"Body is too long (maximum is {BODY_MAX} characters)",
        "As for comments",
    ),
    Rule(
        "commit of the pull request",
        lambda review: bool(review.sent.get("commit_id")) and review.sent["commit_id"] not in review.commits,
        "Commit is not part of the pull request",
        "After a force-push the old head is gone; the single-comment endpoint says it of commit_id",
    ),
    Rule(
        "pull request is not locked",
        lambda review: review.pull.locked,
        "Pull request is locked",
        "Locked conversations take comments from collaborators only",
    ),
)

CHECK_RULES: Final[tuple[Rule[Mapping[str, Any]], ...]] = (
    Rule(
        "at most 50 annotations a request",
        lambda sent: len(_output(sent).get("annotations") or ()) > ANNOTATIONS_MAX,
        f"No more than {ANNOTATIONS_MAX} annotations can be sent in one request",
        "Said by the description, enforced here so that the double stands alone; more are appended by further PATCHes",
    ),
    Rule(
        "summary and text up to 65,535 characters",
        lambda sent: any(len(str(_output(sent).get(key) or "")) > CHECK_TEXT_MAX for key in ("summary", "text")),
        f"Summary exceeds a maximum bytesize of {CHECK_TEXT_MAX}",
        "maxLength of the description",
    ),
    Rule(
        "at most three actions",
        lambda sent: len(sent.get("actions") or ()) > ACTIONS_MAX,
        f"No more than {ACTIONS_MAX} actions are allowed",
        "maxItems of the description",
    ),
    Rule(
        "no null in an annotation",
        lambda sent: any(None in note.values() for note in _output(sent).get("annotations") or ()),
        "Invalid annotation: null is not allowed",
        "Zuul drops keys that are null because GitHub rejects null columns",
    ),
    Rule(
        "columns only on one line",
        lambda sent: any(
            ("start_column" in note or "end_column" in note) and note.get("start_line") != note.get("end_line")
            for note in _output(sent).get("annotations") or ()
        ),
        "Invalid annotation: columns need start_line and end_line to be equal",
        "The description says so in prose",
    ),
    Rule(
        "completed with a conclusion",
        lambda sent: sent.get("status") == "completed" and not sent.get("conclusion"),
        "conclusion is required when status is completed",
        "The description says so in prose",
    ),
)

# What is not about one request, and which module follows it.
BEHAVIOUR: Final = (
    ("a review is posted whole or not at all, and the error names no entry", "posting", "qwen-code#6711"),
    ("after a push comments move to the new head or become outdated", "anchoring", "ifc-lite#3729"),
    (
        "a private repository outside the installation does not exist: 404, not 403",
        "gate",
        "GitHub's troubleshooting page",
    ),
    ("what is archived is read-only: 403", "gate", "GitHub's page on archived repositories"),
    ("a locked conversation takes comments from collaborators only: 403", "posting", "GitHub's page on locking"),
    ("a missing permission is 403 and the header names it", "gate", "GitHub's troubleshooting page"),
    ("a token lives an hour and may be narrowed", "gate", "description of create-installation-access-token"),
    ("resolving a thread needs contents: write", "routes/graphql", "mergewatch.ai#545, gh-aw#35726, community 44650"),
    ("an App without contents: write edits and hides its own comments alone", "routes/graphql", "careful assumption"),
    ("the fields of a GraphQL mutation are done in order, each with its own error", "routes/graphql", "GraphQL, 6.2.2"),
    ("GraphQL errors come with status 200", "routes/graphql", "GitHub's page on GraphQL limits"),
    ("the pull requests of forks are missing in check runs", "state", "pulumi/registry#12160, opentelemetry-ebpf#1796"),
    ("a patch is left out when it is long", "routes/pulls", "octokit.net#1521, RefactoringMiner#1108"),
    ("at most 3,000 files of a pull request are listed", "routes/pulls", "description of pulls/list-files"),
    ("the diff media type is refused beyond 20,000 lines", "routes/pulls", "reviewdog#1696, #2150"),
    ("304 costs no quota", "api", "GitHub's page of best practices"),
    ("an ETag belongs to the token that it was given to", "api", "eclipse-csi/otterdog#201, github/docs#34689"),
    ("an Enterprise Server has its API below a path, and no limits", "server", "GitHub's page on rate limits"),
    ("REST and GraphQL have hours of their own", "limits", "GitHub's page on GraphQL limits"),
    (
        "too many writes: 403 or 429, with retry-after or without, or 422 abuse",
        "limits",
        "rate-limit page, paranext-core#2659",
    ),
    ("annotations are appended to those of a run, never taken back", "routes/checks", "description of checks/update"),
    ("commits without a common ancestor cannot be compared: 404", "routes/contents", "seen on the site"),
    ("the old name of a repository leads to its number: 301, and 307 for writes", "api", "GitHub's best practices"),
    ("a redelivery carries the same GUID", "webhooks", "GitHub's page of best practices for webhooks"),
)


def refuse_comment(draft: Draft) -> Rule[Draft] | None:
    """The first rule that a review comment breaks."""
    return next((rule for rule in COMMENT_RULES if rule.broken(draft)), None)


def refuse_review(review: ReviewSent) -> Rule[ReviewSent] | None:
    """The first rule that a review breaks, its comments apart."""
    return next((rule for rule in REVIEW_RULES if rule.broken(review)), None)


def refuse_check(sent: Mapping[str, Any]) -> Rule[Mapping[str, Any]] | None:
    """The first rule that the body of a check run breaks."""
    return next((rule for rule in CHECK_RULES if rule.broken(sent)), None)


def _output(sent: Mapping[str, Any]) -> Mapping[str, Any]:
    return sent.get("output") or {}
