"""Rate limits: what an answer says about them, how much of an installation's hour is left, and who has to wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.values import Retry

# What a secondary limit asks for when it names no time (GitHub: at least a minute, then exponentially more).
_SECONDARY_SECONDS = 60.0
_LONGEST_SECONDS = 900.0
# The rest of an hour that is kept for completing checks; and the share of it that is kept for what people ask for.
_FLOOR = 25
_PEOPLES_SHARE = 20
# What a review costs at most by the bill (tests/stories/test_bill.py).
_REVIEW = 12
_SAYS_LIMIT = ("rate limit", "abuse", "retry your request again later", "wait a few minutes")


@dataclass(frozen=True, slots=True)
class Limit:
    """A refusal that is about a rate limit. seconds: to wait. named: GitHub said how long."""

    seconds: float
    named: bool


def limit_of(status: int, headers: Mapping[str, str], text: str, now: float) -> Limit | None:
    """What this refusal asks an installation to wait; None when it is not about a rate limit.

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
        return Limit(max(1.0, after), True)
    reset = _number(headers.get("x-ratelimit-reset"))
    if spent and reset is not None:
        return Limit(max(1.0, reset - now + 1.0), True)
    return Limit(_SECONDARY_SECONDS, False) if spoken or status == 429 else None


@dataclass(frozen=True, slots=True)
class Left:
    """What the last answer left of an hour. resource: GitHub's word (core, graphql). reset: seconds since 1970."""

    resource: str
    requests: float
    reset: float


@dataclass(frozen=True, slots=True)
class _Hour:
    """What the last answer said. size, left: requests. reset: seconds since the epoch."""

    size: float
    left: float
    reset: float


class Budget:
    """What is left of the hour and who rests, per installation, as told by the last answers; shared by all threads."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        # By installation and resource: GitHub counts REST and GraphQL apart.
        self._hours: dict[tuple[int, str], _Hour] = {}
        self._begun: dict[int, float] = {}
        self._rests: dict[int, float] = {}
        self._strikes: dict[int, int] = {}
        self._lock = threading.Lock()

    def seen(self, installation: int, headers: Mapping[str, str], *, wrote: bool = False) -> None:
        """Take note of the rate headers of an answer. wrote: to a write that was taken; that ends a row of refusals."""
        numbers = [_number(headers.get(f"x-ratelimit-{name}")) for name in ("limit", "remaining", "reset")]
        size, left, reset = numbers
        with self._lock:
            if wrote:
                self._strikes.pop(installation, None)
            if left is not None and reset is not None:
                resource = headers.get("x-ratelimit-resource", "core")
                self._hours[installation, resource] = _Hour(size or left, left, reset)

    def left(self, installation: int) -> tuple[Left, ...]:
        """What is left of the installation's hour, as the last answers told."""
        with self._lock:
            hours = [(what, hour) for (whose, what), hour in self._hours.items() if whose == installation]
        return tuple(Left(what, hour.left, hour.reset) for what, hour in hours)

    def limited(self, installation: int, limit: Limit) -> float:
        """GitHub refused for a rate limit: the installation rests. How many seconds; doubled each time in a row where
        GitHub does not say."""
        with self._lock:
            seconds = limit.seconds
            if not limit.named:
                strikes = self._strikes.get(installation, 0)
                self._strikes[installation] = strikes + 1
                seconds = min(_LONGEST_SECONDS, seconds * 2.0**strikes)
            self._rests[installation] = max(self._rests.get(installation, 0.0), self._clock() + seconds)
            return seconds

    def admit(self, installation: int) -> None:
        """Raise Retry while the installation rests: a request now would only lengthen it."""
        with self._lock:
            wait = self._rests.get(installation, 0.0) - self._clock()
        if wait > 0:
            raise Retry("GitHub wants rest", wait, counts=False, installation_wide=True)

    def spare(self, installation: int) -> None:
        """Raise Retry where a request must not be made that nothing waits for: in the second half of the hour's."""
        self.admit(installation)
        now = self._clock()
        with self._lock:
            for (whose, _), hour in self._hours.items():
                if whose == installation and hour.reset > now and hour.left <= hour.size / 2:
                    raise Retry("the hour's requests are for reviews", hour.reset - now, counts=False)

    def begin(self, installation: int, *, urgent: bool) -> None:
        """Raise Retry where a round must not begin yet. urgent: a person asked for it, or a merge queue waits.

        The last requests of an hour are kept for checks that have to be completed, the last twentieth for what is
        urgent. In the second half of the hour's requests, the other reviews are spread over the time that is left, so
        that the hour is never drained: while one waits, later pushes to its pull request join it.
        """
        self.admit(installation)
        now = self._clock()
        with self._lock:
            hours = [hour for (whose, _), hour in self._hours.items() if whose == installation and hour.reset > now]
            for hour in hours:
                kept = max(2.0 * _FLOOR, hour.size / _PEOPLES_SHARE)
                if hour.left < (_FLOOR if urgent else kept):
                    reason = "the hour's requests are all but spent"
                    raise Retry(reason, hour.reset - now, counts=False, installation_wide=True, people_too=urgent)
                if urgent or hour.left > hour.size / 2:
                    continue
                apart = (hour.reset - now) * _REVIEW / (hour.left - kept + 1)
                wait = self._begun.get(installation, 0.0) + min(apart, hour.reset - now) - now
                if wait > 0:
                    reason = "the rest of the hour's requests is spread"
                    raise Retry(reason, wait, counts=False, installation_wide=True, people_too=False)
            if not urgent:
                self._begun[installation] = now


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
