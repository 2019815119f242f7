"""What the walk of one function asks about other functions."""

from __future__ import annotations

from typing import Protocol

from heuristics.golang.frozen import frozen
from heuristics.golang.model import Call, Function, Place


@frozen()
class LockEffect:
    """A lock that a call takes or releases for its caller. place: as the callee sees it, rooted at its receiver, a
    parameter or a package variable. mode "R" or "W". always: False for a release that only some paths make."""

    acquires: bool
    mode: str
    place: Place
    always: bool = True


class Others(Protocol):
    """Answers about the functions that a body calls."""

    def lock_effects(self, function: Function) -> tuple[LockEffect, ...]:
        """Locks that the function leaves taken or releases for its caller."""
        ...

    def runs_argument(self, call: Call, position: int) -> str:
        """What the callee does with a function argument: "called", "spawned", or "" when unknown."""
        ...

    def may_leave(self, call: Call, position: int) -> bool:
        """Whether the callee may return while a function argument still runs that it waits for on other ways."""
        ...

    def waits(self, function: Function) -> bool:
        """Whether the function waits for other goroutines before it returns, as far as its own body tells."""
        ...

    def never_returns(self, function: Function) -> bool:
        """Whether the function ends the process or the goroutine on every path."""
        ...

    def entry_locks(self, function: Function) -> tuple[str, ...]:
        """Names of the receiver's lock fields that are held when the function begins, by its name or its comment."""
        ...
