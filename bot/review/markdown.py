"""Plain text as GitHub's markdown, and links to places in the files of a commit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from heuristics import Span

# Bytes of a text: GitHub takes 65,535 in a check's summary and 65,536 characters in a comment, and what is put around a
# text has to fit too.
MOST = 64_000
# Bytes of one piece of plain text: a message names identifiers, and those may be of any length.
_PIECE = 2_000
_UNSAFE = re.compile(r"[<*@\[\]|\\]")
_ENTITIES = {"<": "&lt;", "@": "&#64;"}


@dataclass(frozen=True, slots=True)
class Links:
    """Where the files of a commit are shown. web: root of GitHub's pages. commit: the head that was reviewed. service:
    root of our own pages, "" where nobody knows it."""

    web: str
    full_name: str
    commit: str
    service: str = ""

    def place(self, span: Span) -> str:
        """A link to lines of a file, with the path and line as its text."""
        lines = f"#L{span.line}" + (f"-L{span.end_line}" if span.end_line > span.line else "")
        address = f"{self.web}/{self.full_name}/blob/{self.commit}/{quote(span.path)}{lines}"
        return f"[`{span.path}:{span.line}`]({address})"

    def page(self, heuristic: str) -> str:
        """Where to read on about a heuristic, as a sentence."""
        if self.service:
            return f"[About {heuristic}]({self.service}/heuristics/{heuristic})."
        return f"`concurrency-check explain {heuristic}` says more."

    def dashboard(self, page: str, text: str) -> str:
        """A link to a page of the dashboard about this account; the text alone where nobody knows our address."""
        address = f"{self.service}/orgs/{self.full_name.partition('/')[0]}/{page}"
        return f"[{text}]({address})" if self.service else text


def markdown(text: str) -> str:
    """Plain text as GitHub's markdown; pieces between backticks stay code, nobody is mentioned, no tag is opened.

    What is longer than anybody reads ends in dots.
    """
    pieces = re.split(r"(`[^`\n]+`)", short(text))
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


def code(text: str, most: int) -> str:
    """The first characters of somebody's text, for between backticks."""
    return text.replace("`", "'").replace("\n", " ")[:most]


def short(text: str) -> str:
    """A piece of plain text, ended by dots where it is very long."""
    return text if len(text.encode()) <= _PIECE else f"{_first(text, _PIECE)}…"


def cut(text: str, most: int = MOST) -> str:
    """As much as GitHub takes, cut between lines. most: bytes."""
    if len(text.encode()) <= most:
        return text
    rest = "The list is longer than GitHub takes; `concurrency-check diff` prints all."
    return f"{_first(text, most - len(rest) - 2).rpartition(chr(10))[0]}\n\n{rest}"


def _first(text: str, most: int) -> str:
    """The first bytes of a text, as many whole characters as they hold."""
    return text.encode()[: max(0, most)].decode("utf-8", "ignore")
