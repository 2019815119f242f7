"""The running double: one Flask application served by threads on loopback, with what tests and the demo hold on to."""

from __future__ import annotations

import functools
import secrets
import tempfile
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, Response, g, json, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.demo.double.api import Exchange
from bot.demo.double.bill import Bill, Clerk, Item
from bot.demo.double.limits import Limits, Refusal
from bot.demo.double.people import People
from bot.demo.double.routes import (
    apps,
    archives,
    checks,
    contents,
    conversation,
    graphql,
    oauth,
    persons,
    pulls,
    reviews,
)
from bot.demo.double.state import App, User, World
from bot.demo.double.webhooks import Postman

PERMISSIONS: Final = {
    "contents": "read",
    "pull_requests": "write",
    "checks": "write",
    "issues": "read",
    "merge_queues": "read",
    "metadata": "read",
}
EVENTS: Final = (
    "pull_request",
    "issue_comment",
    "pull_request_review_comment",
    "pull_request_review_thread",
    "merge_group",
    "push",
    "repository",
)
Answer = TypeVar("Answer")
_BLUEPRINTS: Final = (apps, checks, contents, conversation, persons, pulls, reviews)


class Double:
    """GitHub on loopback, from `with Double() as github` to the end of the block.

    url: where it listens, the root of the web pages. api_url: the REST root, the same place; on an Enterprise Server
    below it. people: what people do on it. limits: quotas and mishaps.
    postman: webhooks and their log. log: every request so far. errors: what handlers raised that is no answer of
    GitHub's, a fault of the double itself; their clients were told 500.
    """

    def __init__(
        self,
        *,
        webhook_url: str = "",
        permissions: Mapping[str, str] = PERMISSIONS,
        events: tuple[str, ...] = EVENTS,
        enterprise: str = "",
    ) -> None:
        """webhook_url: where deliveries go; it may be set later through world.app.webhook_url. enterprise: the version
        of an Enterprise Server, such as "3.17"; it has its API below a path, and no limits."""
        self._folder = tempfile.TemporaryDirectory(prefix="github-double-")
        private, public = _keys()
        user = User(1_000, "concurrency-check[bot]", "Bot")
        owner = User(1_001, "operator", "Organization")
        self.world = World(App(
            id=4_711,
            slug="concurrency-check",
            user=user,
            owner=owner,
            public_key=public,
            private_key=private,
            webhook_secret=secrets.token_hex(16),
            webhook_url=webhook_url,
            permissions=dict(permissions),
            events=events,
            at=datetime(2026, 1, 1, tzinfo=UTC),
        ))  # fmt: skip
        self.world.enterprise = enterprise
        self.limits = Limits()
        self.limits.told = not enterprise
        self.postman = Postman(self.world)
        self.people = People(self.world, self.postman, Path(self._folder.name))
        self.log: list[Exchange] = []
        self._items: list[Item] = []
        self._clerk = Clerk(self.world)
        self._asked = threading.Condition()
        self.errors: list[Exception] = []
        self.app = self._flask()
        self._server = make_server("127.0.0.1", 0, self.app, threaded=True, request_handler=_Quiet)
        self.world.url = f"http://127.0.0.1:{self._server.server_port}"
        self.world.api = f"{self.world.url}/api/v3" if enterprise else self.world.url
        self._thread = threading.Thread(target=self._server.serve_forever, name="github", daemon=True)

    def __enter__(self) -> Double:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.postman.close()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._folder.cleanup()

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return self.world.url

    @property
    def api_url(self) -> str:
        """The REST root, without a slash at the end."""
        return self.world.api

    def environment(self, folder: Path) -> dict[str, str]:
        """The variables under which the service works for this GitHub; the App's key is written into `folder`."""
        key = folder / "app.pem"
        key.touch(mode=0o600)
        key.write_text(self.world.app.private_key)
        return {
            "GITHUB_API_URL": self.api_url,
            "GITHUB_WEB_URL": self.url,
            "GITHUB_APP_ID": str(self.world.app.id),
            "GITHUB_PRIVATE_KEY_PATH": str(key),
            "GITHUB_WEBHOOK_SECRET": self.world.app.webhook_secret,
            "GITHUB_CLIENT_ID": self.world.app.client_id,
            "GITHUB_CLIENT_SECRET": self.world.app.client_secret,
        }

    def wait(self, condition: Callable[[], Answer | None], seconds: float) -> Answer | None:
        """What `condition` gives once it gives anything; asked again after every request. None after `seconds`."""
        with self._asked:
            self._asked.wait_for(condition, seconds)
            return condition()

    def bill(self) -> Bill:
        """What was asked so far, for which pull request."""
        with self._asked:
            return Bill(tuple(self._items))

    def _flask(self) -> Flask:
        app = Flask("github")
        app.extensions.update(world=self.world, limits=self.limits, postman=self.postman)
        rest, query = ("/api/v3", "/api") if self.world.enterprise else ("", "")
        for module in _BLUEPRINTS:
            app.register_blueprint(module.blueprint, url_prefix=rest)
        app.register_blueprint(graphql.blueprint, url_prefix=query)
        app.register_blueprint(archives.blueprint)
        app.register_blueprint(oauth.blueprint)
        app.register_error_handler(Refusal, _refuse)
        app.register_error_handler(Exception, self._broke)
        app.register_error_handler(404, lambda _: _refuse(Refusal(404, "Not Found")))
        app.after_request(self._note)
        return app

    def _broke(self, error: Exception) -> Response:
        if isinstance(error, HTTPException):
            return _refuse(Refusal(error.code or 500, error.name))
        self.errors.append(error)
        return _refuse(Refusal(500, "Server Error"))

    def _note(self, response: Response) -> Response:
        if self.world.enterprise:
            response.headers["X-GitHub-Enterprise-Version"] = f"{self.world.enterprise}.0"
        template = g.get("template")
        if template is None and not request.headers.get("Authorization"):
            return response
        answer: Any = response.get_json(silent=True) if response.mimetype == "application/json" else None
        sent = json.loads(request.get_data()) if request.get_data() and request.is_json else None
        exchange = Exchange(
            method=request.method,
            template=template or request.path,
            path=request.path,
            query=request.args.to_dict(),
            sent=sent,
            status=response.status_code,
            answer=answer,
            caller=g.get("caller", ""),
        )
        credential = request.headers.get("Authorization", "").rpartition(" ")[2]
        with self._asked:
            self.log.append(exchange)
            self._items.append(
                self._clerk.item(
                    exchange.method, exchange.template, request.full_path, sent, exchange.status, credential
                )
            )
            self._asked.notify_all()
        return response


class _Quiet(WSGIRequestHandler):
    """Writes no line for each request: the double keeps its own log."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Does nothing."""


def _refuse(refusal: Refusal) -> Response:
    response = jsonify(refusal.body)
    response.status_code = refusal.status
    response.headers.update(refusal.headers)
    return response


@functools.cache
def _keys() -> tuple[str, str]:
    """One RSA key for all doubles of a process, for making one takes a while: private PEM, public PEM."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()
