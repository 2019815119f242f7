"""One repository on GitHub, as the review needs it: each method is one request or one listing, answered with values."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from posixpath import dirname
from typing import IO, Any, Protocol
from urllib.parse import quote

from bot.github.answers import (
    Annotation,
    Branch,
    ChangedFile,
    ChangeRefused,
    CommentChange,
    Comparison,
    FoundCheck,
    NewComment,
    PostedComment,
    PostedText,
    PullRequest,
    Reaction,
    Refused,
    Result,
    TreeFile,
)
from bot.github.graphql import REVIEW_THREADS, comment_changes, error_text, refusals_of, threads_of

_REGULAR = ("100644", "100755", "100664")
ANNOTATIONS = 50  # a request
_COMPARED = 300  # files of a comparison at most


class Connection(Protocol):
    """Requests under one token; see `connection.Connection`."""

    def get(self, path: str, parameters: Mapping[str, Any] | None = None, *, keep: bool = True) -> Any: ...
    def pages(self, path: str, parameters: Mapping[str, Any] | None = None) -> Iterator[Any]: ...
    def write(self, verb: str, path: str, body: Mapping[str, Any] | None) -> Any: ...
    def graphql(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]: ...
    def graphql_in_part(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]: ...
    def download(self, path: str) -> AbstractContextManager[IO[bytes]]: ...


class Repository:
    """One repository under one installation's token; for one thread. Errors are those of `connection.Connection`.

    login: the App's own, by which its words are told from those of other bots. shared: finds the repository that its
    owner's configuration stands in; that one knows of no other.
    """

    def __init__(
        self, connection: Connection, full_name: str, login: str, shared: Callable[[], Repository] | None = None
    ) -> None:
        self._connection = connection
        self._login = login
        self._shared = shared
        self.full_name = full_name
        self._root = f"/repos/{full_name}"

    def renamed(self, full_name: str) -> Repository:
        """The same repository under the name that it has now."""
        return Repository(self._connection, full_name, self._login, self._shared)

    def shared(self) -> Repository:
        """The `.github` repository of the same owner, which may not be there."""
        return self if self._shared is None else self._shared()

    # What a pull request is

    def pull(self, number: int) -> PullRequest:
        return _pull(self._connection.get(f"{self._root}/pulls/{number}"))

    def files(self, number: int) -> tuple[ChangedFile, ...]:
        """The changed files of a pull request; GitHub lists 3,000 at most."""
        return tuple(map(_file, self._connection.pages(f"{self._root}/pulls/{number}/files")))

    def compare(self, base: str, head: str) -> Comparison:
        """base...head of two commits: where they parted, and the changed files (300 at most)."""
        answer = self._connection.get(f"{self._root}/compare/{base}...{head}", {"per_page": 1})
        files = tuple(map(_file, answer.get("files") or ()))
        return Comparison(answer["merge_base_commit"]["sha"], files, complete=len(files) < _COMPARED)

    def can_write(self, login: str) -> bool:
        """Whether a person may push here (the roles write, maintain and admin)."""
        try:
            answer = self._connection.get(f"{self._root}/collaborators/{quote(login, safe='')}/permission")
        except Refused:
            return False
        return answer["permission"] in ("admin", "write")

    # Files of a commit

    def default_branch(self) -> Branch:
        """The repository that has this name now, and the newest commit of its default branch."""
        answer = self._connection.get(self._root)
        name: str = answer["default_branch"]
        try:
            found = self._connection.get(f"{self._root}/branches/{quote(name)}")
        except Refused as refused:
            if refused.status != 404:
                raise
            found = {"commit": {"sha": ""}}  # nothing was ever pushed
        return Branch(answer["id"], answer["full_name"], found["commit"]["sha"])

    def tree(self, commit: str) -> tuple[TreeFile, ...] | None:
        """All regular files of a commit; None when GitHub cut the list short."""
        answer = self._connection.get(f"{self._root}/git/trees/{commit}", {"recursive": 1}, keep=False)
        folders = {entry["path"] for entry in answer["tree"] if entry["type"] == "tree"}
        # A redirect to a new name loses the parameter; git knows no empty folders.
        if answer["truncated"] or not folders <= {dirname(entry["path"]) for entry in answer["tree"]}:
            return None
        return tuple(
            TreeFile(entry["path"], entry["sha"], entry.get("size", 0))
            for entry in answer["tree"]
            if entry["type"] == "blob" and entry["mode"] in _REGULAR
        )

    def blob(self, blob: str) -> bytes | None:
        """The bytes behind a blob id, up to 100 MB; None where GitHub has no such blob."""
        try:
            return _decoded(self._connection.get(f"{self._root}/git/blobs/{blob}", keep=False))
        except Refused as refused:
            if refused.status in (404, 422):
                return None
            raise

    def archive(self, commit: str) -> AbstractContextManager[IO[bytes]]:
        """The tree of a commit as a stream in tar.gz format, in one folder."""
        return self._connection.download(f"{self._root}/tarball/{commit}")

    def file(self, path: str, commit: str = "") -> bytes | None:
        """The bytes of a file at a commit (default: the default branch); None where there is no such file."""
        parameters = {"ref": commit} if commit else {}
        try:
            answer = self._connection.get(f"{self._root}/contents/{quote(path)}", parameters)
        except Refused as refused:
            if refused.status == 404:
                return None
            raise
        return _decoded(answer) if isinstance(answer, dict) and answer.get("type") == "file" else None

    # What stands on a pull request, and writing there

    def comments(self, number: int) -> tuple[PostedComment, ...]:
        """All review comments of a pull request, everybody's."""
        rows = self._connection.pages(f"{self._root}/pulls/{number}/comments")
        return tuple(_comment(row, self._login) for row in rows)

    def reactions(self, comment: int) -> tuple[Reaction, ...]:
        """Who reacted how to a review comment."""
        rows = self._connection.pages(f"{self._root}/pulls/comments/{comment}/reactions")
        return tuple(Reaction(row["id"], row["content"], (row.get("user") or {}).get("login", "ghost")) for row in rows)

    def reviews(self, number: int) -> tuple[PostedText, ...]:
        return self._texts(f"{self._root}/pulls/{number}/reviews")

    def conversation(self, number: int) -> tuple[PostedText, ...]:
        return self._texts(f"{self._root}/issues/{number}/comments")

    def _texts(self, path: str) -> tuple[PostedText, ...]:
        return tuple(_text(row, self._login) for row in self._connection.pages(path))

    def resolved_threads(self, number: int) -> frozenset[int]:
        """Ids of the first comments of the threads that a person resolved."""
        owner, name = self.full_name.split("/")
        after: str | None = None
        found: set[int] = set()
        while True:
            variables = {"owner": owner, "name": name, "number": number, "after": after}
            threads, after = threads_of(self._connection.graphql(REVIEW_THREADS, variables))
            found.update(thread.comment for thread in threads if thread.resolved)
            if after is None:
                return frozenset(found)

    def post_review(self, number: int, commit: str, body: str, comments: Sequence[NewComment]) -> int:
        """A submitted review of type COMMENT; all of it or nothing. With its event named it is never left pending."""
        answer = self._connection.write(
            "POST",
            f"{self._root}/pulls/{number}/reviews",
            {"commit_id": commit, "body": body, "event": "COMMENT", "comments": [_inline(c) for c in comments]},
        )
        return int(answer["id"])

    def pending_reviews(self, number: int) -> tuple[int, ...]:
        """Ids of our own reviews that were never submitted; nobody else's are shown to us."""
        rows = self._connection.pages(f"{self._root}/pulls/{number}/reviews")
        return tuple(row["id"] for row in rows if row["state"] == "PENDING")

    def delete_pending_review(self, number: int, review: int) -> None:
        self._connection.write("DELETE", f"{self._root}/pulls/{number}/reviews/{review}", None)

    def post_on_file(self, number: int, commit: str, path: str, body: str) -> int:
        """A comment on a whole file of the change."""
        answer = self._connection.write(
            "POST",
            f"{self._root}/pulls/{number}/comments",
            {"commit_id": commit, "path": path, "body": body, "subject_type": "file"},
        )
        return int(answer["id"])

    def edit_comment(self, comment: int, body: str) -> None:
        """Change a review comment of ours; nobody is notified."""
        self._connection.write("PATCH", f"{self._root}/pulls/comments/{comment}", {"body": body})

    def change_comments(self, changes: Sequence[CommentChange]) -> tuple[ChangeRefused, ...]:
        """Change review comments of ours in one request, as many as `graphql.batches` puts together; nobody is
        notified. Gives for each what was refused; raises Refused where GitHub takes none of it."""
        answer = self._connection.graphql_in_part(*comment_changes(changes))
        refused = refusals_of(answer, len(changes))
        if refused is None:
            raise Refused(200, error_text(answer))
        return refused

    def reply(self, number: int, commit: str, thread: PostedComment, body: str) -> None:
        """Answer in a thread, named by its first comment; GitHub wants commit and path too, and takes the thread's."""
        self._connection.write(
            "POST",
            f"{self._root}/pulls/{number}/comments",
            {"body": body, "commit_id": commit, "path": thread.path, "in_reply_to": thread.id},
        )

    def say(self, number: int, body: str) -> None:
        """A comment in the conversation."""
        self._connection.write("POST", f"{self._root}/issues/{number}/comments", {"body": body})

    def react(self, comment: int, reaction: str, *, in_review: bool) -> None:
        """Put a reaction on a comment; the same one twice stays one."""
        place = "pulls" if in_review else "issues"
        self._connection.write("POST", f"{self._root}/{place}/comments/{comment}/reactions", {"content": reaction})

    # Check runs

    def queue_check(self, name: str, head: str, external_id: str, title: str, summary: str) -> int:
        """A new check run that waits for its turn; external_id is ours to find it again by. title, summary: shown
        until it is completed."""
        output = {"title": title, "summary": summary}
        body = {"name": name, "head_sha": head, "status": "queued", "external_id": external_id, "output": output}
        return int(self._connection.write("POST", f"{self._root}/check-runs", body)["id"])

    def begin_check(self, check: int) -> None:
        """In progress from now on."""
        self._connection.write("PATCH", f"{self._root}/check-runs/{check}", {"status": "in_progress"})

    def report_check(self, name: str, head: str, external_id: str, result: Result) -> int:
        """A new check run that is completed at once."""
        body = {"name": name, "head_sha": head, "external_id": external_id, **_completed(result)}
        return int(self._connection.write("POST", f"{self._root}/check-runs", body)["id"])

    def complete_check(self, check: int, result: Result, annotations: Sequence[Annotation] = ()) -> None:
        """Complete a check run, with its first annotations: ANNOTATIONS of them at most."""
        body = _completed(result)
        if annotations:
            body["output"]["annotations"] = [_annotation(one) for one in annotations]
        self._connection.write("PATCH", f"{self._root}/check-runs/{check}", body)

    def annotate_check(self, check: int, result: Result, annotations: Sequence[Annotation]) -> None:
        """More annotations, which GitHub appends to those that are there; ANNOTATIONS of them at most."""
        output = {**_output(result), "annotations": [_annotation(one) for one in annotations]}
        self._connection.write("PATCH", f"{self._root}/check-runs/{check}", {"output": output})

    def annotations(self, check: int) -> tuple[Annotation, ...]:
        """The annotations that a check run has."""
        rows = self._connection.pages(f"{self._root}/check-runs/{check}/annotations")
        return tuple(map(_read_annotation, rows))

    def checks(self, name: str, head: str) -> tuple[FoundCheck, ...]:
        """The check runs of that name on a commit, older ones too; the newest hundred."""
        path = f"{self._root}/commits/{head}/check-runs"
        answer = self._connection.get(path, {"check_name": name, "filter": "all", "per_page": 100})
        return tuple(
            FoundCheck(run["id"], run["external_id"] or "", run["status"] == "completed")
            for run in answer["check_runs"]
        )


