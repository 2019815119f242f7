"""Accesses of guarded fields that hold no lock, each with the guard that speaks against it."""

from __future__ import annotations

from dataclasses import dataclass

from heuristics.concurrency.accesses import Access, accesses_of
from heuristics.concurrency.guards import (
    MAJORITY,
    Guard,
    guard_of,
    harmless_read,
    is_setter,
    joined_before,
    same_goroutine,
    sealed,
    structs_with_locks,
)
from heuristics.concurrency.proofs import author_knows, section_guard
from heuristics.concurrency.reach import own, reaches_shared
from heuristics.golang.index import Index
from heuristics.golang.model import Field, Named


@dataclass(frozen=True, slots=True)
class Suspect:
    """An access without any lock. named: the struct. guard: the lock that it should hold."""

    named: Named
    guard: Guard
    access: Access

    @property
    def variable(self) -> str:
        """The field as findings name it."""
        return f"{self.named.name}.{self.guard.field.name}"


def suspects_of(index: Index, package: str) -> tuple[Suspect, ...]:
    """The suspects of the package with this key; computed once per index."""
    return index.once(_suspects, package)


def _suspects(index: Index, package: str) -> tuple[Suspect, ...]:
    found: list[Suspect] = []
    for named, fields in structs_with_locks(index, package):
        for field in fields:
            accesses = accesses_of(index, package).locked(field.owner, field.name)
            if not any(access.locks for access in accesses):
                continue
            usual = guard_of(index, package, field)
            for access in accesses:
                if not access.locks and (guard := _against(index, field, access, accesses, usual)) is not None:
                    found.append(Suspect(named, guard, access))
    return tuple(found)


def _against(
    index: Index, field: Field, access: Access, accesses: tuple[Access, ...], usual: Guard | None
) -> Guard | None:
    """The best proof that the access should hold a lock."""
    if usual is not None and usual.by == "comment":
        return usual if own(access) or reaches_shared(index, access) else None
    section = section_guard(index, field, access, accesses) if access.counts else None
    if section is not None:
        return section
    if usual is None or own(access):
        return usual
    # A method of another type may know more of the object; what its owner does nearly always speaks all the same.
    habitual = len(usual.locked) >= MAJORITY * usual.total and len(usual.functions) > 2
    return usual if habitual and reaches_shared(index, access) else None


def harmless(index: Index, suspect: Suspect) -> str:
    """Why the access does no harm after all; "" when nothing says so."""
    guard, access = suspect.guard, suspect.access
    if reason := access.prior or access.sheltered:
        return reason
    if author_knows(index, access):
        return "a comment at the access speaks of locks or races"
    if not access.write:
        return harmless_read(index, access, guard.changes)
    if is_setter(access):
        return "trap T10: a value handed in when all is set up"
    if joined_before(index, access):
        return "trap T18: the function has waited for other goroutines"
    if same_goroutine(index, access, guard.locked):
        return "trap T16: one goroutine makes all the accesses"
    return sealed(index, access)
