"""What is left of GitHub's budgets, of each installation, as its last round saw it: for operators to look at."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from bot.store.database import Database, now
from bot.store.tables import budgets, installations


def note(db: Database, installation: int, left: Mapping[str, tuple[float, float]]) -> None:
    """Remember what is left. left: resource -> requests, and when the hour ends (seconds since 1970)."""
    if not left:
        return
    with db.write() as connection:
        for resource, (requests, reset) in sorted(left.items()):
            statement = db.insert(budgets).values(
                installation=installation, resource=resource, remaining=requests, reset_at=reset
            )
            fresh = {name: statement.excluded[name] for name in ("remaining", "reset_at")}
            connection.execute(statement.on_conflict_do_update(index_elements=("installation", "resource"), set_=fresh))


def left(db: Database) -> dict[tuple[int, str], float]:
    """Requests that are left of the hours that run now: (installation, resource) -> number."""
    query = select(budgets.c.installation, budgets.c.resource, budgets.c.remaining).where(budgets.c.reset_at > now())
    with db.read() as connection:
        return {(row.installation, row.resource): row.remaining for row in connection.execute(query)}


def resting(db: Database) -> int:
    """How many installations rest now, because GitHub asked for it or their hour is spent."""
    query = select(func.count()).select_from(installations).where(installations.c.rest_until > now())
    with db.read() as connection:
        return connection.execute(query).scalar_one()
