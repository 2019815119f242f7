"""Waits that cannot end: a lock is held, and whoever could end the wait needs that lock first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field

from heuristics.concurrency.blocks import asked_around
from heuristics.concurrency.callbacks import whole
from heuristics.concurrency.channels import channels_of
from heuristics.concurrency.demands import Shared, demands, instance_of, lock_of, shared_of
from heuristics.concurrency.groups import calls
from heuristics.concurrency.launches import runners
from heuristics.concurrency.orders import Order
from heuristics.concurrency.paths import block_of
from heuristics.concurrency.words import matches
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.known import WAIT_GROUP
from heuristics.golang.model import Act, Flow, Function, Place, Scope, Span, Step, Var

CALLERS = 4  # callers of callers that lead to a step that ends a wait
_STARTS = frozenset(
    {f"{WAIT_GROUP}.Go", "golang.org/x/sync/errgroup.Group.Go", "golang.org/x/sync/errgroup.Group.TryGo"}
)


@frozen()
class Peer:
    """A step that would end a wait, and where its goroutine needs the lock before it comes there.

    function, step: the step (a Done, send, receive or close). needs: where the lock is taken. user: the function that
    takes it there.
    """

    function: Function
    step: Step
    needs: Span
    user: Function


@frozen()
class _Need:
    """What a goroutine must have: the lock that the waiting one holds. wait: what is waited for.

    every: all ways to a step must lead past the lock, not one of them.
    """

    lock: Shared
    mode: str
    wait: Shared
    every: bool


def stuck(index: Index, order: Order) -> tuple[Peer, ...]:
    """The steps that could end a wait with a lock held, when the lock keeps them from coming there; else ().

    A wait for a group is stuck when one of its goroutines needs the lock. A send or receive is stuck when everybody who
    could meet it does, and nobody else knows the channel.
    """
    need = _Need(order.first, order.held.mode, order.second.what, order.second.kind != "wait")
    if not need.every:
        # A helper of the goroutine may count down for it; further away it is somebody else's count.
        found = (_blocked(index, *end, need, 1) for end in _finishers(index, order.second.what))
        return tuple(peer for peer in found if peer is not None)
    ends = tuple(_meeting(index, order))
    if any(_same_goroutine(index, order, function, step) for function, step in ends):
        return ()
    if any(_is_token(index, function, step, need.wait) for function, step in ends):
        return ()
    peers = [_blocked(index, function, step, need) for function, step in ends]
    return tuple(peer for peer in peers if peer is not None) if None not in peers else ()


def _meeting(index: Index, order: Order) -> Iterator[tuple[Function, Step]]:
    """The steps that meet a send or receive; none when the channel is known elsewhere, or has room."""
    key = order.second.what.key
    if order.second.kind == "receive" and not index.once(_is_fed, order.second.what):
        return
    channels = channels_of(index, order.second.what.package)
    if channels.escapes(key):
        return
    if order.second.kind == "receive":
        found = (*channels.ends(key, Act.SEND), *channels.ends(key, Act.CLOSE))
    elif channels.unbuffered(key):
        found = channels.ends(key, Act.RECEIVE) or channels.ends(key, Act.CLOSE)
    else:
        return
    yield from ((end.function, end.step) for end in found)


def _is_fed(index: Index, channel: Shared) -> bool:
    """Whether the package sends on the channel, or closes it, by its name: a look at the text, first of all."""
    package = index.repository.package(channel.package)
    word = channel.key.rpartition(".")[2].removesuffix("[]").encode()
    pattern = re.compile(rb"\b%s(?:\[[^\]\n]*\])?(?:\s*<-|\))" % re.escape(word))
    files = package.files if package is not None else ()
    return any(any(matches(file.text, word, pattern)) for file in files if not file.test)


def _finishers(index: Index, group: Shared) -> Iterator[tuple[Function, Step]]:
    """The steps that count a group down: Done, and starts of goroutines that count themselves."""
    package = index.repository.package(group.package)
    for function in index.functions_of(package, tests=False) if package is not None else ():
        text = index.text(function.path)
        spec = function.spec
        if not any(text.find(w, spec.start, spec.stop) >= 0 for w in (b".Done", b"Go(")):
            continue
        for step in index.flow(function).steps:
            call = step.call
            if call is None or call.receiver is None or call.receiver.place is None:
                continue
            done = step.act is Act.CALL and call.known == f"{WAIT_GROUP}.Done"
            if done or (step.act is Act.SPAWN and call.known in _STARTS):
                shared = shared_of(call.receiver.place, function)
                if shared is not None and shared.key == group.key:
                    yield function, step


def _same_goroutine(index: Index, order: Order, function: Function, step: Step) -> bool:
    """Whether the waiting function itself has the other end: a token that it puts and takes."""
    if function is not order.function:
        return False
    flow = index.flow(function)
    return bool(runners(flow, step.body) & runners(flow, order.step.body))


def _is_token(index: Index, function: Function, step: Step, channel: Shared) -> bool:
    """Whether a function sends and receives on the channel in one goroutine: it limits how many work at once."""
    flow = index.flow(function)
    acts = (s for s in flow.steps if s.act in (Act.SEND, Act.RECEIVE) and s.act is not step.act)
    same = (s for s in acts if runners(flow, s.body) & runners(flow, step.body) and s.place is not None)
    return any(s.place is not None and _is(s.place, flow, channel) for s in same)


# --- what keeps a peer from its step


def _blocked(index: Index, function: Function, step: Step, need: _Need, depth: int = CALLERS) -> Peer | None:
    """Where the goroutine that runs a step needs the lock before it comes there, on its way through callers."""
    return index.once(_find_blocked, (_At(function, step), need, depth))


@frozen()
class _At:
    """A step of a function, compared by its place."""

    function: Function
    step: Step = field(compare=False)
    place: tuple[int, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", (self.step.span.start, self.step.act.value))


def _find_blocked(index: Index, about: tuple[_At, _Need, int]) -> Peer | None:
    at, need, depth = about
    function, step = at.function, at.step
    flow = index.flow(function)
    if step.act is Act.SPAWN:
        return _inside(index, flow, step, need)
    where = _before(index, flow, step, need) if need.every or _is_launched(index, flow, step) else None
    if where is not None:
        return Peer(function, step, where, function)
    if not depth or runners(flow, step.body) != {function.spec.start} or _known_from(index, flow, step, need):
        return None
    sites = [site for site in index.callers(function) if not site.caller.test and site.caller is not function]
    calls = [site for site in sites if site.step.act is Act.CALL]
    if need.every and len(calls) < len(sites):
        return None
    first: Peer | None = None
    for site in calls:
        above = _blocked(index, site.caller, site.step, need, depth - 1)
        if above is None and need.every:
            return None
        first = first or above
        if first is not None and not need.every:
            break
    return Peer(function, step, first.needs, first.user) if first is not None else None


def _is_launched(index: Index, flow: Flow, step: Step) -> bool:
    """Whether a step is part of a goroutine whose start is seen: a count that anybody may give back says nothing."""
    homes = runners(flow, step.body)
    if flow.function.spec.start in homes:
        return any(site.step.act is Act.SPAWN for site in index.callers(flow.function))
    return any(flow.body(start).how == "spawned" for start in homes)


def _before(index: Index, flow: Flow, step: Step, need: _Need) -> Span | None:
    """Where the function at hand takes the lock on the way to a step, in the same goroutine."""
    base, known = _place_of(step), _known_from(index, flow, step, need)
    for hold in (*(h for way in step.paths for h in way), *step.released):
        lock = lock_of(index, hold.place, flow.function) if hold.span.start >= known else None
        if lock is None or lock.key != need.lock.key or _perhaps(index, flow, hold.span, step):
            continue
        if _is_it(base, hold.place, hold.mode, need):
            return hold.span
    homes = runners(flow, step.body)
    for other in flow.steps:
        if other is step or other.act not in (Act.CALL, Act.ACQUIRE) or not runners(flow, other.body) & homes:
            continue
        if other.span.start < known or _holds(index, flow, other, need):
            continue
        if _comes_first(other, step) or _share_loop(flow, other, step):
            where = _takes(index, flow, other, base, need)
            if where is not None and not _perhaps(index, flow, other.span, step):
                return where
    return None


def _perhaps(index: Index, flow: Flow, taken: Span, step: Step) -> bool:
    """Whether a lock is taken only where a condition holds that is no condition of the step: it may be passed by."""
    steps = [s for s in flow.steps if s.span == taken and s.act in (Act.ACQUIRE, Act.CALL)]
    return any(s.facts - step.facts for s in steps) or any(_package_says(index, flow, s, step) for s in steps)


def _package_says(index: Index, flow: Flow, taken: Step, step: Step) -> bool:
    """Whether a variable of the package, which is no fact as others may set it, keeps a path from the lock."""
    reads = (s.place for s in flow.steps if s.act is Act.READ and s.place is not None)
    flags = {p.text for p in reads if p.root is not None and p.root.scope is Scope.GLOBAL}
    block = block_of(index, flow.function, taken.body) if flags and taken.body == step.body else None
    if block is None:
        return False
    one, other = (asked_around(index, flow.function, block, s.span.start) for s in (taken, step))
    return any(text in flags for text, _ in one - other)


def _holds(index: Index, flow: Flow, step: Step, need: _Need) -> bool:
    """Whether the lock is held at a step already: what is called there does not take it once more."""
    locks = (lock_of(index, hold.place, flow.function) for hold in step.held)
    return any(lock is not None and lock.key == need.lock.key for lock in locks)


def _known_from(index: Index, flow: Flow, step: Step, need: _Need) -> int:
    """The offset from which others may wait for a step: the function made the channel, or counts itself; else 0.

    A lock that it took before it handed the channel out, or before the Add, keeps nobody waiting.
    """
    if not need.every:
        homes = runners(flow, step.body)
        adds = [
            s.span.start
            for s, group in calls(flow, "Add")
            if runners(flow, s.body) & homes and _is(group, flow, need.wait)
        ]
        calling = (s for s in flow.steps if s.act is Act.CALL and runners(flow, s.body) & homes)
        adds += [s.span.start for s in calling if s.call is not None and _counts(index, s.call.function, need.wait)]
        return min(adds, default=0)
    root = step.place.root if step.place is not None and step.act is not Act.CALL else None
    if root is None or root.scope is not Scope.LOCAL or (step.place is not None and step.place.path):
        return 0
    home = flow.body(root.body) if root.body >= 0 else None
    inside = [b.start for b in flow.bodies if home is not None and home.start < b.start < home.stop]
    captured = [start for start in inside if any(s.body == start and _names(s, root) for s in flow.steps)]
    given = [s.span.start for s in flow.steps if s.body == root.body and _hands(s, root)]
    return min((*captured, *given), default=0)


def _counts(index: Index, function: Function | None, group: Shared) -> bool:
    """Whether a function counts the group up for its caller."""
    if function is None or index.text(function.path).find(b".Add(", function.spec.start, function.spec.stop) < 0:
        return False
    flow = index.flow(function)
    mine = (place for step, place in calls(flow, "Add") if function.spec.start in runners(flow, step.body))
    return any(_is(place, flow, group) for place in mine)


def _is(place: Place, flow: Flow, group: Shared) -> bool:
    shared = shared_of(place, flow.function)
    return shared is not None and shared.key == group.key


def _names(step: Step, var: Var) -> bool:
    return step.place is not None and step.place.root is var


def _hands(step: Step, var: Var) -> bool:
    """Whether a step stores a variable somewhere, or passes it on."""
    call = step.call if step.act in (Act.CALL, Act.SPAWN) else None
    if call is not None and any(a.place is not None and a.place.root is var for a in call.arguments):
        return call.known != "builtin.close"
    value = step.value if step.act in (Act.WRITE, Act.MUTATE, Act.SEND, Act.MAKE) else None
    carried = (value, *(v for _, v in value.fields)) if value is not None else ()
    return any(v.place is not None and v.place.root is var for v in carried)


def _takes(index: Index, flow: Flow, step: Step, base: Place | None, need: _Need) -> Span | None:
    """Where a step takes the lock, itself or in what it calls."""
    for demand in demands(index).at(flow, step):
        same = demand.kind == "lock" and demand.what.key == need.lock.key and not demand.guessed
        if same and _is_it(base, demand.place, demand.mode, need):
            return demand.chain[-1]
    return None


def _inside(index: Index, flow: Flow, spawn: Step, need: _Need) -> Peer | None:
    """Where a goroutine that counts itself takes the lock."""
    starts = {body.start for body in flow.bodies if body.how == "spawned" and spawn.span in body.sites}
    for step in flow.steps:
        if step.act in (Act.CALL, Act.ACQUIRE) and runners(flow, step.body) & starts:
            where = _takes(index, flow, step, None, need)
            if where is not None:
                return Peer(flow.function, spawn, where, flow.function)
    handed = (a.function for a in (spawn.call.arguments if spawn.call is not None else ()) if a.function is not None)
    for function in handed:
        for demand in demands(index).of(whole(function)):
            if demand.kind == "lock" and demand.what.key == need.lock.key and "W" in (demand.mode, need.mode):
                return Peer(flow.function, spawn, demand.chain[-1], function)
    return None


def _is_it(base: Place | None, lock: Place | None, mode: str, need: _Need) -> bool:
    """Whether a lock is the one that is held elsewhere, in a mode that must wait for it.

    base: what the step at hand works on. Where lock and channel are fields of one type they belong to one object.
    """
    if "W" not in (mode, need.mode):
        return False
    if base is None or lock is None or not need.lock.owner or need.lock.owner != need.wait.owner:
        return True
    return base.field is None or instance_of(base) == instance_of(lock)


def _place_of(step: Step) -> Place | None:
    if step.act is Act.CALL and step.call is not None:
        return step.call.receiver.place if step.call.receiver is not None else None
    return step.place


def _comes_first(one: Step, other: Step) -> bool:
    """Whether a step runs before another: in the order of the text, deferred ones at the end, the last one first."""
    if one.deferred != other.deferred:
        return other.deferred
    if one.deferred and one.body != other.body:
        return one.span.start > other.span.start
    return one.span.stop <= other.span.start


def _share_loop(flow: Flow, one: Step, other: Step) -> bool:
    """Whether two steps follow each other in rounds of one loop."""
    return bool(set(_loops(flow, one)) & set(_loops(flow, other)))


def _loops(flow: Flow, step: Step) -> tuple[int, ...]:
    loops = step.loops
    body = flow.body(step.body)
    while body.parent != -1 and body.how in ("called", "deferred"):
        loops = (*loops, *body.loops)
        body = flow.body(body.parent)
    return loops