def _output(result: Result) -> dict[str, Any]:
    return {"title": result.title, "summary": result.summary}


def _completed(result: Result) -> dict[str, Any]:
    return {
        "status": "completed",
        "conclusion": result.conclusion,
        "output": _output(result),
        "actions": [
            {"label": one.label, "description": one.description, "identifier": one.identifier} for one in result.buttons
        ],
    }


def _annotation(annotation: Annotation) -> dict[str, Any]:
    """An annotation as GitHub takes it; absent columns are left out, never null."""
    return {
        "path": annotation.path,
        "start_line": annotation.start_line,
        "end_line": annotation.end_line,
        "annotation_level": annotation.level,
        "title": annotation.title,
        "message": annotation.message,
    }


def _read_annotation(answer: Mapping[str, Any]) -> Annotation:
    return Annotation(
        answer["path"],
        answer["start_line"],
        answer["end_line"],
        answer["annotation_level"],
        answer.get("title") or "",
        answer["message"],
    )


def _pull(answer: Mapping[str, Any]) -> PullRequest:
    head, base = answer["head"], answer["base"]
    return PullRequest(
        number=answer["number"],
        repository=base["repo"]["id"],
        full_name=base["repo"]["full_name"],
        base_sha=base["sha"],
        base_ref=base["ref"],
        head_sha=head["sha"],
        head_full_name=head["repo"]["full_name"] if head.get("repo") else "",
        open=answer["state"] == "open",
        merged=bool(answer.get("merged")),
        draft=bool(answer.get("draft")),
        author=answer["user"]["login"] if answer.get("user") else "ghost",
        changed_files=answer["changed_files"],
    )


