"""Which locks are taken, and what is waited for, while locks are held: the facts about the order of locks."""

from __future__ import annotations

import re

from heuristics.concurrency.callbacks import Code, stored_literals
from heuristics.concurrency.demands import Demand, Shared, demands, instance_of, lock_of
from heuristics.concurrency.freshness import fresh_at
from heuristics.concurrency.launches import runners
from heuristics.golang.callgraph import CallSite
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Element, Flow, Function, Held, Scope, Span, Step

_WAITING = (Act.ACQUIRE, Act.CALL, Act.SEND, Act.RECEIVE)
AROUND = 5  # callers of callers that are asked what they hold


# --- one lock while another is held


@frozen()
class Order:
    """A function that takes `first` itself and, with it held, waits for `second` at `step`, perhaps through calls.

    gates: locks that it held before it took the first one, with their mode.
    """

    function: Function
    first: Shared
    held: Held
    step: Step
    second: Demand
    gates: tuple[tuple[str, str], ...]

    @property
    def sharded(self) -> bool:
        """Whether one of the locks is an element of a slice or array: which one, text does not tell."""
        places = (self.held.place, self.second.place)
        return any(isinstance(hop, Element) and not hop.of_map for p in places if p is not None for hop in p.path)

    @property
    def where(self) -> Span:
        """Where it waits in the end."""
        return self.second.chain[-1]


def orders_in(index: Index, function: Function) -> tuple[Order, ...]:
    """The pairs of locks that a function takes one under the other, each with the shortest way."""
    return index.once(_orders, function)


def _orders(index: Index, function: Function) -> tuple[Order, ...]:
    flow = index.flow(function)
    known = demands(index)
    best: dict[tuple[str, str, str], Order] = {}
    for step in flow.steps:
        if step.act not in _WAITING or not any(step.paths):
            continue
        ways = {h: way for way in step.paths for h in way if not h.entered}
        firsts = [(h, lock, way) for h, way in ways.items() if (lock := lock_of(index, h.place, function))]
        for second in known.at(flow, step) if firsts else ():
            for held, first, way in firsts:
                if not _is_pair(index, flow, step, held, first, second):
                    continue
                before = way[: way.index(held)]
                gates = tuple((lock.key, h.mode) for h in before if (lock := lock_of(index, h.place, function)))
                key = first.key, second.kind, second.what.key
                other = best.get(key)
                if other is None or len(second.chain) < len(other.second.chain):
                    best[key] = Order(function, first, held, step, second, gates)
    return tuple(best.values())


def _is_pair(index: Index, flow: Flow, step: Step, held: Held, first: Shared, second: Demand) -> bool:
    """Whether two locks differ and nothing says that one of them is out of the reach of others."""
    if second.kind == "lock" and (first.hidden or second.what.hidden):
        return False  # what stands behind an interface may be given out by rank, or shared
    if first.key == second.what.key or first.key in second.dropped:
        return False
    one = second.place is not None and instance_of(second.place) == instance_of(held.place)
    if first.owner and first.owner == second.what.owner and not one:
        return False
    root = held.place.root
    if root is None or root.scope is not Scope.LOCAL or not held.place.path:
        return True
    return not fresh_at(index, flow, step, root)


def takers(index: Index, lock: Shared) -> tuple[Function, ...]:
    """The functions outside tests that may take a lock themselves: those of its package in which it is locked."""
    return index.once(_takers, lock)


def is_written(index: Index, lock: Shared) -> bool:
    """Whether somebody takes the lock for writing."""
    for function in takers(index, lock):
        for step in index.flow(function).steps:
            if (
                step.act is Act.ACQUIRE
                and step.place is not None
                and step.call is not None
                and step.call.name == "Lock"
            ):
                found = lock_of(index, step.place, function)
                if found is not None and found.key == lock.key:
                    return True
    return False


def _takers(index: Index, lock: Shared) -> tuple[Function, ...]:
    package = index.repository.package(lock.package)
    if package is None:
        return ()
    pattern = re.compile(rb"\b%s\b[\w.\[\]]*\.R?Lock\(" % lock.word.encode() if lock.word else rb"\.R?Lock\(")
    if lock.word:
        named = index.mentioning(package, lock.word, tests=False)
    else:
        named = index.functions_of(package, tests=False, having=b"Lock(")
    locking = frozenset(f for word in ("Lock", "RLock") for f in index.mentioning(package, word, tests=False))
    return tuple(
        function
        for function in named
        if function in locking
        and pattern.search(index.text(function.path), function.spec.start, function.spec.stop) is not None
    )


def orders_between(index: Index, first: Shared, second: Shared) -> tuple[Order, ...]:
    """Where the repository takes the second lock while it holds the first."""
    return tuple(index.once(_orders_from, first).get(second.key, ()))


def _orders_from(index: Index, first: Shared) -> dict[str, list[Order]]:
    """The locks that are taken under one, by key."""
    found: dict[str, list[Order]] = {}
    for function in takers(index, first):
        for order in orders_in(index, function):
            if order.first.key == first.key and order.second.kind == "lock":
                found.setdefault(order.second.what.key, []).append(order)
    return found


def orders_into(index: Index, function: Function) -> tuple[Order, ...]:
    """The pairs of locks whose second one is taken in a literal of a function, which others call through a field."""
    return index.once(_orders_into, function)


def _orders_into(index: Index, function: Function) -> tuple[Order, ...]:
    found: list[Order] = []
    for field, body in stored_literals(index, function):
        package = index.repository.package(field.owner.rpartition(".")[0])
        if package is None or not demands(index).of(Code(function, body)):
            continue
        needle = field.name.encode() + b"("
        for other in index.functions_of(package, tests=False, having=needle):
            if index.text(other.path).find(needle, other.spec.start, other.spec.stop) < 0:
                continue
            stop = index.flow(function).body(body).stop
            inside = (o for o in orders_in(index, other) if o.where.path == function.path)
            found += [o for o in inside if body <= o.where.start < stop]
    return tuple(found)


def held_around(index: Index, function: Function, depth: int = AROUND) -> dict[str, str]:
    """The locks that every known caller of a function holds, by key with their mode; callers in tests do not count."""
    return index.once(_held_around, (function, depth))


def _held_around(index: Index, about: tuple[Function, int]) -> dict[str, str]:
    function, depth = about
    common: dict[str, str] | None = None
    for site in index.callers(function) if depth else ():
        if site.caller.test or site.caller is function:
            continue
        held: dict[str, str] = {}
        if site.step.act is not Act.SPAWN and not _runs_apart(index, site):
            held = dict(held_around(index, site.caller, depth - 1))
            for hold in site.step.held:
                if lock := lock_of(index, hold.place, site.caller):
                    held[lock.key] = hold.mode
        common = held if common is None else {key: mode for key, mode in common.items() if key in held}
        if not common:
            break
    return common or {}


def _runs_apart(index: Index, site: CallSite) -> bool:
    """Whether a call stands in a literal that another goroutine, or nobody knows who, runs."""
    flow = index.flow(site.caller)
    return any(flow.body(start).how in ("spawned", "value") for start in runners(flow, site.step.body))
