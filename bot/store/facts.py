"""What the engine knows of a blob, kept from review to review: opaque bytes, digests and names, no source text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TypeVar

from sqlalchemy import select, update

from bot.store.database import Database, now
from bot.store.tables import facts

# Keys per statement: SQLite's oldest limit on variables is 999.
PORTION = 500
# A row's last use is written at most once a day, so that reading stays reading.
DAY = 86_400

T = TypeVar("T")


class StoredFacts:
    """A FactsCache in the database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, keys: Collection[str]) -> Mapping[str, bytes]:
        """The values that are there."""
        found: dict[str, bytes] = {}
        idle: list[str] = []
        query = select(facts.c.key, facts.c.value, facts.c.used_at < now() - DAY)
        with self._db.read() as connection:
            for portion in _portions(list(keys)):
                for key, value, is_idle in connection.execute(query.where(facts.c.key.in_(portion))):
                    found[key] = value
                    if is_idle:
                        idle.append(key)
        if idle:
            self._touch(idle)
        return found

    def put(self, fresh: Mapping[str, bytes]) -> None:
        """Add values; a key that is there stays as it is, for equal keys mean equal values."""
        rows = sorted(fresh.items())  # one order for all, so that two writers cannot lock each other out
        if not rows:
            return
        statement = self._db.insert(facts).on_conflict_do_nothing()
        with self._db.write() as connection:
            for portion in _portions(rows):
                connection.execute(
                    statement.values(used_at=now()), [{"key": key, "value": value} for key, value in portion]
                )

    def _touch(self, keys: list[str]) -> None:
        with self._db.write() as connection:
            for portion in _portions(sorted(keys)):
                connection.execute(update(facts).where(facts.c.key.in_(portion)).values(used_at=now()))


def _portions(items: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(items), PORTION):
        yield items[start : start + PORTION]
