"""What a worker does with a claim: hands it to the review, or forgets an installation that removed the App."""

from __future__ import annotations

from collections.abc import Callable

from bot.github.client import GitHub
from bot.review import review
from bot.settings import Settings
from bot.store import budgets, installations
from bot.store.database import Database
from bot.values import Claim, Kind
from bot.work.analyst import Analyst
from bot.work.queue import Lease
from heuristics import Config, Report, Snapshot


def rounds(settings: Settings, db: Database, github: GitHub, analyst: Analyst) -> Callable[[Claim, Lease], None]:
    """The function that a Worker calls for each claim."""

    memories = review.Memories()

    def scan(head: Snapshot, config: Config, path: str) -> Report:
        return analyst.analyze(head, None, config, within=(path,), everything=True)

    def run(claim: Claim, lease: Lease) -> None:
        installation = claim.subject.installation
        if claim.subject.kind is Kind.INSTALLATION:
            if claim.closed:
                installations.erase(db, installation)
            return
        try:
            review.run(claim, review.Services(settings, db, github, analyst.analyze, lease, memories, scan))
        finally:
            left = {one.resource: (one.requests, one.reset) for one in github.left(installation)}
            budgets.note(db, installation, left)

    return run
