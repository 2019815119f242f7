"""Quotas, secondary limits and arranged mishaps of the double: what GitHub does to a client when it has had enough."""

from __future__ import annotations

import re
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

QUOTA: Final = 5_000
WRITES_PER_MINUTE: Final = 80
WRITES_PER_HOUR: Final = 500


Secondary = Literal["", "retry-after", "plain", "429", "429-plain", "abuse"]


class Refusal(Exception):
    """An answer that is an error: status, message, and what else GitHub puts beside them."""

    def __init__(
        self, status: int, message: str, *, errors: object = None, headers: dict[str, str] | None = None, code: str = ""
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.body: dict[str, Any] = {"message": message, "documentation_url": "https://docs.github.com/rest"}
        self.body["status"] = str(status)
        if errors is not None:
            self.body["errors"] = errors
        if code:
            self.body["code"] = code


@dataclass(slots=True)
class Fault:
    """A mishap that a test arranges for the next `times` requests that match.

    method: "" for any, "write" for all but GET. pattern: searched in the path. status: answered instead of the real
    answer; 0 lets the request through. when: "before" the state changes, or "after" it (the client cannot know that its
    write was done). act: is called at that moment, for whatever else shall happen meanwhile.
    """

    method: str
    pattern: str
    status: int = 502
    when: Literal["before", "after"] = "before"
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)
    act: Callable[[], object] | None = None


class Limits:
    """Counts what each client has spent. Everything may be set by a test; patch_lines and secondary most often.

    patch_lines: longer patches are left out of pulls/files. secondary: how a secondary limit is answered ("" = not
    enforced): "retry-after" (403), "plain" (403 without a header), "429", "429-plain" or "abuse" (422). tree_entries:
    more make a tree truncated. told: whether answers carry the x-ratelimit headers; an Enterprise Server has no limits.
    """

    def __init__(self) -> None:
        self.quota = QUOTA
        self.patch_lines = 3_000
        self.files = 3_000
        self.tree_entries = 100_000
        self.secondary: Secondary = ""
        self.told = True
        self.writes_per_minute = WRITES_PER_MINUTE
        self.writes_per_hour = WRITES_PER_HOUR
        self._lock = threading.Lock()
        # By client and resource: REST ("core") and GraphQL are counted apart.
        self._used: dict[tuple[str, str], int] = defaultdict(int)
        self._reset: dict[tuple[str, str], datetime] = {}
        self._written: dict[str, deque[datetime]] = defaultdict(deque)
        self._faults: list[Fault] = []

    def arrange(self, fault: Fault) -> Fault:
        """Adds a mishap; those arranged first happen first."""
        with self._lock:
            self._faults.append(fault)
        return fault

    def fault(self, method: str, path: str, when: str) -> Fault | None:
        """The mishap that befalls this request at this moment, used up by asking."""
        with self._lock:
            for fault in self._faults:
                named = fault.method in ("", method, "" if method == "GET" else "write")
                if fault.when == when and named and re.search(fault.pattern, path) and fault.times > 0:
                    fault.times -= 1
                    return fault
        return None

    def spend(self, client: str, resource: str, now: datetime) -> None:
        """Takes one request off the client's hour; raises the refusal of the primary limit when nothing is left."""
        whose = (client, resource)
        with self._lock:
            if now >= self._reset.setdefault(whose, now + timedelta(hours=1)):
                self._used[whose], self._reset[whose] = 0, now + timedelta(hours=1)
            if self.told and self._used[whose] >= self.quota:
                raise Refusal(403, f"API rate limit exceeded for {client}.", headers=self._headers(whose))
            self._used[whose] += 1

    def refund(self, client: str, resource: str = "core") -> None:
        """Gives back what a request cost that was answered with 304."""
        with self._lock:
            self._used[client, resource] -= 1

    def headers(self, client: str, resource: str = "core") -> dict[str, str]:
        """The x-ratelimit headers of an answer to this client."""
        with self._lock:
            return self._headers((client, resource)) if self.told else {}

    def write(self, client: str, now: datetime) -> None:
        """Notes a request that creates content; raises the refusal of a secondary limit when there were too many."""
        with self._lock:
            written = self._written[client]
            while written and written[0] <= now - timedelta(hours=1):
                written.popleft()
            minute = sum(at > now - timedelta(minutes=1) for at in written)
            if self.secondary and (minute >= self.writes_per_minute or len(written) >= self.writes_per_hour):
                raise self._secondary()
            written.append(now)

    def _secondary(self) -> Refusal:
        if self.secondary == "abuse":
            return Refusal(422, "Validation Failed: was submitted too quickly", code="abuse")
        message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
        status = 429 if self.secondary.startswith("429") else 403
        plain = self.secondary.endswith("plain")
        return Refusal(status, message, headers={} if plain else {"Retry-After": "60"})

    def _headers(self, whose: tuple[str, str]) -> dict[str, str]:
        used, reset = self._used[whose], self._reset.get(whose)
        return {
            "X-RateLimit-Limit": str(self.quota),
            "X-RateLimit-Remaining": str(max(0, self.quota - used)),
            "X-RateLimit-Used": str(used),
            "X-RateLimit-Reset": str(int(reset.timestamp())) if reset else "0",
            "X-RateLimit-Resource": whose[1],
        }
