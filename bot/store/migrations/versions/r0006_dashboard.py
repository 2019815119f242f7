"""The dashboard: findings with their life, log-ins, demotions, the audit log, results of the sweep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False, server_default="") for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False, server_default="0") for name in names]


def _times(*names: str) -> list[sa.Column[float]]:
    return [sa.Column(name, sa.Double, nullable=False, server_default="0") for name in names]


def _ids(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def _key(name: str, kind: type[sa.BigInteger] | type[sa.String] = sa.BigInteger) -> sa.Column[object]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def upgrade() -> None:
    """Only new tables, so that processes of the version before go on."""
    _findings()
    _people()
    op.create_table(
        "repositories",
        _key("id"),
        *_numbers("installation"),
        *_texts("mode", "origin", "rules", "head"),
        *_numbers("counted", "to_count"),
        *_times("counted_at", "updated_at"),
    )
    op.create_table(
        "demotions",
        _key("repository"),
        _key("heuristic", sa.String),
        *_numbers("fixed", "dismissed"),
        *_texts("lifted_by"),
        *_times("demoted_at", "lifted_at"),
    )
    op.create_table("sweeps", _key("step", sa.String), *_numbers("count"), *_texts("error"), *_times("at"))


def _findings() -> None:
    op.create_table(
        "findings",
        sa.Column("id", SERIAL, primary_key=True),
        *_ids("repository", "number"),
        sa.Column("fingerprint", sa.String, nullable=False),
        *_texts("heuristic", "family", "severity", "tier", "symbol", "variable", "message", "path"),
        sa.Column("grade", sa.SmallInteger, nullable=False, server_default="0"),
        *_numbers("line", "end_line", "comment", "pushes"),
        *_texts("places", "evidence", "owners", "state", "told", "author", "reason"),
        *_texts("head_first", "head_last", "head_fixed"),
        *_times("seen_at", "looked_at", "closed_at"),
    )
    op.create_index("findings_of", "findings", ["repository", "number", "fingerprint"], unique=True)
    op.create_index("findings_counted", "findings", ["repository", "state", "seen_at", "closed_at", "number"])
    newest = ["seen_at", "id", "repository"]
    op.create_index("findings_newest", "findings", newest)
    op.create_index("findings_gravest", "findings", ["grade", *newest])
    op.create_index("findings_state", "findings", ["state", *newest])
    op.create_index("findings_open_gravest", "findings", ["state", "grade", *newest])
    op.create_index("findings_heuristic", "findings", ["heuristic", "state", *newest])
    op.create_table(
        "history",
        sa.Column("id", SERIAL, primary_key=True),
        *_ids("finding", "repository"),
        *_texts("what", "head", "author", "reason"),
        *_times("at"),
    )
    op.create_index("history_finding", "history", ["finding", "id"])
    op.create_index("history_newest", "history", ["at", "id", "repository"])


def _people() -> None:
    op.create_table(
        "logins",
        _key("key", sa.String),
        *_ids("user"),
        *_texts("login", "token", "visible"),
        *_times("visible_at", "used_at", "created_at", "expires_at"),
    )
    op.create_index("logins_user", "logins", ["user"])
    op.create_index("logins_expires", "logins", ["expires_at"])
    op.create_table(
        "audit",
        sa.Column("id", SERIAL, primary_key=True),
        *_ids("repository"),
        *_numbers("user"),
        *_texts("login", "what", "detail"),
        *_times("at"),
    )
    op.create_index("audit_newest", "audit", ["repository", "at", "id"])
