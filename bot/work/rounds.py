"""What a worker does with a claim: has it reviewed or counted, or forgets and moves what is kept of a repository."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot import traces
from bot.github.client import GitHub
from bot.review import baseline, review
from bot.settings import Settings
from bot.store import budgets, covered, installations
from bot.store.database import Database
from bot.values import ADDED, REMOVED, Claim, Command, Kind, Retry
from bot.work.analyst import Analyst
from bot.work.queue import Lease
from heuristics import Config, Report, Snapshot

# By then a round that was under way has noticed that it has lost its subject.
AGAIN_SECONDS = 30.0


def rounds(settings: Settings, db: Database, github: GitHub, analyst: Analyst) -> Callable[[Claim, Lease], None]:
    """The function that a Worker calls for each claim."""

    memories = review.Memories()

    def analyze(head: Snapshot, base: Snapshot, config: Config) -> Report:
        with traces.span("analysis"):
            return analyst.analyze(head, base, config)

    def scan(head: Snapshot, config: Config, path: str) -> Report:
        return analyst.analyze(head, None, config, within=(path,), everything=True)

    def count(head: Snapshot, config: Config, paths: tuple[str, ...]) -> Report:
        with traces.span("analysis"):
            return analyst.analyze(head, None, config, within=paths)

    def run(claim: Claim, lease: Lease) -> None:
        installation = claim.subject.installation
        if claim.subject.kind in (Kind.INSTALLATION, Kind.REPOSITORY):
            keep_house(db, claim)
            return
        services = review.Services(settings, db, github, analyze, lease, memories, scan)
        try:
            if claim.subject.kind is Kind.BASELINE:
                baseline.run(claim, services, count)
            else:
                review.run(claim, services)
        finally:
            left = {one.resource: (one.requests, one.reset) for one in github.left(installation)}
            budgets.note(db, installation, left)

    return run


def keep_house(db: Database, claim: Claim) -> None:
    """What an event about an installation or a repository means for what is kept: of one that is gone all is erased,
    one with another name or owner takes its rows along."""
    subject = claim.subject
    if subject.kind is Kind.REPOSITORY:
        if not claim.closed:
            covered.moved(db, subject, claim.full_name)
            return
        gone = covered.erase(db, [subject.repository], keep=(Kind.REPOSITORY,))
    elif claim.closed:
        gone = installations.erase(db, subject.installation)
    else:
        gone = covered.erase(db, _left(claim.commands))
    if not gone:
        raise Retry("a review was under way", AGAIN_SECONDS, counts=False)


def _left(commands: Iterable[Command]) -> tuple[int, ...]:
    """Repositories that an installation does not cover any more, after commands in order of arrival."""
    left: dict[int, None] = {}
    for command in commands:
        for number in map(int, command.argument.split()):
            if command.verb == REMOVED:
                left[number] = None
            elif command.verb == ADDED:
                left.pop(number, None)
    return tuple(left)
