"""What code waits for in the goroutine that runs it, through calls: locks, channels, groups; and how they are named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from heuristics.concurrency.callbacks import Code, Target, steps_of, targets_of
from heuristics.concurrency.freshness import fresh_at
from heuristics.golang.effects import seen_from
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.known import WAIT_GROUP
from heuristics.golang.model import (
    Act,
    FieldRef,
    Flow,
    Function,
    Hop,
    Interface,
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
_WAITS = frozenset({f"{WAIT_GROUP}.Wait", "golang.org/x/sync/errgroup.Group.Wait"})


# --- names


@frozen()
class Shared:
    """A lock, channel or group as all functions know it: a field, a package variable, a type that is a lock, a local.

    package: the key of the package that declares it; only its functions take a lock, as a rule. word: the name that
    stands before `.Lock()`, "" when the lock is embedded. owner: key of the struct type that declares it, "" for none.
    hidden: a lock behind an interface of the repository; two objects may well have the same one.
    """

    key: str
    package: str
    word: str
    owner: str = ""
    hidden: bool = False

    @property
    def label(self) -> str:
        """What people call it: `Type.field`, or the variable."""
        return re.sub(r"^.*:\d+\.|\.(?:RW)?Mutex$", "", self.key.removeprefix(f"{self.package}."))


def lock_of(index: Index, place: Place, function: Function) -> Shared | None:
    """The lock that a place denotes; None when its struct is unknown."""
    type_ = pointee(place.type)
    # A type that is called Mutex has many owners, as in the standard library itself, and so has an interface: the field
    # tells them apart.
    if isinstance(type_, Named) and type_.package.startswith("./") and not type_.name.endswith("Mutex"):
        if not isinstance(index.types.underlying(type_), Interface):
            return Shared(type_.key, type_.package, "")
        shared = shared_of(place, function)
        return replace(shared, hidden=True) if shared is not None else None
    return shared_of(place, function)


def _lock_or_other(index: Index, kind: str, place: Place, function: Function) -> Shared | None:
    return lock_of(index, place, function) if kind == "lock" else shared_of(place, function)


def shared_of(place: Place, function: Function) -> Shared | None:
    """The lock, channel or group that a place denotes; None when its struct is unknown."""
    cut = _named_hop(place.path)
    if cut >= 0:
        hop = place.path[cut]
        assert isinstance(hop, FieldRef)
        tail = "".join(f".{h.name}" if isinstance(h, FieldRef) else "[]" for h in place.path[cut + 1 :])
        word = "" if place.path[cut:] == place.path[-1:] and _is_embedded(place) else hop.name
        return Shared(hop.key + tail, hop.owner.rpartition(".")[0], word, hop.owner)
    root = place.root
    if root is None or any(isinstance(h, FieldRef) and h.owner == "?" for h in place.path):
        return None
    tail = "".join(f".{h.name}" if isinstance(h, FieldRef) else "[]" for h in place.path)
    if root.scope is Scope.GLOBAL:
        return Shared(f"{root.package}.{root.name}{tail}", root.package, root.name)
    return Shared(f"{function.path}:{root.start}.{root.name}{tail}", function.package, root.name)


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


def holder_of(place: Place | None) -> str:
    """Key of the type in which the struct that declares a lock is embedded, as far as a place tells; "" else."""
    cut = _named_hop(place.path) if place is not None else -1
    if place is None or cut < 0:
        return ""
    hop = place.path[cut]
    assert isinstance(hop, FieldRef)
    before = place.path[cut - 1] if cut else None
    if isinstance(before, FieldRef) and before.name == hop.owner.rpartition(".")[2]:
        return before.owner
    type_ = pointee(place.root.type) if cut == 0 and place.root is not None else None
    return type_.key if isinstance(type_, Named) and type_.key != hop.owner else ""


# --- what a call takes


@frozen()
class Demand:
    """What code may wait for in the goroutine that runs it.

    kind: "lock", "wait" (for a group), "send" or "receive" (on a channel, outside a select). what: it, by name. mode:
    of a lock, "" else. place: as the code sees it, None when its caller cannot name it. chain: the calls on the way,
    outermost first, ending where it waits. dropped: keys of locks that the code gave back before, so that its caller
    does not hold them any more. guessed: a call on the way has several candidates. when: boolean parameters, by
    position, that must have these values.
    """

    kind: str
    what: Shared
    mode: str
    place: Place | None
    chain: tuple[Span, ...]
    dropped: frozenset[str] = frozenset()
    guessed: bool = False
    when: frozenset[tuple[int, bool]] = frozenset()


class Demands:
    """Bottom-up on demand, each once; what lies on a cycle of calls is asked for again when the cycle is closed."""

    def __init__(self, index: Index, _: str) -> None:
        self._index = index
        self._found: dict[Code, tuple[Demand, ...]] = {}
        self._following: list[Code] = []
        self._unsettled: set[Code] = set()

    def of(self, code: Code) -> tuple[Demand, ...]:
        """What code may wait for, each with the shortest way to it."""
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
            key = demand.kind, demand.what, demand.place, demand.dropped, demand.mode, demand.when
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
                gone = frozenset(lock.key for p in missing if (lock := lock_of(self._index, p, code.function)))
                place = demand.place if _known_outside(demand.place) else None
                when = demand.when | self._conditions(code, step)
                yield replace(demand, place=place, dropped=demand.dropped | gone, when=when)

    def at(self, flow: Flow, step: Step) -> Iterator[Demand]:
        """What one step waits for: itself, or in what it calls."""
        own = _own(self._index, flow, step)
        if own is not None:
            if own.kind != "lock" or own.place is None or not self._is_fresh(flow, step, own.place):
                yield own
        elif step.act is Act.CALL and step.call is not None and len(self._following) <= DEPTH:
            for target in targets_of(self._index, step.call):
                if not self._index.once(_may_wait, target.code.function.package):
                    continue
                for demand in self.of(target.code):
                    if len(demand.chain) <= DEPTH and not (target.guessed and demand.guessed):
                        yield from self._seen(flow, step, target, demand)

    def _seen(self, flow: Flow, step: Step, target: Target, demand: Demand) -> Iterator[Demand]:
        """What a callee waits for, as its caller sees it."""
        assert step.call is not None
        passed = {i: a.text for i, a in enumerate(step.call.arguments) if a.kind == "constant"} if target.bound else {}
        if any(passed.get(position) == str(not value).lower() for position, value in demand.when):
            return
        place = seen_from(demand.place, step.call) if target.bound and demand.place is not None else None
        if place is not None and demand.kind == "lock" and self._is_fresh(flow, step, place):
            return
        what = demand.what
        if not what.owner and place is not None:  # one that was handed over as a parameter
            what = _lock_or_other(self._index, demand.kind, place, flow.function) or what
        chain = (step.span, *demand.chain)
        guessed = demand.guessed or target.guessed
        yield replace(demand, what=what, place=place, chain=chain, guessed=guessed, when=frozenset())

    def _conditions(self, code: Code, step: Step) -> frozenset[tuple[int, bool]]:
        """The boolean parameters whose values a step asks for."""
        if code.literal or not step.facts:
            return frozenset()
        parameters = {v.name: v.position for v in self._index.variables(code.function) if v.scope is Scope.PARAMETER}
        return frozenset((parameters[text], value) for text, value in step.facts if text in parameters)

    def _is_fresh(self, flow: Flow, step: Step, place: Place) -> bool:
        """Whether a lock belongs to an object that nobody else knows yet (trap T10)."""
        root = place.root
        if root is None or root.scope is not Scope.LOCAL or not place.path:
            return False
        return fresh_at(self._index, flow, step, root)


def demands(index: Index) -> Demands:
    """The demands of all code; one for an index."""
    return index.once(Demands, "")


def _own(index: Index, flow: Flow, step: Step) -> Demand | None:
    """What a step itself waits for."""
    kind, mode, place = "", "", step.place
    if step.act is Act.ACQUIRE and step.call is not None:
        kind, mode = "lock", "R" if step.call.name.startswith("R") else "W"
    elif step.act in (Act.SEND, Act.RECEIVE) and is_alone(flow, step):
        kind = step.act.value if not _counted(flow, step) else ""
    elif step.act is Act.CALL and step.call is not None and step.call.known in _WAITS:
        kind, place = "wait", step.call.receiver.place if step.call.receiver is not None else None
    if not kind or place is None:
        return None
    what = _lock_or_other(index, kind, place, flow.function)
    return Demand(kind, what, mode, place, (step.span,)) if what is not None else None


def _counted(flow: Flow, step: Step) -> bool:
    """Whether the function has asked how many messages are in the channel: it takes only those that wait."""
    return any(
        s.call is not None
        and s.call.known == "builtin.len"
        and s.span.start < step.span.start
        and any(argument.place == step.place for argument in s.call.arguments)
        for s in flow.steps
    )


def _may_wait(index: Index, package: str) -> bool:
    """Whether a package outside tests has a word that stands for a lock, a channel or a wait: most have none."""
    found = index.repository.package(package)
    return found is not None and any(
        word in file.text for file in found.files if not file.test for word in (b"Lock(", b"<-", b".Wait(")
    )


def is_alone(flow: Flow, step: Step) -> bool:
    """Whether a send or receive cannot be passed by: it stands outside a select, or is the only arm of one."""
    if step.select < 0:
        return True
    return step.blocking and not any(s is not step and s.select == step.select for s in flow.steps)


def _known_outside(place: Place | None) -> bool:
    return place is not None and place.root is not None and place.root.scope not in (Scope.LOCAL, Scope.RESULT)
