"""Who asks the API: from a token to what its maker may see at that moment. The one place that decides it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace

import structlog
from authlib.integrations.base_client.errors import OAuthError
from requests import RequestException

from bot.dashboard.cipher import Cipher
from bot.dashboard.client import TOKEN_PATH, client
from bot.dashboard.visits import FRESH_SECONDS, text_of, viewer_of
from bot.github import people
from bot.github.people import Away
from bot.setup.current import Current
from bot.store import tokens
from bot.store.database import Database
from bot.store.logins import Login
from bot.store.tokens import Grant
from bot.viewer import Sight, Viewer

# Ninety days; one that leaks unseen does not serve for ever.
SECONDS = 90 * 86_400.0
MOST = 20
_PREFIX = "ccheck_"

log = structlog.get_logger()


class Bearers:
    """Tokens for the API. A token shows of one account what its maker may see, asked of GitHub again as for who is
    logged in; GitHub's own token for that is renewed as long as GitHub allows, and by each log-in of its maker."""

    def __init__(self, db: Database, cipher: Cipher, current: Current) -> None:
        self._db = db
        self._cipher = cipher
        self._current = current

    def make(self, by: Login, sight: Sight, name: str) -> str | None:
        """A new token for a part of what somebody sees; None when they have too many. It cannot be shown again."""
        if len(tokens.of_person(self._db, by.user, sight.installation)) >= MOST:
            return None
        secret = _PREFIX + secrets.token_urlsafe(32)
        given = Grant(by.user, by.login, by.token, by.refresh, by.visible)
        if tokens.grant(self._db, by.user) is None:
            tokens.keep_grant(self._db, given, by.left if self._cipher.show(by.refresh) else 0.0)
        tokens.make(self._db, _key(secret), given, sight.installation, name, SECONDS)
        log.info("token.made", user=by.user, installation=sight.installation)
        return secret

    def of(self, secret: str) -> Sight | None:
        """What who holds this token may see, of the one account; None when it is good for nothing. Raises Away."""
        found = tokens.find(self._db, _key(secret)) if secret.startswith(_PREFIX) else None
        viewer = self._viewer(found.user) if found is not None else None
        if found is None or viewer is None:
            return None
        return next((one for one in viewer.sights if one.installation == found.installation), None)

    def _viewer(self, user: int) -> Viewer | None:
        row = tokens.grant(self._db, user)
        if row is None:
            return None
        known = self._cipher.show(row.visible)
        if known is not None and 0 <= row.age < FRESH_SECONDS:
            return viewer_of(row.user, row.login, known)
        renewed = self._renewed(row) if row.spent else row
        token = self._cipher.show(renewed.token) if renewed is not None else None
        try:
            viewer = people.viewer(self._current.settings.api_url, token) if token is not None else None
        except people.Revoked:
            viewer = None
        if viewer is None or viewer.user != user:
            tokens.drop_grant(self._db, renewed or row)
            log.info("token.asleep", user=user)
            return None
        tokens.see(self._db, user, self._cipher.hide(text_of(viewer)))
        return viewer

    def _renewed(self, row: Grant) -> Grant | None:
        """The grant with a new token from GitHub; None when GitHub gives none. Raises Away."""
        refresh = self._cipher.show(row.refresh)
        if not refresh:
            return None
        if not tokens.begin_renewal(self._db, row):
            raise Away("another request renews the token")
        settings = self._current.settings
        try:
            with client(settings) as session:
                given = session.refresh_token(
                    f"{settings.web_url}{TOKEN_PATH}", refresh_token=refresh, timeout=people.TIMEOUT_SECONDS
                )
        except OAuthError:
            return None
        except RequestException as error:
            raise Away(type(error).__name__) from None
        hide = self._cipher.hide
        fresh = replace(row, token=hide(str(given["access_token"])), refresh=hide(str(given.get("refresh_token", ""))))
        tokens.keep_grant(self._db, fresh, float(given.get("expires_in") or 0.0))
        return fresh


def _key(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
