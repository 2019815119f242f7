"""From no credentials to a working App: the pages, the manifest, the exchange."""

from __future__ import annotations

import html
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from bot.settings import Settings
from bot.setup.manifest import Plan, declared
from bot.setup.secret import session_key
from bot.store import schema
from bot.store.database import Database
from bot.values import UserError
from bot.web import create_app

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\n"
APP = {"id": 7, "slug": "our-check", "pem": PEM, "webhook_secret": "hush-hush", "client_id": "c", "client_secret": "s"}


class Conversions(BaseHTTPRequestHandler):
    """GitHub's answer to POST /app-manifests/{code}/conversions: each code is good once."""

    good = "code-1"
    used = False

    def do_POST(self) -> None:
        ok = self.path == f"/app-manifests/{self.good}/conversions" and not type(self).used
        type(self).used |= ok
        body = json.dumps(APP if ok else {"message": "Not Found"}).encode()
        self.send_response(201 if ok else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        return None


@pytest.fixture
def api() -> Iterator[str]:
    Conversions.used = False
    server = HTTPServer(("127.0.0.1", 0), Conversions)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(tmp_path: Path, sqlite_file: Path, api: str) -> Settings:
    return Settings(
        database_url=f"sqlite:///{tmp_path}/service.db",
        credentials_file=tmp_path / "app.json",
        api_url=api,
        setup_token="open-sesame",
    )


@pytest.fixture
def client(settings: Settings) -> Iterator[FlaskClient]:
    database = Database(settings.database_url)
    schema.upgrade(database)
    database.close()
    app = create_app(settings)
    yield app.test_client()
    app.extensions["inbox"].close()
    app.extensions["database"].close()


FORM = {"token": "open-sesame", "address": "https://check.example.org/", "organisation": "octo-org", "server": ""}


def test_from_the_first_page_to_a_working_app(client: FlaskClient, settings: Settings) -> None:
    first = client.get("/?token=open-sesame")
    assert "Set up concurrency-check" in first.text and "concurrency-check demo" in first.text

    second = client.post("/setup", data=FORM)
    assert second.status_code == 200
    action = html.unescape(re.findall(r'action="([^"]*)"', second.text)[0])
    target, _, state = action.partition("?state=")
    assert target == "https://github.com/organizations/octo-org/settings/apps/new"
    assert second.headers["Content-Security-Policy"].endswith("form-action 'self' https://github.com")
    manifest = json.loads(html.unescape(re.findall(r'name="manifest" value="([^"]*)"', second.text)[0]))
    assert manifest["hook_attributes"] == {"url": "https://check.example.org/webhook", "active": True}
    assert manifest["redirect_url"] == "https://check.example.org/setup/created"
    assert manifest["default_permissions"]["contents"] == "read"

    assert client.post("/webhook").status_code == 503
    created = client.get(f"/setup/created?code=code-1&state={state}")
    assert (created.status_code, created.headers["Location"]) == (302, "/setup/check")
    assert settings.credentials_file.stat().st_mode & 0o777 == 0o600
    assert settings.reloaded().public_url == "https://check.example.org"
    assert "App 7 on" in client.get("/").text
    assert client.post("/webhook", data=b"{}").status_code == 401
    assert client.post("/setup", data=FORM).status_code == 404
    assert client.get(f"/setup/created?code=code-1&state={state}").status_code == 404


def test_the_page_of_a_heuristic_is_there_for_everybody(client: FlaskClient) -> None:
    page = client.get("/heuristics/lock-leak-on-return")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "<h1>A return leaves a mutex locked" in page.text and "<pre><code" in page.text
    assert client.get("/heuristics/%3Cscript%3E").status_code == 404


def test_only_the_token_opens_it(client: FlaskClient) -> None:
    for path in ("/", "/?token=wrong", "/?token=é"):
        assert "is not set up yet" in client.get(path).text
        assert "<form" not in client.get(path).text
    assert client.post("/setup", data=FORM | {"token": "wrong"}).status_code == 403


def test_an_answer_that_nobody_asked_for_is_refused(client: FlaskClient, settings: Settings) -> None:
    assert client.get("/setup/created?code=code-1&state=").status_code == 403
    client.post("/setup", data=FORM)
    assert client.get("/setup/created?code=code-1&state=other").status_code == 403
    assert not settings.credentials_file.exists()


@pytest.mark.parametrize(("code", "said"), [("code-2", "GitHub refused the code (404)"), ("../x", "no usable code")])
def test_a_code_that_is_no_good_is_said(client: FlaskClient, settings: Settings, code: str, said: str) -> None:
    state = re.findall(r"\?state=([\w-]+)", client.post("/setup", data=FORM).text)[0]
    answer = client.get("/setup/created", query_string={"code": code, "state": state})
    assert answer.status_code == 502 and said in answer.text
    assert not settings.credentials_file.exists()


def test_what_was_typed_wrongly_is_said_in_the_form(client: FlaskClient) -> None:
    answer = client.post("/setup", data=FORM | {"organisation": "a/b", "address": "https://x<y"})
    assert answer.status_code == 400 and 'role="alert"' in answer.text
    assert "https://x&lt;y" in answer.text


def test_an_enterprise_server_has_its_own_addresses() -> None:
    plan = Plan.of(
        "https://a", "", "https://ghe.local/", web_url="https://github.com", api_url="https://api.github.com"
    )
    assert (plan.target, plan.api_url) == ("https://ghe.local/settings/apps/new", "https://ghe.local/api/v3")


@pytest.mark.parametrize(
    "address", ["", "check", "ftp://x", "https://", "https://u@h", "https://h:99999", "http://h/?q"]
)
def test_an_address_is_an_http_address(address: str) -> None:
    with pytest.raises(UserError, match="The address is not an http address"):
        Plan.of(address, "", "", web_url="https://github.com", api_url="https://api.github.com")


def test_the_manifest_asks_for_what_the_contract_allows() -> None:
    said = declared()
    assert said["default_permissions"] == {
        "metadata": "read",
        "contents": "read",
        "pull_requests": "write",
        "checks": "write",
        "issues": "read",
        "merge_queues": "read",
    }
    assert Path("app.yml").resolve().name == "app.yml" and Path("app.yml").read_text().startswith("# The GitHub App")


def test_the_session_key_is_made_once(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/service.db")
    key = session_key(settings)
    assert len(key) > 30 and session_key(settings) == key
    assert (tmp_path / "service.secret-key").stat().st_mode & 0o777 == 0o600
    assert session_key(Settings(secret_key="given")) == "given"
