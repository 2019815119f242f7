"""What runs every so often on whichever worker comes first."""

from __future__ import annotations

from sqlalchemy import or_, update

from bot.store.database import Database, now
from bot.store.tables import schedule


def take(db: Database, name: str, every: float) -> bool:
    """Whether the caller is to run `name` now; if so it is due again in `every` seconds, however this one ends."""
    with db.write() as connection:
        connection.execute(db.insert(schedule).values(name=name, run_at=now()).on_conflict_do_nothing())
        # Further off than it can be: the clock was set back since.
        due = or_(schedule.c.run_at <= now(), schedule.c.run_at > now() + every)
        taken = update(schedule).where(schedule.c.name == name, due)
        return connection.execute(taken.values(run_at=now() + every)).rowcount > 0
