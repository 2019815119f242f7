"""What people changed on the dashboard, tokens for the API among it: who, what, where and when."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, String, and_, cast, exists, insert, literal, not_, or_, select

from bot.store.database import Database, now
from bot.store.tables import audit, covered, grants, tokens
from bot.store.visible import visible
from bot.viewer import Sight, Viewer

RETRIED = "retried"
RESTORED = "restored"
COUNTED = "counted"
TOKEN_MADE = "token made"
TOKEN_REVOKED = "token revoked"
ALL_REVOKED = "revoked on GitHub"


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person did. repository: 0 where it is of the account. detail: to what; of a token its number,
    for its name is its maker's. at: seconds since 1970."""

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


def note_token(connection: Connection, installation: int, user: int, login: str, what: str, token: int) -> None:
    """Remember what a person did to a token of theirs for an account."""
    values = {"repository": 0, "installation": installation, "what": what, "detail": str(token)}
    connection.execute(insert(audit).values(**values, user=user, login=login, at=now()))


def note_all_revoked(connection: Connection, user: int) -> None:
    """Remember, before they are deleted, that a person's tokens end because GitHub says so."""
    columns = ("repository", "installation", "user", "login", "what", "detail", "at")
    theirs = select(
        literal(0), tokens.c.installation, tokens.c.user, grants.c.login, literal(ALL_REVOKED),
        cast(tokens.c.id, String), now(),
    )  # fmt: skip
    query = theirs.join(grants, grants.c.user == tokens.c.user).where(tokens.c.user == user)
    connection.execute(insert(audit).from_select(columns, query))


def latest(db: Database, sight: Sight, many: int) -> tuple[Act, ...]:
    """The latest acts in these repositories, the newest first; where the App has no other in the account, those of the
    account, too."""
    columns = (audit.c[name] for name in Act.__dataclass_fields__)
    others = exists().where(covered.c.installation == sight.installation, not_(visible(covered.c.repository, sight)))
    of_all = and_(audit.c.repository == 0, audit.c.installation == sight.installation, not_(others))
    query = select(*columns).where(or_(visible(audit.c.repository, sight), of_all))
    with db.read() as connection:
        rows = connection.execute(query.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(many)).mappings()
        return tuple(Act(**row) for row in rows)
