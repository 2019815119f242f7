"""Installations: when a review of one was begun last, so that they take turns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only an addition, so that processes of the version before go on."""
    op.add_column("installations", sa.Column("served_at", sa.Double, nullable=False, server_default="0"))
