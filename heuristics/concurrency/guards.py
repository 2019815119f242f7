"""Which lock guards which field, and on what evidence: a comment, or the habit of the accesses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from heuristics.concurrency.accesses import Access, accesses_of
from heuristics.golang.comments import GUARDED_BY
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Field, Func, Named, Step, pointee

ENOUGH = 3  # accesses under the lock that make a habit
MAJORITY = 0.7
_NEAR = 2  # calls that are followed to find a wait


@dataclass(frozen=True, slots=True)
class Guard:
    """The lock of a field. key: as in accesses; by: "comment" or "habit". locked, bare: the accesses that count."""

    field: Field
    key: str
    by: str
    locked: tuple[Access, ...]
    bare: tuple[Access, ...]

    @property
    def name(self) -> str:
        """The lock as messages call it."""
        return self.key.rpartition(".")[2]

    @property
    def total(self) -> int:
        return len(self.locked) + len(self.bare)

    @property
    def writers(self) -> tuple[Access, ...]:
        """The accesses that change the field under the lock."""
        return tuple(access for access in self.locked if access.write)


def structs_with_locks(index: Index, package: str) -> Iterator[tuple[Named, tuple[Field, ...]]]:
    """The struct types of a package that own a lock, with the fields that can be guarded (locks and T14 left out)."""
    found = index.repository.package(package)
    assert found is not None
    for name in found.types:
        type_ = Named(package, name)
        fields = index.types.fields(type_)
        if fields and any(index.types.is_lock(f.type) for f in index.types.flat_fields(type_)):
            yield type_, tuple(f for f in fields if _can_be_guarded(index, f))


def _can_be_guarded(index: Index, field: Field) -> bool:
    type_ = pointee(field.type)
    if field.embedded or field.name == "_" or index.types.is_concurrent(type_) or index.types.is_lock(type_):
        return False
    return not isinstance(index.types.underlying(type_), Func)


def guard_of(index: Index, package: str, field: Field) -> Guard | None:
    """The lock that guards a field of a struct of this package; None when the evidence does not do."""
    accesses = accesses_of(index, package).of(field.owner, field.name)
    named = next((argument for kind, argument in field.notes if kind == GUARDED_BY), "")
    keys = {lock.key for access in accesses for lock in access.locks if access.counts}
    noted = next((key for key in sorted(keys) if key.rpartition(".")[2] == named.rpartition(".")[2]), "")
    if noted:
        return _guard(field, noted, "comment", accesses)
    guards = [_guard(field, key, "habit", accesses) for key in sorted(keys)]
    guards = [guard for guard in guards if _habitual(guard)]
    return max(guards, key=lambda guard: (len(guard.locked), len(guard.writers)), default=None)


def _guard(field: Field, key: str, by: str, accesses: tuple[Access, ...]) -> Guard:
    counted = [access for access in accesses if access.counts]
    return Guard(
        field,
        key,
        by,
        tuple(access for access in counted if access.holds(key)),
        tuple(access for access in counted if not access.locks),
    )


def _habitual(guard: Guard) -> bool:
    """At least three locked accesses in two functions, one of them a write, and few without the lock."""
    functions = {access.function for access in guard.locked}
    return (
        len(guard.locked) >= ENOUGH
        and len(functions) > 1
        and bool(guard.writers)
        and len(guard.locked) >= MAJORITY * guard.total
    )


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
    inner = index.flow(callee).steps
    return any(s.body == callee.spec.start and _joins(index, s, depth - 1) for s in inner)


def same_goroutine(index: Index, access: Access, writers: tuple[Access, ...]) -> bool:
    """Whether one goroutine, launched once, makes this access and all the writes (trap T16)."""
    origins = _origins(index, access)
    if len(origins) != 1 or any(offset <= 0 for _, offset in origins):
        return False
    return all(_origins(index, writer) == origins for writer in writers)


def _origins(index: Index, access: Access) -> frozenset[tuple[str, int]]:
    if access.launch >= 0:
        body = index.flow(access.function).body(access.launch)
        return frozenset({(access.function.path, -access.launch if body.loops else access.launch)})
    return accesses_of(index, access.function.package).entries.origins(access.function)
