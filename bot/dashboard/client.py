"""The App's own client at GitHub's log-in."""

from __future__ import annotations

from authlib.integrations.requests_client import OAuth2Session

from bot.settings import Settings

AUTHORIZE_PATH = "/login/oauth/authorize"
TOKEN_PATH = "/login/oauth/access_token"


def client(settings: Settings, redirect_uri: str | None = None) -> OAuth2Session:
    """A session of the client; the App must be set up. redirect_uri: where people come back to."""
    assert settings.credentials is not None
    return OAuth2Session(
        settings.credentials.client_id,
        settings.credentials.client_secret,
        redirect_uri=redirect_uri,
        token_endpoint_auth_method="client_secret_post",
        code_challenge_method="S256",
    )
