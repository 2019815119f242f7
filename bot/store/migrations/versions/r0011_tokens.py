"""People's tokens for the API, and what GitHub gave the service to ask what they may see."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False, server_default="") for name in names]


def _times(*names: str) -> list[sa.Column[float]]:
    return [sa.Column(name, sa.Double, nullable=False, server_default="0") for name in names]


def upgrade() -> None:
    """Only additions, so that processes of the version before go on."""
    op.add_column("logins", sa.Column("refresh", sa.String, nullable=False, server_default=""))
    op.create_table(
        "grants",
        sa.Column("user", sa.BigInteger, primary_key=True, autoincrement=False),
        *_texts("login", "token", "refresh", "visible"),
        *_times("visible_at", "expires_at", "busy_until"),
    )
    op.create_table(
        "tokens",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("user", sa.BigInteger, nullable=False),
        sa.Column("installation", sa.BigInteger, nullable=False),
        *_texts("name"),
        *_times("created_at", "used_at", "expires_at"),
    )
    op.create_index("tokens_key", "tokens", ["key"], unique=True)
    op.create_index("tokens_user", "tokens", ["user"])
