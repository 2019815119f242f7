"""Rate limits: what an answer says about them, and how much of an installation's hour is left."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from bot.values import Retry

# What a secondary limit asks for when it names no time (GitHub: at least a minute).
_SECONDARY_SECONDS = 60.0
# The rest of an hour that is kept for people's commands and for completing checks.
_RESERVE = 50
_SAYS_LIMIT = ("rate limit", "abuse", "retry your request again later", "wait a few minutes")


def seconds_to_wait(status: int, headers: Mapping[str, str], text: str, now: float) -> float | None:
    """How long the installation has to wait after this refusal; None when it is not about a rate limit.

    headers: lower-case names. text: message and error codes of the body. now: seconds since the epoch. Covers the
    primary limit (403 or 429 with nothing remaining), the secondary one with and without Retry-After, and the 422 with
    code "abuse" that is seen in the wild.
    """
    if status not in (403, 422, 429):
        return None
    spoken = any(words in text.lower() for words in _SAYS_LIMIT)
    spent = headers.get("x-ratelimit-remaining") == "0"
    if status == 422 and not spoken:
        return None
    after = _number(headers.get("retry-after"))
    if after is not None:
        return max(1.0, after)
    reset = _number(headers.get("x-ratelimit-reset"))
    if spent and reset is not None:
        return max(1.0, reset - now + 1.0)
    return _SECONDARY_SECONDS if spoken or status == 429 else None


class Budget:
    """What is left of the hour, per installation, as told by the last answers; shared by all threads."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._left: dict[int, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def seen(self, installation: int, headers: Mapping[str, str]) -> None:
        """Take note of the rate headers of an answer."""
        left, reset = _number(headers.get("x-ratelimit-remaining")), _number(headers.get("x-ratelimit-reset"))
        if left is not None and reset is not None:
            with self._lock:
                self._left[installation] = (left, reset)

    def check(self, installation: int) -> None:
        """Raise Retry for the whole installation while its hour is all but spent."""
        with self._lock:
            left, reset = self._left.get(installation, (_RESERVE, 0.0))
        wait = reset - self._clock()
        if left < _RESERVE and wait > 0:
            raise Retry("the hour's requests are all but spent", wait, counts=False, installation_wide=True)


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
