"""What people say to a finding: who closed it, what else names it, and every answer by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False, server_default="")


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")


def _time(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double, nullable=False, server_default="0")


def upgrade() -> None:
    """Only additions, so that processes of the version before go on."""
    for name in ("heuristic", "path", "symbol", "variable"):
        op.add_column("dispositions", _text(name))
    op.add_column("posted", _text("acts"))
    op.add_column("posted", _text("author"))
    op.add_column("posted", _time("said_at"))
    op.create_table(
        "feedback",
        sa.Column("repository", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("source", sa.String, primary_key=True),
        _number("number"),
        _number("comment"),
        *(_text(name) for name in ("fingerprint", "heuristic", "kind", "author", "reason")),
        _time("created_at"),
    )
    op.create_index("feedback_pull", "feedback", ["repository", "number"])
