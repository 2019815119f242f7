"""Who is there: from what a browser holds to the Viewer that every page is made for. The one place that decides it."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass

import structlog

from bot.dashboard.cipher import Cipher
from bot.github import people
from bot.store import logins, tokens
from bot.store.database import Database
from bot.store.logins import Login
from bot.store.tokens import Grant
from bot.viewer import Seen, Sight, Viewer

# A working day at most, whatever the token would allow.
LONGEST_SECONDS = 8 * 3600.0
# What somebody may see is asked again after this long: so soon a right that was taken away is gone here too.
FRESH_SECONDS = 120.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Visit:
    """A person who is logged in. secret: what the browser holds."""

    secret: str
    viewer: Viewer

    @property
    def csrf(self) -> str:
        """What a form of this visit carries; nobody can make it who has not the browser's secret."""
        return hmac.new(self.secret.encode(), b"form", hashlib.sha256).hexdigest()


class Visits:
    """The log-ins of this service. api_url: GitHub's REST root, as of now."""

    def __init__(self, db: Database, cipher: Cipher, api_url: Callable[[], str]) -> None:
        self._db = db
        self._cipher = cipher
        self._api_url = api_url

    def begin(self, token: str, seconds: float, refresh: str = "") -> Visit:
        """Log a person in with their token, which is good for so many seconds, and what it is renewed with.

        Raises people.Revoked, people.Away."""
        viewer = people.viewer(self._api_url(), token)
        secret = secrets.token_urlsafe(32)
        hide = self._cipher.hide
        row = Login(_key(secret), viewer.user, viewer.login, hide(token), hide(text_of(viewer)), hide(refresh))
        logins.add(self._db, row, min(seconds, LONGEST_SECONDS))
        # Tokens for the API of who comes back are good again.
        given = Grant(row.user, row.login, row.token, row.refresh, row.visible)
        tokens.keep_grant(self._db, given, seconds if refresh else 0.0, only_known=True)
        log.info("login.begun", user=viewer.user)
        return Visit(secret, viewer)

    def of(self, secret: str) -> Visit | None:
        """The visit of who holds this secret; None when there is none, or it is over. Raises people.Away."""
        row = logins.get(self._db, _key(secret)) if secret else None
        if row is None:
            return None
        viewer = self._fresh(row)
        return None if viewer is None else Visit(secret, viewer)

    def row(self, visit: Visit) -> Login | None:
        """What is kept of a visit."""
        return logins.get(self._db, _key(visit.secret))

    def end(self, secret: str) -> None:
        """Log out."""
        logins.end(self._db, _key(secret))

    def _fresh(self, row: Login) -> Viewer | None:
        known = self._cipher.show(row.visible)
        if known is not None and 0 <= row.age < FRESH_SECONDS:
            return viewer_of(row.user, row.login, known)
        token = self._cipher.show(row.token)
        try:
            viewer = people.viewer(self._api_url(), token) if token is not None else None
        except people.Revoked:
            viewer = None
        if viewer is None or viewer.user != row.user:
            logins.end(self._db, row.key)
            log.info("login.revoked", user=row.user)
            return None
        logins.keep(self._db, row.key, self._cipher.hide(text_of(viewer)))
        return viewer


def _key(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def text_of(viewer: Viewer) -> str:
    """What somebody may see, as a text to keep."""
    return json.dumps(
        [
            [sight.installation, sight.account, [list(asdict(one).values()) for one in sight.repositories]]
            for sight in viewer.sights
        ]
    )


def viewer_of(user: int, login: str, text: str) -> Viewer:
    """The person of whom `text_of` made the text."""
    sights = (
        Sight(installation, account, tuple(Seen(*one) for one in repositories))
        for installation, account, repositories in json.loads(text)
    )
    return Viewer(user, login, tuple(sights))
