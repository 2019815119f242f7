"""Stories run against the double of GitHub, with the judges attached."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo.double import Double
from bot.github.permissions import AS_ITSELF, PERMISSIONS
from bot.store.database import Database
from tests.judges.fixtures import github
from tests.stories import harness
from tests.stories.harness import Bot, running

__all__ = ["github"]


@pytest.fixture
def database(tmp_path: Path, sqlite_file: Path) -> Iterator[Database]:
    """SQLite for most stories; the store's own tests, and the story with the real engine, run on PostgreSQL too."""
    file = tmp_path / "bot.db"
    shutil.copy(sqlite_file, file)
    opened = Database(f"sqlite:///{file}")
    yield opened
    opened.close()


# Whatever a story makes the bot ask of GitHub is a call that docs/permissions.md gives a reason for.
COVERED = {call for one in PERMISSIONS for call in (*one.calls, *one.more[1])} | set(AS_ITSELF)


@pytest.fixture
def bot(github: Double, database: Database) -> Iterator[Bot]:
    """The bot, installed wherever a story makes a repository; it analyses with `harness.marked`."""
    with running(github, database) as started:
        yield started
    asked = {f"{one.method} {one.template}" for one in github.log}
    assert asked <= COVERED, "calls that app.yml does not cover"
    assert harness.uncovered(github) == set(), "not in bot/github/permissions.py"
