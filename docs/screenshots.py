"""Takes the pictures of the documentation: the demo's dashboard, in a real Chromium.

    python docs/screenshots.py [--all FOLDER]

Without a folder it writes `docs/images/dashboard-*.png`. With one it writes every page there, wide and narrow, light
and dark, to be looked at by whoever changed one. Needs what the browser tests need.
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from typing import Literal

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import Browser, Page, sync_playwright

from bot.demo.afterwards import afterwards
from bot.demo.play import MAINTAINER, five, stage
from tests.browser.chromium import ARGUMENTS, find

IMAGES = Path(__file__).resolve().parent / "images"
SHOWN = {"overview": "", "findings": "findings?state=open&sort=gravest"}
PAGES = (
    "", "findings", "findings?search=nowhere", "findings?state=nothing", "findings/1", "heuristics",
    "heuristics/lock-leak-on-return", "pulls", "pulls?state=failed", "reports", "reports?badge=tanka", "service",
    "audit", "nothing",
)  # fmt: skip
OUTSIDE = ("/", "/setup/permissions", "/orgs/nobody/")
WIDTHS = (1600, 390)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# What the background work takes after the last comment, at most.
SETTLED_SECONDS = 60.0


def main(folder: Path | None) -> None:
    """Play the demo, log in, and take the pictures."""
    with stage(lambda _: None) as running, sync_playwright() as playwright:
        assert five(running) and afterwards(running)
        chromium = playwright.chromium.launch(executable_path=find(), args=list(ARGUMENTS))
        _settle(chromium, running.dashboard)
        if folder is None:
            page = _logged_in(chromium, running.dashboard, 1280, "light")
            for name, path in SHOWN.items():
                page.goto(f"{running.dashboard}/orgs/demo/{path}")
                page.screenshot(path=IMAGES / f"dashboard-{name}.png")
        else:
            for width in WIDTHS:
                for scheme in SCHEMES:
                    _all(_logged_in(chromium, running.dashboard, width, scheme), running.dashboard, folder)
        chromium.close()


def _all(page: Page, address: str, folder: Path) -> None:
    width = (page.viewport_size or {"width": 0})["width"]
    scheme = "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
    folder.mkdir(parents=True, exist_ok=True)
    for path in (*(f"/orgs/demo/{path}" for path in PAGES), *OUTSIDE):
        page.goto(address + path)
        name = re.sub(r"\W+", "-", path.removeprefix("/orgs/demo")).strip("-") or "front"
        page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)


def _settle(browser: Browser, address: str) -> None:
    """Until default branches are counted, and every pull request is reviewed."""
    page, until = _logged_in(browser, address, 1280, "light"), time.monotonic() + SETTLED_SECONDS
    while time.monotonic() < until:
        page.goto(f"{address}/orgs/demo/pulls")
        waiting = [one for one in page.locator(".numbers dd").all_inner_texts()[:3] if one != "0"]
        page.goto(f"{address}/orgs/demo/service")
        if (
            not waiting
            and "not counted yet" not in page.content()
            and "waits" not in page.locator("table").first.inner_text()
        ):
            return
        time.sleep(0.5)


def _logged_in(browser: Browser, address: str, width: int, scheme: Literal["light", "dark"]) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{address}/login")
    page.get_by_role("link", name=f"Continue as {MAINTAINER}").click()
    page.wait_for_url("**/orgs/demo/")
    return page


if __name__ == "__main__":
    main(Path(sys.argv[2]) if sys.argv[1:2] == ["--all"] else None)
