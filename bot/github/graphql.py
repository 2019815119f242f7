"""The GraphQL documents that the bot sends, and how their answers are read: errors come with HTTP 200."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.github.answers import ChangeRefused, CommentChange

# Comments of one mutation, and characters of their texts: GitHub ends a request after ten seconds.
_CHANGES = 10
_CHARACTERS = 200_000

REVIEW_THREADS = """
query ReviewThreads($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { isResolved comments(first: 1) { nodes { databaseId } } }
      }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Thread:
    """A review thread: the id of its first comment, and whether a person resolved it."""

    comment: int
    resolved: bool


def changes_something(document: str) -> bool:
    """Whether a document is a mutation."""
    return document.lstrip().startswith("mutation")


def error_text(answer: Mapping[str, Any]) -> str:
    """The types and messages of an answer's errors in one line; "" when there are none."""
    errors = answer.get("errors") or ()
    return "; ".join(f"{error.get('type', 'ERROR')}: {error.get('message', '')}" for error in errors)


def batches(changes: Sequence[CommentChange]) -> Iterator[tuple[CommentChange, ...]]:
    """The changes in their order, as many at a time as one mutation carries."""
    batch: list[CommentChange] = []
    for change in changes:
        if batch and (len(batch) == _CHANGES or sum(len(one.body) for one in (*batch, change)) > _CHARACTERS):
            yield tuple(batch)
            batch = []
        batch.append(change)
    if batch:
        yield tuple(batch)


def comment_changes(changes: Sequence[CommentChange]) -> tuple[str, dict[str, str]]:
    """A mutation that makes these changes, each on its own and in order, and its variables."""
    declared, fields, variables = [], [], {}
    for number, change in enumerate(changes):
        if change.body or change.folded is not None:
            declared.append(f"$node{number}: ID!")
            variables[f"node{number}"] = change.node
        if change.body:
            declared.append(f"$body{number}: String!")
            variables[f"body{number}"] = change.body
            wanted = f"pullRequestReviewCommentId: $node{number}, body: $body{number}"
            fields.append(f"body{number}: updatePullRequestReviewComment(input: {{{wanted}}}) {{ clientMutationId }}")
        if change.folded is not None:
            wanted = f"subjectId: $node{number}" + (", classifier: RESOLVED" if change.folded else "")
            name = "minimizeComment" if change.folded else "unminimizeComment"
            fields.append(f"folded{number}: {name}(input: {{{wanted}}}) {{ clientMutationId }}")
    lines = "\n".join(f"  {field}" for field in fields)
    return f"mutation ChangeComments({', '.join(declared)}) {{\n{lines}\n}}", variables


def refusals_of(answer: Mapping[str, Any], count: int) -> tuple[ChangeRefused, ...] | None:
    """What became of the changes of `comment_changes`; None where the mutation was refused as a whole."""
    if not isinstance(answer.get("data"), dict):
        return None
    said: dict[str, str] = {}
    for error in answer.get("errors") or ():
        path = error.get("path") or ()
        if not path or path[0] not in answer["data"]:
            return None
        said[path[0]] = error_text({"errors": [error]})
    return tuple(
        ChangeRefused(said.get(f"body{number}", ""), said.get(f"folded{number}", "")) for number in range(count)
    )


def threads_of(answer: Mapping[str, Any]) -> tuple[tuple[Thread, ...], str | None]:
    """The threads of one page of REVIEW_THREADS, and the cursor of the next page (None at the end)."""
    connection = answer["data"]["repository"]["pullRequest"]["reviewThreads"]
    threads = tuple(
        Thread(comment["databaseId"], node["isResolved"])
        for node in connection["nodes"]
        for comment in node["comments"]["nodes"][:1]
    )
    page = connection["pageInfo"]
    return threads, page["endCursor"] if page["hasNextPage"] else None
