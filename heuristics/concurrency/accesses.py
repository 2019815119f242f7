"""Which fields of lock-carrying structs a package touches where, and what is known of the locks at each touch."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from heuristics.concurrency.choices import chosen
from heuristics.concurrency.entries import Entries, entries_of
from heuristics.concurrency.freshness import fresh_at, preparing, validating
from heuristics.concurrency.operands import leaves
from heuristics.concurrency.roots import launched_around
from heuristics.concurrency.words import assigns, calling, selecting
from heuristics.golang.effects import RECEIVER, Effect
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import (
    Act,
    Basic,
    Element,
    FieldRef,
    Flow,
    Function,
    Held,
    Hop,
    Named,
    Place,
    Pointer,
    Scope,
    Span,
    Step,
    Struct,
    Unknown,
    Var,
    pointee,
)

# Methods by which containers of other modules are changed; those of the standard library are known by name.
_CONTAINER = re.compile(r"^(?:Add|Remove|Delete|Insert|Put|Push|Pop|ReplaceOrInsert)(?![a-z])")
# What has such methods and another name, a client, a manager or a counter, is there for many goroutines.
_CONTAINER_TYPE = re.compile(
    r"(?i:tree|list|map|set|queue|heap|stack|lru|cache|deque|ring|trie|bitmap|bits|vector|table|array)\w*\.\w+$"
)
_COND = Named("sync", "Cond")
_LIBRARY = ("sync", "net/", "time.", "os.", "context.", "builtin.", "log", "expvar.")


@frozen()
class Lock:
    """A lock that is held at an access. key: the same text for every instance of the struct. span: where it was taken.

    own: the lock belongs to the accessed object itself, or is reached from it.
    """

    key: str
    mode: str
    span: Span
    own: bool


@frozen()
class Access:
    """One touch of a field. owner: key of the struct that declares it. whole: the act replaces the field's value.

    locks: held on every path, those of all in-package callers of a helper among them. sheltered: why a lock may be held
    that the text of the function does not show. prior: why nobody else can see the object yet. launch: offset of the
    launched literal that it stands in, -1 for the function's own goroutine. guessed: sheltered says no more than that
    unknown code may call the function; other: that a lock of something else is held.
    """

    function: Function
    step: Step
    owner: str
    field: str
    root: Var | None
    base: tuple[Hop, ...]
    write: bool
    whole: bool
    locks: tuple[Lock, ...]
    sheltered: str
    prior: str
    launch: int
    guessed: bool = False
    other: bool = False

    @property
    def span(self) -> Span:
        return self.step.span

    @property
    def counts(self) -> bool:
        """Whether the access says something about how the field is guarded."""
        return not self.prior and (bool(self.locks) or not self.sheltered)

    def holds(self, key: str) -> bool:
        """Whether this lock is held."""
        return any(lock.key == key for lock in self.locks)


class Accesses:
    """The accesses of one package without its tests, looked up when a field is asked for; use `accesses_of`."""

    def __init__(self, index: Index, package: str) -> None:
        found = index.repository.package(package)
        assert found is not None
        self.entries = entries_of(index, package)
        self._index = index
        self._package = found
        self._touched: dict[Function, dict[FieldRef, list[_Touch]]] = {}
        self._touches: dict[FieldRef, tuple[_Touch, ...]] = {}
        self._made: dict[FieldRef, tuple[Access, ...]] = {}

    def of(self, owner: str, name: str) -> tuple[Access, ...]:
        """The accesses of one field, in the order of files and lines."""
        field = FieldRef(owner, name)
        if field not in self._made:
            self._made[field] = tuple(_access(self._index, self.entries, touch) for touch in self._touches_of(field))
        return self._made[field]

    def locked(self, owner: str, name: str) -> tuple[Access, ...]:
        """The same; none when no function that touches the field holds a lock there, by its own text or a caller's."""
        entered = self._index.summaries.entry_locks
        touches = self._touches_of(FieldRef(owner, name))
        if any(touch.step.held or entered(touch.flow.function) for touch in touches):
            return self.of(owner, name)
        if any(self._called_locked(function) for function in dict.fromkeys(touch.flow.function for touch in touches)):
            return self.of(owner, name)
        return ()

    def _called_locked(self, function: Function) -> bool:
        """Whether the callers of a helper hold a lock; only those whose text takes one are followed."""
        if function.name[:1].isupper():
            return False
        callers = calling(self._index, function)
        takes = any(self._index.text(c.path).find(b"Lock()", c.spec.start, c.spec.stop) >= 0 for c in callers)
        return takes and bool(self.entries.entry(function).locks)

    def told(self, owner: str, name: str, bare: bool = False) -> bool:
        """Whether a function of which something can be told touches the field; with bare, without its lock."""
        field = FieldRef(owner, name)
        near = selecting(self._index, self._package, name) if self._index.sees(name) else ()
        return any(
            not (bare and _holds(touch))
            for function in near
            if self._index.tells(function)
            for touch in self._touches_in(function, field)
        )

    def assigned(self, owner: str, name: str, where: Callable[[Function], bool]) -> Iterator[Access]:
        """Those in which a method assigns the field itself, of its receiver or of a struct inside it.

        where: whether a function matters; only these are followed, when their text makes such an assignment and
        something can be told of them.
        """
        for function in selecting(self._index, self._package, name) if self._index.sees(name) else ():
            if not self._index.tells(function):
                continue
            if self._concerns(function) and where(function) and assigns(self._index, function, name):
                for touch in self._touches_in(function, FieldRef(owner, name)):
                    if _replaces_own(touch):
                        yield _access(self._index, self.entries, touch)

    def _concerns(self, function: Function) -> bool:
        return self._index.once(Index.concerns, function)

    def _touches_of(self, field: FieldRef) -> tuple[_Touch, ...]:
        if field not in self._touches:
            self._touches[field] = tuple(self._look_up(field)) if self._index.sees(field.name) else ()
        return self._touches[field]

    def _look_up(self, field: FieldRef) -> Iterator[_Touch]:
        for function in selecting(self._index, self._package, field.name):
            if self._concerns(function):
                for touch in self._touches_in(function, field):
                    if touch.step.act is not Act.CALL or _changes_receiver(self._index, touch.step):
                        yield touch

    def _touches_in(self, function: Function, field: FieldRef) -> Sequence[_Touch]:
        if function not in self._touched:
            self._touched[function] = _touched(self._index.flow(function))
        return self._touched[function].get(field, ())


