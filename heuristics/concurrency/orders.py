"""Which locks are taken while others are held, through calls: the facts about the order of locks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from heuristics.concurrency.callbacks import Code, steps_of, targets_of
from heuristics.concurrency.freshness import fresh_at
from heuristics.concurrency.launches import runners
from heuristics.golang.callgraph import CallSite
from heuristics.golang.effects import seen_from
from heuristics.golang.index import Index
from heuristics.golang.model import (
    Act,
    Element,
    FieldRef,
    Flow,
    Function,
    Held,
    Hop,
    Named,
    Place,
    Scope,
    Span,
    Step,
    Var,
    pointee,
)

DEPTH = 6  # calls on the way to a lock
MAX_DEMANDS = 40
AROUND = 5  # callers of callers that are asked what they hold


# --- locks by name


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock as all functions know it: a field of a type, a package variable, a type that is a lock, or a local.

    package: the key of the package that declares it; only its functions take the lock, as a rule. word: the name that
    stands before `.Lock()`, "" when the lock is embedded. owner: key of the struct type that declares it, "" for none.
    """

    key: str
    package: str
    word: str
    owner: str = ""

    @property
    def label(self) -> str:
        """What people call it: `Type.field`, or the variable."""
        return re.sub(r"^.*:\d+\.|\.(?:RW)?Mutex$", "", self.key.removeprefix(f"{self.package}."))


def lock_of(place: Place, function: Function) -> Lock | None:
    """The lock that a place denotes; None when its struct is unknown."""
    type_ = pointee(place.type)
    if isinstance(type_, Named) and type_.package.startswith("./"):
        return Lock(type_.key, type_.package, "")
    cut = _named_hop(place.path)
    if cut >= 0:
        hop = place.path[cut]
        assert isinstance(hop, FieldRef)
        tail = "".join(f".{h.name}" if isinstance(h, FieldRef) else "[]" for h in place.path[cut + 1 :])
        word = "" if place.path[cut:] == place.path[-1:] and _is_embedded(place) else hop.name
        return Lock(hop.key + tail, hop.owner.rpartition(".")[0], word, hop.owner)
    root = place.root
    if root is None or any(isinstance(h, FieldRef) and h.owner == "?" for h in place.path):
        return None
    tail = "".join(f".{h.name}" if isinstance(h, FieldRef) else "[]" for h in place.path)
    if root.scope is Scope.GLOBAL:
        return Lock(f"{root.package}.{root.name}{tail}", root.package, root.name)
    return Lock(f"{function.path}:{root.start}.{root.name}{tail}", function.package, root.name)


def _named_hop(path: tuple[Hop, ...]) -> int:
    """The last hop that selects a field of a struct type that the repository declares."""
    for i in range(len(path) - 1, -1, -1):
        hop = path[i]
        if isinstance(hop, FieldRef) and hop.owner.startswith("./"):
            return i
    return -1


def _is_embedded(place: Place) -> bool:
    """Whether a lock is not spelled out: `c.Lock()` for `c.Mutex.Lock()`."""
    field = place.field
    return field is not None and not place.text.endswith(field.name)


def instance_of(place: Place) -> tuple[Var | None, str, tuple[Hop, ...]]:
    """The object that carries a lock: two locks of one owner with equal instances belong to one object."""
    cut = _named_hop(place.path)
    return place.root, place.origin, place.path[: max(cut, 0)]


# --- what a call takes


@dataclass(frozen=True, slots=True)
class Demand:
    """A lock that code may take in the goroutine that runs it.

    place: as the code sees it, None when its caller cannot name it. chain: the calls on the way, outermost first,
    ending where the lock is taken. dropped: keys of locks that the code gave back before, so that its caller does not
    hold them any more. guessed: a call on the way has several candidates.
    """

    lock: Lock
    mode: str
    place: Place | None
    chain: tuple[Span, ...]
    dropped: frozenset[str] = frozenset()
    guessed: bool = False


