"""Old and new version side by side: what a migration does, processes of the version before can live with."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

from bot.store import schema
from bot.store.database import Database
from tests.conftest import PostgreSQL

REVISIONS = [
    one.revision for one in reversed(list(ScriptDirectory.from_config(schema.configuration()).walk_revisions()))
]


def migrate(connection: Connection, revision: str) -> MetaData:
    """Go to a revision; the tables that are there then."""
    config = schema.configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    found = MetaData()
    found.reflect(connection)
    return found


def bear(before: MetaData, after: MetaData) -> None:
    """Whether statements made for `before` go on to work: each table, column and key is there, and nothing new is
    asked of a row that is inserted."""
    for name, old in before.tables.items():
        new = after.tables[name]
        assert {column.name for column in old.primary_key} == {column.name for column in new.primary_key}
        for column in old.columns:
            kept = new.columns[column.name]
            assert (str(kept.type), kept.nullable) == (str(column.type), column.nullable), f"{name}.{column.name}"
        for column in new.columns:
            if column.name not in old.columns:
                assert column.nullable or column.server_default is not None, f"{name}.{column.name}"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_each_migration_leaves_what_the_version_before_uses(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/steps.db"
    if kind == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgresql")
        url = server.url()
    database = Database(url)
    with database.write() as connection:
        if kind == "postgresql":  # beside the tables that other tests use
            connection.execute(text("CREATE SCHEMA steps"))
            connection.execute(text("SET LOCAL search_path TO steps"))
        before = migrate(connection, REVISIONS[0])
        for revision in REVISIONS[1:]:
            after = migrate(connection, revision)
            bear(before, after)
            before = after
        if kind == "postgresql":
            connection.execute(text("DROP SCHEMA steps CASCADE"))
    database.close()
