"""A real Chromium, one for each file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import ARGUMENTS, find
from tests.patience import PATIENCE


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser; fails when none is installed."""
    path = find()
    assert path is not None, "run tests/setup.py"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS), timeout=PATIENCE * 1000)
        yield chromium
        chromium.close()
