"""The dashboard in a real Chromium: from log-in to a right that was taken back; every page narrow and wide, light and
dark, for eyes and for screen readers."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from bot.demo.double import Double
from bot.demo.double.state import Repository
from bot.store import demotions, repositories, sweeps
from bot.store.database import Database
from bot.store.findings import Fate
from tests.bot.dashboard.conftest import Site, serving
from tests.bot.dashboard.seeds import facts, found, given_up
from tests.browser.looks import follow, is_fine, opened
from tests.patience import PATIENCE

PATHS = (
    "", "findings", "findings?search=nowhere", "findings/1", "heuristics", "heuristics/lock-leak-on-return", "pulls",
    "reports", "service", "audit",
)  # fmt: skip
# Where there is nothing yet.
EMPTY = ("", "findings", "heuristics", "pulls", "reports", "service", "audit")
# What is for programs, or drawn into a page.
FILES = (".<kind>", ".md", ".svg")
LONG = "internal/" + "a_package_with_a_very_long_name/" * 4 + "file.go"


def fill(github: Double, database: Database) -> Repository:
    """An account with something on every page."""
    rockets = github.people.repository("acme/rockets", roles={"alice": "admin"}, private=True)
    github.people.repository("acme/" + "a-name-of-many-parts-" * 4, roles={"alice": "read"}, private=True)
    names = [f"v{n}" for n in range(5)]
    found(database, rockets, 1, facts("mu", path=LONG), facts("cache.lock"), *map(facts, names),
          **{name: Fate("resolved", "bob", "because") for name in names})  # fmt: skip
    found(database, rockets, 2, facts("gone"), facts("merged"), gone=Fate("fixed"), merged=Fate("merged"))
    demotions.judge(database, rockets.id, demotions.Measure())
    given_up(database, rockets, 7, "GitHub answered 502")
    repositories.note(database, repositories.Repository(rockets.id, "review", ".concurrency-check.yml"))
    sweeps.note(database, "stuck checks", 1)
    github.people.repository("new-org/tools", roles={"bob": "admin"}, private=True)
    github.postman.wait()
    return rockets


def log_in(page: Page, site: Site, who: str = "alice", account: str = "acme") -> None:
    """As a person does it who sees one account."""
    page.goto(site.address)
    page.get_by_role("link", name="Log in with GitHub").click()
    page.get_by_role("link", name=f"Continue as {who}").click()
    page.wait_for_url(f"{site.address}/orgs/{account}/")


def test_from_the_log_in_to_a_right_that_was_taken_back(browser: Browser, database_url: str) -> None:
    with Double() as github, serving(github, database_url) as site, browser.new_context() as context:
        fill(github, site.database)
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        log_in(page, site)
        assert page.get_by_role("heading", name="Overview").is_visible()

        pages = page.get_by_role("navigation", name="Pages")
        follow(page, pages.get_by_role("link", name="Findings"))
        page.get_by_label("Disposition").select_option("fixed")
        page.get_by_label("Search").fill("held")
        page.keyboard.press("Enter")
        page.wait_for_url("**/findings?*state=fixed*")
        assert page.locator(".list .what").all_inner_texts() == ["gone is still held by this return"]
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV").click()
        assert [row["variable"] for row in csv.DictReader(download.value.path().read_text().splitlines())] == ["gone"]
        follow(page, page.locator(".list .what"))
        assert page.get_by_role("heading", name="Its life").is_visible()

        follow(page, pages.get_by_role("link", name="Heuristics"))
        assert page.get_by_text("5 of its last 6 decided findings were dismissed").is_visible()
        follow(page, page.get_by_role("link", name="lock-leak-on-return").first)
        follow(page, page.get_by_role("button", name="Let it comment again in rockets"))
        assert page.get_by_role("button", name="Let it comment again").count() == 0

        follow(page, pages.get_by_role("link", name="Pull requests"))
        follow(page, page.get_by_role("button", name="Try again"))
        assert page.locator(".list .tag").all_inner_texts() == ["queued"]

        follow(page, pages.get_by_role("link", name="Audit log"))
        assert page.locator(".list .what").count() == 2
        github.people.revoke("alice")
        github.postman.wait()
        page.goto(f"{site.address}/")
        assert page.get_by_role("link", name="Log in with GitHub").is_visible()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_file: Path) -> Iterator[Site]:
    file = tmp_path_factory.mktemp("dashboard") / "service.db"
    shutil.copy(sqlite_file, file)
    with Double() as github, serving(github, f"sqlite:///{file}") as running:
        fill(github, running.database)
        yield running


@pytest.mark.parametrize("width", [390, 1600])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_and_is_for_everybody(
    browser: Browser, site: Site, width: int, scheme: Literal["light", "dark"]
) -> None:
    # The colours of each scheme and the layout of each width are looked at once: axe takes its time.
    barriers = (width == 390) == (scheme == "light")
    with browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:
        page, complaints = opened(context)
        page.goto(site.address)
        is_fine(page, width, barriers=barriers)
        log_in(page, site)
        match = site.routes.bind("here").match
        tried = {match(f"/orgs/acme/{path.partition('?')[0]}")[0] for path in PATHS}
        below = [one for one in site.routes.iter_rules() if one.rule.startswith("/orgs/") and "GET" in one.methods]
        pages = {one.endpoint for one in below if not one.rule.endswith(FILES)}
        assert pages == tried, "a page that nobody looks at here"
        for path in (*(f"/orgs/acme/{path}" for path in PATHS), "/orgs/acme/findings?after=x", "/orgs/nobody/"):
            answer = page.goto(site.address + path)
            assert answer is not None and len(answer.body()) < 100_000
            is_fine(page, width, barriers=barriers)
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 20, 21)"
        assert dark == (scheme == "dark")
        # Of the last pages, and of the icon of the double's page.
        failed = "Failed to load resource: the server responded with a status of"
        assert set(complaints) == {f"{failed} 404 (NOT FOUND)", f"{failed} 400 (BAD REQUEST)"}
    with browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:
        page, _ = opened(context)
        log_in(page, site, "bob", "new-org")
        for path in EMPTY:
            page.goto(f"{site.address}/orgs/new-org/{path}")
            is_fine(page, width, barriers=barriers)


def test_by_keyboard_alone(browser: Browser, site: Site) -> None:
    with browser.new_context() as context:
        page, _ = opened(context)
        log_in(page, site)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        assert page.get_by_role("link", name="Skip to the content").is_visible()
        page.keyboard.press("Enter")
        page.wait_for_url("**#main")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null"), "past the navigation"
