"""Channels on which a function is answered: who still sends when it does not receive any more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.channels import End, channels_of
from heuristics.concurrency.demands import is_alone, shared_of
from heuristics.concurrency.launches import runners
from heuristics.concurrency.paths import Acts, Change, endings, fatal
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Chan, Flow, Function, Named, Scope, Span, Step, Var

MANY = 5  # sends or goroutines; from here on nobody counts

_WORD = re.compile(r"\w+")
_ENOUGH = -1  # of many sends, the last one may have come
_MAKES = b"make(chan "
_ENDLESS = re.compile(rb"for\s*(?:;\s*;\s*)?\{")


@frozen()
class Handoff:
    """A channel that a function makes for itself.

    made: the DECLARE that makes it. room: its buffer, None where text alone cannot tell. size: the buffer as written.
    sends: by others, receives: by the goroutine that made it. starts: what gives the channel to a sender (a SPAWN, a
    composite literal that goes into a message), each with the number of sends that it may bring about. by_message: the
    senders have it from a field. closes: by the goroutine that made it. signals: the function waits
    for a signal to the process, too. counted: the buffer has a size that the function computes or was told. paced: what
    starts a sender in a loop, or brings it to its send, waits for the one before. called_back: every sender is started
    in a literal that is given to other code.
    """

    function: Function
    made: Step
    var: Var
    room: int | None
    size: str
    sends: tuple[End, ...]
    receives: tuple[Step, ...]
    starts: tuple[tuple[Step, int], ...]
    by_message: bool
    closes: tuple[Step, ...]
    signals: bool
    counted: bool
    paced: bool
    called_back: bool

    @property
    def make(self) -> Span:
        """Where the channel is made: the call of make."""
        assert self.made.value is not None
        return self.made.value.span

    @property
    def most(self) -> int:
        """How many sends are to be expected at most; MANY when a loop starts the senders."""
        around = set(self.made.loops)
        looped = any(set(step.loops) - around for step, _ in self.starts)
        return MANY if looped else min(sum(count for _, count in self.starts), MANY)

    @property
    def closes_itself(self) -> bool:
        """Whether the function that made the channel closes it when it ends."""
        return any(step.deferred for step in self.closes)

    @property
    def can_overflow(self) -> bool:
        """Whether the text tells that the buffer may be too small; one that is counted out somewhere is trusted."""
        if self.room is not None:
            return self.room < self.most
        return not self.counted and any(count == MANY for _, count in self.starts)


@frozen()
class Left:
    """A way out on which sends are still to come. at: where it ends. pending: how many sends, MANY for more."""

    at: Span
    pending: int


def handoffs_in(index: Index, function: Function) -> tuple[Handoff, ...]:
    """The channels that a function makes, receives from itself, and that others in this package send on."""
    text, spec = index.text(function.path), function.spec
    if text.find(_MAKES, spec.start, spec.stop) < 0 or text.find(b"<-", spec.start, spec.stop) < 0:
        return ()
    return index.once(_handoffs, function)


def _handoffs(index: Index, function: Function) -> tuple[Handoff, ...]:
    flow = index.flow(function)
    found = (_handoff(index, flow, made) for made in made_in(flow))
    return tuple(handoff for handoff in found if handoff is not None)


def made_in(flow: Flow) -> Iterator[Step]:
    """The steps that make a channel for a local variable, which never stands for another one."""
    given: dict[Var, list[Step]] = {}
    for step in flow.steps:
        root = step.place.root if step.place is not None and not step.place.path else None
        if step.act in (Act.DECLARE, Act.WRITE) and root is not None and root.scope is Scope.LOCAL:
            given.setdefault(root, []).append(step)
    for steps in given.values():
        value = steps[0].value
        if len(steps) == 1 and value is not None and value.kind == "new" and isinstance(value.type, Chan):
            yield steps[0]


def _handoff(index: Index, flow: Flow, made: Step) -> Handoff | None:
    assert made.place is not None and made.place.root is not None and made.value is not None
    function, var = flow.function, made.place.root
    shared = shared_of(made.place, function)
    assert shared is not None
    channels = channels_of(index, function.package)
    received = channels.ends(shared.key, Act.RECEIVE)
    receives = tuple(end.step for end in received if _of(end.step, var))
    sends = channels.ends(shared.key, Act.SEND)
    if not receives or not sends or channels.escapes(shared.key) or any("=" in n for n in channels.names(shared.key)):
        return None
    home = runners(flow, made.body)
    if any(not _of(end.step, var) and not _own_channel(index, end) for end in received):
        return None
    if any(step.deferred or runners(flow, step.body) != home for step in receives):
        return None
    by_message = any(_is_field(name) for name in channels.names(shared.key))
    starts = tuple(_starts(index, flow, var, sends, by_message))
    if not starts or not all(is_alone(index.flow(end.function), end.step) for end in sends):
        return None
    if not by_message and any(end.function is function and home & runners(flow, end.step.body) for end in sends):
        return None
    size = made.value.text
    room = 0 if not size else int(size) if size.isdigit() else None
    ended = (end.step for end in channels.ends(shared.key, Act.CLOSE) if end.function is function)
    closes = tuple(step for step in ended if home & runners(flow, step.body))
    return Handoff(
        function,
        made,
        var,
        room,
        size,
        sends,
        receives,
        starts,
        by_message,
        closes,
        _waits_for_signal(flow),
        "(" in size or any(name in _WORD.findall(size) for name in _locals(index, flow)),
        bool(room) and all(_paced(index, flow, start, made) for start, _ in starts),
        all(flow.body(start.body).how == "value" for start, _ in starts),
    )


def _locals(index: Index, flow: Flow) -> Iterator[str]:
    """The names of a function's parameters and local variables."""
    yield from (var.name for var in index.variables(flow.function))
    declared = (s.place.root for s in flow.steps if s.act is Act.DECLARE and s.place is not None)
    yield from (root.name for root in declared if root is not None)


