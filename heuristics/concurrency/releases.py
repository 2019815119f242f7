"""Who could give back a lock that a function keeps."""

from __future__ import annotations

from heuristics.concurrency.locks import releasing, same_lock
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Held, Scope

_HABIT = 3  # functions that give back what they take


def only_here(held: Held) -> bool:
    """Whether only this package can release the lock: a field or package variable with a lower-case name of its own."""
    field, root = held.place.field, held.place.root
    name = field.name if field is not None else root.name if root is not None and root.scope is Scope.GLOBAL else ""
    return name[:1].islower() and held.place.text.endswith(name)


def by_habit_here(index: Index, flow: Flow, held: Held) -> bool:
    """Whether others could release a lock, but the habit is that each function gives back what it takes.

    The callers must be known then, and none of them may have a release of this kind.
    """
    release = b"RUnlock" if held.mode == "R" else b".Unlock"
    sites = index.callers(flow.function)
    texts = (index.text(s.caller.path)[s.caller.spec.start : s.caller.spec.stop] for s in sites)
    if held.place.field is None or not sites or any(release in text for text in texts):
        return False
    beside = [f for f in releasing(index, flow.function) if f.receiver == flow.function.receiver]
    balanced = [
        f
        for f in beside
        if any(
            s.act is Act.RELEASE and any(same_lock(h.place, held.place) for h in s.held) for s in index.flow(f).steps
        )
        and not any(h for s in index.flow(f).steps for way in s.left for h in way)
    ]
    return len(balanced) >= _HABIT
