"""Repositories: whose each is, and how far its open pull requests have been gone through."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only a new table, so that processes of the version before go on; the sweep fills it."""
    op.create_table(
        "covered",
        sa.Column("repository", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("installation", sa.BigInteger, nullable=False),
        sa.Column("full_name", sa.String, nullable=False, server_default=""),
        sa.Column("etag", sa.String, nullable=False, server_default=""),
        sa.Column("seen_until", sa.Double, nullable=False, server_default="0"),
        sa.Column("listed_at", sa.Double, nullable=False, server_default="0"),
    )
    op.create_index("covered_listed", "covered", ["listed_at"])
    op.create_index("covered_installation", "covered", ["installation"])
