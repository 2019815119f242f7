"""Repositories: which part of a baseline could not be counted, and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only an addition, so that processes of the version before go on."""
    op.add_column("repositories", sa.Column("gap", sa.String, nullable=False, server_default=""))
