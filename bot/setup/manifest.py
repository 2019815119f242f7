"""The App's manifest: what app.yml asks for, with this service's addresses; and the exchange of GitHub's answer."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import urlsplit

import requests
import yaml

from bot.settings import API, WEB
from bot.values import UserError

TIMEOUT_SECONDS = 10
KEPT = ("id", "slug", "pem", "webhook_secret", "client_id", "client_secret")
_CODE = re.compile(r"[A-Za-z0-9_-]{1,200}")
_ORGANISATION = re.compile(r"[A-Za-z0-9-]{0,100}")


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the App will be made. address: where GitHub reaches this service. organisation: "" for the person's own."""

    address: str
    organisation: str = ""
    web_url: str = WEB
    api_url: str = API

    @classmethod
    def of(cls, address: str, organisation: str, server: str, *, web_url: str, api_url: str) -> Plan:
        """A checked plan out of what a person typed. server: an Enterprise Server's address, "" for `web_url`.

        Raises UserError.
        """
        if not _ORGANISATION.fullmatch(organisation):
            raise UserError("The organisation is its name as in its address: letters, digits and dashes.")
        web = _origin(server, "server") if server else web_url
        api = api_url if web == web_url else API if web == WEB else f"{web}/api/v3"
        return cls(_origin(address, "address"), organisation, web, api)

    @property
    def target(self) -> str:
        """The page of GitHub that takes the manifest."""
        owner = f"/organizations/{self.organisation}" if self.organisation else ""
        return f"{self.web_url}{owner}/settings/apps/new"

    def manifest(self) -> str:
        """The manifest as JSON."""
        return json.dumps(
            {
                **declared(),
                "url": self.address,
                "hook_attributes": {"url": f"{self.address}/webhook", "active": True},
                "redirect_url": f"{self.address}/setup/created",
                "callback_urls": [f"{self.address}/login/callback"],
            }
        )


def declared() -> dict[str, object]:
    """What app.yml says: name, description, permissions, events."""
    text = files("bot.setup").joinpath("app.yml").read_text(encoding="utf-8")
    loaded = yaml.safe_load(text)
    assert isinstance(loaded, dict)
    return loaded


def exchange(code: str, api_url: str) -> dict[str, str]:
    """The new App's credentials, under GitHub's own keys, for the code that GitHub sent back. Raises UserError."""
    if not _CODE.fullmatch(code):
        raise UserError("GitHub sent no usable code; start again.")
    try:
        answer = requests.post(
            f"{api_url}/app-manifests/{code}/conversions",
            headers={"Accept": "application/vnd.github+json"},
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )
        body = answer.json() if answer.status_code == 201 else {}
    except (requests.RequestException, ValueError):
        raise UserError(f"{urlsplit(api_url).hostname} did not answer; start again.") from None
    if not isinstance(body, dict) or not all(body.get(key) for key in ("id", "pem", "webhook_secret")):
        raise UserError(f"GitHub refused the code ({answer.status_code}); it is valid once, for an hour. Start again.")
    return {key: str(body[key]) for key in KEPT if body.get(key) is not None}


def _origin(text: str, what: str) -> str:
    parts = urlsplit(text.strip())
    try:
        port = parts.port
    except ValueError:
        port = -1
    usable = parts.scheme in ("http", "https") and re.fullmatch(r"[A-Za-z0-9.:\-]+", parts.hostname or "")
    if not usable or port == -1 or parts.username or parts.query or parts.fragment:
        raise UserError(f"The {what} is not an http address.")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
