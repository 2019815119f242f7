"""Finds the command in a comment: the first line that is neither quoted nor code, when it speaks to us."""

from __future__ import annotations

import re

NAME = "/concurrency-check"

# An opening fence: at most three spaces, three or more backticks (none after them on that line) or tildes.
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_QUOTE = re.compile(r" {0,3}>")
_INDENTED = re.compile(r"(?: {4}| {0,3}\t)")


def parse(body: str) -> tuple[str, str] | None:
    """Verb ("" = review now) and argument of the command in a comment's markdown; None when it is not for us.

    Only the first line of a person's own words counts: a command that is quoted, shown as code or mentioned further
    down is talk about a command.
    """
    line = _first_own_line(body)
    if line is None:
        return None
    name, _, rest = line.partition(" ")
    if name.lower() != NAME:
        return None
    verb, _, argument = rest.strip().partition(" ")
    return verb.lower(), argument.strip()


def _first_own_line(body: str) -> str | None:
    fence = ""
    for line in body.splitlines():
        opening = _FENCE.match(line)
        if fence:
            if opening and opening[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif opening:
            fence = opening[1]
        elif line.strip() and not _QUOTE.match(line) and not _INDENTED.match(line):
            return " ".join(line.split())
    return None
