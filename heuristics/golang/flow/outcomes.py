"""What is known of a call before the callee is looked at: whether it runs its function arguments, waits, or returns."""

from __future__ import annotations

import re

from heuristics.golang import known
from heuristics.golang.flow.surroundings import Others
from heuristics.golang.model import Call, Interface
from heuristics.golang.types.meanings import Callee
from heuristics.golang.types.resolve import Types

# Methods outside the repository, or behind an interface, that may wait for goroutines.
_WAITING = re.compile(r"wait|join|drain|eventually|shutdown|stop|close", re.I)


def runs(call: Call, position: int, others: Others) -> str:
    """What a call does with its function argument: "called", "spawned", "many" goroutines, or "" when unknown."""
    if known.RUNS_IN_PLACE.get(call.known) == position:
        return "called"
    if known.RUNS_IN_GOROUTINE.get(call.known) == position:
        return "spawned"
    if known.RUNS_IN_PARALLEL.get(call.known) == position:
        return "many"
    if call.name in known.GROUP_METHODS and call.function is None and position == 0 and len(call.arguments) == 1:
        return "spawned"
    return others.runs_argument(call, position)


def waits(call: Call, others: Others) -> bool:
    """Whether goroutines that were started before the end of a call may be done after it."""
    if call.function is not None:
        return others.waits(call.function)
    by_name = bool(_WAITING.search(call.name)) and call.receiver is not None
    return by_name or call.known in known.RUNS_IN_PARALLEL or call.known in known.BUBBLES


def ends(callee: Callee, call: Call, types: Types, others: Others) -> bool:
    """Whether no statement of the path runs after a call."""
    if callee.known in known.NO_RETURN:
        return True
    if callee.name in known.NO_RETURN_TEST_METHODS and call.receiver is not None:
        # A repository's own interface with these methods is made for *testing.T.
        behind = types.underlying(call.receiver.type)
        own = isinstance(behind, Interface) and any(name == "Helper" for name, _ in behind.methods)
        return own or types.known_name(call.receiver.type) in known.TEST_TYPES
    if callee.function is None:
        return callee.name in known.NO_RETURN_METHODS and not callee.known.startswith("builtin.")
    return others.never_returns(callee.function)
