"""Closes of channels: which of them can happen twice, as nothing in the code around them says that they were done."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.blocks import enclosing
from heuristics.concurrency.joins import is_atomic
from heuristics.concurrency.launches import Launch, code_of, launches_of
from heuristics.concurrency.paths import Acts, Change, block_of, endings, fatal
from heuristics.concurrency.roots import is_meant, once_around
from heuristics.golang import tree
from heuristics.golang.callgraph import CallSite
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Element, FieldRef, Flow, Function, Place, Scope, Span, Step, Var

_NEAR = 3  # calls between a loop and the close that it repeats
_NAME = re.compile(r"[A-Za-z_]\w*")
_CLAIMS = ("CompareAndSwap", "Swap", "LoadOrStore", "LoadAndDelete", "TryLock")


@frozen()
class Again:
    """A second close of one channel. close: the step. way: what comes to it again, outermost first. how: in words."""

    function: Function
    close: Step
    way: tuple[Span, ...]
    how: str


def closes(flow: Flow) -> Iterator[Step]:
    """The steps of a function that close a channel."""
    return (step for step in flow.steps if step.act is Act.CLOSE and step.place is not None)


# --- twice in one function


def closed_again(index: Index, flow: Flow) -> Iterator[Again]:
    """Closes of one variable or field of which a path of the function meets two, the goroutines that it starts too."""
    launches = {launch: code_of(flow, launch) for launch in launches_of(index, flow.function)}
    for body in sorted({step.body for step in flow.steps if step.act in (Act.CLOSE, Act.SPAWN)}):
        acts: dict[Place, dict[int, Step]] = {}
        for step in closes(flow):
            if step.body == body and step.place is not None and not _is_conditional(flow, step):
                acts.setdefault(step.place, {})[step.span.start] = step
        for launch, code in launches.items():
            for step in code if launch.step.body == body else ():
                if step.act is Act.CLOSE and step.place is not None and _is_outer(flow, launch, step):
                    acts.setdefault(step.place, {})[launch.site] = step
        asked = {step.place for step in flow.steps if step.act is Act.RECEIVE and step.place and step.place.path}
        for place, at in acts.items():
            if place in asked:
                continue
            yield from _twice(index, flow, body, place, at)


def _is_outer(flow: Flow, launch: Launch, close: Step) -> bool:
    """Whether every goroutine of a launch closes a channel of its launcher: at its end, or in a plain row of acts."""
    root = close.place.root if close.place is not None else None
    if root is None or launch.body <= root.start < flow.body(launch.body).stop:
        return False
    if _counted_down(flow, close) or once_around(flow, close) is not None:
        return False
    return close.deferred or not (close.loops or close.facts)


def _counted_down(flow: Flow, close: Step) -> bool:
    """Whether the body asks an atomic value right before it closes: the last one of several may be the one to do it."""
    return any(is_atomic(s) for s in flow.steps if s.body == close.body and s.span.start < close.span.start)


def _is_conditional(flow: Flow, close: Step) -> bool:
    """Whether a close depends on something that the function changes as it goes on: a flag, a count, a Once."""
    if once_around(flow, close) is not None or flow.body(close.body).how == "value" or _counted_down(flow, close):
        return True
    written = {s.place.text for s in flow.steps if s.act in (Act.WRITE, Act.MUTATE) and s.place is not None}
    return any(name in fact for fact, _ in close.facts for name in written)


def _twice(index: Index, flow: Flow, body: int, place: Place, at: dict[int, Step]) -> Iterator[Again]:
    """The acts after which the channel is closed although it was closed before on the same path."""
    met: dict[int, int] = {}
    changes: dict[int, Change[int]] = {start: lambda _: None for start in fatal(index, flow)}
    for step in flow.steps:
        if step.act in (Act.WRITE, Act.DECLARE) and step.place is not None and place.under(step.place):
            changes[step.span.start] = lambda _: 0
    for start in at:
        changes[start] = _closing(start, met)
    endings(index, flow.function, body, Acts(changes, {}), 0)
    for start, first in met.items():
        step = at[start]
        same = start == first
        if not (_is_of_all_rounds(index, flow, place, start) if same else at[first].body == step.body == body):
            continue
        how = "the loop comes to it again" if same else "the channel is closed before, on the same way"
        way = (flow.body(step.body).site or step.span,) if same else (at[first].span,)
        yield Again(flow.function, step, way, how)


def _is_of_all_rounds(index: Index, flow: Flow, place: Place, at: int) -> bool:
    """Whether the rounds of the loop around an act mean one channel: no variable of the loop, no element."""
    act = next(s for s in flow.steps if s.span.start == at and s.act in (Act.CLOSE, Act.SPAWN))
    root = place.root
    if root is None or not act.loops or any(isinstance(hop, Element) for hop in place.path):
        return False
    loop = act.loops[-1]
    inside = [s for s in flow.steps if loop in s.loops and s.place is not None]
    waited = {s.place for s in inside if s.act is Act.RECEIVE and s.select >= 0}
    once = any(s.act is Act.WRITE and s.place in waited for s in inside)  # the arm takes itself out
    return root.start < loop and not once and not _chosen(index, flow, act)


def _chosen(index: Index, flow: Flow, act: Step) -> bool:
    """Whether the kind of what came in this round decides about an act of a loop: that kind may come once."""
    loop = act.loops[-1]
    steps = (s for s in flow.steps if s.act is Act.DECLARE and loop in s.loops)
    own = {s.place.root.name for s in steps if s.place is not None and s.place.root is not None}
    block = block_of(index, flow.function, act.body)
    around = enclosing(block, act.span.start) if block is not None else ()
    switches = [n for n in around if isinstance(n, tree.Switch) and n.start > loop and n.tag is not None]
    text = index.text(flow.function.path)
    tags = (text[n.tag.start : n.tag.stop].decode() for n in switches if n.tag is not None)
    asked = (*tags, *(fact for fact, _ in act.facts))
    return any(name in own for words in asked for name in _NAME.findall(words))


def _closing(start: int, met: dict[int, int]) -> Change[int]:
    def change(closed_at: int) -> int:
        if closed_at:
            met.setdefault(start, closed_at)
        return start

    return change


# --- by several calls


def closed_by_calls(index: Index, flow: Flow) -> Iterator[Again]:
    """Closes of a field of the receiver that nothing guards, in a method that a loop calls on one object."""
    for step in closes(flow):
        if _is_of_receiver(step.place) and not _guard(index, flow, step):
            assert step.place is not None
            way = _repeated(index, flow.function, step.place, _NEAR)
            if way:
                yield Again(flow.function, step, way, "a loop comes to the call again")


def _is_of_receiver(place: Place | None) -> bool:
    return place is not None and place.root is not None and place.root.scope is Scope.RECEIVER and len(place.path) == 1


def _guard(index: Index, flow: Flow, close: Step) -> bool:
    """Whether the function looks at the object's state before it closes, or changes the field: it may know."""
    if once_around(flow, close) is not None or flow.body(close.body).how == "value":
        return True
    place = close.place
    assert place is not None
    for step in flow.steps:
        if step.act is Act.WRITE and step.place == place:
            return True
        if step.span.start >= close.span.start and not close.deferred:
            continue
        if (step.act is Act.READ and _is_state(index, step, place)) or _claims(index, step, place):
            return True
        if step.act is Act.RECEIVE and step.place == place:
            return True
    return False


