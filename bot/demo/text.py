"""A reviewed pull request as text for a terminal: the diff around each comment, the comment as it stands, the check."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import Final

import click

from bot.demo.double.git import Hunk
from bot.demo.double.state import CheckRun, PullRequest, ReviewComment

WIDTH: Final = 110
CONTEXT: Final = 6
_HIDDEN: Final = re.compile(r"<!--.*?-->\s*", re.DOTALL)
_SUMMARY: Final = re.compile(r"<summary>(.*?)</summary>")
_FOLDED: Final = re.compile(r"<details><summary>(.*?)</summary>.*?</details>", re.DOTALL)
_TAG: Final = re.compile(r"</?(?:sub|details)>")
_LINK: Final = re.compile(r"\[([^]\n]+)\]\([^)\n]+\)")
_COLOURS: Final = {"+": "green", "-": "red"}
_MARKS: Final = {"success": ("✔", "green"), "neutral": ("●", "yellow"), "failure": ("✘", "red")}


def visible(body: str) -> str:
    """A body as plain text: without hidden lines, tags and the addresses of links."""
    shown = _LINK.sub(r"\1", _SUMMARY.sub(r"▾ \1", _HIDDEN.sub("", body)))
    return re.sub(r"\n{3,}", "\n\n", _TAG.sub("", shown)).replace("**", "").strip()


def unfolded(body: str) -> str:
    """What is seen of a body before anybody unfolds the rest."""
    return visible(_FOLDED.sub(r"▸ \1", body))


def opened(pull: PullRequest, address: str) -> Iterator[str]:
    """The head of a pull request: title, who wants to merge what, where to look at it."""
    yield ""
    yield click.style(f"━━ {pull.repository.full_name} #{pull.number}  {pull.title} ".ljust(WIDTH, "━"), bold=True)
    yield f"{pull.author.login} wants to merge {pull.head_ref} into {pull.base_ref}"
    yield click.style(address, underline=True)


def comment(pull: PullRequest, posted: ReviewComment) -> Iterator[str]:
    """An inline comment below the lines of the diff that it hangs on."""
    yield ""
    yield click.style(posted.path, bold=True)
    yield from _excerpt(pull, posted)
    where = f"line {posted.original_line}" if posted.original_line else "the file"
    yield from boxed(f"{posted.author.login} commented on {where}", visible(posted.body))


def boxed(heading: str, body: str) -> Iterator[str]:
    """A text with a bar on its left, wrapped where it is prose and left alone where it is code."""
    yield click.style(f"  ┌─ {heading} ", fg="cyan")
    code = False
    for line in body.expandtabs(4).splitlines():
        code ^= line.lstrip().startswith("```")
        short = code or line.lstrip().startswith(("```", "|", ">"))
        for part in [line] if short else textwrap.wrap(line, WIDTH - 6, subsequent_indent=_indent(line)) or [""]:
            yield click.style("  │ ", fg="cyan") + part
    yield click.style("  └─", fg="cyan")


def check(run: CheckRun) -> Iterator[str]:
    """A check run: its conclusion, title and summary."""
    mark, colour = _MARKS.get(run.conclusion or "", ("○", "white"))
    yield ""
    yield click.style(f"{mark} {run.name}: {run.conclusion or run.status}", fg=colour) + f" ─ {run.title or ''}"
    for line in visible(run.summary or "").splitlines():
        yield f"    {line}"


def _excerpt(pull: PullRequest, posted: ReviewComment) -> Iterator[str]:
    changes = pull.repository.git.changes(pull.merge_base, posted.original_commit)
    change = next((one for one in changes if one.path == posted.path), None)
    end = posted.original_line
    for hunk in change.hunks if change and end else ():
        yield from _lines(hunk, posted.side, posted.original_start_line or end or 0, end or 0)


def _lines(hunk: Hunk, side: str, start: int, end: int) -> Iterator[str]:
    numbers = [hunk.number(line, side) for line in hunk.lines]
    if end not in numbers:
        return
    last = numbers.index(end)
    first = max(0, min(numbers.index(start) if start in numbers else last, last - CONTEXT))
    for line in hunk.lines[first : last + 1]:
        shown = "".join(f"{number if number > 0 else '':>5}" for number in (line.old, line.new))
        yield click.style(f"{shown} {line.sign} {line.text.expandtabs(4)}", fg=_COLOURS.get(line.sign))


def _indent(line: str) -> str:
    bullet = re.match(r"\s*(?:[-*]|\d+\.)?\s*", line)
    return " " * len(bullet.group()) if bullet else ""
