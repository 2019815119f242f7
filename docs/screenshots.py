"""Takes pictures of the dashboard in a real Chromium.

    python docs/screenshots.py [--all FOLDER]

Without a folder it takes those of the documentation (`docs/images/dashboard-*.png`), of an organisation made up for it.
With one it plays the demo and takes every page of it, wide and narrow, light and dark, to be looked at by whoever
changed one. Needs what the browser tests need.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Literal

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import Browser, Page, sync_playwright

from bench.dashboard import fill
from bot.demo.afterwards import afterwards
from bot.demo.double import Double
from bot.demo.play import MAINTAINER, five, stage
from bot.store import schema
from bot.store.database import Database
from tests.bot.dashboard.conftest import serving
from tests.browser.chromium import ARGUMENTS, find

IMAGES = Path(__file__).resolve().parent / "images"
SHOWN = {"overview": "", "findings": "findings?state=open&sort=gravest"}
REPOSITORIES = ("gateway", "billing", "ledger", "edge-proxy", "scheduler", "auth", "metrics", "payments")
FINDINGS = 900
PAGES = (
    "", "findings", "findings?search=nowhere", "findings?state=nothing", "findings/1", "heuristics",
    "heuristics/lock-leak-on-return", "pulls", "pulls?state=failed", "reports", "reports?badge=tanka", "service",
    "audit", "nothing",
)  # fmt: skip
OUTSIDE = ("/", "/setup/permissions", "/orgs/nobody/")
WIDTHS = (1600, 390)
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
# What the background work takes after the last comment, at most.
SETTLED_SECONDS = 60.0


def of_the_documentation(browser: Browser) -> None:
    """The first pages of an organisation with much to tell."""
    with tempfile.TemporaryDirectory() as folder, Double() as github:
        url = f"sqlite:///{folder}/pictures.db?synchronous=normal"
        database = Database(url)
        schema.upgrade(database)
        made = [github.people.repository(f"octo/{name}", roles={"alice": "admin"}).id for name in REPOSITORIES]
        fill(database, made, FINDINGS)
        database.close()
        with serving(github, url) as site:
            page = _logged_in(browser, site.address, "alice", 1280, "light")
            for name, path in SHOWN.items():
                page.goto(f"{site.address}/orgs/octo/{path}")
                page.screenshot(path=IMAGES / f"dashboard-{name}.png")


def of_the_demo(browser: Browser, folder: Path) -> None:
    """Every page."""
    folder.mkdir(parents=True, exist_ok=True)
    with stage(lambda _: None) as running:
        assert five(running) and afterwards(running)
        _settle(_logged_in(browser, running.dashboard, MAINTAINER, 1280, "light"), running.dashboard)
        for width in WIDTHS:
            for scheme in SCHEMES:
                page = _logged_in(browser, running.dashboard, MAINTAINER, width, scheme)
                for path in (*(f"/orgs/demo/{path}" for path in PAGES), *OUTSIDE):
                    page.goto(running.dashboard + path)
                    name = re.sub(r"\W+", "-", path.removeprefix("/orgs/demo")).strip("-") or "overview"
                    page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)


def _settle(page: Page, address: str) -> None:
    """Until every pull request is reviewed, and default branches are counted."""
    until = time.monotonic() + SETTLED_SECONDS
    while time.monotonic() < until:
        page.goto(f"{address}/orgs/demo/pulls")
        waiting = [one for one in page.locator(".numbers dd").all_inner_texts()[:3] if one != "0"]
        page.goto(f"{address}/orgs/demo/service")
        counts = page.locator("table").first.inner_text()
        if not waiting and "not counted yet" not in counts and "waits" not in counts:
            return
        time.sleep(0.5)


def _logged_in(browser: Browser, address: str, who: str, width: int, scheme: Scheme) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme).new_page()
    page.goto(f"{address}/login")
    page.get_by_role("link", name=f"Continue as {who}").click()
    page.wait_for_url("**/orgs/*/")
    return page


def main(arguments: list[str]) -> None:
    """Take the pictures."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find(), args=list(ARGUMENTS))
        if arguments[:1] == ["--all"]:
            of_the_demo(chromium, Path(arguments[1]))
        else:
            of_the_documentation(chromium)
        chromium.close()


if __name__ == "__main__":
    main(sys.argv[1:])