def _is_state(index: Index, step: Step, channel: Place) -> bool:
    """Whether a step reads a field of the object that may say what became of it: no lock, and not the channel."""
    place = step.place
    if place is None or place.root is not channel.root or not place.path or place == channel:
        return False
    return index.types.lock_name(place.type) == "" and not index.types.is_lock(place.type)


def _claims(index: Index, step: Step, channel: Place) -> bool:
    """Whether a call lets one caller through, or asks the object itself whether the channel is closed."""
    call = step.call if step.act is Act.CALL else None
    if call is None:
        return False
    if call.name.startswith(_CLAIMS):
        return True
    own = call.receiver is not None and call.receiver.place is not None and call.receiver.place.root is channel.root
    if not own or call.function is None:
        return False
    return any(
        s.act in (Act.RECEIVE, Act.READ) and _same_field(s.place, channel) for s in index.flow(call.function).steps
    )


def _same_field(place: Place | None, channel: Place) -> bool:
    return place is not None and place.field is not None and place.field == channel.field


def _repeated(index: Index, function: Function, channel: Place, depth: int) -> tuple[Span, ...]:
    """The calls that lead from a loop to a method, which is called on one object in every round; () without one."""
    for site in index.callers(function):
        if site.caller.test or not _on_one_object(site) or not is_meant(index, site, function):
            continue
        flow = index.flow(site.caller)
        if _met_again(index, flow, site.step) and not _made_anew(index, flow, site.step, channel):
            return (site.step.span,)
    for site in index.callers(function) if depth else ():
        if site.caller.test or site.step.act is not Act.CALL or not _on_own_object(site):
            continue
        if not is_meant(index, site, function):
            continue
        if not _knows(index.flow(site.caller), site.step):
            way = _repeated(index, site.caller, channel, depth - 1)
            if way:
                return (*way, site.step.span)
    return ()