def accesses_of(index: Index, package: str) -> Accesses:
    """The accesses of the package with this key; one object per index."""
    return index.once(Accesses, package)


@frozen()
class _Touch:
    """A field in the chain of a step's place, at this position, before anybody asked who calls the function.

    last: the field is acted upon.
    """

    flow: Flow
    step: Step
    position: int
    last: bool


def _touched(flow: Flow) -> dict[FieldRef, list[_Touch]]:
    """The fields that a function touches: the last of a chain is acted upon, pointers on the way to it are read."""
    found: dict[FieldRef, list[_Touch]] = {}
    for step in flow.steps:
        place = step.place
        if place is None or step.act not in (Act.READ, Act.WRITE, Act.MUTATE, Act.CALL):
            continue
        fields = [(i, hop) for i, hop in enumerate(place.path) if isinstance(hop, FieldRef) and hop.owner != "?"]
        for position, hop in fields:
            end = fields[-1][0]
            last = position == end or not leaves(place.path[position:end])
            if last or step.act is not Act.CALL:
                found.setdefault(hop, []).append(_Touch(flow, step, position, last))
    return found


def _holds(touch: _Touch) -> bool:
    """Whether the text of the function shows a lock at a touch that has to do with the object."""
    place = touch.step.place
    base = place.path[: touch.position] if place is not None else ()
    seen = (lock_seen_from(h.place, h.mode, h.span, place, base) for h in touch.step.held if place is not None)
    return any(lock is not None for lock in seen)


def _replaces_own(touch: _Touch) -> bool:
    """Whether a touch assigns the field itself, not an element of a map or slice, and begins at the receiver."""
    place = touch.step.place
    if not touch.last or place is None or place.root is None or touch.step.act not in (Act.WRITE, Act.MUTATE):
        return False
    return place.root.scope is Scope.RECEIVER and not isinstance(place.path[-1], Element)


def _changes_receiver(index: Index, step: Step) -> bool:
    """Whether a method call changes the value that it is called on, which is a field, in place."""
    call, place = step.call, step.place
    if call is None or call.receiver is None or place is None or place.field is None or call.receiver.place != place:
        return False
    if call.function is not None:
        # A type with a lock of its own looks after itself.
        parts = (pointee(part.type) for part in index.types.flat_fields(pointee(call.receiver.type)))
        if any(index.types.is_lock(part) or part == _COND for part in parts):
            return False
        return any(_own_container(index, effect) for effect in index.effects(call.function, RECEIVER))
    foreign = call.known.count(".") > 1 and not call.known.startswith(_LIBRARY)
    return foreign and bool(_CONTAINER.match(call.name)) and _CONTAINER_TYPE.search(call.known) is not None


