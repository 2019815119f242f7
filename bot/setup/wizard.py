"""The set-up wizard: without credentials, the front page creates the GitHub App; then the self-test says how it is."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Response, abort, g, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from bot import credentials
from bot.github.permissions import PERMISSIONS
from bot.settings import Settings
from bot.setup import selftest
from bot.setup.current import Current
from bot.setup.demo import Demo
from bot.setup.manifest import Plan, exchange
from bot.values import UserError

log = structlog.get_logger()


def blueprint(current: Current, demo: Demo) -> Blueprint:
    """Routes of the wizard, which are gone once the App is set up, and those of what comes after it."""
    routes = Blueprint("setup", __name__, static_folder="static", static_url_path="/setup/static")

    @routes.post("/setup")
    def plan() -> Response:
        return _plan(_unfinished(current))

    @routes.get("/setup/created")
    def created() -> AnyResponse:
        return _created(_unfinished(current))

    @routes.post("/setup/demo")
    def show() -> AnyResponse:
        return _demo(_unfinished(current), demo)

    @routes.get("/setup/check")
    def check() -> Response:
        return _check(current.settings, "")

    @routes.post("/setup/check")
    def send_again() -> AnyResponse:
        return _send_again(current.settings)

    @routes.get("/setup/permissions")
    def permissions() -> Response:
        return _page("setup/permissions.html", 200, permissions=PERMISSIONS)

    return routes


def front(settings: Settings) -> Response:
    """The first page: the form for who came with the one-time token, for others where to find it."""
    token = request.args.get("token", "")
    if not _opens(settings, token):
        return _page("setup/closed.html", 200)
    return _form(settings, token, "")


def _plan(settings: Settings) -> Response:
    """The manifest, ready to be sent to GitHub by the person's own browser."""
    token = request.form.get("token", "")
    if not _opens(settings, token):
        abort(403)
    try:
        plan = Plan.of(
            request.form.get("address", ""),
            request.form.get("organisation", "").strip(),
            request.form.get("server", "").strip(),
            web_url=settings.web_url,
            api_url=settings.api_url,
        )
    except UserError as error:
        return _form(settings, token, str(error))
    state = secrets.token_urlsafe(24)
    session["setup"] = {"state": state, "web_url": plan.web_url, "api_url": plan.api_url, "public_url": plan.address}
    parts = urlsplit(plan.web_url)
    g.form_action = f"'self' {parts.scheme}://{parts.netloc}"
    return _page("setup/confirm.html", 200, plan=plan, state=state, host=parts.netloc)


def _created(settings: Settings) -> AnyResponse:
    """GitHub sends the person back here with a code, which is good for the credentials, once."""
    begun = session.pop("setup", None)
    state = request.args.get("state", "")
    if not begun or not hmac.compare_digest(begun["state"].encode(), state.encode("utf-8", "replace")):
        abort(403)
    try:
        values = exchange(request.args.get("code", ""), begun["api_url"])
    except UserError as error:
        return _page("setup/closed.html", 502, problem=str(error))
    servers = {name: begun[name] for name in ("web_url", "api_url", "public_url")}
    credentials.save(settings.credentials_file, values | servers)
    log.info("setup.done", app=values["id"], file=str(settings.credentials_file))
    session["operator"] = True
    return redirect("/setup/check")


def _demo(settings: Settings, demo: Demo) -> AnyResponse:
    """Start the demo and go there; who sits elsewhere is told where it runs."""
    if not _opens(settings, request.form.get("token", "")):
        abort(403)
    try:
        address = demo.start()
    except UserError as error:
        return _page("setup/closed.html", 502, problem=str(error))
    if urlsplit(request.host_url).hostname not in ("127.0.0.1", "localhost", "::1"):
        return _page("setup/demo_runs.html", 200, address=address)
    return redirect(address, 303)


def _check(settings: Settings, problem: str) -> Response:
    """What the self-test saw, for who set the App up, and for who has the one-time token."""
    if _opens(settings, request.args.get("token", "")):
        session["operator"] = True
    if settings.credentials is None or not session.get("operator"):
        abort(403)
    steps = selftest.run(settings)
    right = all(step.right for step in steps)
    return _page("setup/check.html", 200, steps=steps, right=right, problem=problem)


def _send_again(settings: Settings) -> AnyResponse:
    if settings.credentials is None or not session.get("operator"):
        abort(403)
    try:
        selftest.send_again(settings)
    except UserError as error:
        return _check(settings, str(error))
    return redirect("/setup/check", 303)


def _unfinished(current: Current) -> Settings:
    settings = current.settings
    if settings.credentials is not None:
        abort(404)
    return settings


def _opens(settings: Settings, token: str) -> bool:
    right = settings.setup_token
    return bool(right) and hmac.compare_digest(right.encode(), token.encode("utf-8", "replace"))


def _form(settings: Settings, token: str, problem: str) -> Response:
    g.form_action = "'self' http://127.0.0.1:*"  # the demo is a redirect away
    return _page(
        "setup/form.html",
        400 if problem else 200,
        token=token,
        problem=problem,
        web_url=settings.web_url,
        address=request.form.get("address", request.url_root.rstrip("/")),
        organisation=request.form.get("organisation", ""),
        server=request.form.get("server", ""),
    )


def _page(template: str, status: int, **values: object) -> Response:
    return make_response(render_template(template, **values), status)
