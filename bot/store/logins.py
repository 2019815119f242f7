"""Who is logged in to the dashboard: what is kept of it is enciphered, or a digest."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, delete, select, update

from bot.store import audit
from bot.store.database import Database, now
from bot.store.tables import grants, logins, tokens

# Seconds after which nobody is logged in any more who did nothing.
IDLE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Login:
    """A person at a browser. key: digest of what the browser holds. user: GitHub's number. token, refresh, visible:
    enciphered. age: seconds since `visible` was asked for. left: seconds that the token is good for."""

    key: str
    user: int
    login: str
    token: str = field(repr=False)
    visible: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    age: float = 0.0
    left: float = 0.0


def add(db: Database, one: Login, seconds: float) -> None:
    """Remember a log-in for so many seconds; those that are over are forgotten."""
    with db.write() as connection:
        connection.execute(delete(logins).where(_over()))
        connection.execute(
            db.insert(logins).values(
                key=one.key,
                user=one.user,
                login=one.login,
                token=one.token,
                refresh=one.refresh,
                visible=one.visible,
                visible_at=now(),
                used_at=now(),
                created_at=now(),
                expires_at=now() + seconds,
            )
        )


def get(db: Database, key: str) -> Login | None:
    """A log-in that is not over, or None."""
    columns = (logins.c.key, logins.c.user, logins.c.login, logins.c.token, logins.c.refresh, logins.c.visible)
    age, left = (now() - logins.c.visible_at).label("age"), (logins.c.expires_at - now()).label("left")
    query = select(*columns, age, left).where(logins.c.key == key, ~_over())
    with db.read() as connection:
        row = connection.execute(query).mappings().one_or_none()
        return None if row is None else Login(**row)


def keep(db: Database, key: str, visible: str) -> None:
    """Remember what may be seen, as of now."""
    fresh = update(logins).where(logins.c.key == key)
    with db.write() as connection:
        connection.execute(fresh.values(visible=visible, visible_at=now(), used_at=now()))


def end(db: Database, key: str) -> None:
    """Forget a log-in."""
    with db.write() as connection:
        connection.execute(delete(logins).where(logins.c.key == key))


def end_all_of(db: Database, user: int) -> int:
    """Forget all log-ins of a person, and their tokens for the API; how many log-ins there were."""
    with db.write() as connection:
        audit.note_all_revoked(connection, user)
        connection.execute(delete(tokens).where(tokens.c.user == user))
        connection.execute(delete(grants).where(grants.c.user == user))
        return connection.execute(delete(logins).where(logins.c.user == user)).rowcount


def _over() -> ColumnElement[bool]:
    return (logins.c.expires_at <= now()) | (logins.c.used_at <= now() - IDLE_SECONDS)
