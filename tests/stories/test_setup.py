"""From no credentials to a working App in a browser's steps, on github.com and on an Enterprise Server."""

from __future__ import annotations

import html
import json
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from werkzeug.serving import make_server

from bot.demo.double import Double
from bot.settings import Settings
from bot.web import create_app
from tests.judges.judge import Judge
from tests.patience import PATIENCE

TOKEN = "open-sesame"


@pytest.fixture(params=["", "3.17"], ids=["github.com", "enterprise"])
def github(request: pytest.FixtureRequest) -> Iterator[Double]:
    with Double(enterprise=request.param) as double:
        double.postman.patience = PATIENCE
        judge = Judge(double)
        yield double
        judge.verdict()


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The web side on loopback."""
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        for part in ("inbox", "database", "demo"):
            app.extensions[part].close()


@pytest.fixture
def settings(github: Double, tmp_path: Path, sqlite_file: Path) -> Settings:
    shutil.copy(sqlite_file, tmp_path / "service.db")
    url = f"sqlite:///{tmp_path}/service.db"
    file = tmp_path / "app.json"
    if github.world.enterprise:  # the person types the server's address
        return Settings(database_url=url, credentials_file=file, setup_token=TOKEN)
    here = {"api_url": github.api_url, "web_url": github.url}
    return Settings(database_url=url, credentials_file=file, setup_token=TOKEN, **here)


def register(github: Double, address: str, browser: requests.Session) -> requests.Response:
    """What a person does: the form, the confirmation on GitHub, the way back."""
    front = browser.get(f"{address}/?token={TOKEN}", timeout=PATIENCE)
    assert 'action="/setup/demo"' in front.text, "the demo is one click away"
    server = github.url if github.world.enterprise else ""
    form = {"token": TOKEN, "address": address, "organisation": "operator", "server": server}
    confirm = browser.post(f"{address}/setup", data=form, timeout=PATIENCE)
    target = urlsplit(html.unescape(re.findall(r'<form method="post" action="([^"]*)"', confirm.text)[0]))
    assert f"{target.scheme}://{target.netloc}{target.path}" == f"{github.url}/organizations/operator/settings/apps/new"
    manifest = json.loads(html.unescape(re.findall(r'name="manifest" value="([^"]*)"', confirm.text)[0]))
    code = github.people.register(manifest)
    github.postman.wait()
    back = {"code": code, "state": target.query.removeprefix("state=")}
    return browser.get(manifest["redirect_url"], params=back, timeout=PATIENCE)


def steps(page: requests.Response) -> dict[str, tuple[str, str]]:
    """What the self-test says: name -> mark, text."""
    found = re.findall(r"<dt>(.) (\w+)</dt><dd>(.*?)</dd>", page.text)
    return {name: (mark, html.unescape(text)) for mark, name, text in found}


def again(github: Double, address: str, browser: requests.Session) -> requests.Response:
    """Have GitHub send its latest delivery again, and look."""
    assert browser.post(f"{address}/setup/check", timeout=PATIENCE).ok
    github.postman.wait()
    return browser.get(f"{address}/setup/check", timeout=PATIENCE)


def test_from_the_first_page_to_all_is_well(github: Double, settings: Settings) -> None:
    with serving(settings) as address, requests.Session() as browser:
        page = register(github, address, browser)
        assert urlsplit(page.url).path == "/setup/check"
        seen = steps(page)
        assert {name: mark for name, (mark, _) in seen.items()} == {
            "App": "✔", "Permissions": "✔", "Events": "✔", "Address": "✔", "Webhook": "✘"
        }  # fmt: skip
        assert "(ping" in seen["Webhook"][1] and "answered with 503" in seen["Webhook"][1], "before there was a secret"
        page = again(github, address, browser)
        assert "<h1>All is well</h1>" in page.text
        assert "reachable and the secret is right" in steps(page)["Webhook"][1]

        assert settings.credentials_file.stat().st_mode & 0o777 == 0o600
        kept = json.loads(settings.credentials_file.read_text())
        assert (kept["api_url"], kept["web_url"]) == (github.api_url, github.url)
        second = requests.get(f"{address}/?token={TOKEN}", timeout=PATIENCE)
        assert f"App {github.world.app.id} on {github.url} is set up" in second.text
        assert "<form" not in second.text
        assert requests.post(f"{address}/setup/demo", data={"token": TOKEN}, timeout=PATIENCE).status_code == 404
        for text in (page.text, second.text):
            assert not any(secret in text for secret in (github.world.app.webhook_secret, "PRIVATE KEY", "eyJhbGciOi"))


def test_what_is_wrong_is_named(github: Double, settings: Settings) -> None:
    app = github.world.app
    with serving(settings) as address, requests.Session() as browser:
        register(github, address, browser)
        app.webhook_secret += "-changed"
        assert "arrived with another secret" in steps(again(github, address, browser))["Webhook"][1]
        app.webhook_url = "http://127.0.0.1:9/hook"
        seen = steps(again(github, address, browser))
        assert seen["Address"] == ("✘", "Webhooks go to http://127.0.0.1:9/hook; they are taken at …/webhook.")
        assert "did not get through" in seen["Webhook"][1]
        app.permissions = {**app.permissions, "checks": "read", "administration": "write"}
        app.events = app.events[1:]
        seen = steps(browser.get(f"{address}/setup/check", timeout=PATIENCE))
        assert seen["Permissions"] == ("✘", "The App lacks checks: write. Grant it in the App's settings on GitHub.")
        assert seen["Events"][0] == "✘" and "issue_comment" in seen["Events"][1]
        app.permissions["checks"] = "write"
        page = browser.get(f"{address}/setup/check", timeout=PATIENCE).text
        assert "administration: write, which nothing here needs" in page
        app.id += 1
        (only,) = steps(browser.get(f"{address}/setup/check", timeout=PATIENCE)).items()
        assert only[0] == "App" and "does not know App" in only[1][1]


def test_the_self_test_is_for_the_operator_alone(github: Double, settings: Settings) -> None:
    with serving(settings) as address, requests.Session() as browser:
        assert requests.get(f"{address}/setup/check?token={TOKEN}", timeout=PATIENCE).status_code == 403, (
            "nothing to test yet"
        )
        register(github, address, browser)
        before = len(github.log)
        for token in ("", "?token=guess"):
            assert requests.get(f"{address}/setup/check{token}", timeout=PATIENCE).status_code == 403
            assert requests.post(f"{address}/setup/check{token}", timeout=PATIENCE).status_code == 403
        assert len(github.log) == before
        assert requests.get(f"{address}/setup/check?token={TOKEN}", timeout=PATIENCE).ok
        page = requests.get(f"{address}/setup/permissions", timeout=PATIENCE)
        assert "<h2>contents: read</h2>" in page.text and "GET /repos/{owner}/{repo}/tarball/{ref}" in page.text
