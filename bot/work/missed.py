"""Finds what GitHub could not bring us: deliveries that failed, and pull requests that no event told of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import structlog

from bot.store import covered, inbox
from bot.store.database import Database
from bot.values import Kind, OpenPulls, Retry, Subject

MOST_REDELIVERIES = 100
MOST_ATTEMPTS = 4
# How often the open pull requests of a repository are gone through, and of how many repositories in one sweep.
LIST_SECONDS = 600.0
MOST_LISTS = 50

log = structlog.get_logger()


class Delivery(Protocol):
    """An attempt in GitHub's delivery log. guid: X-GitHub-Delivery. status: of our answer. delivered: ISO 8601."""

    @property
    def id(self) -> int: ...
    @property
    def guid(self) -> str: ...
    @property
    def status(self) -> int: ...
    @property
    def delivered(self) -> str: ...


class DeliveryLog(Protocol):
    """GitHub's own record of what it sent us."""

    def deliveries(self) -> Iterable[Delivery]:
        """Attempts, newest first, read as far as they are asked for."""
        ...

    def redeliver(self, delivery: int) -> None:
        """Ask for an attempt to be made again, under the same guid."""
        ...


class PullLists(Protocol):
    """GitHub's lists of open pull requests."""

    def open_pulls(self, installation: int, full_name: str, number: int, etag: str, since: float) -> OpenPulls | None:
        """Those of repository `number` that changed at `since` or later; None when the list is as it was at `etag`.
        Raises Retry where it has to wait."""
        ...


def ask_again(db: Database, deliveries: DeliveryLog, since: float) -> int:
    """Have deliveries sent again that failed after `since` (seconds since 1970) and never came. How many."""
    failed: dict[str, list[int]] = {}
    arrived: set[str] = set()
    for delivery in deliveries.deliveries():
        if datetime.fromisoformat(delivery.delivered).timestamp() < since or len(failed) >= MOST_REDELIVERIES:
            break
        if 200 <= delivery.status < 300:
            arrived.add(delivery.guid)
        else:
            failed.setdefault(delivery.guid, []).append(delivery.id)
    absent = failed.keys() - arrived - inbox.known(db, failed.keys())
    # One that we refuse every time, for its signature or its size, is not asked for till the end of its days.
    wanted = sorted(guid for guid in absent if len(failed[guid]) < MOST_ATTEMPTS)
    for guid in wanted:
        deliveries.redeliver(failed[guid][0])
    return len(wanted)


def look_through(db: Database, lists: PullLists) -> int:
    """Queue the open pull requests that changed since the last look and of whose head no event came. How many.

    It finds what a delivery log does not hold any more, and what came after a copy of the database was made.
    """
    queued = 0
    resting: set[int] = set()
    for one in covered.to_list(db, LIST_SECONDS, MOST_LISTS):
        if one.installation in resting:
            continue
        try:
            found = lists.open_pulls(one.installation, one.full_name, one.id, one.etag, one.seen_until)
        except Retry as retry:
            log.info("sweep.not_listed", installation=one.installation, reason=retry.reason)
            resting.add(one.installation)
            continue
        if found is not None and found.full_name != one.full_name:
            covered.moved(db, Subject(Kind.REPOSITORY, one.installation, one.id), found.full_name)
            one = replace(one, full_name=found.full_name)
        queued += covered.listed(db, one, found)
    return queued
