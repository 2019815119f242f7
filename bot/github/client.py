"""The App's door to GitHub: tokens as narrow as the work, the limits of each installation, the delivery log."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from bot.github.answers import Delivery, OutcomeUnknown, Refused
from bot.github.auth import InstallationTokens, Scope, Token, app_token
from bot.github.budget import Budget, Left, Limit
from bot.github.connection import PATIENCE_SECONDS, RETRY_SECONDS, Connection
from bot.github.kept import Kept
from bot.github.open_pulls import open_pulls
from bot.github.permissions import lacking, usable
from bot.github.repository import Repository
from bot.settings import Settings
from bot.values import OpenPulls, Retry

# How long an installation's permissions are taken to be what they were; and how long a repository to be out of reach.
_KNOWN_SECONDS = 3600.0
# A repository of this name holds what an owner wants of all repositories.
_SHARED = ".github"

_log = structlog.get_logger(__name__)


class GitHub:
    """One per process, shared by its threads.

    turn: how many seconds an installation has to wait until its next write may be sent, asked before each write.
    patience: seconds to wait for an answer.
    """

    def __init__(self, settings: Settings, *, turn: Callable[[int], float], patience: int = PATIENCE_SECONDS) -> None:
        self._settings = settings
        self._turn = turn
        self._patience = patience
        self._budget = Budget()
        self._kept = Kept()
        self._tokens = InstallationTokens(self._mint)
        self._login = ""
        self._granted: dict[int, tuple[Mapping[str, str], float]] = {}
        self._out_of_reach: dict[Scope, float] = {}
        self._lock = threading.Lock()

    def repository(self, installation: int, full_name: str, number: int = 0, *, urgent: bool = False) -> Repository:
        """A client for one repository ("owner/name"), for one thread, whose token is good for that repository alone.

        number: the repository's; 0 means a token for all that the installation covers. urgent: see Budget.begin, whose
        Retry this raises.
        """
        self._budget.begin(installation, urgent=urgent)
        scope = Scope(installation, number)
        try:
            connection = self._connection(scope, self._tokens.get(scope))
        except Refused as refused:
            # The App was removed or suspended: what the queue holds for it is tried again, then given up by the queue.
            raise Retry(f"no token for installation {installation}: {refused}", 60.0) from refused

        def shared() -> Repository:
            return self._shared(installation, full_name.partition("/")[0], connection)

        return Repository(connection, full_name, self._login, shared)

    def deliveries(self) -> Iterator[Delivery]:
        """The App's delivery log, newest first, page by page as it is read."""
        app = self._app()
        for row in app.pages("/app/hook/deliveries"):
            yield Delivery(
                row["id"], row["guid"], row["status_code"], row["event"], row["redelivery"], row["delivered_at"]
            )

    def open_pulls(self, installation: int, full_name: str, number: int, etag: str, since: float) -> OpenPulls | None:
        """See `open_pulls.open_pulls`; number: the repository's. None also where it is out of reach. Raises Retry where
        the hour's requests are better kept for reviews."""
        self._budget.spare(installation)
        scope = Scope(installation)  # one token for all repositories that are gone through
        try:
            return open_pulls(self._connection(scope, self._tokens.get(scope)), full_name, number, etag, since)
        except Refused as refused:
            _log.info("not_listed", repository=full_name, reason=str(refused))
            return None

    def left(self, installation: int) -> tuple[Left, ...]:
        """What is left of an installation's hour, as the last answers told."""
        return self._budget.left(installation)

    def redeliver(self, delivery: int) -> None:
        """Ask GitHub to send a delivery again; it carries the same GUID."""
        self._app().write("POST", f"/app/hook/deliveries/{delivery}/attempts", {})

    def _shared(self, installation: int, owner: str, own: Connection) -> Repository:
        """The repository that an owner's configuration stands in. Where the App is not installed on it, only a public
        one can be read, which any token can."""
        scope = Scope(installation, name=_SHARED)
        with self._lock:
            out_of_reach = self._out_of_reach.get(scope, 0.0) > time.time()
        name = f"{owner}/{_SHARED}"
        if out_of_reach:
            return Repository(own, name, self._login)
        try:
            return Repository(self._connection(scope, self._tokens.get(scope)), name, self._login)
        except Refused:  # 422: there is none, or the App is not installed on it
            with self._lock:
                self._out_of_reach[scope] = time.time() + _KNOWN_SECONDS
            return Repository(own, name, self._login)

    def _connection(self, scope: Scope, token: str, *, app: bool = False) -> Connection:
        watch = _Watch(scope, self._budget, self._tokens, self._turn)
        return Connection(self._settings.api_url, token, watch, self._kept, patience=self._patience, app=app)

    def _app(self) -> Connection:
        credentials = self._settings.credentials
        if credentials is None:
            raise Retry("the App has no credentials yet", RETRY_SECONDS, counts=False)
        token = app_token(str(credentials.app_id), credentials.private_key, time.time())
        return self._connection(Scope(0), token, app=True)

    def _mint(self, scope: Scope) -> Token:
        """A token with no more than the work needs: of one repository, and of what was granted what is made use of."""
        wish: dict[str, Any] = {"permissions": usable(self._permissions(scope.installation))}
        if scope.repository:
            wish["repository_ids"] = [scope.repository]
        if scope.name:
            wish = {"permissions": {"contents": "read"}, "repositories": [scope.name]}
        try:
            path = f"/app/installations/{scope.installation}/access_tokens"
            answer = self._app().write("POST", path, wish)
        except OutcomeUnknown as unknown:
            raise Retry(str(unknown), RETRY_SECONDS) from unknown  # a second token harms nobody
        except Refused:
            with self._lock:
                self._granted.pop(scope.installation, None)  # it may grant less than it did
            raise
        return Token(answer["token"], datetime.fromisoformat(answer["expires_at"]).timestamp())

    def _permissions(self, installation: int) -> Mapping[str, str]:
        """What an installation granted, as of the last hour."""
        now = time.time()
        with self._lock:
            known, until = self._granted.get(installation, ({}, 0.0))
        if until > now:
            return known
        answer = self._app().get(f"/app/installations/{installation}", keep=False)
        granted: Mapping[str, str] = answer["permissions"]
        with self._lock:
            # No token without this answer, and without a token no repository: so it is known where it is needed.
            self._login = f"{answer['app_slug']}[bot]"
            self._granted[installation] = (granted, now + _KNOWN_SECONDS)
        if lacks := lacking(granted):
            _log.warning("permissions.lacking", installation=installation, lacking=lacks)
        return granted


@dataclass(frozen=True, slots=True)
class _Watch:
    """The limits of one installation, and the token that its requests carry."""

    scope: Scope
    budget: Budget
    tokens: InstallationTokens
    turn: Callable[[int], float]

    def before(self, *, writes: bool) -> None:
        self.budget.admit(self.scope.installation)
        if writes and self.scope.installation:
            wait = self.turn(self.scope.installation)
            if wait > 0:
                time.sleep(wait)

    def seen(self, headers: Mapping[str, str], *, wrote: bool) -> None:
        self.budget.seen(self.scope.installation, headers, wrote=wrote)

    def limited(self, limit: Limit) -> float:
        return self.budget.limited(self.scope.installation, limit)

    def refused(self) -> None:
        self.tokens.forget(self.scope)
