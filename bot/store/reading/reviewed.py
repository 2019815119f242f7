"""Repositories with the mode that their last review went by."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from bot.store.database import Database
from bot.store.tables import repositories
from bot.store.visible import visible
from bot.viewer import Sight


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A repository. origin: where its mode comes from. counted, to_count: progress of its baseline. updated_at: when
    its mode was seen to change last (seconds since 1970)."""

    id: int
    mode: str
    origin: str
    counted: int
    to_count: int
    counted_at: float
    updated_at: float


def reviewed(db: Database, sight: Sight) -> dict[int, Reviewed]:
    """By number, those of which there was a review."""
    columns = (repositories.c[name] for name in Reviewed.__dataclass_fields__)
    query = select(*columns).where(visible(repositories.c.id, sight))
    with db.read() as connection:
        return {row["id"]: Reviewed(**row) for row in connection.execute(query).mappings()}