def _paced(index: Index, flow: Flow, start: Step, made: Step) -> bool:
    """Whether a loop starts senders one after the other: only where something says that none is at work, which it, or
    the helper that starts them, notes right then."""
    if not set(start.loops) - set(made.loops):
        return False
    if start.call is not None and any(_lets_one_in(index.flow(f)) for f in index.targets(start.call)):
        return True
    loop = start.loops[-1]
    noted = (s for s in flow.steps if s.act is Act.WRITE and loop in s.loops and s.span.start < start.span.start)
    return any(s.place is not None and (f"{s.place.text} == nil", True) in s.facts for s in noted)


def _lets_one_in(flow: Flow) -> bool:
    """Whether a function returns, before it starts anything, unless it is the one that sets an atomic flag."""
    swap = next((s for s in flow.steps if s.call is not None and s.call.name.startswith("CompareAndSwap")), None)
    after = [s for s in flow.steps if swap is not None and s.span.start > swap.span.stop]
    return next((s.act is Act.RETURN for s in after if s.act in (Act.RETURN, Act.SPAWN)), False)


def _of(step: Step, var: Var) -> bool:
    return step.place is not None and step.place.root is var and not step.place.path


def _own_channel(index: Index, end: End) -> bool:
    """Whether a function receives from a channel that it made itself: one of another call, under the same field."""
    return any(end.step.place == made.place for made in made_in(index.flow(end.function)))


def _waits_for_signal(flow: Flow) -> bool:
    elements = (s.value.type.element for s in flow.steps if s.value is not None and isinstance(s.value.type, Chan))
    return any(isinstance(element, Named) and element.key == "os.Signal" for element in elements)


def _is_field(name: str) -> bool:
    return ".go:" not in name


