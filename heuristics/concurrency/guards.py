"""Which lock guards which field, and on what evidence: a comment, or the habit of the accesses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from heuristics.concurrency.accesses import Access, accesses_of
from heuristics.concurrency.entries import Origin
from heuristics.concurrency.naming import named_after
from heuristics.concurrency.roots import launched_around
from heuristics.golang.comments import GUARDED_BY, GUARDS
from heuristics.golang.index import Index
from heuristics.golang.model import (
    Act,
    Chan,
    Element,
    Field,
    FieldRef,
    Func,
    Function,
    Named,
    Place,
    Pointer,
    Scope,
    Step,
    pointee,
)

# Functions with such names hand in a new value again and again; others that store a parameter do so at start-up.
_UPDATE = re.compile(r"(?i:update|reload|replace|swap|change|refresh|handle|switch|rotate|add|put|push)|^[oO]n[A-Z]")
_ENDS = re.compile(r"(?:close|stop|shutdown|terminate|destroy|cleanup|teardown|finish|release|free)", re.I)
_BESIDE = re.compile(r"(?:\w*tests?(?:ing|util|utils|suite|helpers?)?|e2e|integration|mocks?|fakes?|examples?)$", re.I)
_WORD = re.compile(r"[A-Za-z_][\w.]*")
ENOUGH = 3  # accesses under the lock that make a habit
SMALL = 5  # fields of a type whose one lock can only be for the rest
MAJORITY = 0.7
_NEAR = 2  # calls that are followed to find a wait


@dataclass(frozen=True, slots=True)
class Guard:
    """The lock of a field. key: as in accesses. locked, bare: the accesses that count.

    by: "comment", "name" (of the lock), "habit", or "section" (one that the function at hand takes itself).

    small: the struct has few fields and one lock, and every change of the field holds it.
    """

    field: Field
    key: str
    by: str
    locked: tuple[Access, ...]
    bare: tuple[Access, ...]
    small: bool = False

    @property
    def name(self) -> str:
        """The lock as messages call it."""
        return _last(self.key)

    @property
    def total(self) -> int:
        return len(self.locked) + len(self.bare)

    @property
    def functions(self) -> frozenset[Function]:
        """The functions that use the field under the lock."""
        return frozenset(access.function for access in self.locked)

    @property
    def changes(self) -> tuple[Access, ...]:
        """The writers without those that hand in a value from outside, which happens once, when all is set up."""
        return tuple(access for access in self.writers if not is_setter(access))

    @property
    def writers(self) -> tuple[Access, ...]:
        """The accesses that change the field under the lock."""
        return tuple(access for access in self.locked if access.write)


def structs_with_locks(index: Index, package: str) -> Iterator[tuple[Named, tuple[Field, ...]]]:
    """The struct types of a package that own a lock, with the fields that can be guarded (locks and T14 left out)."""
    found = index.repository.package(package)
    assert found is not None
    if beside_the_product(found.folder):
        return
    for name in found.types():
        type_ = Named(package, name)
        fields = index.types.fields(type_)
        if fields and _has_lock(index, type_):
            yield type_, tuple(f for f in fields if index.sees(f.name) and _can_be_guarded(index, f))


def _has_lock(index: Index, type_: Named) -> bool:
    """Whether a struct has a lock, of its own or in one of the structs that it consists of."""
    parts = index.types.flat_fields(type_)
    if any(index.types.is_lock(part.type) for part in parts):
        return True
    return any(index.types.locks(part.type) for part in parts if not isinstance(part.type, Pointer))


def beside_the_product(folder: str) -> bool:
    """Whether a folder holds tests, doubles or examples (trap T15): their races harm nobody."""
    return any(_BESIDE.match(part) for part in folder.split("/"))


def _can_be_guarded(index: Index, field: Field) -> bool:
    type_ = pointee(field.type)
    if isinstance(type_, Chan):
        return True  # it may be used by several goroutines, but not be replaced
    if field.embedded or field.name == "_" or index.types.is_concurrent(type_) or index.types.is_lock(type_):
        return False
    return not isinstance(index.types.underlying(type_), Func)


def guard_of(index: Index, package: str, field: Field) -> Guard | None:
    """The lock that guards a field of a struct of this package; None when the evidence does not do."""
    accesses = accesses_of(index, package).locked(field.owner, field.name)
    keys = {lock.key for access in accesses for lock in access.locks if access.counts}
    keys = {key for key in keys if not key.startswith(f"{field.name}.")}  # a lock inside the field guards its inside
    if (named := _noted(index, field)) and (noted := next((key for key in sorted(keys) if _last(key) == named), "")):
        return guard_by(field, noted, "comment", accesses)
    for key in sorted(keys):
        if named_after(_last(key), field.name):
            guard = guard_by(field, key, "name", accesses)
            if guard.writers and not any(access.write for access in guard.bare):
                return guard
    guards = [guard_by(field, key, "habit", accesses, _small(index, field)) for key in sorted(keys)]
    guards = [guard for guard in guards if _habitual(guard)]
    return max(guards, key=lambda guard: (len(guard.locked), len(guard.writers)), default=None)


def guard_by(field: Field, key: str, by: str, accesses: tuple[Access, ...], small: bool = False) -> Guard:
    """The guard that a lock would be: the accesses that hold it, and those that hold none."""
    counted = [access for access in accesses if access.counts]
    locked = tuple(access for access in counted if access.holds(key))
    bare = tuple(access for access in counted if not access.locks)
    return Guard(field, key, by, locked, bare, small and not any(access.write for access in bare))


def _small(index: Index, field: Field) -> bool:
    package, _, name = field.owner.rpartition(".")
    fields = index.types.fields(Named(package, name))
    return len(fields) <= SMALL and sum(index.types.is_lock(f.type) for f in fields) == 1


def _noted(index: Index, field: Field) -> str:
    """The lock that a comment on the field, or on a lock of the same struct, names for it; "" without one."""
    named = next((argument for kind, argument in field.notes if kind == GUARDED_BY), "")
    if named:
        return _last(named)
    package, _, name = field.owner.rpartition(".")
    for other in index.types.fields(Named(package, name)):
        if index.types.is_lock(other.type):
            lists = (argument for kind, argument in other.notes if kind == GUARDS)
            if any(field.name in (_last(part) for part in _WORD.findall(listed)) for listed in lists):
                return other.name
    return ""


def _last(text: str) -> str:
    return text.rpartition(".")[2]


def _habitual(guard: Guard) -> bool:
    """Three locked accesses in two functions, one of them a write, and few without.

    One function alone may make more accesses without the lock where two others change the field under it, and in a
    small type all changes under the one lock are enough.
    """
    functions = {access.function for access in guard.locked}
    if len(functions) < 2 or not guard.writers:
        return False
    if guard.small:
        return True
    if len(guard.locked) < ENOUGH:
        return False
    alone = len({access.function for access in guard.bare}) == 1
    writing = {access.function for access in guard.writers}
    return len(guard.locked) >= MAJORITY * guard.total or (alone and len(writing) > 1)


# --- what makes a bare access harmless


def joined_before(index: Index, access: Access) -> bool:
    """Whether the function has waited for other goroutines before the access, itself or in a call (trap T18)."""
    return any(
        s.span.start < access.span.start and s.body == access.step.body and not s.deferred and _joins(index, s, _NEAR)
        for s in index.flow(access.function).steps
    )


def _joins(index: Index, step: Step, depth: int) -> bool:
    if step.act is Act.RECEIVE:
        return step.select < 0 and not step.loops
    if step.act is not Act.CALL or step.call is None:
        return False
    if step.call.name == "Wait":
        return True
    callee = step.call.function
    if callee is None or depth == 0:
        return False
    flow = index.flow(callee)
    return any(launched_around(flow, flow.body(s.body)) is None and _joins(index, s, depth - 1) for s in flow.steps)


def is_setter(access: Access) -> bool:
    """Whether the access is what a setter does: `func (x *T) SetLog(l Log) { x.log = l }`; but not an update."""
    value = access.step.value
    root = value.place.root if value is not None and value.place is not None else None
    given = root is not None and root.scope is Scope.PARAMETER
    return access.whole and given and _UPDATE.search(access.function.name) is None


def harmless_read(index: Index, access: Access, writers: tuple[Access, ...]) -> str:
    """Why a read without the lock sees nothing that these writers do at the same time; "" when nothing says so."""
    if all(_inside(writer) for writer in writers) and not looks_inside(index, access):
        return "only the reference is copied, which nobody replaces"
    if joined_before(index, access):
        return "trap T18: the function has waited for other goroutines"
    if same_goroutine(index, access, writers):
        return "trap T16: the goroutine that writes the field reads it"
    if _updates_itself(index, access, writers):
        return "trap T16: the function that alone writes the field reads it on its way"
    if flag := _frozen(index, access):
        return f"`{flag}` is never taken back: the object does not change any more"
    return sealed(index, access)


def _frozen(index: Index, access: Access) -> str:
    """The flag that is tested right before a release and only ever set, as in `if s.closed { s.mu.Unlock(); ...`."""
    steps = [s for s in index.flow(access.function).steps if s.span.start < access.span.start]
    last = max((i for i, s in enumerate(steps) if s.act is Act.RELEASE), default=0)
    before = steps[last - 1] if last else None
    if before is None or before.act is not Act.READ or before.place is None or before.place.field is None:
        return ""
    return before.place.text if _one_way(index, access.function, before.place.field) else ""


def sealed(index: Index, access: Access) -> str:
    """The flag that the function has set under a lock before the access, and that is only ever set.

    Others test it under that lock and leave the object alone from then on: `s.closed = true; s.mu.Unlock(); ...`.
    """
    for step in index.flow(access.function).steps:
        place = step.place
        if step.span.start > access.span.start or place is None or place.field is None or not step.held:
            continue
        if step.act is Act.WRITE and _sets(step) and _one_way(index, access.function, place.field):
            return f"`{place.text}` was set under `{step.held[0].place.text}` before, which others test"
    return ""


def _sets(step: Step) -> bool:
    return step.value is not None and step.value.text == "true"


def _one_way(index: Index, function: Function, flag: FieldRef) -> bool:
    """Whether a flag is set and never taken back."""
    accesses = accesses_of(index, function.package).of(flag.owner, flag.name)
    writes = [a for a in accesses if a.write and not a.prior]
    return bool(writes) and all(_sets(a.step) for a in writes)


def ends(function: Function) -> bool:
    """Whether the name says that the function ends its object."""
    return _ENDS.match(function.name) is not None


def leaves_without_lock(index: Index, function: Function) -> bool:
    """Whether a method ends its object and takes none of its locks: it may rely on everybody having left."""
    taken = (s.place.root for s in index.flow(function).steps if s.act is Act.ACQUIRE and s.place is not None)
    own = any(root is not None and root.scope is Scope.RECEIVER for root in taken)
    return not own and ends(function)


def _inside(writer: Access) -> bool:
    """Whether a write changes what the field refers to, and leaves the field itself alone: a map's element, a call."""
    place = writer.step.place
    return writer.step.act is Act.CALL or (place is not None and writer.step.act is Act.MUTATE and _element(place))