def _made_anew(index: Index, flow: Flow, call: Step, channel: Place) -> bool:
    """Whether a round of the loop also calls what sets the field to another channel: stop and start."""
    loop = call.loops[-1]
    calls = (s.call.function for s in flow.steps if s.act is Act.CALL and s.call is not None and loop in s.loops)
    return any(
        s.act is Act.WRITE and _same_field(s.place, channel)
        for function in calls
        if function is not None
        for s in index.flow(function).steps
    )


def _root(site: CallSite) -> Var | None:
    call = site.step.call
    place = call.receiver.place if call is not None and call.receiver is not None else None
    return place.root if place is not None and all(isinstance(hop, FieldRef) for hop in place.path) else None


def _on_own_object(site: CallSite) -> bool:
    """Whether a method calls another one of the same object."""
    root = _root(site)
    return root is not None and root.scope is Scope.RECEIVER


def _on_one_object(site: CallSite) -> bool:
    """Whether the loop around a call has one object for all of its rounds."""
    root = _root(site)
    return root is not None and bool(site.step.loops) and root.start < site.step.loops[-1]


def _knows(flow: Flow, step: Step) -> bool:
    """Whether a caller makes the call once: it sets a flag that it has looked at before, or claims it."""
    if once_around(flow, step) is not None:
        return True
    before = [s for s in flow.steps if s.span.start < step.span.start]
    if any(s.call is not None and s.act is Act.CALL and s.call.name.startswith(_CLAIMS) for s in before):
        return True
    if any(s.act is Act.RECEIVE and not s.blocking for s in before):
        return True
    read = {s.place for s in before if s.act is Act.READ}
    return any(s.act is Act.WRITE and s.place in read for s in flow.steps)


def _met_again(index: Index, flow: Flow, call: Step) -> bool:
    """Whether a path of the caller that has made a call comes to it again, and nothing that it knows is in the way."""
    claims = (s for s in flow.steps if s.call is not None and call.loops[-1] in s.loops)
    if _knows_in_loop(flow, call) or once_around(flow, call) is not None:
        return False
    if any(s.call is not None and s.call.name.startswith(_CLAIMS) for s in claims):
        return False
    met: dict[int, int] = {}
    changes: dict[int, Change[int]] = {start: lambda _: None for start in fatal(index, flow)}
    changes[call.span.start] = _closing(call.span.start, met)
    endings(index, flow.function, call.body, Acts(changes, {}), 0)
    return bool(met)


def _knows_in_loop(flow: Flow, call: Step) -> bool:
    """Whether a condition of the call is over something that is written in the loop."""
    loop = call.loops[-1]
    written = {s.place.text for s in flow.steps if s.act is Act.WRITE and s.place is not None and loop in s.loops}
    return any(name in fact for fact, _ in call.facts for name in written if len(name) > 1 and name != "err")