def _starts(index: Index, flow: Flow, var: Var, sends: tuple[End, ...], by_message: bool) -> Iterator[tuple[Step, int]]:
    """What brings sends about in the function, and how many each."""
    for step in flow.steps:
        if step.act is Act.SPAWN:
            bodies = [body for body in flow.bodies if body.how == "spawned" and step.span in body.sites]
            count = max((sends_in(index, flow.function, body.start, var) for body in bodies), default=0)
            count = count if not any(body.many for body in bodies) else min(count * MANY, MANY)
            count = count or (_sends_of_call(index, step, var) if not bodies else 0)
            if count:
                yield step, count
        elif by_message and step.act is Act.MAKE and _carries(step, var):
            yield _departs(flow, step), 1


def _carries(made: Step, var: Var) -> bool:
    """Whether a new struct takes the channel."""
    return made.value is not None and any(v.place is not None and v.place.root is var for _, v in made.value.fields)


def _departs(flow: Flow, made: Step) -> Step:
    """Where a new struct that a local takes is named for the first time: before that nobody else has it."""
    local = next((s.place.root for s in flow.steps if s.act is Act.DECLARE and s.place and _takes_over(s, made)), None)
    if local is None:
        return made
    named = (s for s in flow.steps if s.span.start > made.span.start and s.act is not Act.DECLARE and _names(s, local))
    first = next(named, made)
    return first if first.body == made.body and first.loops == made.loops else made


def _takes_over(declared: Step, made: Step) -> bool:
    value = declared.value.inner if declared.value is not None and declared.value.inner is not None else declared.value
    return value is not None and made.value is not None and value.span == made.value.span


def _names(step: Step, local: Var) -> bool:
    call = step.call
    values = (*call.arguments, call.receiver) if call is not None else ()
    places = (step.place, step.value.place if step.value is not None else None, *(v.place for v in values if v))
    return any(place is not None and place.root is local for place in places)


def sends_in(index: Index, function: Function, body: int, var: Var) -> int:
    """How often a body sends on a channel variable at most, on any path; MANY for more than a few."""
    flow = index.flow(function)
    own = {b.start for b in flow.bodies if body in runners(flow, b.start)}
    at: dict[int, Change[int]] = {start: lambda _: None for start in fatal(index, flow)}
    for step in flow.steps:
        if step.body not in own:
            continue
        if step.act is Act.SEND and step.place is not None and step.place.root is var and not step.place.path:
            at[step.span.start] = lambda n: min(n + 1, MANY)
        elif step.act is Act.CALL and (more := _sends_of_call(index, step, var)):
            at[step.span.start] = lambda n, more=more: min(n + more, MANY)  # type: ignore[misc]
    return max((ending.state for ending in endings(index, function, body, Acts(at, {}), 0)), default=0)


def _sends_of_call(index: Index, step: Step, var: Var) -> int:
    """How often a function that gets the channel as an argument sends on it."""
    call = step.call
    if call is None or call.function is None or call.known == "builtin.close":
        return 0
    for position, argument in enumerate(call.arguments):
        if argument.place is not None and argument.place.root is var and not argument.place.path:
            return index.once(_sends_of_parameter, (call.function, position))
    return 0


def _sends_of_parameter(index: Index, about: tuple[Function, int]) -> int:
    function, position = about
    parameters = [v for v in index.variables(function) if v.scope is Scope.PARAMETER and v.position == position]
    return sends_in(index, function, function.spec.start, parameters[0]) if parameters else 0


# --- what is left undone


def left_behind(index: Index, handoff: Handoff) -> tuple[Left, ...]:
    """The ways out of the function on which more sends are to come than the channel has room for."""
    flow = index.flow(handoff.function)
    room = handoff.room if handoff.room is not None else MANY - 1
    again: set[int] = set()
    at = _changes(index, flow, handoff)

    def anew(pending: int) -> int:
        if pending > room:
            again.add(pending)
        return 0

    at[handoff.made.span.start] = anew
    loops = {loop for step in handoff.receives for loop in step.loops}
    acts: Acts[int] = Acts(at, {loop: lambda _: 0 for loop in loops})
    found = endings(index, handoff.function, handoff.made.body, acts, 0)
    file = index.file(handoff.function.path)
    reached = {step.span.start for step in flow.steps if step.act is Act.RETURN}
    out = [Left(file.span(e.at, e.at + 1), e.state) for e in found if e.state > room and e.at in reached]
    if again:
        out.append(Left(handoff.made.span, max(again)))
    return tuple(sorted(out, key=lambda left: left.at))


