"""Tokens for the API, and what the service asks GitHub with what their makers may see; digests, or enciphered."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import and_, delete, exists, insert, or_, select, update

from bot.store import audit
from bot.store.database import Database, now
from bot.store.tables import grants, tokens

# A grant whose token is good for less is renewed.
_SOON_SECONDS = 300.0
# After that, whoever began to renew a grant is taken for dead.
_BUSY_SECONDS = 60.0
_USED_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a person for one account. Times are seconds since 1970; used_at is 0 for never."""

    id: int
    user: int
    installation: int
    name: str
    created_at: float
    used_at: float
    expires_at: float


@dataclass(frozen=True, slots=True)
class Grant:
    """What GitHub gave for a person. token, refresh, visible: enciphered. age: seconds since `visible` was asked for.
    spent: the token has to be renewed first."""

    user: int
    login: str
    token: str = field(repr=False)
    refresh: str = field(repr=False)
    visible: str = field(repr=False)
    age: float = 0.0
    spent: bool = False


def make(db: Database, key: str, by: Grant, installation: int, name: str, seconds: float) -> None:
    """Remember a token by its digest for so many seconds, and that this person made it."""
    values = {"key": key, "user": by.user, "installation": installation, "name": name}
    with db.write() as connection:
        row = insert(tokens).values(**values, created_at=now(), expires_at=now() + seconds)
        made = connection.execute(row.returning(tokens.c.id)).scalar_one()
        audit.note_token(connection, installation, by.user, by.login, audit.TOKEN_MADE, made)


def find(db: Database, key: str) -> Token | None:
    """A token by its digest, and that it was used; None where there is none any more."""
    columns = (tokens.c[name] for name in Token.__dataclass_fields__)
    with db.read() as connection:
        query = select(*columns).where(tokens.c.key == key, tokens.c.expires_at > now())
        row = connection.execute(query).mappings().one_or_none()
        stale = row is not None and connection.execute(select(now())).scalar_one() > row["used_at"] + _USED_SECONDS
    if row is None:
        return None
    if stale:
        with db.write() as connection:
            connection.execute(update(tokens).where(tokens.c.id == row["id"]).values(used_at=now()))
    return Token(**row)


def of_person(db: Database, user: int, installation: int) -> tuple[Token, ...]:
    """A person's tokens for an account, the newest first."""
    columns = (tokens.c[name] for name in Token.__dataclass_fields__)
    query = select(*columns).where(
        tokens.c.user == user, tokens.c.installation == installation, tokens.c.expires_at > now()
    )
    with db.read() as connection:
        return tuple(Token(**row) for row in connection.execute(query.order_by(tokens.c.id.desc())).mappings())


def revoke(db: Database, id_: int, user: int, login: str) -> bool:
    """Forget a token of a person, and what was granted for it once it was the last; whether there was one."""
    theirs = delete(tokens).where(tokens.c.id == id_, tokens.c.user == user).returning(tokens.c.installation)
    with db.write() as connection:
        installation = connection.execute(theirs).scalar_one_or_none()
        if installation is None:
            return False
        audit.note_token(connection, installation, user, login, audit.TOKEN_REVOKED, id_)
        rest = exists().where(tokens.c.user == user)
        connection.execute(delete(grants).where(grants.c.user == user, ~rest))
        return True


def keep_grant(db: Database, one: Grant, seconds: float, *, only_known: bool = False) -> None:
    """Remember what GitHub gave; its token is good for so many seconds, 0 for good. only_known: if the person has a
    grant already."""
    values = {
        "login": one.login,
        "token": one.token,
        "refresh": one.refresh,
        "visible": one.visible,
        "visible_at": now(),
        "expires_at": now() + seconds if seconds else 0.0,
        "busy_until": 0.0,
    }
    with db.write() as connection:
        if only_known:
            connection.execute(update(grants).where(grants.c.user == one.user).values(**values))
            return
        statement = db.insert(grants).values(user=one.user, **values)
        connection.execute(statement.on_conflict_do_update(index_elements=("user",), set_=values))


def grant(db: Database, user: int) -> Grant | None:
    """What GitHub gave for a person, or None."""
    names = ("user", "login", "token", "refresh", "visible")
    spent = and_(grants.c.expires_at > 0, grants.c.expires_at < now() + _SOON_SECONDS)
    query = select(
        *(grants.c[name] for name in names), (now() - grants.c.visible_at).label("age"), spent.label("spent")
    )
    with db.read() as connection:
        row = connection.execute(query.where(grants.c.user == user)).mappings().one_or_none()
        return None if row is None else Grant(**{**row, "spent": bool(row["spent"])})


def see(db: Database, user: int, visible: str) -> None:
    """Remember what a person may see, as of now."""
    with db.write() as connection:
        connection.execute(update(grants).where(grants.c.user == user).values(visible=visible, visible_at=now()))


def begin_renewal(db: Database, one: Grant) -> bool:
    """Whether the caller is the one to renew a grant: what GitHub renews with is good once."""
    free = or_(grants.c.busy_until <= now(), grants.c.busy_until > now() + 2 * _BUSY_SECONDS)
    query = update(grants).where(grants.c.user == one.user, grants.c.refresh == one.refresh, free)
    with db.write() as connection:
        return connection.execute(query.values(busy_until=now() + _BUSY_SECONDS)).rowcount > 0


def drop_grant(db: Database, one: Grant) -> None:
    """Forget what GitHub takes no more, unless something else was given since."""
    with db.write() as connection:
        connection.execute(delete(grants).where(grants.c.user == one.user, grants.c.token == one.token))
