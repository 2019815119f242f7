"""Deliveries: the trace that each belongs to, where traces are wanted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only an addition, so that processes of the version before go on."""
    op.add_column("inbox", sa.Column("trace", sa.String, nullable=False, server_default=""))
