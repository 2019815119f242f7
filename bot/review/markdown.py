"""Plain text as GitHub's markdown, and links to places in the files of a commit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from heuristics import Span

# GitHub takes 65,535 characters in a check's summary and 65,536 in a comment.
_MOST = 65_000
_UNSAFE = re.compile(r"[<*@\[\]|\\]")
_ENTITIES = {"<": "&lt;", "@": "&#64;"}


@dataclass(frozen=True, slots=True)
class Links:
    """Where the files of a commit are shown. web: root of GitHub's pages. commit: the head that was reviewed."""

    web: str
    full_name: str
    commit: str

    def place(self, span: Span) -> str:
        """A link to lines of a file, with the path and line as its text."""
        lines = f"#L{span.line}" + (f"-L{span.end_line}" if span.end_line > span.line else "")
        address = f"{self.web}/{self.full_name}/blob/{self.commit}/{quote(span.path)}{lines}"
        return f"[`{span.path}:{span.line}`]({address})"


def markdown(text: str) -> str:
    """Plain text as GitHub's markdown; pieces between backticks stay code, nobody is mentioned, no tag is opened."""
    pieces = re.split(r"(`[^`\n]+`)", text)
    return "".join(
        piece if at % 2 else _UNSAFE.sub(lambda hit: _ENTITIES.get(hit.group(), "\\" + hit.group()), piece)
        for at, piece in enumerate(pieces)
    )


def listing(title: str, lines: Sequence[str]) -> str:
    return "\n".join([f"**{title}**", *lines]) if lines else ""


def sentence(phrase: str) -> str:
    """A phrase with a capital letter."""
    return markdown(phrase[:1].upper() + phrase[1:])


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def cut(text: str) -> str:
    """As much as GitHub takes, cut between lines."""
    if len(text) <= _MOST:
        return text
    return (
        text[:_MOST].rpartition("\n")[0]
        + "\n\nThe list is longer than GitHub takes; `concurrency-check diff` prints all."
    )
