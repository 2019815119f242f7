"""The migrations make the tables that the code declares."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text

from bot.store import schema
from bot.store.database import Database, now
from bot.store.filesystem import refuse_network
from bot.store.tables import metadata
from bot.values import UserError


def test_migrated_tables_are_the_declared_ones(database: Database) -> None:
    with database.read() as connection:
        # The index of texts is something else in each database.
        opts = {"compare_type": True, "compare_server_default": False, "include_object": _declared}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []


def _declared(item: object, name: str | None, *rest: object) -> bool:
    return not (name or "").startswith(("findings_text", "findings_terms"))


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    assert schema.missing(database) == ""
    schema.upgrade(database)
    assert schema.missing(database) == ""


def test_an_empty_database_says_what_to_do(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/empty.db")
    assert schema.missing(database) == "the database has no tables yet: run concurrency-check db upgrade"
    database.close()


def test_a_newer_database_is_fine(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert schema.missing(database) == ""
    schema.upgrade(database)  # what a version before does when it is rolled back to
    with database.read() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"


@pytest.mark.parametrize(("query", "synced"), [("", 1), ("?synchronous=normal", 0)])
def test_sqlite_is_durable_and_nobody_waits_for_another_s_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str, synced: int
) -> None:
    database = Database(f"sqlite:///{tmp_path}/x.db{query}")
    with database.write() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 1
        connection.execute(text("CREATE TABLE words (word TEXT)"))
    seen = []

    def look(file: int) -> None:
        other = Database(f"sqlite:///{tmp_path}/x.db?synchronous=normal")
        with other.write() as connection:  # the lock is free
            words = connection.execute(text("SELECT word FROM words")).scalars().all()
        seen.append((str(Path(f"/proc/self/fd/{file}").readlink()), words))
        other.close()
        os.fdatasync(file)

    monkeypatch.setattr("bot.store.database._fdatasync", look)
    with database.write() as connection:
        connection.execute(text("INSERT INTO words VALUES ('kept')"))
    assert seen == [(f"{tmp_path}/x.db-wal", ["kept"])] * synced
    database.close()


def test_the_clock_is_the_database_s(database: Database) -> None:
    with database.read() as connection:
        first = connection.execute(select(now())).scalar_one()
    with database.read() as connection:
        assert connection.execute(select(now())).scalar_one() >= first > 1_700_000_000


MOUNTS = """\
22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /srv/a\\040share rw - nfs4 host:/x rw
31 30 8:2 / /srv/a\\040share/disk rw - xfs /dev/sdb rw
"""


@pytest.mark.parametrize("path", ["/var/lib/x.db", "/srv/a share/disk/x.db", "/srv/a sharex/x.db"])
def test_a_local_disk_is_accepted(path: str) -> None:
    refuse_network(Path(path), MOUNTS)


def test_a_network_file_system_is_refused() -> None:
    with pytest.raises(UserError, match=r"DATABASE_URL: /srv/a share/x.db is on a network file system \(nfs4\)"):
        refuse_network(Path("/srv/a share/x.db"), MOUNTS)
