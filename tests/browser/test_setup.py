"""The set-up pages in a real Chromium: narrow and wide, without a complaint, and the demo is one click away."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
import requests
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from bot.settings import Settings
from bot.web import create_app
from tests.browser.looks import follow, is_fine, opened
from tests.patience import PATIENCE

TOKEN = "open-sesame"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, sqlite_file: Path) -> Iterator[str]:
    """The web side without credentials."""
    folder = tmp_path_factory.mktemp("setup")
    shutil.copy(sqlite_file, folder / "service.db")
    url = f"sqlite:///{folder}/service.db"
    app = create_app(Settings(database_url=url, credentials_file=folder / "app.json", setup_token=TOKEN))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    demo = app.extensions["demo"].start()
    server.shutdown()
    server.server_close()
    thread.join()
    for part in ("inbox", "database", "demo"):
        app.extensions[part].close()
    with pytest.raises(requests.ConnectionError):  # it ends with whoever started it
        requests.get(demo, timeout=PATIENCE)


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1600, "dark")])
def test_every_page_fits_and_is_for_everybody(
    browser: Browser, address: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    with browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme) as context:
        page, complaints = opened(context)
        for path in ("/", f"/?token={TOKEN}", "/setup/permissions"):
            answer = page.goto(address + path)
            assert answer is not None and answer.ok
            is_fine(page, width, barriers=True)
        page.goto(f"{address}/?token={TOKEN}")
        page.get_by_label("Enterprise Server").fill("https://a:b@c")
        follow(page, page.get_by_role("button", name="Continue"))
        assert page.get_by_role("alert").is_visible()
        is_fine(page, width, barriers=True)
        assert complaints in ([], ["Failed to load resource: the server responded with a status of 400 (BAD REQUEST)"])


def test_from_the_form_to_github(browser: Browser, address: str) -> None:
    with browser.new_context() as context:
        page, _ = opened(context)
        page.goto(f"{address}/?token={TOKEN}")
        page.get_by_label("Organisation").fill("operator")
        follow(page, page.get_by_role("button", name="Continue"))
        assert page.get_by_role("heading", name="Create the App on github.com").is_visible()
        is_fine(page, 1280, barriers=True)
        asked: list[str] = []
        page.route("https://github.com/**", lambda route: (asked.append(route.request.url), route.abort()))
        with page.expect_event("requestfailed", lambda request: request.url.startswith("https://github.com/")):
            page.get_by_role("button", name="Create the App").click(no_wait_after=True)
        assert asked[0].startswith("https://github.com/organizations/operator/settings/apps/new?state=")


def test_one_click_to_the_demo(browser: Browser, address: str) -> None:
    assert requests.post(f"{address}/setup/demo", data={"token": "guess"}, timeout=PATIENCE).status_code == 403
    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{address}/?token={TOKEN}")
        page.get_by_role("button", name="Start the demo").click(timeout=PATIENCE * 1000)
        page.wait_for_url(lambda url: not url.startswith(address), timeout=PATIENCE * 1000)
        demo = page.url
        late = time.monotonic() + PATIENCE
        while "demo/" not in page.content() and time.monotonic() < late:  # its repositories are made first
            page.reload()
        assert "demo/" in page.content()
    second = requests.post(f"{address}/setup/demo", data={"token": TOKEN}, timeout=PATIENCE, allow_redirects=False)
    assert (second.status_code, second.headers["Location"]) == (303, demo), "one demo, however often somebody clicks"
