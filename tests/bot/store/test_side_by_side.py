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

    def of_now(value: Any) -> Any:
        return at if isinstance(value, float) and value > 1e9 else value

    for transaction in transactions:
        with database.write() as connection:
            for statement, given in transaction:
                named = isinstance(given, dict)
                values = {key: of_now(one) for key, one in given.items()} if named else tuple(map(of_now, given))
                connection.exec_driver_sql(statement, values).close()


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
