"""Who could give back a lock that a function keeps."""

from __future__ import annotations

from heuristics.concurrency.locks import left_as_found, not_taken, releasing, same_lock
from heuristics.golang.callgraph import CallSite
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function, Held, Place, Scope, Span

_HABIT = 3  # functions that give back what they take
_AROUND = 3  # callers of callers that are asked what they hold


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


def releases_for_others(index: Index, function: Function, lock: Place) -> Span | None:
    """Where another function of the package releases the lock without having taken it (trap T2).

    A function that takes the lock again before it ends hands nothing over.
    """
    for other in releasing(index, function):
        if other is function:
            continue
        flow = index.flow(other)
        for step in flow.steps:
            if step.act is not Act.RELEASE or step.place is None or not same_lock(step.place, lock):
                continue
            if flow.body(step.body).how == "value" or _only_called_with(index, other, lock, function):
                continue
            if not_taken(step, flow) and not left_as_found(flow, step.place):
                return step.span
    return None


def _only_called_with(index: Index, function: Function, lock: Place, taker: Function, depth: int = _AROUND) -> bool:
    """Whether every caller visibly holds the lock, and not from `taker`: the release completes a section of its own.

    What a caller is entered with, its callers must hold.
    """
    callers = index.callers(function)
    return bool(callers) and all(_holds_itself(index, site, lock, taker, depth) for site in callers)


def _holds_itself(index: Index, site: CallSite, lock: Place, taker: Function, depth: int) -> bool:
    holds = [h for h in site.step.held if same_lock(h.place, lock)]
    if any(h.entered for h in holds) and site.caller is not taker and depth:
        return _only_called_with(index, site.caller, lock, taker, depth - 1)
    return any(not _is_from(index, site.caller, h, taker) for h in holds)


def _is_from(index: Index, function: Function, held: Held, taker: Function) -> bool:
    """Whether a function holds a lock because it has called another one that takes it."""
    calls = (s.call for s in index.flow(function).steps if s.span == held.span and s.call is not None)
    return any(taker in index.targets(call) for call in calls)
