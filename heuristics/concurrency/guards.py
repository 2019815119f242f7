"""Which lock guards which field, and on what evidence: a comment, or the habit of the accesses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from heuristics.concurrency.accesses import Access, accesses_of
from heuristics.concurrency.declarations import named_after, noted_lock
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import (
    Chan,
    Field,
    FieldRef,
    Func,
    Function,
    Named,
    Pointer,
    Scope,
    pointee,
)

# Functions with such names hand in a new value again and again; others that store a parameter do so at start-up.
_UPDATE = re.compile(r"(?i:update|reload|replace|swap|change|refresh|handle|switch|rotate|add|put|push)|^[oO]n[A-Z]")
_BESIDE = re.compile(r"(?:\w*tests?(?:ing|util|utils|suite|helpers?)?|e2e|integration|mocks?|fakes?|examples?)$", re.I)
ENOUGH = 3  # accesses under the lock that make a habit
SMALL = 5  # fields of a type whose one lock can only be for the rest
MAJORITY = 0.7


@frozen()
class Guard:
    """The lock of a field. key: as in accesses. locked, bare: the accesses that count.

    by: "comment", "name" (of the lock), "renewal" (of a channel), "habit", "section" (the function at hand takes it).

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
    def outer(self) -> bool:
        """Whether the lock belongs to the object that the struct is a part of."""
        around = self.key.rpartition(".")[0]
        return any(_inside_of(access, around) for access in self.locked)

    def reaches(self, access: Access) -> bool:
        """Whether the accessed struct is a part of the object that the lock belongs to."""
        return _inside_of(access, self.key.rpartition(".")[0])

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


def structs_with_locks(index: Index, package: str) -> tuple[tuple[Named, tuple[Field, ...]], ...]:
    """The struct types of a package that own a lock, with the fields that can be guarded (locks and T14 left out).

    Those with fields in view.
    """
    return index.once(_structs_with_locks, package)


def _structs_with_locks(index: Index, package: str) -> tuple[tuple[Named, tuple[Field, ...]], ...]:
    return tuple(_with_locks(index, package))


def _with_locks(index: Index, package: str) -> Iterator[tuple[Named, tuple[Field, ...]]]:
    found = index.repository.package(package)
    assert found is not None
    for name in index.types_in_view(found) if not beside_the_product(found.folder) else ():
        type_ = Named(package, name)
        fields = [field for field in index.types.fields(type_) if index.sees(field.name)]
        if fields and has_lock(index, type_):
            yield type_, tuple(field for field in fields if can_be_guarded(index, field))


def has_lock(index: Index, type_: Named) -> bool:
    """Whether a struct has a lock, of its own or in one of the structs that it consists of."""
    parts = index.types.flat_fields(type_)
    if any(index.types.is_lock(part.type) for part in parts):
        return True
    return any(index.types.locks(part.type) for part in parts if not isinstance(part.type, Pointer))


def beside_the_product(folder: str) -> bool:
    """Whether a folder holds tests, doubles or examples (trap T15): their races harm nobody."""
    return any(_BESIDE.match(part) for part in folder.split("/"))


def can_be_guarded(index: Index, field: Field) -> bool:
    """Whether a field needs a guard at all: it is no lock and nothing that looks after itself (trap T14)."""
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
    if (named := noted_lock(index, field)) and (
        noted := next((key for key in sorted(keys) if _last(key) == named), "")
    ):
        return guard_by(field, noted, "comment", accesses)
    for key in sorted(keys):
        if named_after(_last(key), field.name):
            guard = guard_by(field, key, "name", accesses)
            if guard.writers and not any(access.write for access in guard.bare):
                return guard
        if renewed := _renewed(index, field, key, accesses):
            return renewed
    guards = [guard_by(field, key, "habit", accesses, _small(index, field)) for key in sorted(keys)]
    guards = [guard for guard in guards if _habitual(guard)]
    return max(guards, key=lambda guard: (len(guard.locked), len(guard.writers)), default=None)


def _renewed(index: Index, field: Field, key: str, accesses: tuple[Access, ...]) -> Guard | None:
    """The lock under which a channel is replaced by a new one, again and again; nobody does that without it."""
    if not isinstance(index.types.underlying(field.type), Chan):
        return None
    guard = guard_by(field, key, "renewal", accesses)
    made = any(w.step.value is not None and w.step.value.kind == "new" for w in guard.changes)
    return guard if made and not any(access.write for access in guard.bare) else None


def guard_by(field: Field, key: str, by: str, accesses: tuple[Access, ...], small: bool = False) -> Guard:
    """The guard that a lock would be: the accesses that hold it, and those that hold none."""
    counted = [access for access in accesses if access.counts]
    locked = tuple(access for access in counted if access.holds(key))
    bare = tuple(access for access in counted if not access.locks)
    guard = Guard(field, key, by, locked, bare, small and not any(access.write for access in bare))
    if not guard.outer:
        return guard
    # The lock of what a struct is a part of says nothing about the same struct as a part of something else.
    around = key.rpartition(".")[0]
    return replace(guard, bare=tuple(access for access in bare if _inside_of(access, around)))


def _inside_of(access: Access, owner: str) -> bool:
    """Whether the accessed struct is reached through a field of this type."""
    return any(isinstance(hop, FieldRef) and hop.owner == owner for hop in access.base)


def _small(index: Index, field: Field) -> bool:
    package, _, name = field.owner.rpartition(".")
    fields = index.types.fields(Named(package, name))
    return len(fields) <= SMALL and sum(index.types.is_lock(f.type) for f in fields) == 1


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


def is_setter(access: Access) -> bool:
    """Whether the access is what a setter does: `func (x *T) SetLog(l Log) { x.log = l }`; but not an update."""
    value = access.step.value
    root = value.place.root if value is not None and value.place is not None else None
    given = root is not None and root.scope is Scope.PARAMETER
    return access.whole and given and _UPDATE.search(access.function.name) is None