def _element(place: Place) -> bool:
    return isinstance(place.path[-1], Element) and place.path[-1].of_map


def looks_inside(index: Index, access: Access) -> bool:
    """Whether a read is of more than the reference: an element, a range, a length, a method of the value."""
    place = access.step.place
    if place is None or place.field is None or place.field.name != access.field:
        return True
    for step in index.flow(access.function).steps:
        if step.value is not None and step.value.kind == "element" and step.value.place == place:
            return True
        call = step.call
        if call is None or not (step.span.start <= access.span.start and access.span.stop <= step.span.stop):
            continue
        arguments = call.arguments if call.known else ()
        if any(operand.place == place for operand in ((call.receiver,) if call.receiver else ()) + arguments):
            return True
    return False


def _updates_itself(index: Index, access: Access, writers: tuple[Access, ...]) -> bool:
    """Whether all writers are this function and its own helpers, and the read is not a way out before their write."""
    entries = accesses_of(index, access.function.package).entries
    if not all(entries.serves_only(writer.function, access.function) for writer in writers):
        return False
    steps = index.flow(access.function).steps
    leaves = any(
        s.act is Act.RETURN and s.span.start <= access.span.start and access.span.stop <= s.span.stop for s in steps
    )
    return not leaves or any(w.function is access.function and w.span.start < access.span.start for w in writers)


def same_goroutine(index: Index, access: Access, writers: tuple[Access, ...]) -> bool:
    """Whether one goroutine, launched once, makes this access and all the writes (trap T16)."""
    origins = goroutines(index, access)
    if len(origins) != 1 or any(origin.loop for origin in origins):
        return False
    return all(goroutines(index, writer) == origins for writer in writers)


def goroutines(index: Index, access: Access) -> frozenset[Origin]:
    """The goroutines that make an access."""
    if access.launch >= 0:
        body = index.flow(access.function).body(access.launch)
        return frozenset({Origin(access.function, access.launch, bool(body.loops))})
    return accesses_of(index, access.function.package).entries.origins(access.function)
