"""Installations: until when one rests, and when its next write may be sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("rest_until", "turn_at"):
        op.add_column("installations", sa.Column(name, sa.Double, nullable=False, server_default="0"))
