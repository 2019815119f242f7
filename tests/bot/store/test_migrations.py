"""Old and new version side by side: what a migration does, processes of the version before can live with."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

from bot.store import schema
from bot.store.database import Database
from bot.values import UserError
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


def test_a_migration_that_has_to_wait_for_a_table_keeps_nobody_waiting(postgresql: PostgreSQL) -> None:
    database = Database(postgresql.another("busy"))
    with database.write() as connection:
        migrate(connection, "0004")
    held = ExitStack()
    reader = held.enter_context(database.read())  # a long query, a dump
    reader.execute(text("SELECT * FROM installations"))
    with pytest.raises(UserError, match="in use, by a long transaction"):
        schema.upgrade(database, patience=0.1, tries=1)

    upgrading = threading.Thread(target=schema.upgrade, args=(database,), kwargs={"patience": 0.5, "tries": 1000})
    upgrading.start()
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'")
    while True:
        with database.read() as connection:
            if connection.execute(waits).scalar_one():
                break
    with database.write() as connection:  # it stands in line behind the migration
        connection.execute(text("SET LOCAL statement_timeout = '60s'"))
        connection.execute(text("INSERT INTO installations (id) VALUES (1)"))
    held.close()
    upgrading.join()
    assert schema.missing(database) == ""
    database.close()