class Demands:
    """Bottom-up on demand, each once; what lies on a cycle of calls is asked for again when the cycle is closed."""

    def __init__(self, index: Index, _: str) -> None:
        self._index = index
        self._found: dict[Code, tuple[Demand, ...]] = {}
        self._following: list[Code] = []
        self._unsettled: set[Code] = set()

    def of(self, code: Code) -> tuple[Demand, ...]:
        """The locks that code may take, each with the shortest way to it."""
        if code in self._found:
            if code in self._following:
                self._unsettled.update(self._following[self._following.index(code) + 1 :])
            elif code in self._unsettled:
                self._unsettled.update(self._following[1:])
            return self._found[code]
        self._found[code] = ()
        self._following.append(code)
        found = self._shortest(self._collect(code))
        self._following.pop()
        self._found[code] = found
        if not self._following:
            for other in self._unsettled:
                self._found.pop(other, None)
            self._unsettled.clear()
        return found

    @staticmethod
    def _shortest(demands: Iterable[Demand]) -> tuple[Demand, ...]:
        best: dict[tuple[object, ...], Demand] = {}
        for demand in demands:
            key = demand.lock, demand.place, demand.dropped, demand.mode
            other = best.get(key)
            if other is None or (demand.guessed, len(demand.chain)) < (other.guessed, len(other.chain)):
                best[key] = demand
        return tuple(best.values())[:MAX_DEMANDS]

    def _collect(self, code: Code) -> Iterator[Demand]:
        steps = steps_of(self._index, code)
        flow = self._index.flow(code.function)
        entered = {h.place for step in steps for path in step.paths for h in path if h.entered}
        for step in steps:
            for demand in self.at(flow, step):
                missing = entered - {h.place for h in step.held}
                gone = frozenset(lock.key for p in missing if (lock := lock_of(p, code.function)))
                place = demand.place if _known_outside(demand.place) else None
                dropped = demand.dropped | gone
                yield Demand(demand.lock, demand.mode, place, demand.chain, dropped, demand.guessed)

    def at(self, flow: Flow, step: Step) -> Iterator[Demand]:
        """The locks that one step takes: its own, or those of what it calls."""
        if step.call is None:
            return
        if step.act is Act.ACQUIRE and step.place is not None:
            lock = lock_of(step.place, flow.function)
            if lock is not None and not self._is_fresh(flow, step, step.place):
                yield Demand(lock, _mode(step), step.place, (step.span,))
        elif step.act is Act.CALL and len(self._following) <= DEPTH:
            for target in targets_of(self._index, step.call):
                for demand in self.of(target.code):
                    if len(demand.chain) > DEPTH or (target.guessed and demand.guessed):
                        continue
                    place = seen_from(demand.place, step.call) if target.bound and demand.place is not None else None
                    if place is not None and self._is_fresh(flow, step, place):
                        continue
                    lock = demand.lock
                    if demand.place is not None and not demand.lock.owner and place is not None:
                        lock = lock_of(place, flow.function) or lock  # a lock that was handed over as a parameter
                    chain = (step.span, *demand.chain)
                    yield Demand(lock, demand.mode, place, chain, demand.dropped, demand.guessed or target.guessed)

    def _is_fresh(self, flow: Flow, step: Step, place: Place) -> bool:
        """Whether a lock belongs to an object that nobody else knows yet (trap T10)."""
        root = place.root
        if root is None or root.scope is not Scope.LOCAL or not place.path:
            return False
        return fresh_at(self._index, flow, step, root)


def demands_of(index: Index, code: Code) -> tuple[Demand, ...]:
    """The locks that code may take in the goroutine that runs it, through calls."""
    return index.once(Demands, "").of(code)


def _mode(step: Step) -> str:
    assert step.call is not None
    return "R" if step.call.name.startswith("R") else "W"


def _known_outside(place: Place | None) -> bool:
    return place is not None and place.root is not None and place.root.scope not in (Scope.LOCAL, Scope.RESULT)


