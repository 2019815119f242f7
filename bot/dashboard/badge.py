"""Badges: how many findings a repository is exposed to, at an address that only who may see it can make."""

from __future__ import annotations

import hmac
from urllib.parse import quote

from flask import Blueprint, Response, abort, render_template

from bot.store.database import Database
from bot.store.reading.overview import exposed
from bot.viewer import Seen, Sight

_SECONDS = 300


class Badges:
    """The addresses of badges. A number stands in them, and what proves that this service made it: no name."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def path(self, repository: int) -> str:
        """Where the badge of a repository is."""
        return f"/badges/{repository}/{self._sign(repository)}.svg"

    def genuine(self, repository: int, signature: str) -> bool:
        """Whether an address was made here."""
        return hmac.compare_digest(signature.encode("utf-8", "replace"), self._sign(repository).encode())

    def _sign(self, repository: int) -> str:
        return hmac.new(self._key, b"badge %d" % repository, "sha256").hexdigest()[:40]


def blueprint(db: Database, badges: Badges) -> Blueprint:
    """Route /badges/NUMBER/SIGNATURE.svg, for everybody who was given the address."""
    routes = Blueprint("badges", __name__)

    @routes.get("/badges/<int:repository>/<signature>.svg")
    def badge(repository: int, signature: str) -> Response:
        if repository >= 2**63 or not badges.genuine(repository, signature):
            abort(404)
        many = exposed(db, Sight(0, "", (Seen(repository, "", True, ""),))).get(repository, 0)
        answer = Response(render_template("dashboard/badge.svg", many=many), mimetype="image/svg+xml")
        answer.headers["Cache-Control"] = f"public, max-age={_SECONDS}"
        return answer

    return routes


def markdown(public_url: str, path: str, account: str, repository: str) -> str:
    """What shows a badge in a README."""
    page = f"{public_url}/orgs/{quote(account)}/findings?repository={quote(repository)}"
    return f"[![concurrency-check]({public_url}{path})]({page})"
