"""How numbers, times and states read on the pages; each is a filter of the templates."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote

from flask import Blueprint
from markupsafe import Markup, escape

_UNITS = ((86_400 * 365, "year"), (86_400 * 30, "month"), (86_400, "day"), (3_600, "hour"), (60, "minute"))
# A state as people read it, and what else may have happened to a finding.
STATES = {
    "open": "open",
    "fixed": "fixed",
    "merged": "merged with it",
    "ignored": "ignored",
    "resolved": "resolved here",
    "closed": "closed unmerged",
}
HAPPENED = {
    "seen": "first seen",
    "pushed": "still there",
    "open": "open again",
    "fixed": "fixed",
    "merged": "merged with it",
    "ignored": "ignored",
    "resolved": "resolved here",
    "closed": "closed unmerged",
}
TOLD = {"inline": "in a comment", "file": "in a comment on the file", "check": "in the check", "": "told nobody"}


def add(routes: Blueprint) -> None:
    """Make the filters known to all templates."""
    for filter_ in (ago, stamp, duration, percent, state, happened, told, count, code, quoted, zipped, week):
        routes.add_app_template_filter(filter_)


def duration(seconds: float) -> str:
    """Seconds in the largest unit that fits: "3 hours"."""
    for size, unit in _UNITS:
        if seconds >= size:
            return count(int(seconds // size), unit)
    return "less than a minute"


def ago(at: float) -> Markup:
    """A moment (seconds since 1970) as its distance from now, with the moment itself on it."""
    if not at:
        return Markup("never")
    exact = datetime.fromtimestamp(at, UTC)
    away = time.time() - at
    words = "now" if abs(away) < 60 else f"{duration(away)} ago" if away > 0 else f"in {duration(-away)}"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        exact.strftime("%Y-%m-%dT%H:%M:%SZ"), exact.strftime("%Y-%m-%d %H:%M UTC"), words
    )


def stamp(at: float) -> Markup:
    """A moment (seconds since 1970) to the minute."""
    exact = datetime.fromtimestamp(at, UTC)
    return Markup('<time datetime="{}">{}</time>').format(
        exact.strftime("%Y-%m-%dT%H:%M:%SZ"), exact.strftime("%Y-%m-%d %H:%M")
    )


def week(back: int) -> str:
    """A week by how many lie between it and now."""
    return ("this week", "last week")[back] if back < 2 else f"{back} weeks ago"


def percent(share: float | None) -> str:
    """A share in whole percent."""
    return "-" if share is None else f"{share * 100:.0f} %"


def state(name: str) -> Markup:
    """A disposition as a mark."""
    return Markup('<span class="tag {}">{}</span>').format(name, STATES.get(name, name))


def happened(what: str) -> str:
    return HAPPENED.get(what, what)


def told(where: str) -> str:
    return TOLD.get(where, where)


def count(number: int, noun: str) -> str:
    """A number with its noun."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") and not noun.endswith("ay") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def code(text: str) -> Markup:
    """A sentence of an engine, with what stands between backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if at % 2 else escape(part) for at, part in enumerate(parts)
    )


def quoted(path: str) -> str:
    """A path as a part of an address."""
    return quote(path)


def zipped(values: Iterable[str]) -> list[tuple[str, str]]:
    """Choices that read as they are."""
    return [(value, value) for value in values]