def _own_container(index: Index, effect: Effect) -> bool:
    """Whether a method changes a map, list or other container of its receiver; a counter of its own is none."""
    root, place = effect.place.root, effect.place
    if root is None or root.scope is not Scope.RECEIVER or effect.held or effect.spawned or not place.path:
        return False
    last = place.path[-1]
    if isinstance(last, Element) and not last.of_map:
        return False
    if index.once(_chosen_at, effect.function).get(effect.span):
        return False
    if isinstance(last, Element):
        return True
    return effect.act is Act.MUTATE and not isinstance(index.types.underlying(place.type), Basic | Unknown)


def _chosen_at(index: Index, function: Function) -> dict[Span, bool]:
    """Where a function changes something, and whether it has chosen to take a lock for that."""
    steps = (s for s in index.flow(function).steps if s.act in (Act.WRITE, Act.MUTATE) and any(s.paths))
    return {step.span: bool(chosen(index, function, step)) for step in steps}


def _access(index: Index, entries: Entries, touch: _Touch) -> Access:
    flow, step = touch.flow, touch.step
    assert step.place is not None
    hop, base = step.place.path[touch.position], step.place.path[: touch.position]
    assert isinstance(hop, FieldRef)
    function, root = flow.function, step.place.root
    body = flow.body(step.body)
    launched = launched_around(flow, body)
    entry = entries.entry(function)
    around = entries.around(flow, body)
    held = _with_entry(step.held, entry.locks) if launched is None and not around else step.held
    seen = (lock_seen_from(h.place, h.mode, h.span, step.place, base) for h in held)
    locks = tuple(dict.fromkeys(lock for lock in seen if lock is not None))
    sheltered = around or ("" if launched is not None else entry.sheltered)
    if not (locks or sheltered) and (choice := chosen(index, function, step)):
        sheltered = f"`{choice[0].place.text}` is taken here, or held by whoever calls"
    other = not locks and bool(held) and not sheltered
    if other:
        sheltered = f"`{held[0].place.text}` is held"
    write = touch.last and step.act is not Act.READ
    return Access(
        function,
        step,
        hop.owner,
        hop.name,
        root,
        base,
        write,
        write and step.act is Act.WRITE and step.place.path[-1] == hop,
        locks,
        sheltered,
        _prior(index, entries, flow, step, base, locks),
        launched.start if launched is not None else -1,
        sheltered == entry.sheltered and entry.guessed,
        other,
    )


def _with_entry(held: tuple[Held, ...], entry: tuple[Held, ...]) -> tuple[Held, ...]:
    """The locks of a step and those of all callers; callers know better than a comment how a lock is held."""
    return (*(h for h in held if not (h.entered and any(h.place == e.place for e in entry))), *entry)


def _prior(
    index: Index, entries: Entries, flow: Flow, step: Step, base: tuple[Hop, ...], locks: tuple[Lock, ...]
) -> str:
    """Why the object at hand is not shared yet (trap T10)."""
    root = step.place.root if step.place is not None else None
    if root is None:
        return ""
    if root.scope is not Scope.GLOBAL and (reason := validating(flow)):
        return reason
    if root.scope in (Scope.LOCAL, Scope.RESULT):
        if fresh_at(index, flow, step, root):
            return "trap T10: the object is fresh"
        copied = isinstance(index.types.underlying(root.type), Struct)
        return "the function works on a copy" if copied and not leaves(base) else ""
    if root.scope is Scope.GLOBAL:
        return "trap T12: runs before main" if flow.function.name == "init" else ""
    if not isinstance(root.type, Pointer):
        return "the function works on a copy" if not leaves(base) else ""
    if root.scope is Scope.RECEIVER and entries.entry(flow.function).fresh:
        return "trap T10: every caller works on a fresh object"
    # Who is called under a lock of the object works on one that is in use, whatever the name says.
    return "" if any(lock.own for lock in locks) else preparing(flow, step, root)


def lock_seen_from(lock: Place, mode: str, span: Span, accessed: Place, base: tuple[Hop, ...]) -> Lock | None:
    """A lock as seen from the struct at `base` of an accessed place; None for a lock of something else."""
    same = lock.root is accessed.root and lock.origin == accessed.origin
    if same and lock.path[: len(base)] == base:
        return Lock(".".join(_text(hop) for hop in lock.path[len(base) :]), mode, span, True)
    if lock.root is not None and lock.root.scope is Scope.GLOBAL:
        name = ".".join((lock.root.package, lock.root.name, *(_text(hop) for hop in lock.path)))
        return Lock(name, mode, span, False)
    around = lock.path[:-1]
    if same and lock.path and base[: len(around)] == around and isinstance(lock.path[-1], FieldRef):
        return Lock(lock.path[-1].key, mode, span, False)
    return None


def _text(hop: Hop) -> str:
    return hop.name if isinstance(hop, FieldRef) else f"[{hop.text}]"
