"""Findings: indexes that are counted by range, for what came and went week by week."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only indexes, so that processes of the version before go on; two that nothing of this version asks for go."""
    _index("findings_lived", ["state", "seen_at", "repository", "closed_at", "number"], "number > 0")
    _index("findings_came", ["seen_at", "repository", "number"], "number = 0")
    _index("findings_went", ["closed_at", "repository", "number"], "number = 0")
    op.drop_index("findings_weeks", "findings")
    op.drop_index("findings_counted", "findings")


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "findings", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
