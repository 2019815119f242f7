"""The dashboard over HTTP, on both databases, beside the double of GitHub that people log in at."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import requests
from werkzeug.routing import Map
from werkzeug.serving import make_server

from bot.credentials import Credentials
from bot.demo.double import Double
from bot.settings import Settings
from bot.store.database import Database
from bot.web import create_app
from tests.judges.fixtures import github as github
from tests.patience import PATIENCE


class Person:
    """Somebody at a browser."""

    def __init__(self, address: str, login: str) -> None:
        self.address = address
        self.login = login
        self.session = requests.Session()

    def get(self, path: str, **headers: str) -> requests.Response:
        """A page, after all redirects."""
        return self.session.get(self.address + path, headers=headers, timeout=PATIENCE)

    def post(self, path: str, **form: str) -> requests.Response:
        """Send a form as it is, without what pages put into it."""
        return self.session.post(self.address + path, data=form, timeout=PATIENCE, allow_redirects=False)

    def press(self, page: str, path: str) -> requests.Response:
        """Send the form of a page that goes to `path`, with all that it holds."""
        forms = re.findall(r'<form method="post" action="([^"]*)">(.*?)</form>', self.get(page).text, re.DOTALL)
        inner = next(inner for action, inner in forms if html.unescape(action) == path)
        fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', inner)
        return self.post(path, **{name: html.unescape(value) for name, value in fields})

    def log_in(self, path: str = "/") -> requests.Response:
        """Ask for a page, and say on GitHub who it is."""
        asks = self.session.get(f"{self.address}/login", params={"next": path}, timeout=PATIENCE)
        assert f"Continue as {self.login}" in asks.text
        return self.session.get(f"{asks.url}&as={self.login}", timeout=PATIENCE)


@dataclass(frozen=True, slots=True)
class Site:
    """The running dashboard."""

    address: str
    github: Double
    database: Database
    routes: Map

    def person(self, login: str, *, logged_in: bool = True) -> Person:
        """Somebody at a browser of their own."""
        one = Person(self.address, login)
        if logged_in:
            assert one.log_in().ok
        return one


@contextmanager
def serving(github: Double, database_url: str, public_url: str = "") -> Iterator[Site]:
    """The web side on loopback, set up for this GitHub; its webhook is where GitHub's deliveries go."""
    app = github.world.app
    credentials = Credentials(app.id, app.private_key, (app.webhook_secret,), app.client_id, app.client_secret)
    settings = Settings(
        database_url=database_url,
        secret_key="a-key-of-the-tests",
        credentials=credentials,
        api_url=github.api_url,
        web_url=github.url,
        public_url=public_url,
    )
    flask = create_app(settings)
    server = make_server("127.0.0.1", 0, flask, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    app.webhook_url = f"{address}/webhook"
    github.postman.patience = PATIENCE
    try:
        yield Site(address, github, flask.extensions["database"], flask.url_map)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        for part in ("inbox", "database", "demo"):
            flask.extensions[part].close()


@pytest.fixture
def site(github: Double, database_url: str) -> Iterator[Site]:
    with serving(github, database_url) as running:
        yield running
