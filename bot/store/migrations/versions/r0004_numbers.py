"""Numbers for operators: what was counted over all processes, and what is left of GitHub's budgets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only new tables, so that processes of the version before go on; they do not count."""
    op.create_table(
        "tallies",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("label", sa.String, primary_key=True),
        sa.Column("slot", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("value", sa.Double, nullable=False, server_default="0"),
    )
    op.create_table(
        "budgets",
        sa.Column("installation", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("resource", sa.String, primary_key=True),
        sa.Column("remaining", sa.Double, nullable=False, server_default="0"),
        sa.Column("reset_at", sa.Double, nullable=False, server_default="0"),
    )
