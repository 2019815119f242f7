"""PyGithub as it comes, pointed at the double."""

from __future__ import annotations

from typing import Any

from github import Auth, Github, GithubIntegration

from bot.demo.double import Double
from tests.patience import PATIENCE

# No pauses between requests and no retries of its own: the tests look at single answers.
PLAIN: dict[str, Any] = {
    "seconds_between_requests": 0,
    "seconds_between_writes": 0,
    "retry": None,
    "timeout": PATIENCE,
}


def app(github: Double, key: str = "") -> GithubIntegration:
    """The App itself, by its JSON web token. key: another private key than the App's."""
    auth = Auth.AppAuth(github.world.app.id, key or github.world.app.private_key)
    return GithubIntegration(auth=auth, base_url=github.api_url, **PLAIN)


def client(github: Double, permissions: dict[str, str] | None = None) -> Github:
    """The App on the first installation, with a fresh token."""
    token = app(github).get_access_token(next(iter(github.world.installations)), permissions=permissions).token
    return Github(auth=Auth.Token(token), base_url=github.api_url, **PLAIN)
