"""Log-in through GitHub with the App's own client: there with state and PKCE, back with a code, and a cookie for it."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

import structlog
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, session
from requests import RequestException
from werkzeug.wrappers import Response as AnyResponse

from bot.dashboard.client import AUTHORIZE_PATH, TOKEN_PATH, client
from bot.dashboard.visits import LONGEST_SECONDS, Visit, Visits
from bot.github.people import TIMEOUT_SECONDS, Away, Revoked
from bot.settings import Settings
from bot.setup.current import Current

log = structlog.get_logger()


def blueprint(current: Current, visits: Visits) -> Blueprint:
    """Routes /login, /login/callback and /logout."""
    routes = Blueprint("login", __name__)

    @routes.get("/login")
    def begin() -> AnyResponse:
        settings = _with_client(current)
        verifier = generate_token(64)
        with _client(settings) as oauth:
            address, state = oauth.create_authorization_url(
                f"{settings.web_url}{AUTHORIZE_PATH}", code_verifier=verifier
            )
        session["login"] = {"state": state, "verifier": verifier, "next": local(request.args.get("next", ""))}
        return redirect(address)

    @routes.get("/login/callback")
    def back() -> AnyResponse:
        return _back(_with_client(current), visits)

    @routes.post("/logout")
    def logout() -> AnyResponse:
        visit = visits.of(cookie(current.settings))
        if visit is None or not genuine(visit):
            abort(403)
        visits.end(visit.secret)
        answer = redirect("/", 303)
        name, over_https = _name(current.settings), secure(current.settings)
        answer.delete_cookie(name, secure=over_https, httponly=True, samesite="Lax")
        return answer

    return routes


def cookie(settings: Settings) -> str:
    """What the browser holds, "" for nothing."""
    return request.cookies.get(_name(settings), "")


def genuine(visit: Visit) -> bool:
    """Whether a form comes from a page of this visit."""
    return hmac.compare_digest(request.form.get("csrf", "").encode("utf-8", "replace"), visit.csrf.encode())


def secure(settings: Settings) -> bool:
    """Whether people come by HTTPS, so that no cookie of ours may go without it."""
    return settings.public_url.startswith("https:") or request.is_secure


def local(address: str) -> str:
    """An address of ours to go to after the log-in; the front page in place of any other."""
    parts = urlsplit(address)
    fine = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return address if fine and address.isprintable() else "/"


def _back(settings: Settings, visits: Visits) -> AnyResponse:
    """GitHub sends the person back, with a code or with a reason why not."""
    begun = session.pop("login", None)
    state = request.args.get("state", "")
    if not begun or not hmac.compare_digest(begun["state"].encode(), state.encode("utf-8", "replace")):
        return _refused("This log-in was not begun here, or too long ago. Begin it again.", 403)
    if "code" not in request.args:
        return _refused("You did not allow it on GitHub, so you are not logged in.", 403)
    try:
        visit, seconds = _visit(settings, visits, begun["verifier"])
    except (OAuthError, Revoked):
        log.warning("login.refused")
        return _refused("GitHub did not accept the log-in. Begin it again.", 403)
    except (RequestException, Away) as error:
        log.warning("login.no_answer", reason=type(error).__name__)
        return _refused("GitHub does not answer at the moment. Try again in a minute.", 503)
    answer = redirect(begun["next"])
    name, over_https = _name(settings), secure(settings)
    answer.set_cookie(name, visit.secret, max_age=int(seconds), secure=over_https, httponly=True, samesite="Lax")
    return answer


def _visit(settings: Settings, visits: Visits, verifier: str) -> tuple[Visit, float]:
    """The visit that a code is good for, and for how many seconds."""
    with _client(settings) as oauth:
        token = oauth.fetch_token(
            f"{settings.web_url}{TOKEN_PATH}",
            code=request.args["code"],
            code_verifier=verifier,
            timeout=TIMEOUT_SECONDS,
        )
    seconds = min(float(token.get("expires_in") or LONGEST_SECONDS), LONGEST_SECONDS)
    # The log-in is not renewed: who comes back tomorrow logs in again, which is a click. Tokens for the API are.
    return visits.begin(str(token["access_token"]), seconds, str(token.get("refresh_token", ""))), seconds


def _client(settings: Settings) -> OAuth2Session:
    return client(settings, f"{settings.public_url or request.url_root.rstrip('/')}/login/callback")


def _with_client(current: Current) -> Settings:
    settings = current.settings
    if settings.credentials is None or not settings.credentials.client_id:
        abort(404)
    return settings


def _refused(problem: str, status: int) -> Response:
    return make_response(render_template("dashboard/welcome.html", problem=problem), status)


def _name(settings: Settings) -> str:
    """A cookie with this prefix is taken from this very host and by HTTPS only, as browsers promise."""
    return "__Host-login" if secure(settings) else "login"
