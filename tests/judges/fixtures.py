"""The double of GitHub as tests get it: running, empty, and with judges who hear everything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.demo.double import Double
from tests.judges.judge import Judge
from tests.patience import PATIENCE


@pytest.fixture
def github() -> Iterator[Double]:
    """GitHub on loopback. At the end everything that was sent and answered is held against GitHub's descriptions."""
    with Double() as double:
        double.postman.patience = PATIENCE
        judge = Judge(double)
        yield double
        judge.verdict()
