"""The GraphQL documents that the bot sends, and how their answers are read: errors come with HTTP 200."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MINIMIZE = """
mutation Minimize($subject: ID!) {
  minimizeComment(input: {subjectId: $subject, classifier: RESOLVED}) { minimizedComment { isMinimized } }
}
"""

UNMINIMIZE = """
mutation Unminimize($subject: ID!) {
  unminimizeComment(input: {subjectId: $subject}) { unminimizedComment { isMinimized } }
}
"""

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
