"""What is counted over all processes: in the transaction that makes it true, so that the numbers add up."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select
from sqlalchemy.sql.dml import Insert

from bot.store.database import Database
from bot.store.tables import tallies

# What became of a round.
DONE, AGAIN, FAILED, HANDED_BACK = "done", "again", "failed", "handed back"
RESULTS = (DONE, AGAIN, FAILED, HANDED_BACK)
# Upper bounds in seconds: the first tell how quick it is, the last how long an outage was.
BOUNDS = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0, 14_400.0, float("inf"))

_ROUNDS = "rounds"
_CHECKS = "checks"
_WAITED = "waited"
_WAITED_SECONDS = "waited seconds"
_SLOTS = 16


@dataclass(frozen=True, slots=True)
class Tallies:
    """Everything that was counted. rounds: by what became of them. checks: by conclusion and whether a review gave it.
    waited: deliveries by the upper bound of the time from their arrival to the end of the round that covers them,
    each in one; waited_seconds: the sum of those times."""

    rounds: Mapping[str, float]
    checks: Mapping[tuple[str, bool], float]
    waited: Mapping[float, float]
    waited_seconds: float


def count_round(db: Database, connection: Connection, result: str, waited: Iterable[float] = ()) -> None:
    """A round ended, and with it the wait of these deliveries (seconds)."""
    amounts: Counter[tuple[str, str]] = Counter({(_ROUNDS, result): 1})
    total = 0.0
    for seconds in waited:
        amounts[_WAITED, f"{next(bound for bound in BOUNDS if seconds <= bound):g}"] += 1
        total += max(0.0, seconds)
    _add(db, connection, {**amounts, (_WAITED_SECONDS, ""): total} if total else amounts)


def count_check(db: Database, connection: Connection, conclusion: str, *, reviewed: bool) -> None:
    """A check was completed. reviewed: with the result of a review."""
    _add(db, connection, {(_CHECKS, f"{conclusion}/{'yes' if reviewed else 'no'}"): 1})


def read(db: Database) -> Tallies:
    """What was counted so far."""
    query = select(tallies.c.name, tallies.c.label, func.sum(tallies.c.value)).group_by(tallies.c.name, tallies.c.label)
    with db.read() as connection:
        found = {(name, label): value for name, label, value in connection.execute(query)}
    return Tallies(
        rounds={result: found.get((_ROUNDS, result), 0.0) for result in RESULTS},
        checks={
            (label.removesuffix("/yes").removesuffix("/no"), label.endswith("/yes")): value
            for (name, label), value in sorted(found.items())
            if name == _CHECKS
        },
        waited={bound: found.get((_WAITED, f"{bound:g}"), 0.0) for bound in BOUNDS},
        waited_seconds=found.get((_WAITED_SECONDS, ""), 0.0),
    )


def _add(db: Database, connection: Connection, amounts: Mapping[tuple[str, str], float]) -> None:
    """Always the last rows that a transaction takes, and in order: none waits for another in a circle."""
    slot = os.getpid() % _SLOTS
    rows = [
        {"name": name, "label": label, "slot": slot, "value": amount}
        for (name, label), amount in sorted(amounts.items())
    ]
    connection.execute(db.made(_addition), rows)


def _addition(db: Database) -> Insert:
    statement = db.insert(tallies)
    more = {"value": tallies.c.value + statement.excluded.value}
    return statement.on_conflict_do_update(index_elements=("name", "label", "slot"), set_=more)
