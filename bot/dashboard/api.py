"""The JSON API: what the pages show, for programs that come with a token; described by `openapi`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, request
from werkzeug.exceptions import HTTPException

from bot.dashboard import openapi, told
from bot.dashboard.asked import only
from bot.dashboard.bearers import Bearers
from bot.dashboard.findings import page_of
from bot.dashboard.here import Here
from bot.github.people import Away
from bot.store.reading import findings as reading
from bot.store.reading import heuristics as worth
from bot.store.reading.overview import overview as read


def description() -> Blueprint:
    """Route /api/v1/openapi.json, for everybody."""
    routes = Blueprint("openapi", __name__)

    @routes.get("/api/v1/openapi.json")
    def document() -> Response:
        return jsonify(openapi.document())

    return routes


def blueprint(here: Here, bearers: Bearers) -> Blueprint:
    """Everything below /api/v1/orgs/ACCOUNT: read only, and by token only."""
    routes = Blueprint("api", __name__, url_prefix="/api/v1/orgs/<account>")

    @routes.url_value_preprocessor
    def take_account(endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.account = (values or {}).pop("account", "")

    @routes.before_request
    def let_in() -> Response | None:
        return _let_in(bearers)

    @routes.errorhandler(HTTPException)
    def wrong(error: HTTPException) -> Response:
        return _said(error.code or 500, (error.description if error.code == 400 else None) or error.name)

    @routes.get("/overview")
    def overview() -> Response:
        only(request.args, ())
        seen = read(here.database, here.sight, 0)
        ranked = sorted(seen.exposed.items(), key=lambda one: -one[1])
        return jsonify(
            states=seen.states,
            standing=sum(seen.standing.values()),
            median_seconds_to_fix=seen.fixes.median,
            weeks=[dict(week) for week in seen.weeks],
            standing_weeks=seen.stood,
            exposed=[{"repository": here.sight.by_id[id_].full_name, "findings": many} for id_, many in ranked],
        )

    @routes.get("/findings")
    def findings() -> Response:
        _, sight, page = page_of(here, request.args)
        return jsonify(findings=[told.listed(one, sight) for one in page.rows], following=page.following or None)

    @routes.get("/findings/<int:number>")
    def finding(number: int) -> Response:
        only(request.args, ())
        found = reading.detail(here.database, here.sight, number) if number < 2**63 else None
        return jsonify(told.detail(found or abort(404), here.sight))

    @routes.get("/heuristics")
    def heuristics() -> Response:
        only(request.args, ())
        rows = sorted(worth.by_heuristic(here.database, here.sight).items())
        return jsonify(heuristics=[_worth(name, one) for name, one in rows])

    return routes


def _worth(name: str, one: worth.Worth) -> told.Json:
    numbers = {field: getattr(one, field) for field in ("shown", "open", "fixed", "dismissed", "merged")}
    return {"heuristic": name, **numbers, "precision": one.precision, "interval": list(one.interval)}


def _let_in(bearers: Bearers) -> Response | None:
    """An answer for who may not go on; None when g.sight is set."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    try:
        found = bearers.of(secret.strip()) if scheme.lower() == "bearer" else None
    except Away:
        return _said(503, "GitHub does not say at the moment what this token may show")
    if found is None:
        answer = _said(401, "a token is needed; if this one is yours, log in on the dashboard and it works again")
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    if found.account.lower() != g.account.lower():
        return _said(404, "Not Found")
    g.sight = found
    return None


def _said(status: int, problem: str) -> Response:
    answer = jsonify(error=problem)
    answer.status_code = status
    return answer
