"""Findings: what each heuristic is worth, and how many there are, from indexes alone."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only indexes, so that processes of the version before go on."""
    op.create_index("findings_worth", "findings", ["heuristic", "state", "told", "repository"])
    op.create_index("findings_states", "findings", ["repository", "state", "number"])
    op.create_index("findings_weeks", "findings", ["seen_at", "state", "number", "repository"])
    op.create_index("findings_decided", "findings", ["repository", "heuristic", "closed_at"])
