"""The tables of the first version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False, server_default="")


def _time(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double, nullable=False, server_default="0")


def _count(name: str, kind: type[sa.Integer] = sa.BigInteger, start: str = "0") -> sa.Column[int]:
    return sa.Column(name, kind, nullable=False, server_default=start)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.text("false"))


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, primary_key=True, autoincrement=False)


def _name(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, primary_key=True)


def _index(name: str, table: str, columns: list[str], where: str = "") -> None:
    only = sa.text(where) if where else None
    op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)


def upgrade() -> None:
    _queue()
    _reviews()
    _rest()


def _queue() -> None:
    op.create_table(
        "inbox",
        _name("delivery"),
        sa.Column("subject", SERIAL, nullable=False, server_default="0"),
        _count("want"),
        _text("action"),
        sa.Column("command", sa.String, nullable=True),
        _flag("done"),
        _time("received_at"),
    )
    _index("inbox_open", "inbox", ["subject", "want"], "NOT done")
    _index("inbox_received", "inbox", ["received_at"])
    op.create_table(
        "subjects",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("key", sa.String, nullable=False, unique=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("installation", sa.BigInteger, nullable=False),
        _count("repository"),
        _count("number"),
        _text("ref"),
        _text("full_name"),
        _text("head"),
        _flag("closed"),
        _count("priority", sa.SmallInteger, "1"),
        _count("want"),
        _count("done"),
        _count("tries", sa.Integer),
        _count("fence"),
        _time("run_at"),
        _time("lease_until"),
        _flag("failed"),
        _text("reason"),
        _time("created_at"),
        _time("updated_at"),
    )
    _index("subjects_waiting", "subjects", ["installation", "priority", "run_at"], "want > done AND NOT failed")
    _index("subjects_leased", "subjects", ["lease_until"], "lease_until > 0")
    _index("subjects_repository", "subjects", ["repository"])


def _reviews() -> None:
    op.create_table(
        "posted",
        _number("repository"),
        _number("number"),
        _name("fingerprint"),
        *(_text(name) for name in ("heuristic", "symbol", "variable", "message", "path")),
        _count("comment"),
        _count("review"),
        *(_text(name) for name in ("thread", "state", "head_first", "head_fixed")),
        _time("created_at"),
        _time("updated_at"),
    )
    op.create_table(
        "intents",
        _name("subject_key"),
        _name("marker"),
        _text("kind"),
        _text("digest"),
        _flag("done"),
        _time("created_at"),
    )
    op.create_table(
        "checks",
        _number("repository"),
        _name("head"),
        sa.Column("check_run", sa.BigInteger, nullable=False),
        _text("status"),
        _time("created_at"),
        _time("updated_at"),
    )
    _index("checks_status", "checks", ["status", "updated_at"])
    op.create_table(
        "dispositions",
        _number("repository"),
        _name("fingerprint"),
        *(_text(name) for name in ("acts", "kind", "author", "reason")),
        _time("created_at"),
    )


def _rest() -> None:
    op.create_table("facts", _name("key"), sa.Column("value", sa.LargeBinary, nullable=False), _time("used_at"))
    _index("facts_used", "facts", ["used_at"])
    op.create_table(
        "heads",
        _number("repository"),
        _name("head"),
        sa.Column("number", sa.BigInteger, nullable=False),
        _time("seen_at"),
    )
    _index("heads_seen", "heads", ["seen_at"])
    op.create_table("installations", _number("id"), _text("account"), _flag("suspended"), _time("updated_at"))
    op.create_table("schedule", _name("name"), _time("run_at"))
