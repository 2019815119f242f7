"""Stories run against the double of GitHub, with the judges attached."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.demo.double import Double
from bot.store.database import Database
from tests.judges.fixtures import github
from tests.stories.harness import Bot, running

__all__ = ["github"]


@pytest.fixture
def bot(github: Double, database: Database) -> Iterator[Bot]:
    """The bot, installed wherever a story makes a repository; it analyses with `harness.marked`."""
    with running(github, database) as started:
        yield started
