"""Brings the tables to the state that this version needs, and tells whether they are there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.store.database import Database
from bot.values import UserError

# Number of the lock that lets one migration run at a time, of all hosts.
MIGRATION = 0x636F6E63
# GitHub waits 10 s for the answer to a webhook.
PATIENCE_SECONDS = 3.0
PAUSE_SECONDS = 1.0
TRIES = 10
# PostgreSQL's lock_not_available.
_LOCKED = "55P03"


@contextmanager
def reached() -> Iterator[None]:
    """Around the first use in a command: a database that does not answer is a UserError that names the setting."""
    try:
        yield
    except OperationalError as error:
        raise UserError(f"DATABASE_URL: the database cannot be used ({error.orig})") from None


def upgrade(db: Database, *, patience: float = PATIENCE_SECONDS, tries: int = TRIES) -> None:
    """Run the migrations that are missing, all in one transaction; a newer version's tables stay as they are.

    patience: seconds to wait for a table that somebody uses. Whoever wants it after us waits too, so it is given
    up then, and tried again. Raises UserError when it was in use each time.
    """
    for _ in range(tries):
        try:
            _upgrade(db, patience)
            return
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", "") != _LOCKED:
                raise
            time.sleep(PAUSE_SECONDS)
    raise UserError("the tables are in use, by a long transaction: nothing was changed; end it, or try again later")


def _upgrade(db: Database, patience: float) -> None:
    config = configuration()
    with db.write() as connection:
        db.lock(connection, MIGRATION)
        if not db.sqlite:
            connection.execute(text(f"SET LOCAL lock_timeout = {round(patience * 1000)}"))
        if _revision(connection) not in (None, *_known(config)):
            return
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def missing(db: Database) -> str:
    """ "" when the tables are those of this version or of a newer one, else a sentence that tells what to do."""
    known = _known(configuration())
    with db.read() as connection:
        current = _revision(connection)
    if current is None:
        return "the database has no tables yet: run concurrency-check db upgrade"
    if current in known[1:]:
        return f"the database is at revision {current}, this version needs {known[0]}: run concurrency-check db upgrade"
    return ""  # an unknown revision is a newer one: a rolling upgrade migrates first


def unready(db: Database) -> str:
    """Why a process cannot work with this database now, "" when it can."""
    try:
        return missing(db)
    except SQLAlchemyError as error:
        return f"the database does not answer ({type(error).__name__})"


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _known(config: Config) -> list[str]:
    """Revisions of this version, the newest first."""
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]


def configuration() -> Config:
    """Where the migrations are."""
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    return config
