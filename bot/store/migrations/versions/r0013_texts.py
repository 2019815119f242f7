"""Findings: an index of their texts, for searches; and of what happened; audit log: of whole accounts, too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TEXTS = ("message", "symbol", "variable", "path", "owners")
# Rows that are there are taken in here, those of any later process, whatever its version, by the database itself.
SQLITE = (
    "CREATE VIRTUAL TABLE findings_text USING fts5(text, content='', columnsize=0, tokenize='trigram', detail='none')",
    "CREATE VIRTUAL TABLE findings_terms USING fts5vocab (findings_text, row)",
    "CREATE TRIGGER findings_text_came AFTER INSERT ON findings BEGIN {add}; END",
    "CREATE TRIGGER findings_text_went AFTER DELETE ON findings BEGIN {drop}; END",
    "CREATE TRIGGER findings_text_changed AFTER UPDATE OF {texts} ON findings "
    "WHEN {old} IS NOT {new} BEGIN {drop}; {add}; END",
    "INSERT INTO findings_text (rowid, text) SELECT id, {joined} FROM findings",
)
# To make the parts of a text costs a thousand times what an operator does: rows that the index does not name are left.
POSTGRESQL = (
    "CREATE FUNCTION concurrency_check_parts(text) RETURNS tsvector "
    "LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS "
    "$$ SELECT array_to_tsvector(array_agg(substr(folded, at, 3))) "
    """FROM (SELECT lower($1 COLLATE "C") AS folded) AS it, generate_series(1, length($1) - 2) AS at $$""",
    "CREATE INDEX findings_text ON findings USING gin (concurrency_check_parts({joined}))",
)


def upgrade() -> None:
    """Only additions, so that processes of the version before go on."""
    op.create_index("history_happened", "history", ["at", "repository", "what", "finding"])
    op.add_column("audit", sa.Column("installation", sa.BigInteger, nullable=False, server_default="0"))
    parts = {
        "texts": ", ".join(TEXTS),
        "joined": _joined(""),
        "old": _joined("old."),
        "new": _joined("new."),
        "add": f"INSERT INTO findings_text (rowid, text) VALUES (new.id, {_joined('new.')})",
        "drop": f"INSERT INTO findings_text (findings_text, rowid, text) VALUES ('delete', old.id, {_joined('old.')})",
    }
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(sa.text(statement.format(**parts)))


def _joined(of: str) -> str:
    """All texts of a row, with room for the last letter of each to begin a part."""
    return " || ".join(f"{of}{name} || '  '" for name in TEXTS)
