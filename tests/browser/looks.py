"""Whether a page is one for everybody: it fits, and axe finds no barrier."""

from __future__ import annotations

from functools import cache

from playwright.sync_api import BrowserContext, Locator, Page

from tests.judges.fetch import kept
from tests.patience import PATIENCE


def opened(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page, and what its console complains about."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


def follow(page: Page, what: Locator) -> None:
    """Click on what leads to another page, and wait for that page: a click alone does not."""
    with page.expect_navigation():
        what.click()


def is_fine(page: Page, width: int, *, barriers: bool) -> None:
    """Nothing sticks out; with `barriers`, axe finds none (WCAG A and AA), which takes its time."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    if not barriers:
        return
    page.evaluate(_axe())
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
    met = [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]
    assert not met, f"{page.url}: {met}"


@cache
def _axe() -> str:
    return kept("axe.min.js").read_text()
