"""What people changed on the dashboard: who, what, where and when."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, select

from bot.store.database import Database, now
from bot.store.tables import audit
from bot.store.visible import visible
from bot.viewer import Sight, Viewer

RETRIED = "retried"
RESTORED = "restored"
COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person did. detail: to what. at: seconds since 1970."""

    repository: int
    login: str
    what: str
    detail: str
    at: float


def note(db: Database, viewer: Viewer, repository: int, what: str, detail: str) -> None:
    """Remember an act of a person."""
    values = {"repository": repository, "what": what, "detail": detail}
    with db.write() as connection:
        connection.execute(insert(audit).values(**values, user=viewer.user, login=viewer.login, at=now()))


def latest(db: Database, sight: Sight, many: int) -> tuple[Act, ...]:
    """The latest acts, the newest first."""
    columns = (audit.c[name] for name in Act.__dataclass_fields__)
    query = select(*columns).where(visible(audit.c.repository, sight))
    with db.read() as connection:
        rows = connection.execute(query.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(many)).mappings()
        return tuple(Act(**row) for row in rows)
