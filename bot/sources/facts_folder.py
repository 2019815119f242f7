"""The facts cache of the command line: one SQLite file in the user's cache folder, shared by concurrent runs.

A cache may always be empty: whatever goes wrong with it (no home, a full or read-only disk, a damaged file, a lock that
is held for long) costs time and is never told.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

_LIMIT = 256 * 1024 * 1024  # bytes of the file, beyond which the older half of the facts goes
_CHUNK = 500  # keys in one SELECT; the oldest SQLite takes 999 parameters
_WAIT = 2.0  # seconds
_TABLE = "CREATE TABLE IF NOT EXISTS facts (number INTEGER PRIMARY KEY, key TEXT UNIQUE, value BLOB)"
_SIZE = ("page_count", "freelist_count", "page_size")
_FORGET = "DELETE FROM facts WHERE number <= (SELECT (min(number) + max(number)) / 2 FROM facts)"


class FactsFolder:
    """A FactsCache in a folder: a context manager, which writes what was put when it ends. Safe to use from threads.

    limit: bytes of the file. wait: seconds for another run's write to end, before this one goes without.
    """

    def __init__(self, folder: Path, limit: int = _LIMIT, wait: float = _WAIT) -> None:
        self._file = folder / "facts.sqlite3"
        self._limit = limit
        self._wait = wait
        self._database: sqlite3.Connection | None = None
        self._fresh: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> FactsFolder:
        self._guarded(self._open)
        return self

    def __exit__(self, *_: object) -> None:
        if self._database is None:
            return
        if self._fresh:
            self._guarded(self._write)
        self._guarded(self._database.close)
        self._database = None

    def get(self, keys: Collection[str]) -> Mapping[str, bytes]:
        with self._lock:
            if self._database is None:
                return {}
            known = {key: self._fresh[key] for key in keys if key in self._fresh}
            missing = [key for key in keys if key not in known]
            self._guarded(lambda: known.update(self._select(missing)))
            return known

    def put(self, facts: Mapping[str, bytes]) -> None:
        with self._lock:
            if self._database is not None:
                self._fresh.update(facts)

    def _guarded(self, work: Callable[[], object]) -> None:
        """Do the work; where SQLite or the file system refuses it, go on without the cache."""
        try:
            work()
        except (OSError, sqlite3.OperationalError):
            self._database = None
        except sqlite3.DatabaseError:  # not a database any more: the next run starts a new one
            self._database = None
            with contextlib.suppress(OSError):
                for end in ("", "-journal"):
                    Path(f"{self._file}{end}").unlink(missing_ok=True)

    def _open(self) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        database = sqlite3.connect(self._file, timeout=self._wait, isolation_level=None, check_same_thread=False)
        with contextlib.ExitStack() as on_failure:
            on_failure.callback(database.close)
            database.execute("PRAGMA synchronous = OFF")  # a file that a power cut damages is replaced by the next run
            with _writing(database):
                database.execute(_TABLE)
            on_failure.pop_all()
        self._database = database

    def _select(self, keys: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        assert self._database
        for start in range(0, len(keys), _CHUNK):
            chunk = keys[start : start + _CHUNK]
            marks = ",".join("?" * len(chunk))
            yield from self._database.execute(f"SELECT key, value FROM facts WHERE key IN ({marks})", chunk)

    def _write(self) -> None:
        """One transaction. Rows are numbered in the order in which they came; pages that become free are used again."""
        assert self._database
        database = self._database
        with _writing(database):
            database.executemany("INSERT OR IGNORE INTO facts (key, value) VALUES (?, ?)", self._fresh.items())
            pages, free, size = (database.execute(f"PRAGMA {name}").fetchone()[0] for name in _SIZE)
            if (pages - free) * size > self._limit:
                database.execute(_FORGET)


@contextlib.contextmanager
def _writing(database: sqlite3.Connection) -> Iterator[None]:
    """One transaction that asks for the right to write at once: a reader that asks for it later is refused unheard."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.rollback()
        raise
    database.execute("COMMIT")


def user_facts() -> FactsFolder:
    """The cache in $XDG_CACHE_HOME/concurrency-check, by default below ~/.cache."""
    given = Path(os.environ.get("XDG_CACHE_HOME") or "")
    base = given if given.is_absolute() else Path("~/.cache").expanduser()
    return FactsFolder(base / "concurrency-check")
