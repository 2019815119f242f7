"""Channels in fields of a package's own types: everybody who uses one of them is in sight."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.channels import Channels, End, channels_of
from heuristics.concurrency.demands import Shared, is_alone, shared_of
from heuristics.concurrency.launches import runners
from heuristics.concurrency.words import stands_in_function
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function, Scope, Step

_ENDLESS = re.compile(rb"for\s*(?:;\s*;\s*)?\{")
_RESULT = re.compile(r"^(?P<path>.*\.go):(?P<start>\d+)=")


@frozen()
class FieldChannel:
    """A channel in an unexported field that no code outside its package can reach. key: as channels know it."""

    key: str
    channels: Channels
    shared: Shared

    def ends(self, act: Act) -> tuple[End, ...]:
        """The steps of one kind on the channel."""
        return self.channels.ends(self.key, act)


def field_channel(index: Index, function: Function, step: Step) -> FieldChannel | None:
    """The channel of a send, receive or close on a field of the receiver, or of another object of the package.

    None where the field is exported, where other packages may have the channel, and where tests use it.
    """
    place = step.place
    if place is None or place.field is None or not place.field.owner.startswith("./"):
        return None
    shared = shared_of(place, function)
    if shared is None or place.field.name[:1].isupper() or not shared.key.startswith(f"{function.package}."):
        return None
    channels = channels_of(index, function.package)
    if channels.escapes(shared.key) or any(_is_open(index, function, n) for n in channels.names(shared.key)):
        return None
    tests = (file for file in index.package(function).files if file.test and not file.generated)
    if any(stands_in_function(file, place.field.name) for file in tests):
        return None
    return FieldChannel(shared.key, channels, shared)


def _is_open(index: Index, function: Function, name: str) -> bool:
    """Whether a name of a channel lets others have it: an exported field or variable, the result of a method."""
    found = _RESULT.match(name)
    if found is None:
        return ".go:" not in name and name.rpartition(".")[2].removesuffix("[]")[:1].isupper()
    start = int(found["start"])
    owners = index.functions_at(index.package(function), found["path"])
    return any(f.spec.start == start and (f.name[:1].isupper() or f.receiver) for f in owners)


# --- loops that receive until they are told to stop


@frozen()
class Service:
    """An endless loop that receives from several channels. leave: a return in it.

    other: the receive that leads there. early: the loop may end while the object lives: by a channel of its own, or by
    what it has received, and not by its context alone, which often lasts as long as the process.
    by_message: what it receives may end it, by what is in it and not because it came or is the last.
    """

    function: Function
    receive: Step
    other: Step
    leave: Step
    early: bool
    by_message: bool


def service_of(index: Index, end: End) -> Service | None:
    """The loop that a receive belongs to, when it is an arm beside one that ends the loop."""
    step, flow = end.step, index.flow(end.function)
    if step.select < 0 or not step.loops or not step.blocking:
        return None
    loop = step.loops[-1]
    if _ENDLESS.match(index.text(end.function.path), loop) is None:
        return None
    arms = [s for s in flow.steps if s.select == step.select and s.act in (Act.RECEIVE, Act.SEND)]
    starts = [arm.span.start for arm in arms[1:]]
    stops = [*starts, flow.body(step.body).stop]
    ways = [
        (arm, next((s for s in _returns(flow, step) if arm.span.stop < s.span.start < stop), None))
        for arm, stop in zip(arms, stops, strict=True)
    ]
    by_message = any(leave is not None and not _by_context(flow, arm, leave) for arm, leave in ways if arm is step)
    for arm, leave in ways:
        if arm is step or leave is None or arm.act is not Act.RECEIVE or (arm.place and arm.place == step.place):
            continue
        decided = any(_decides(arm, leave) for arm, leave in ways if arm is step and leave is not None)
        return Service(end.function, step, arm, leave, arm.place is not None or by_message, by_message and decided)
    return None


def _decides(arm: Step, leave: Step) -> bool:
    """Whether an arm leaves under a condition of its own, other than the flag that tells a closed channel."""
    return any(not condition.isidentifier() for condition, _ in leave.facts - arm.facts)


def _by_context(flow: Flow, arm: Step, leave: Step) -> bool:
    """Whether what an arm does returns because of a context, which it asks in another select."""
    inner = (s for s in flow.steps if s.act is Act.RECEIVE and s.select >= 0 and s.select != arm.select)
    last = [s for s in inner if arm.span.stop <= s.span.start < leave.span.start]
    return bool(last) and last[-1].place is None


def _returns(flow: Flow, step: Step) -> Iterator[Step]:
    loop = step.loops[-1]
    return (s for s in flow.steps if s.act is Act.RETURN and s.body == step.body and loop in s.loops)


def bare_sends(index: Index, channel: FieldChannel) -> tuple[End, ...]:
    """The sends that cannot be passed by."""
    return tuple(end for end in channel.ends(Act.SEND) if is_alone(index.flow(end.function), end.step))


def is_fresh_or_local(flow: Flow, step: Step) -> bool:
    """Whether the object that carries the channel is a local of the function: perhaps nobody else knows it yet."""
    root = step.place.root if step.place is not None else None
    return root is None or root.scope is Scope.LOCAL


def same_goroutine(index: Index, one: End, other: End) -> bool:
    """Whether two steps stand in one function, in code that one goroutine runs."""
    if one.function is not other.function:
        return False
    flow = index.flow(one.function)
    return bool(runners(flow, one.step.body) & runners(flow, other.step.body))
