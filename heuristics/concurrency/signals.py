"""Contexts that one goroutine alone ends: who has seen the end comes after what the goroutine did before."""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.clauses import clause_end
from heuristics.concurrency.launches import Launch, code_of
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Step, Var

_ENDLESS = ("context.Background", "context.TODO", "context.WithoutCancel")


def told_by_context(index: Index, flow: Flow, launch: Launch, inside: Step, outside: Step) -> str:
    """The context whose end the launcher has seen before a step, and that the goroutine ends after a step of its own.

    It is derived from one that never ends, and nobody else gets its cancel function. "" when there is none.
    """
    text, stop = index.text(launch.function.path), flow.body(outside.body).stop
    for receive in flow.steps:
        before = receive.act is Act.RECEIVE and receive.body == outside.body and receive.span.stop <= outside.span.start
        if not before or outside.span.start >= clause_end(text, receive.span.stop, stop):
            continue
        context = _context(receive)
        cancel = _cancel(flow, context) if context is not None else None
        if context is not None and cancel is not None and _ends(flow, launch, inside, cancel):
            return context.name
    return ""


def _context(receive: Step) -> Var | None:
    """The local whose Done channel a step receives from."""
    call = receive.value.call if receive.value is not None else None
    if call is None or call.known != "context.Context.Done" or call.receiver is None or call.receiver.place is None:
        return None
    place = call.receiver.place
    return place.root if not place.path else None


def _cancel(flow: Flow, context: Var) -> Var | None:
    """The cancel function of a context that is derived once, from one that never ends."""
    given = [s for s in _given(flow) if s.place is not None and s.place.root is context]
    call = given[0].value.call if len(given) == 1 and given[0].value is not None else None
    if call is None or call.known != "context.WithCancel" or not call.arguments:
        return None
    parent = call.arguments[0].call
    if parent is None or parent.known not in _ENDLESS:
        return None
    declared = (s for s in _given(flow) if s.span.line == given[0].span.line and s.span.start > given[0].span.start)
    place = next((s.place for s in declared), None)
    return place.root if place is not None and not place.path else None


def _given(flow: Flow) -> Iterator[Step]:
    return (s for s in flow.steps if s.act in (Act.DECLARE, Act.WRITE))


def _ends(flow: Flow, launch: Launch, inside: Step, cancel: Var) -> bool:
    """Whether nobody but the goroutine calls a cancel function, and that after a step; `defer` elsewhere comes last."""
    calls = [s for s in flow.steps if s.call is not None and s.call.variable and s.call.variable.root is cancel]
    read = {s.span.start for s in flow.steps if s.act is Act.READ and s.place is not None and s.place.root is cancel}
    own = [s for s in calls if s in code_of(flow, launch)]
    late = all(s.deferred or s.span.start > inside.span.start for s in own)
    others = (s for s in calls if s not in own)
    return bool(own) and late and read <= {s.span.start for s in calls} and all(s.deferred for s in others)
