"""Repositories as their last review saw them: in which mode, by which configuration, owned by whom."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select

from bot.store.database import Database, now
from bot.store.tables import repositories


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository. mode: review, check-only or on-demand, "" while no review told. origin: where that comes from, in a
    few words. rules: of its CODEOWNERS, in order, each a pattern with the owners."""

    id: int
    mode: str = ""
    origin: str = ""
    rules: tuple[tuple[str, tuple[str, ...]], ...] = ()


def get(db: Database, id_: int) -> Repository | None:
    """What is known of a repository, or None."""
    columns = (repositories.c[name] for name in Repository.__dataclass_fields__)
    with db.read() as connection:
        row = connection.execute(select(*columns).where(repositories.c.id == id_)).mappings().one_or_none()
    if row is None:
        return None
    rules = tuple((pattern, tuple(owners)) for pattern, owners in json.loads(row["rules"] or "[]"))
    return Repository(**{**row, "rules": rules})


def note(db: Database, one: Repository) -> None:
    """Remember a repository."""
    values = {"mode": one.mode, "origin": one.origin, "rules": json.dumps(one.rules)}
    statement = db.insert(repositories).values(id=one.id, **values, updated_at=now())
    with db.write() as connection:
        connection.execute(
            statement.on_conflict_do_update(index_elements=("id",), set_={**values, "updated_at": now()})
        )