def _changes(index: Index, flow: Flow, handoff: Handoff) -> dict[int, Change[int]]:
    """What the acts of the function do to the number of sends that are to come."""
    at: dict[int, Change[int]] = {start: lambda _: None for start in fatal(index, flow)}
    home = runners(flow, handoff.made.body)
    for step in flow.steps:
        if not home & runners(flow, step.body) or step.deferred:
            continue
        call = step.call if step.act is Act.CALL else None
        if call is not None and (call.name == "Wait" or _takes(step, handoff.var)):
            at[step.span.start] = lambda _: 0
        elif step.act is Act.CLOSE and step.place is not None and step.place.root is handoff.var:
            at[step.span.start] = lambda _: 0  # a panic then, and another matter
        elif step.act is Act.RECEIVE and step.select >= 0:
            at[step.span.start] = lambda n: MANY if n == _ENOUGH else n  # for another reason than what was received
    for step in _signs(index, flow, handoff, home):
        at[step.span.start] = lambda _: 0
    text = index.text(handoff.function.path)
    for step in handoff.receives:
        at[step.span.start] = _received_of_many if _is_counted(text, step) else _received
    for step, count in handoff.starts:
        at[step.span.start] = lambda n, count=count: n if n == _ENOUGH else min(n + count, MANY)  # type: ignore[misc]
    return at


def _signs(index: Index, flow: Flow, handoff: Handoff, home: frozenset[int]) -> Iterator[Step]:
    """The receives from other channels that tell that a sender will not send any more: it answers on one of several."""
    code = {body for start, _ in handoff.starts for body in _launched(flow, start)}
    for step in flow.steps:
        if step.act is not Act.RECEIVE or step.place is None or not home & runners(flow, step.body):
            continue
        other = step.place.root
        if other is None or other is handoff.var or step.place.path:
            continue
        for body in sorted(code):
            tells = [
                s
                for s in flow.steps
                if s.act in (Act.SEND, Act.CLOSE) and s.place == step.place and body in runners(flow, s.body)
            ]
            if tells and not _sends_behind(index, flow, body, handoff.var, tells):
                yield step


def _launched(flow: Flow, start: Step) -> Iterator[int]:
    return (body.start for body in flow.bodies if body.how == "spawned" and start.span in body.sites)


def _sends_behind(index: Index, flow: Flow, body: int, var: Var, tells: list[Step]) -> bool:
    """Whether a goroutine may send on the channel after it has sent on the other one, or closed that."""
    at: dict[int, Change[int]] = {start: lambda _: None for start in fatal(index, flow)}
    for step in flow.steps:
        if step.act is Act.SEND and _of(step, var) and body in runners(flow, step.body):
            at[step.span.start] = lambda n: n if n < 0 else n + 1 if n < MANY else n
    for step in tells:
        if not step.deferred:
            at[step.span.start] = lambda n: max(n, 0)
    return any(ending.state > 0 for ending in endings(index, flow.function, body, Acts(at, {}), -1))


def _received(pending: int) -> int:
    """One of many may be the last one, as only the message tells."""
    return _ENOUGH if pending in (MANY, _ENOUGH) else max(pending - 1, 0)


def _received_of_many(pending: int) -> int:
    return pending if pending == MANY else _received(pending)


def _is_counted(text: bytes, receive: Step) -> bool:
    """Whether the loop around a receive counts the messages: it ends by itself, and not because the channel does."""
    if not receive.loops or not text.startswith(b"<-", receive.span.start):
        return False
    return _ENDLESS.match(text, receive.loops[-1]) is None


def _takes(step: Step, var: Var) -> bool:
    """Whether a call gets the channel as an argument: it may receive what is to come."""
    call = step.call
    if call is None or call.known in ("builtin.len", "builtin.cap", "builtin.close", "builtin.make"):
        return False
    return any(a.place is not None and a.place.root is var for a in call.arguments)