def _file(answer: Mapping[str, Any]) -> ChangedFile:
    path = answer["filename"]
    return ChangedFile(
        path,
        answer.get("previous_filename") or path,
        answer["status"],
        answer.get("patch"),
        answer["additions"],
        answer["deletions"],
        answer.get("sha") or "",
    )


def _comment(answer: Mapping[str, Any], login: str) -> PostedComment:
    user, reactions = answer.get("user") or {}, answer.get("reactions") or {}
    return PostedComment(
        id=answer["id"],
        node=answer["node_id"],
        path=answer["path"],
        line=answer.get("line"),
        body=answer["body"],
        ours=user.get("login") == login,
        author=user.get("login", "ghost"),
        reply_to=answer.get("in_reply_to_id") or 0,
        thumbs=(reactions.get("+1", 0), reactions.get("-1", 0)),
    )


def _text(answer: Mapping[str, Any], login: str) -> PostedText:
    user = answer.get("user") or {}
    author = user.get("login", "ghost")
    return PostedText(answer["id"], answer.get("body") or "", author == login, author)


def _inline(comment: NewComment) -> dict[str, Any]:
    # A range of one line is refused, so its start is left out.
    place: dict[str, Any] = {"path": comment.path, "body": comment.body, "line": comment.line, "side": comment.side}
    if comment.start_line:
        place |= {"start_line": comment.start_line, "start_side": comment.side}
    return place


def _decoded(answer: Mapping[str, Any]) -> bytes:
    if answer["encoding"] == "base64":
        return b64decode(answer["content"])
    return str(answer["content"]).encode()