# --- one lock while another is held


@dataclass(frozen=True, slots=True)
class Order:
    """A function that takes `first` itself and, with it held, takes `second` at `step`, perhaps through calls.

    gates: locks that it held before it took the first one, with their mode.
    """

    function: Function
    first: Lock
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
        """Where the second lock is taken in the end."""
        return self.second.chain[-1]


def orders_in(index: Index, function: Function) -> tuple[Order, ...]:
    """The pairs of locks that a function takes one under the other, each with the shortest way."""
    return index.once(_orders, function)


def _orders(index: Index, function: Function) -> tuple[Order, ...]:
    flow = index.flow(function)
    known = index.once(Demands, "")
    best: dict[tuple[str, str], Order] = {}
    for step in flow.steps:
        if step.act not in (Act.ACQUIRE, Act.CALL) or not any(step.paths):
            continue
        ways = {h: way for way in step.paths for h in way if not h.entered}
        firsts = [(h, lock, way) for h, way in ways.items() if (lock := lock_of(h.place, function))]
        for second in known.at(flow, step):
            for held, first, way in firsts:
                if not _is_pair(index, flow, step, held, first, second):
                    continue
                before = way[: way.index(held)]
                gates = tuple((lock.key, h.mode) for h in before if (lock := lock_of(h.place, function)))
                key = first.key, second.lock.key
                other = best.get(key)
                if other is None or len(second.chain) < len(other.second.chain):
                    best[key] = Order(function, first, held, step, second, gates)
    return tuple(best.values())


def _is_pair(index: Index, flow: Flow, step: Step, held: Held, first: Lock, second: Demand) -> bool:
    """Whether two locks differ and nothing says that one of them is out of the reach of others."""
    if first.key == second.lock.key or first.key in second.dropped:
        return False
    one = second.place is not None and instance_of(second.place) == instance_of(held.place)
    if first.owner and first.owner == second.lock.owner and not one:
        return False
    root = held.place.root
    if root is None or root.scope is not Scope.LOCAL or not held.place.path:
        return True
    return not fresh_at(index, flow, step, root)


def takers(index: Index, lock: Lock) -> tuple[Function, ...]:
    """The functions outside tests that may take a lock themselves: those of its package in which it is locked."""
    return index.once(_takers, lock)


def is_written(index: Index, lock: Lock) -> bool:
    """Whether somebody takes the lock for writing."""
    for function in takers(index, lock):
        for step in index.flow(function).steps:
            if step.act is Act.ACQUIRE and step.place is not None and step.call is not None and _mode(step) == "W":
                found = lock_of(step.place, function)
                if found is not None and found.key == lock.key:
                    return True
    return False


def _takers(index: Index, lock: Lock) -> tuple[Function, ...]:
    package = index.repository.package(lock.package)
    if package is None:
        return ()
    pattern = re.compile(rb"\b%s\b[\w.\[\]]*\.R?Lock\(" % lock.word.encode() if lock.word else rb"\.R?Lock\(")
    return tuple(
        function
        for function in index.functions_of(package)
        if not function.test
        and pattern.search(index.text(function.path), function.spec.start, function.spec.stop) is not None
    )


def orders_between(index: Index, first: Lock, second: Lock) -> tuple[Order, ...]:
    """Where the repository takes the second lock while it holds the first."""
    found = (order for function in takers(index, first) for order in orders_in(index, function))
    return tuple(o for o in found if o.first.key == first.key and o.second.lock.key == second.key)


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
                if lock := lock_of(hold.place, site.caller):
                    held[lock.key] = hold.mode
        common = held if common is None else {key: mode for key, mode in common.items() if key in held}
        if not common:
            break
    return common or {}


def _runs_apart(index: Index, site: CallSite) -> bool:
    """Whether a call stands in a literal that another goroutine, or nobody knows who, runs."""
    flow = index.flow(site.caller)
    return any(flow.body(start).how in ("spawned", "value") for start in runners(flow, site.step.body))
