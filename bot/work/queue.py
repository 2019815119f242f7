"""The work queue as a worker sees it: claims under a lease, what becomes of each; policy here, rows in the store."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Protocol

from bot.store import claims, installations, subjects
from bot.store.claims import Limits
from bot.store.database import Database
from bot.values import Claim, LeaseLost, Retry

PER_INSTALLATION = 2
IN_ALL = 64
TRIES = 8
# The same source will most likely fail again, after as long a time; once more, since a child can also be killed.
ANALYSIS_TRIES = 2
FIRST_WAIT = 5.0
LONGEST_WAIT = 900.0


class Lease(Protocol):
    """The right to work on a subject."""

    def renew(self) -> None:
        """Call right before each write to GitHub: raises LeaseLost when someone else may own the subject by now."""
        ...


@dataclass(frozen=True, slots=True)
class Held:
    """A claim of ours with its lease; a new fence number, given with every later claim, ends it."""

    claim: Claim
    queue: Queue

    def renew(self) -> None:
        """Extend the lease, or raise LeaseLost: ours ran out and the subject went to someone else, or back."""
        if not self.queue.renew([self]):
            raise LeaseLost(self.claim.subject.key)


class Queue:
    """Claims of one worker process. in_all: rounds at once over all workers. first_wait: seconds."""

    def __init__(
        self,
        db: Database,
        lease: float,
        *,
        in_all: int = IN_ALL,
        per_installation: int = PER_INSTALLATION,
        first_wait: float = FIRST_WAIT,
    ) -> None:
        self._db = db
        self._limits = Limits(lease, per_installation, in_all, TRIES)
        self._first_wait = first_wait

    def claim(self, many: int) -> tuple[Held, ...]:
        """Up to `many` subjects that are due, at most one of an installation at a time."""
        taken = claims.claim(self._db, self._limits, many)
        return tuple(Held(replace(claim, last_try=claim.tries >= TRIES), self) for claim in taken)

    def renew(self, held: list[Held]) -> frozenset[str]:
        """Extend leases; the keys of those that are still ours."""
        pairs = [(one.claim.subject.key, one.claim.fence) for one in held]
        return subjects.renew(self._db, pairs, self._limits.lease)

    def finish(self, claim: Claim) -> bool:
        """The round is done. False, and nothing changed, when the lease is not ours any more."""
        return subjects.finish(self._db, claim.subject.key, claim.fence, claim.want)

    def hand_back(self, claim: Claim) -> bool:
        """Give the subject up unfinished and without blame, for instance because this process stops."""
        return subjects.hand_back(self._db, claim.subject.key, claim.fence)

    def again(self, claim: Claim, retry: Retry, tries: int = TRIES) -> bool:
        """Run the round again after the wait that `retry` asks for, or give up when that was the last try."""
        if retry.installation_wide:
            installations.delay(self._db, claim.subject.installation, retry.seconds, people_too=retry.people_too)
        if retry.counts and claim.tries >= tries:
            return subjects.fail(self._db, claim, retry.reason)
        seconds = max(retry.seconds, backoff(claim.tries, self._first_wait)) if retry.counts else retry.seconds
        return subjects.postpone(self._db, claim, seconds, retry.reason, counts=retry.counts)

    def broken(self, claim: Claim, reason: str, tries: int = TRIES) -> bool:
        """The round raised what nobody expected: try again later, a limited number of times."""
        return self.again(claim, Retry(reason, 0.0), tries)


def backoff(tries: int, first: float = FIRST_WAIT) -> float:
    """Seconds to wait after the given number of tries: doubled each time, capped, spread by up to a half."""
    wait = min(LONGEST_WAIT, first * 2.0 ** max(0, tries - 1))
    return wait * random.uniform(0.5, 1.0)
