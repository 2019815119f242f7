"""What is kept of a repository goes with it, or moves with it: what the events about repositories come to."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bot.store import checks, covered, dispositions, feedback, inbox, installations, intents, posted, subjects
from bot.store.database import Database
from bot.store.feedback import Feedback
from bot.store.posted import Posted
from bot.store.tables import metadata
from bot.values import ADDED, REMOVED, Command, Event, Kind, LeaseLost, Retry, Subject
from bot.work.queue import Held, Queue
from bot.work.rounds import keep_house

# Not about a repository: facts belong to blobs; log-ins, grants and tokens to people; the rest to the whole service.
OTHERS = {"facts", "tallies", "schedule", "budgets", "logins", "grants", "tokens", "sweeps"}


def fill(database: Database, repository: int, installation: int) -> None:
    """Everything that can be kept about a repository, once."""
    pull = Subject(Kind.PULL_REQUEST, installation, repository, 1)
    name, head = f"octo/r{repository}", f"{repository:040}"
    inbox.accept(
        database,
        [
            Event(f"pull {repository}", "pull_request.opened", pull, name, head),
            Event(f"group {repository}", "merge_group.x", Subject(Kind.MERGE_GROUP, installation, repository, ref="m")),
        ],
    )
    posted.add(database, [Posted(repository, 1, "f", "h", "s", "v", "m", "p")])
    dispositions.add(database, dispositions.Disposition(repository, "f", "", "ignored", "gopher", "why"))
    feedback.add(database, [Feedback(repository, f"d{repository}", 1, "f", "h", "ignored", "gopher", "why")])
    checks.put(database, repository, head, 1, checks.REVIEWED)
    intents.begin(database, pull.key, "marker", "review", "d")
    with database.write() as connection:
        for row in ("repositories (id) VALUES (:id)", "findings (repository, number, fingerprint) VALUES (:id, 1, 'f')",
                    "history (repository, finding) VALUES (:id, 1)", "audit (repository) VALUES (:id)",
                    "demotions (repository, heuristic) VALUES (:id, 'h')"):  # fmt: skip
            connection.execute(text(f"INSERT INTO {row}"), {"id": repository})
    covered.learn(database)


def kept(database: Database) -> dict[str, int]:
    """Rows by table; only tables that have any."""
    with database.read() as connection:
        rows = {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in metadata.tables}
    return {name: number for name, number in rows.items() if number and name not in OTHERS}


def happened(database: Database, *events: Event) -> Held:
    """An event about a repository or an installation comes in; the claim that leads to."""
    inbox.accept(database, events)
    with database.write() as connection:
        connection.execute(
            text("UPDATE subjects SET run_at = run_at - 1000 WHERE kind IN ('repository', 'installation')")
        )
    (held,) = Queue(database, 60).claim(1)
    assert held.claim.subject.key == events[-1].subject.key
    return held


def removed(delivery: str, *numbers: int, verb: str = REMOVED, installation: int = 5) -> Event:
    command = Command(delivery, verb, " ".join(map(str, numbers)), "gopher")
    subject = Subject(Kind.INSTALLATION, installation)
    return Event(delivery, f"installation_repositories.{verb}", subject, "octo", command=command)


DELETED = Event("gone", "repository.deleted", Subject(Kind.REPOSITORY, 5, 70), "octo/r70", closed=True)
UNINSTALLED = Event("gone", "installation.deleted", Subject(Kind.INSTALLATION, 5), "octo", closed=True)


@pytest.mark.parametrize("event", [DELETED, UNINSTALLED, removed("gone", 70)], ids=lambda event: event.action)
def test_what_is_gone_takes_everything_along_and_nothing_else(database: Database, event: Event) -> None:
    fill(database, 80, 6)
    before = kept(database)
    assert set(before) == set(metadata.tables) - OTHERS - {"installations"}, "a new table: is it about a repository?"
    fill(database, 70, 5)
    held = happened(database, event)
    keep_house(database, held.claim)
    held.queue.finish(held.claim)
    with database.write() as connection:  # the event itself stays till its time is up
        connection.execute(text("DELETE FROM subjects WHERE key = :key"), {"key": event.subject.key})
        connection.execute(text("DELETE FROM inbox WHERE delivery = 'gone'"))
        connection.execute(text("DELETE FROM installations WHERE id = 5"))
    assert kept(database) == before
    assert covered.learn(database) == 0


def test_it_is_known_whose_a_repository_was_when_its_pull_requests_are_forgotten(database: Database) -> None:
    fill(database, 70, 5)
    with database.write() as connection:
        connection.execute(text("DELETE FROM subjects"))
    assert installations.erase(database, 5)
    assert posted.for_pull(database, 70, 1) == ()
    assert dispositions.for_repository(database, 70) == ()


def test_what_a_review_under_way_still_writes_down_goes_too(database: Database) -> None:
    fill(database, 70, 5)
    (busy,) = Queue(database, 60, per_installation=9).claim(1)
    inbox.accept(database, [removed("gone", 70)])
    (held,) = Queue(database, 60, per_installation=9).claim(1)
    with pytest.raises(Retry) as retry:
        keep_house(database, held.claim)
    assert not retry.value.counts
    with pytest.raises(LeaseLost):
        busy.renew()
    posted.add(database, [Posted(70, 1, "f", "h", "s", "v", "m", "p")])
    held.queue.again(held.claim, retry.value)
    held = happened(database, removed("another", 71))
    keep_house(database, held.claim)
    assert posted.for_pull(database, 70, 1) == ()


def test_what_was_given_back_in_the_meantime_stays(database: Database) -> None:
    fill(database, 70, 5)
    before = kept(database)["posted"]
    held = happened(database, removed("d1", 70, 71), removed("d2", 70, verb=ADDED))
    keep_house(database, held.claim)
    assert kept(database)["posted"] == before


def test_another_name_or_owner_is_that_of_all_its_pull_requests(database: Database) -> None:
    fill(database, 70, 5)
    held = happened(database, Event("d", "repository.transferred", Subject(Kind.REPOSITORY, 9, 70), "else/where"))
    keep_house(database, held.claim)
    held.queue.finish(held.claim)
    with database.read() as connection:
        rows = connection.execute(text("SELECT DISTINCT installation, full_name FROM subjects")).all()
    assert [tuple(row) for row in rows] == [(9, "else/where")]
    gone = happened(database, UNINSTALLED)
    keep_house(database, gone.claim)
    assert len(posted.for_pull(database, 70, 1)) == 1, "it is another's now"
    (one,) = covered.to_list(database, 0, 9)
    assert (one.installation, one.full_name) == (9, "else/where")
    assert subjects.counts(database)["failed"] == 0
