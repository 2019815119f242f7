"""The web side: one Flask application out of the rooms' blueprints, with the headers that every answer carries."""

from __future__ import annotations

import os
from functools import cache

from flask import Flask, Response, g, render_template
from flask.sessions import SecureCookieSessionInterface
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from bot import logs, pages, probes, traces
from bot.dashboard import api, badge, login, site
from bot.dashboard.badge import Badges
from bot.dashboard.bearers import Bearers
from bot.dashboard.cipher import Cipher
from bot.dashboard.here import Here, Named
from bot.dashboard.visits import Visits
from bot.intake import webhook
from bot.intake.inbox import Inbox
from bot.settings import Settings
from bot.setup import wizard
from bot.setup.current import Current
from bot.setup.demo import Demo
from bot.setup.secret import session_key
from bot.store import subjects
from bot.store.database import Database

# Pages have no script, and nothing comes from elsewhere; a page that posts a form elsewhere names where.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action {}"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


def create_app(settings: Settings) -> Flask:
    """The application; call it in the process that serves, never before a fork: it opens the database."""
    current = Current(settings)
    db = Database(settings.database_url, size=settings.web_threads)
    inbox = Inbox(db)
    app = Flask("bot", static_folder=None, template_folder="setup/templates")
    app.config.update(SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax")
    app.secret_key = session_key(settings)
    app.session_interface = _Cookies(current)
    cipher = Cipher(app.secret_key)
    visits = Visits(db, cipher, lambda: current.settings.api_url)
    here, bearers, badges = Here(current, db, _catalogue), Bearers(db, cipher, current), Badges(app.secret_key)
    app.extensions["inbox"], app.extensions["database"] = inbox, db
    app.register_blueprint(webhook.blueprint(inbox, current.webhook_secrets))
    app.register_blueprint(probes.blueprint(db))
    app.register_blueprint(pages.blueprint())
    demo = app.extensions["demo"] = Demo()
    app.register_blueprint(wizard.blueprint(current, demo))
    app.register_blueprint(login.blueprint(current, visits))
    app.register_blueprint(site.static())
    app.register_blueprint(site.blueprint(here, visits, bearers, badges))
    app.register_blueprint(badge.blueprint(db, badges))
    app.register_blueprint(api.description())
    app.register_blueprint(api.blueprint(here, bearers))
    app.after_request(_guard)
    app.register_error_handler(HTTPException, _error)

    @app.get("/")
    def front() -> str | AnyResponse:
        state = current.settings
        if state.credentials is None:
            return wizard.front(state)
        if state.credentials.client_id:
            return site.front(state, visits)
        app_id = state.credentials.app_id
        return render_template("setup/status.html", counts=subjects.counts(db), app_id=app_id, web_url=state.web_url)

    return app


class _Cookies(SecureCookieSessionInterface):
    """Sessions whose cookie goes by HTTPS only, once people are known to come by it."""

    def __init__(self, current: Current) -> None:
        self._current = current

    def get_cookie_secure(self, app: Flask) -> bool:
        return login.secure(self._current.settings)


def application() -> Flask:
    """What gunicorn serves: the application for this process's environment."""
    settings = Settings.load(os.environ)
    logs.configure(settings.log_format, settings.secrets)
    traces.configure()
    return create_app(settings)


@cache
def _catalogue() -> tuple[Named, ...]:
    from heuristics import catalogue  # a process that only takes webhooks does not pay for the engine

    return tuple(Named(one.name, one.family, one.title) for one in catalogue())


def _guard(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY.format(g.get("form_action", "'self'"))
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _error(error: HTTPException) -> Response:
    """Errors as a line of text: nothing of the request is repeated in them."""
    return Response(f"{error.code} {error.name}\n", error.code or 500, mimetype="text/plain")
