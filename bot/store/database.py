"""One database, SQLite or PostgreSQL behind one face: transactions that read, that write, the database's clock."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, Double, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from bot.store.filesystem import refuse_network
from bot.values import UserError

# How long a writer waits for another process before it gives up; GitHub's own patience is 10 s.
BUSY_SECONDS = 30
CONNECT_SECONDS = 5

# What SQLite syncs with, where there is such a thing.
_fdatasync: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)

T = TypeVar("T")


class now(FunctionElement[float]):
    """The database's clock, in seconds since 1970: hosts' clocks differ, and leases must not."""

    type = Double()
    inherit_cache = True


@compiles(now, "sqlite")
def _now_sqlite(element: now, compiler: Any, **options: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(now, "postgresql")
def _now_postgresql(element: now, compiler: Any, **options: Any) -> str:
    # Not now(): that is the start of the transaction, which may have waited for a lock since.
    return "extract(epoch from clock_timestamp())::double precision"


class Database:
    """Open it in the process that uses it, never before a fork.

    url: `sqlite:///PATH` (with `?synchronous=normal` for a machine whose power does not fail) or
    `postgresql+psycopg://…`. size: how many threads use it at once. Raises UserError where no file can be made.
    """

    def __init__(self, url: str, size: int = 5) -> None:
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self._writing = threading.Lock()
        self._made: dict[Callable[[Database], Any], Any] = {}
        self._side_file = -1
        self._log = ""
        if self.sqlite:
            self._open_sqlite(size)
        else:
            self._reader = self._writer = create_engine(
                self.url,
                pool_size=size,
                max_overflow=2,
                pool_pre_ping=True,
                connect_args={"connect_timeout": CONNECT_SECONDS},
            )

    def _open_sqlite(self, size: int) -> None:
        path = Path(self.url.database or "").absolute()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            refuse_network(path)
            self._side_file = os.open(f"{path}-lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise UserError(f"DATABASE_URL: {path} cannot be made ({error.strerror})") from None
        if self.url.query.get("synchronous") != "normal":
            self._log = f"{path}-wal"
        self._reader = _sqlite_engine(self.url, size, "BEGIN")
        self._writer = _sqlite_engine(self.url, 1, "BEGIN IMMEDIATE")

    @property
    def dialect(self) -> Dialect:
        """What statements are compiled for."""
        return self._reader.dialect

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, on a connection of its own."""
        with self._reader.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes; committed at the end of the block, rolled back when it raises.

        On SQLite all writers of all processes queue at the lock of a side file: its wake-up is immediate, where
        SQLite's own busy handler sleeps up to 100 ms. Nobody waits there for another's disk: SQLite syncs its log only
        before it moves it over (synchronous=NORMAL), and each writer syncs it once more after its own turn.
        """
        if not self.sqlite:
            with self._writer.begin() as connection:
                yield connection
            return
        with self._writing:
            fcntl.flock(self._side_file, fcntl.LOCK_EX)
            try:
                with self._writer.begin() as connection:
                    yield connection
            finally:
                fcntl.flock(self._side_file, fcntl.LOCK_UN)
        if self._log:
            self._sync()

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """INSERT with the ON CONFLICT clause that both databases know."""
        return sqlite.insert(table) if self.sqlite else postgresql.insert(table)

    def made(self, make: Callable[[Database], T]) -> T:
        """What `make` gives, made once: to make a statement costs more than to carry it out."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    def lock(self, connection: Connection, number: int) -> None:
        """Wait for the one holder, among all hosts, of lock `number`, until the end of this write transaction."""
        if not self.sqlite:  # there, a write transaction is alone anyway
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})

    def _sync(self) -> None:
        """What was committed is on the disk when this returns. Raises OperationalError, as SQLite would."""
        try:
            file = os.open(self._log, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:  # the last to close the database has moved it over, and synced that
            return
        try:
            _fdatasync(file)
        except OSError as error:
            raise OperationalError("fdatasync", None, error) from error
        finally:
            os.close(file)

    def close(self) -> None:
        """Give back every connection."""
        self._reader.dispose()
        self._writer.dispose()
        if self._side_file >= 0:
            os.close(self._side_file)
            self._side_file = -1


def _sqlite_engine(url: URL, size: int, begin: str) -> Engine:
    engine = create_engine(
        url.difference_update_query(["synchronous"]),
        pool_size=size,
        max_overflow=0 if size == 1 else 2,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: object) -> None:
        # The driver would begin late, at the first write, and a read before it could be outdated by then.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
