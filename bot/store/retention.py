"""What may be forgotten, in portions small enough that no writer waits long."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, and_, delete, exists, not_, or_, select

from bot.store.database import Database, now
from bot.store.tables import budgets, checks, facts, grants, heads, inbox, intents, logins, subjects, tokens
from bot.values import Kind

DAY = 86_400.0
PORTION = 500


def forget(db: Database) -> int:
    """Delete one portion of each table's outdated rows; how many. Call again until it is 0."""
    return sum(_portion(db, table, outdated) for table, outdated in _outdated())


def _outdated() -> tuple[tuple[Table, ColumnElement[bool]], ...]:
    """Delivery ids 30 days (GitHub sends again for a few), as what was given up; facts 30 days after their last use;
    the rest half a year."""
    idle = and_(subjects.c.want == subjects.c.done, subjects.c.lease_until == 0)
    passing = or_(subjects.c.kind == Kind.MERGE_GROUP.value, subjects.c.closed)
    orphan = not_(exists().where(subjects.c.id == inbox.c.subject))
    return (
        (inbox, and_(or_(inbox.c.done, orphan), inbox.c.received_at < now() - 30 * DAY)),
        (facts, facts.c.used_at < now() - 30 * DAY),
        (intents, and_(intents.c.done, intents.c.created_at < now() - 180 * DAY)),
        (checks, checks.c.updated_at < now() - 180 * DAY),
        (budgets, budgets.c.reset_at < now() - DAY),
        (heads, heads.c.seen_at < now() - 180 * DAY),
        (logins, logins.c.expires_at < now()),
        (tokens, tokens.c.expires_at < now()),
        (grants, not_(exists().where(tokens.c.user == grants.c.user))),
        (
            subjects,
            and_(or_(subjects.c.failed, and_(idle, passing)), subjects.c.updated_at < now() - 30 * DAY),
        ),
    )


def _portion(db: Database, table: Table, outdated: ColumnElement[bool]) -> int:
    keys = tuple(table.primary_key)
    with db.read() as connection:
        rows = connection.execute(select(*keys).where(outdated).limit(PORTION)).all()
    if not rows:
        return 0
    with db.write() as connection:
        return sum(
            # Asked again under the lock: what has come to life since stays.
            connection.execute(
                delete(table).where(*(key == value for key, value in zip(keys, row, strict=True)), outdated)
            ).rowcount
            for row in rows
        )
