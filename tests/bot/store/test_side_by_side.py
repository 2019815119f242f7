"""A rolling upgrade: processes of an earlier version at work on the tables of this one, beside processes of this one.

What the earlier version says to the database was written down by `record.py` when it was current.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from bot.store import checks, inbox, intents, posted, subjects
from bot.store.database import Database, now
from bot.store.inbox import Outcome
from bot.work.queue import Queue
from tests.bot.store.record import FINDING, HEAD, PUSH, SAID, web

REVISIONS = sorted({file.stem.partition("-")[0] for file in SAID.iterdir()})


def say(database: Database, revision: str, part: str) -> None:
    """What the earlier version says; times that it took from the database's clock are those of now."""
    kind = "sqlite" if database.sqlite else "postgresql"
    transactions = json.loads((SAID / f"{revision}-{kind}.json").read_text())[part]
    with database.read() as connection:
        at = connection.execute(select(now())).scalar_one()

    def of_now(given: Any) -> Any:
        """Parameters: a dict or a tuple, or a list of these for a statement that is carried out for each."""
        if isinstance(given, dict):
            return {name: of_now(value) for name, value in given.items()}
        if isinstance(given, list):
            many = bool(given) and isinstance(given[0], (dict, list))
            return [of_now(one) for one in given] if many else tuple(of_now(one) for one in given)
        return at if isinstance(given, float) and given > 1e9 else given

    for transaction in transactions:
        with database.write() as connection:
            for statement, given in transaction:
                connection.exec_driver_sql(statement, of_now(given)).close()


@pytest.mark.parametrize("revision", REVISIONS)
def test_an_earlier_web_process_stores_and_a_worker_of_now_reviews(database: Database, revision: str) -> None:
    say(database, revision, "web")
    assert inbox.accept(database, [PUSH]) == (Outcome.DUPLICATE,)
    (held,) = Queue(database, 60).claim(9)
    assert (held.claim.subject, held.claim.head, held.claim.deliveries) == (PUSH.subject, HEAD, (PUSH.delivery,))
    assert held.queue.finish(held.claim)
    assert subjects.counts(database)["done"] == 1


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_web_process_of_now_stores_and_an_earlier_worker_reviews(database: Database, revision: str) -> None:
    web(database)
    say(database, revision, "worker")
    assert {state: many for state, many in subjects.counts(database).items() if many} == {"done": 1}
    assert checks.get(database, 7, HEAD) == checks.Run(11, checks.REVIEWED)
    assert [(row.fingerprint, row.state) for row in posted.for_pull(database, 7, 1)] == [(FINDING.fingerprint, "open")]
    assert intents.unfinished(database, PUSH.subject.key) == ()
    assert Queue(database, 60).claim(9) == ()
