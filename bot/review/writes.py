"""Writes to GitHub that happen once: noted before, under the lease, and looked for when their outcome is unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from bot.github.answers import OutcomeUnknown, Refused
from bot.review.markers import digest
from bot.store import intents
from bot.store.database import Database
from bot.values import Retry

# GitHub may take a moment until a write can be read back.
_LOOK_AGAIN_SECONDS = 3.0
# Kind of the intents that `owe` notes.
_OWED = "owed"

Result = TypeVar("Result")


class Lease(Protocol):
    """This worker's right to write for its subject."""

    def renew(self) -> None:
        """Hold it for another while; raises LeaseLost when another worker has the subject."""
        ...


class Writes:
    """The writes of one round for one subject."""

    def __init__(self, database: Database, lease: Lease, subject_key: str) -> None:
        self._database = database
        self._lease = lease
        self._key = subject_key
        left = intents.unfinished(database, subject_key)
        self._doubtful = {intent.marker for intent in left if intent.kind != _OWED}
        self._owed = {intent.marker for intent in left if intent.kind == _OWED}

    @property
    def doubtful(self) -> bool:
        """Whether an earlier round left a write of unknown outcome."""
        return bool(self._doubtful)

    @property
    def owed(self) -> tuple[str, ...]:
        """What earlier rounds promised with `owe` and did not get to."""
        return tuple(sorted(self._owed))

    def owe(self, marker: str) -> None:
        """Note a write that has to come, whatever becomes of this round."""
        intents.begin(self._database, self._key, marker, _OWED, "")

    def settle(self, marker: str) -> None:
        """The write that was owed is done."""
        intents.finish(self._database, self._key, marker)
        self._owed.discard(marker)

    def once(
        self,
        marker: str,
        kind: str,
        text: str,
        write: Callable[[], Result],
        look: Callable[[], Result | None],
        *,
        look_first: bool = False,
    ) -> Result:
        """Do a write that must not happen twice, and give what it gave.

        marker: names the write, and is hidden in what is written. look: reads GitHub for it, None when it is not there;
        asked on doubt, or at once with look_first (for what an earlier round may have finished). Raises Retry when the
        outcome stays unknown: the next round looks again before it writes.
        """
        if look_first or marker in self._doubtful:
            there = look()
            if there is not None:
                intents.finish(self._database, self._key, marker)
                return there
        intents.begin(self._database, self._key, marker, kind, digest(text))
        self._lease.renew()
        try:
            result = write()
        except OutcomeUnknown as unknown:
            there = look()
            if there is None:
                raise Retry(str(unknown), _LOOK_AGAIN_SECONDS) from unknown
            result = there
        except Refused:
            intents.finish(self._database, self._key, marker)  # nothing is in doubt: GitHub did not take it
            raise
        intents.finish(self._database, self._key, marker)
        return result

    def again(self, write: Callable[[], Result], look: Callable[[], Result | None] = lambda: None) -> Result:
        """Do a write that may happen twice without harm (an edit, a reaction, the state of a check).

        look: asked on doubt, before it is repeated: reads GitHub for it, None where something is left to do.
        """
        self._lease.renew()
        try:
            return write()
        except OutcomeUnknown:
            there = look()
        if there is not None:
            return there
        self._lease.renew()
        try:
            return write()
        except OutcomeUnknown as unknown:
            raise Retry(str(unknown), _LOOK_AGAIN_SECONDS) from unknown
