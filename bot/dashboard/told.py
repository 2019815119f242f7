"""Findings as programs read them: the same names in every export and in the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.store.reading.findings import Detail, Listed
from bot.viewer import Sight

Json = dict[str, Any]

# What is told of a finding in a list, in this order.
NAMES = (
    "id", "repository", "pull_request", "heuristic", "family", "severity", "state", "message", "symbol", "variable",
    "path", "line", "told", "owners", "fingerprint", "first_seen", "closed",
)  # fmt: skip


def listed(one: Listed, sight: Sight) -> Json:
    """A finding in a list. pull_request: null for one in the default branch; times are in UTC, null for never."""
    other = {
        "repository": sight.by_id[one.repository].full_name,
        "pull_request": one.number or None,
        "owners": one.owners.split(),
        "first_seen": moment(one.seen_at),
        "closed": moment(one.closed_at),
    }
    return {name: other[name] if name in other else getattr(one, name) for name in NAMES}


def detail(found: Detail, sight: Sight) -> Json:
    """A finding with its story and its life."""
    return {
        **listed(found.listed, sight),
        "end_line": found.end_line,
        "tier": found.tier,
        "closed_by": found.author,
        "reason": found.reason,
        "head_first": found.head_first,
        "head_last": found.head_last,
        "head_fixed": found.head_fixed,
        "places": [
            {"path": one.path, "line": one.line, "end_line": one.end_line, "message": one.message}
            for one in found.places
        ],
        "evidence": list(found.evidence),
        "life": [
            {"what": one.what, "head": one.head, "by": one.author, "reason": one.reason, "at": moment(one.at)}
            for one in found.life
        ],
    }


def moment(at: float) -> str | None:
    """Seconds since 1970 as ISO 8601."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else None
