"""The dashboard's pages below one account: who may see it is settled here, before any of them runs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, g, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from bot.dashboard import charts, exports, findings, heuristics, login, overview, pulls, reports, service, words
from bot.dashboard.badge import Badges
from bot.dashboard.bearers import Bearers
from bot.dashboard.here import Here
from bot.dashboard.visits import Visits
from bot.github.people import Away
from bot.settings import Settings

PAGES = (overview, findings, heuristics, pulls, service, charts, exports)
TABS = (
    ("overview", "Overview"),
    ("findings", "Findings"),
    ("heuristics", "Heuristics"),
    ("pulls", "Pull requests"),
    ("reports", "Reports"),
    ("service", "Service"),
    ("log", "Audit log"),
)


def blueprint(here: Here, visits: Visits, bearers: Bearers, badges: Badges) -> Blueprint:
    """Everything below /orgs/ACCOUNT, and the static files of all of it."""
    routes = Blueprint(
        "dashboard",
        __name__,
        url_prefix="/orgs/<account>",
        template_folder="templates",
    )

    @routes.url_value_preprocessor
    def take_account(endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.account = (values or {}).pop("account", "")

    @routes.before_request
    def let_in() -> AnyResponse | None:
        return _let_in(here.current.settings, visits)

    words.add(routes)
    for page in PAGES:
        page.add(routes, here)
    reports.add(routes, here, visits, bearers, badges)

    @routes.errorhandler(400)
    def refused(error: BadRequest) -> Response:
        return make_response(render_template("dashboard/refused.html", sentence=error.description), 400)

    @routes.errorhandler(404)
    def nothing(error: object) -> Response:
        return make_response(render_template("dashboard/nothing.html"), 404)

    return routes


def static() -> Blueprint:
    """The stylesheet and the icon, for everybody."""
    return Blueprint("dashboard_static", __name__, static_folder="static", static_url_path="/dashboard/static")


def front(settings: Settings, visits: Visits) -> AnyResponse:
    """The first page: of who is logged in the accounts, or the one there is; of others the way in."""
    try:
        there = visits.of(login.cookie(settings))
    except Away:
        return away()
    if there is None:
        return make_response(render_template("dashboard/welcome.html", settings=settings))
    g.visit = there
    if len(there.viewer.sights) == 1:
        return redirect(f"/orgs/{there.viewer.sights[0].account}/")
    return make_response(render_template("dashboard/accounts.html", settings=settings))


def away() -> Response:
    """GitHub does not say what may be seen, so nothing is shown."""
    return make_response(render_template("dashboard/away.html"), 503)


def _let_in(settings: Settings, visits: Visits) -> AnyResponse | None:
    """An answer for who may not go on; None when g.visit and g.sight are set.

    What is not there and what may not be seen are the same page.
    """
    try:
        there = visits.of(login.cookie(settings))
    except Away:
        return away()
    if there is None:
        if request.method in ("GET", "HEAD"):
            return redirect(url_for("login.begin", next=request.full_path.rstrip("?")))
        abort(403)
    if request.method not in ("GET", "HEAD") and not login.genuine(there):
        abort(403)
    g.visit = there
    found = there.viewer.sight(g.account)
    if found is None:
        abort(404)
    g.sight = found
    # What people changed is for administrators to see.
    g.tabs = TABS if found.administered.repositories else TABS[:-1]
    return None
