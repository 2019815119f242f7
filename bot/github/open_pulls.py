"""The open pull requests of a repository that changed lately, for one request that is free when none did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from bot.github.answers import Refused
from bot.github.connection import Connection
from bot.values import OpenPull, OpenPulls

# A row is 15 to 20 kB: mostly the first few are news. And how many are ever read, after a long outage.
_PER_PAGE = 50
_MOST = 1000
_NEWEST_FIRST = {"state": "open", "sort": "updated", "direction": "desc", "per_page": _PER_PAGE}


def open_pulls(connection: Connection, full_name: str, repository: int, etag: str, since: float) -> OpenPulls | None:
    """The open pull requests that changed at `since` (seconds since 1970) or later; None when the list is as it was.

    full_name: "owner/name", as last heard; repository: its number. etag: of the list as it was seen last. Raises
    Refused where the repository is out of reach, also where another one has its name.
    """
    answer = _asked(connection, full_name, etag)
    if answer is None:
        return None
    tag, first, rows = answer
    if first is not None and (name := _repository(first)["full_name"]) != full_name:
        # A redirect to its new name loses the parameters.
        full_name, answer = name, _asked(connection, name, "")
        assert answer is not None
        tag, first, rows = answer
    if first is not None and _repository(first)["id"] != repository:
        raise Refused(404, "the name belongs to another repository now")
    until, found = since, []
    for row in islice(rows, _MOST):
        at = datetime.fromisoformat(row["updated_at"]).timestamp()  # GitHub tells whole seconds
        if at < int(since):
            break
        until = max(until, at)
        found.append(OpenPull(row["number"], row["head"]["sha"]))
    return OpenPulls(full_name, tag, until, tuple(found))


def _asked(
    connection: Connection, full_name: str, etag: str
) -> tuple[str, Mapping[str, Any] | None, Iterator[Mapping[str, Any]]] | None:
    """ETag, first row and all rows of the list; None when it has that ETag."""
    answer = connection.pages_if_changed(f"/repos/{full_name}/pulls", _NEWEST_FIRST, etag)
    if answer is None:
        return None
    tag, rows = answer
    first = next(rows, None)
    return tag, first, iter(()) if first is None else _again(first, rows)


def _again(first: Mapping[str, Any], rest: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    yield first
    yield from rest


def _repository(row: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = row["base"]["repo"]
    return found
