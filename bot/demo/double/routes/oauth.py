"""Where people let the App know who they are: the page that asks them, and the token for the code that it gives."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template_string, request
from werkzeug.wrappers import Response as AnyResponse

from bot.demo.double import rules
from bot.demo.double.limits import Refusal
from bot.demo.double.state import Grant, User, UserToken, World

blueprint = Blueprint("oauth", __name__)

# The real page knows who sits there; this one asks.
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Authorize concurrency-check</title>
<h1>Authorize concurrency-check</h1>
<p>A double of GitHub on this machine. Who are you?</p>
<ul>
{% for person in persons %}<li><a href="?{{ query }}&amp;as={{ person }}">Continue as {{ person }}</a></li>
{% endfor %}</ul>
</html>
"""


@blueprint.get("/login/oauth/authorize")
def authorize() -> AnyResponse | str:
    """Asks who it is, and sends that person back with a code."""
    world: World = current_app.extensions["world"]
    asked = request.args
    target = asked.get("redirect_uri", "")
    if asked.get("client_id") != world.app.client_id or urlsplit(target).path != "/login/callback":
        raise Refusal(404, "Not Found")
    if "as" not in asked:
        persons = sorted(login for login, user in world.users.items() if user.type == "User")
        return render_template_string(_PAGE, persons=persons, query=request.query_string.decode())
    if asked["as"] not in world.users or asked.get("code_challenge_method") != "S256":
        raise Refusal(404, "Not Found")
    code = secrets.token_hex(10)
    with world.lock:
        world.grants[code] = Grant(world.users[asked["as"]], target, asked["code_challenge"])
    return redirect(f"{target}?{urlencode({'code': code, 'state': asked.get('state', '')})}")


@blueprint.post("/login/oauth/access_token")
def access_token() -> Response:
    """The token for a code or for a refresh token, once, for who knows the secret; errors are 200s."""
    world: World = current_app.extensions["world"]
    sent = request.form
    if not hmac.compare_digest(sent.get("client_secret", ""), world.app.client_secret):
        return jsonify(error="incorrect_client_credentials", error_description="The client_id and/or client_secret")
    with world.lock:
        if sent.get("grant_type") == "refresh_token":
            return _renewed(world, sent.get("refresh_token", ""))
        grant = world.grants.pop(sent.get("code", ""), None)
        if grant is None or _challenge(sent.get("code_verifier", "")) != grant.challenge:
            return jsonify(error="bad_verification_code", error_description="The code passed is incorrect or expired.")
        if sent.get("redirect_uri", grant.redirect_uri) != grant.redirect_uri:
            return jsonify(error="redirect_uri_mismatch", error_description="The redirect_uri MUST match.")
        return _token(world, grant.user)


def _renewed(world: World, refresh: str) -> Response:
    """A new token; the old one dies with what renewed it."""
    old = next((text for text, token in world.user_tokens.items() if refresh and token.refresh == refresh), None)
    if old is None:
        return jsonify(error="bad_refresh_token", error_description="The refresh token passed is incorrect or expired.")
    return _token(world, world.user_tokens.pop(old).user)


def _token(world: World, user: User) -> Response:
    text, refresh = f"ghu_{secrets.token_hex(18)}", f"ghr_{secrets.token_hex(38)}"
    expires = world.now() + timedelta(seconds=rules.USER_TOKEN_SECONDS)
    world.user_tokens[text] = UserToken(user, expires, refresh)
    return jsonify(
        access_token=text,
        expires_in=rules.USER_TOKEN_SECONDS,
        refresh_token=refresh,
        refresh_token_expires_in=15_811_200,
        scope="",
        token_type="bearer",
    )


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
