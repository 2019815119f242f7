"""How the App proves itself to GitHub: its own signed token, and one living token per installation and repository."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import jwt

# GitHub allows ten minutes; one minute back covers clocks that differ.
_JWT_SECONDS = 540
_CLOCK_SKEW = 60
# A token is renewed this long before its end, so that no request of a review meets an expired one.
_MARGIN = 300


@dataclass(frozen=True, slots=True)
class Scope:
    """What a token is good for: one installation, and of it one repository, by number or by name. repository 0 and name
    "": all that the installation covers."""

    installation: int
    repository: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A token of an installation. value: opaque, of any length. expires: seconds since the epoch."""

    value: str = field(repr=False)
    expires: float


def app_token(app_id: str, private_key: str, now: float) -> str:
    """The App's own token (a JWT, RS256), good for nine minutes from now (seconds since the epoch)."""
    claims = {"iat": int(now) - _CLOCK_SKEW, "exp": int(now) + _JWT_SECONDS, "iss": app_id}
    return jwt.encode(claims, private_key, algorithm="RS256")


class InstallationTokens:
    """One living token per scope, shared by all threads.

    mint: scope -> a new Token; it talks to GitHub and raises what the client raises.
    """

    def __init__(self, mint: Callable[[Scope], Token], clock: Callable[[], float] = time.time) -> None:
        self._mint = mint
        self._clock = clock
        self._tokens: dict[Scope, Token] = {}
        self._lock = threading.Lock()

    def get(self, scope: Scope) -> str:
        """A token that lives for some minutes more."""
        with self._lock:
            token = self._tokens.get(scope)
        if token is None or token.expires - self._clock() < _MARGIN:
            # Outside the lock: two threads may mint at once, which costs a request and harms nobody.
            token = self._mint(scope)
            with self._lock:
                now = self._clock()
                self._tokens = {one: kept for one, kept in self._tokens.items() if kept.expires > now}
                self._tokens[scope] = token
        return token.value

    def forget(self, scope: Scope) -> None:
        """Drop a token that GitHub refused (401), so that the next request mints another."""
        with self._lock:
            self._tokens.pop(scope, None)
