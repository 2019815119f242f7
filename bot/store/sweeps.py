"""What the steps of the sweep did last, for operators to look at."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from bot.store.database import Database, now
from bot.store.tables import sweeps


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the sweep. count: how many things it put right. error: why it did not come to an end, else "". at:
    seconds since 1970."""

    step: str
    count: int
    error: str
    at: float


def note(db: Database, step: str, count: int, error: str = "") -> None:
    """Remember what a step did."""
    values = {"count": count, "error": error}
    statement = db.insert(sweeps).values(step=step, **values, at=now())
    with db.write() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=("step",), set_={**values, "at": now()}))


def last(db: Database) -> tuple[Step, ...]:
    """All steps, as they ended last."""
    with db.read() as connection:
        return tuple(Step(**row) for row in connection.execute(select(sweeps).order_by(sweeps.c.step)).mappings())
