"""The self-test: does GitHub know the App, may it do what it needs, and do webhooks arrive with the right secret."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
import requests

from bot.github.auth import app_token
from bot.github.permissions import lacking
from bot.settings import Settings
from bot.setup.manifest import declared
from bot.values import UserError

TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was looked at. says: what was seen, and what to do when it is not right."""

    name: str
    right: bool
    says: str


def run(settings: Settings) -> tuple[Step, ...]:
    """All steps, as far as they can be looked at; asks GitHub three questions."""
    try:
        app = _ask(settings, "GET", "/app")
    except UserError as error:
        return (Step("App", False, str(error)),)
    steps = [Step("App", True, f"{app['name']} on {settings.web_url}"), _permissions(app), _events(app)]
    try:
        steps.append(_address(_ask(settings, "GET", "/app/hook/config")))
        steps.append(_webhook(_ask(settings, "GET", "/app/hook/deliveries")))
    except UserError as error:
        steps.append(Step("Webhook", False, str(error)))
    return tuple(steps)


def send_again(settings: Settings) -> None:
    """Have GitHub send its latest delivery once more, so that there is something to look at. Raises UserError."""
    rows = _ask(settings, "GET", "/app/hook/deliveries")
    if not rows:
        raise UserError("GitHub has sent nothing yet: install the App on a repository.")
    pings = [row for row in rows if row["event"] == "ping"]
    _ask(settings, "POST", f"/app/hook/deliveries/{(pings or rows)[0]['id']}/attempts")


def _permissions(app: Mapping[str, Any]) -> Step:
    if lacks := lacking(app["permissions"]):
        names = ", ".join(f"{name}: {access}" for name, access in lacks.items())
        return Step("Permissions", False, f"The App lacks {names}. Grant it in the App's settings on GitHub.")
    asked = declared()["default_permissions"]
    assert isinstance(asked, dict)
    levels = ("read", "write", "admin")
    more = [
        f"{name}: {access}"
        for name, access in app["permissions"].items()
        if name not in asked or levels.index(access) > levels.index(asked[name])
    ]
    beyond = f" It also has {', '.join(more)}, which nothing here needs." if more else ""
    return Step("Permissions", True, f"The App has what it needs.{beyond}")


def _events(app: Mapping[str, Any]) -> Step:
    asked = declared()["default_events"]
    assert isinstance(asked, list)
    missing = [event for event in asked if event not in app["events"]]
    if missing:
        return Step("Events", False, f"Subscribe the App to {', '.join(missing)}.")
    return Step("Events", True, "The App is told of all that it acts on.")


def _address(hook: Mapping[str, Any]) -> Step:
    url = str(hook.get("url") or "")
    if not url.endswith("/webhook"):
        return Step("Address", False, f"Webhooks go to {url or 'nowhere'}; they are taken at …/webhook.")
    if str(hook.get("content_type", "json")) != "json":
        return Step("Address", False, "The webhook's content type has to be application/json.")
    return Step("Address", True, f"Webhooks go to {url}")


def _webhook(rows: list[Mapping[str, Any]]) -> Step:
    name = "Webhook"
    if not rows:
        return Step(name, False, "GitHub has sent nothing yet: install the App on a repository, then look again.")
    latest = rows[0]
    what = f"GitHub's latest delivery ({latest['event']}, {latest['delivered_at']})"
    status = int(latest["status_code"])
    if 200 <= status < 300:
        return Step(name, True, f"{what} was taken: the address is reachable and the secret is right.")
    if status == 401:
        return Step(name, False, f"{what} arrived with another secret: GITHUB_WEBHOOK_SECRET is not the App's.")
    if status:
        return Step(name, False, f"{what} was answered with {status}.")
    return Step(name, False, f"{what} did not get through: {latest['status']}. Can GitHub reach the address?")


def _ask(settings: Settings, verb: str, path: str) -> Any:
    """The answer to a question of the App itself. Raises UserError."""
    credentials = settings.credentials
    if credentials is None:
        raise UserError("The App is not set up yet.")
    try:
        token = app_token(str(credentials.app_id), credentials.private_key, time.time())
    except (ValueError, TypeError, jwt.PyJWTError):
        raise UserError("GITHUB_PRIVATE_KEY is no private key that can be used.") from None
    try:
        answer = requests.request(
            verb,
            f"{settings.api_url}{path}",
            headers={"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"},
            timeout=TIMEOUT_SECONDS,
        )
        body = answer.json() if answer.content else None
    except (requests.RequestException, ValueError):
        raise UserError(f"{settings.api_url} did not answer.") from None
    if answer.status_code in (401, 404):
        raise UserError(f"GitHub does not know App {credentials.app_id} by this key ({answer.status_code}).")
    if not answer.ok:
        raise UserError(f"GitHub answered {answer.status_code}.")
    return body
