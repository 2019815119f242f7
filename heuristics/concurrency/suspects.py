"""Accesses of guarded fields that hold no lock, each with the guard that speaks against it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from heuristics.concurrency.accesses import Access, accesses_of
from heuristics.concurrency.before import filled_before
from heuristics.concurrency.beginnings import made_once, on_new_objects
from heuristics.concurrency.declarations import needs_no_lock
from heuristics.concurrency.entries import entries_of
from heuristics.concurrency.freshness import first_made
from heuristics.concurrency.guards import (
    MAJORITY,
    Guard,
    beside_the_product,
    can_be_guarded,
    guard_of,
    has_lock,
    is_setter,
    structs_with_locks,
)
from heuristics.concurrency.harmless import awaited, harmless_read, joined_before, meeting, same_goroutine, sealed
from heuristics.concurrency.locks import not_taken, releasing
from heuristics.concurrency.proofs import author_knows, bare_functions, section_guard
from heuristics.concurrency.reach import own, reaches_shared
from heuristics.golang.comments import HOLDS, SINGLE
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import (
    Act,
    Array,
    Field,
    FieldRef,
    Function,
    Named,
    Place,
    Pointer,
    Scope,
    Step,
    Struct,
    pointee,
)
from heuristics.golang.repository import Package
from heuristics.golang.words import words

_FOR_INIT = re.compile(r"(?i:init)(?:iali[sz]\w+)?(?![a-z])")  # locks that are there for a first call
_STARTS = re.compile(r"(?i:new|init|initialize|setup|configure|open|start|provision|prepare)(?![a-z])")
_LENGTHS = ("builtin.len", "builtin.cap")


@frozen()
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
    for named, fields in _guardable(index, package):
        for field in fields:
            if not accesses_of(index, package).told(field.owner, field.name, bare=True):
                continue
            accesses = accesses_of(index, package).locked(field.owner, field.name)
            if not any(access.locks for access in accesses):
                continue
            usual = guard_of(index, package, field)
            for access in accesses:
                told = not access.locks and index.tells(access.function)
                guard = _against(index, package, field, access, usual) if told else None
                if guard is not None and (guard := _of_part(index, guard, access)) is not None:
                    found.append(Suspect(named, guard, access))
    return tuple(found)


def _guardable(index: Index, package: str) -> Iterator[tuple[Named, tuple[Field, ...]]]:
    """The structs with locks, and those that are a part of them, as far as they have fields in view."""
    declared = index.repository.package(package)
    if declared is None or beside_the_product(declared.folder):
        return
    covered = dict(structs_with_locks(index, package))
    yield from covered.items()
    others = frozenset(index.types_in_view(declared)) - {named.name for named in covered}
    wholes = (Named(package, name) for name in _mentioning(declared, others))
    fields = (part for named in wholes if has_lock(index, named) for part in index.types.fields(named))
    for part in dict.fromkeys(pointee(field.type) for field in fields):
        if isinstance(part, Named) and part.package == package and part.name in others:
            seen = (f for f in index.types.fields(part) if index.sees(f.name) and can_be_guarded(index, f))
            yield part, tuple(seen)


def _mentioning(package: Package, types: frozenset[str]) -> Iterator[str]:
    """The types of a package in whose declaration one of these types is mentioned, without those of test files."""
    for file in package.files if types else ():
        if not file.test and not file.words.isdisjoint(types):
            for spec in file.outline.types:
                if not words(file.text[spec.start : spec.stop]).isdisjoint(types):
                    yield spec.name


def _against(index: Index, package: str, field: Field, access: Access, usual: Guard | None) -> Guard | None:
    """The best proof that the access should hold a lock."""
    mine = own(index, access)
    if not mine and not reaches_shared(index, access):
        return None
    if usual is not None and usual.outer and access not in usual.bare and not (access.other and usual.reaches(access)):
        usual = None
    if usual is not None and usual.by == "comment":
        return usual
    if access.counts or (access.guessed and not access.prior):
        section = section_guard(index, package, field, access)
        if section is not None:
            return section
    if usual is None or mine or usual.outer:
        return usual
    # A method of another type may know more of the object; what its owner does nearly always speaks all the same.
    habitual = len(usual.locked) >= MAJORITY * usual.total and len(usual.functions) > 2
    return usual if habitual else None


def _of_part(index: Index, guard: Guard, access: Access) -> Guard | None:
    """What is left of a proof where a part of a struct is accessed: its other fields have habits of their own."""
    type_ = guard.field.type
    if guard.by == "comment" or isinstance(type_, Pointer) or not isinstance(index.types.underlying(type_), Struct):
        return guard
    part = replace(guard, locked=meeting(guard.locked, access), bare=meeting(guard.bare, access))
    return part if part.writers and len(part.functions) >= len(bare_functions(index, part)) else None


def harmless(index: Index, suspect: Suspect) -> str:
    """Why the access does no harm after all; "" when nothing says so."""
    guard, access = suspect.guard, suspect.access
    # Who takes the lock itself is not called with it, whoever may call.
    unseen = access.guessed and guard.by == "section"
    if reason := access.prior or ("" if unseen or _apart(index, access, guard) else access.sheltered):
        return reason
    if reason := _said(index, suspect):
        return reason
    if _FOR_INIT.match(guard.name):
        return "trap T12: the lock lets the object be made ready once, by its name"
    if _at_start(index, access):
        return "trap T10: a helper of nobody but the functions that make the object ready"
    if access.write and made_once(index, access, guard.locked):
        return "trap T12: a Once does it before the others come there"
    if own(index, access) and on_new_objects(index, access.function):
        return "trap T10: the repository calls the method on objects alone that were just made"
    if awaited(index, access):
        return "trap T18: who asked waits for the answer on a channel"
    if _started_under(index, suspect):
        return "the goroutine is started, and perhaps waited for, under the lock"
    if not own(index, access) and _under_the_like(index, access.function, guard):
        return f"trap T11: whoever comes here holds `{guard.name}` of such an object"
    if not own(index, access) and _made_under(index, access.function, guard):
        return f"trap T11: objects of this type are only made, and used, with `{guard.name}` held"
    if _called_by_made(index, access.function, guard):
        return f"trap T11: objects that come here are only made, and used, with `{guard.name}` held"
    if not own(index, access) and _released_beside(index, access.function, guard):
        return "trap T2: another method of the type releases the lock, which was taken for it"
    if _length_of_array(index, guard.field, access):
        return "the length of an array does not change"
    if guard.by == "renewal" and _closes(index, access):
        return "trap T18: whoever replaces the channel waits until it is closed here"
    if _for_tests(index, access.function):
        return "only tests call the function"
    replaced = tuple(writer for writer in guard.changes if writer.whole)
    inside = any(not writer.whole and writer.step.act is not Act.CALL for writer in guard.changes)
    if not (access.whole or inside) and replaced and filled_before(index, access, replaced):
        return "trap T10: the function has called what fills the field in, once, under the lock"
    if not access.write:
        return harmless_read(index, access, guard.changes)
    if is_setter(access):
        return "trap T10: a value handed in when all is set up"
    if access.whole and first_made(index.flow(access.function), access.step):
        return "trap T10: the function makes its object ready"
    if joined_before(index, access):
        return "trap T18: the function has waited for other goroutines"
    if same_goroutine(index, access, guard.locked):
        return "trap T16: one goroutine makes all the accesses"
    return sealed(index, access)


def _at_start(index: Index, access: Access) -> bool:
    """Whether a helper writes the field for functions alone that make its object ready, in their own goroutine."""
    function = access.function
    if not access.write or function.name[:1].isupper() or access.launch >= 0:
        return False
    sites = entries_of(index, function.package).sites(function)
    calm = (s.launched is None and s.step.act is Act.CALL and not s.step.loops for s in sites)
    return bool(sites) and all(calm) and all(_STARTS.match(s.caller.name) for s in sites)


def _apart(index: Index, access: Access, guard: Guard) -> bool:
    """Whether the lock of something else that is held at an access is none that those hold who change the field.

    A lock behind a pointer may be the guard under another name, and that of a collection is there for what it holds, so
    that only objects which the function was handed beside the lock count.
    """
    mine = {held.place.field for held in access.step.held}
    roots = (access.root, *(held.place.root for held in access.step.held))
    handed = all(root is not None and root.scope in (Scope.RECEIVER, Scope.PARAMETER) for root in roots)
    if (
        not access.other
        or not mine
        or not handed
        or access.root in roots[1:]
        or any(field is None or field.owner == "?" or field.pointer for field in mine)
    ):
        return False
    against = guard.locked if access.write else guard.writers
    theirs = {held.place.field for other in against for held in other.step.held}
    for function in {other.function for other in against}:
        theirs |= index.once(_held_by_callers, function)
    return mine.isdisjoint(theirs)


def _held_by_callers(index: Index, function: Function) -> frozenset[FieldRef | None]:
    """The locks that callers in the package, and theirs, hold at some call."""
    entries = entries_of(index, function.package)
    near = entries.sites(function)
    sites = (*near, *(far for site in near for far in entries.sites(site.caller)))
    return frozenset(held.place.field for site in sites for held in site.step.held)


def _under_the_like(index: Index, function: Function, guard: Guard) -> bool:
    """Whether every way to a helper of the package passes a call with the guard held, if only of an object that text
    does not tell from the accessed one: what knows its owner by a field has another name for the lock."""
    fields = {h.place.field for a in guard.locked for h in a.step.held if h.place.field is not None}
    lock = next((f for f in fields if f.name == guard.name), None)
    entries, seen, open_ = entries_of(index, function.package), set[Function](), [function]
    while lock is not None and open_:
        helper = open_.pop()
        sites = entries.sites(helper)
        if not sites or helper.name[:1].isupper():
            return False
        apart = (site for site in sites if not any(h.place.field == lock for h in site.step.held))
        callers = {site.caller for site in apart if site.caller not in seen}
        seen |= callers
        open_ += callers
    return lock is not None


def _called_by_made(index: Index, function: Function, guard: Guard) -> bool:
    """Whether all who call a helper are methods of types that are only made with the guard held."""
    callers = {site.caller for site in entries_of(index, function.package).sites(function)}
    own_type = any(caller.receiver == function.receiver for caller in callers)
    unexported = not function.name[:1].isupper()
    return unexported and bool(callers) and not own_type and all(_made_under(index, c, guard) for c in callers)


def _made_under(index: Index, function: Function, guard: Guard) -> bool:
    """Whether whoever makes an object of the method's type holds the guard: a visitor, which others call back."""
    if not function.receiver:
        return False
    package = index.package(function)
    users = (f for f in index.mentioning(package, function.receiver, tests=False) if f.receiver != function.receiver)
    made = [s for user in users for s in index.flow(user).steps if s.act is Act.MAKE and _is_of(s, function.owner)]
    return bool(made) and all(any(_last_name(h.place) == guard.name for h in s.held) for s in made)


def _is_of(step: Step, owner: str) -> bool:
    type_ = pointee(step.value.type) if step.value is not None else None
    return isinstance(type_, Named) and type_.key == owner


def _last_name(lock: Place) -> str:
    return lock.field.name if lock.field is not None else ""


def _released_beside(index: Index, function: Function, guard: Guard) -> bool:
    """Whether a method of the same object gives back a lock that it never took and that all who change the field hold.

    The guard is one of those. The method may belong to a struct that embeds the receiver's.
    """
    names = {guard.name} | _always_held(guard)
    for method in releasing(index, function) if function.receiver else ():
        if not method.receiver or not _embeds(index, method, function):
            continue
        flow = index.flow(method)
        releases = (s for s in flow.steps if s.act is Act.RELEASE and s.place is not None and s.place.field is not None)
        named = (s for s in releases if s.place is not None and s.place.field and s.place.field.name in names)
        if any(not_taken(step, flow) for step in named):
            return True
    return False


def _always_held(guard: Guard) -> set[str]:
    """The names of the object's own locks that everybody holds who changes the field."""
    held = [{lock.key.rpartition(".")[2] for lock in writer.locks if lock.own} for writer in guard.writers]
    return set.intersection(*held) if held else set()


def _embeds(index: Index, method: Function, function: Function) -> bool:
    """Whether a method's receiver is that of the function, or a struct that embeds it."""
    if method.receiver == function.receiver:
        return True
    fields = index.types.fields(Named(method.package, method.receiver))
    return any(field.embedded and field.name == function.receiver for field in fields)


def _length_of_array(index: Index, field: Field, access: Access) -> bool:
    if access.write or not isinstance(index.types.underlying(field.type), Array):
        return False
    calls = (s for s in index.flow(access.function).steps if s.call is not None and s.call.known in _LENGTHS)
    return any(call.span.start <= access.span.start and access.span.stop <= call.span.stop for call in calls)


def _closes(index: Index, access: Access) -> bool:
    """Whether the channel is closed at this access."""
    return any(s.act is Act.CLOSE and s.place == access.step.place for s in index.flow(access.function).steps)


def _for_tests(index: Index, function: Function) -> bool:
    """Whether a method is called by tests, and by nobody else in the repository."""
    called = re.compile(rb"\.%s\b" % re.escape(function.name.encode()))
    files = [file for file in index.repository.mentioning(function.name) if called.search(file.text)]
    return bool(files) and all(file.test or beside_the_product(file.folder) for file in files)


def _said(index: Index, suspect: Suspect) -> str:
    """What comments say for the access: at it or its like in the function, on the function, on the field."""
    access, field = suspect.access, suspect.guard.field
    like = (a for a in suspect.guard.bare if a.function is access.function)
    if author_knows(index, access) or any(author_knows(index, other) for other in like):
        return "a comment at the access speaks of locks or races"
    if any(kind in (SINGLE, HOLDS) for kind, _ in access.function.spec.notes):
        return "the function's comment asks its callers for order or for a lock"
    if access.function.receiver.endswith("Locked"):
        return "trap T2: the name of the type says that its methods are called with the lock held"
    return "the field's comment says that it needs no lock" if needs_no_lock(index, field) else ""


def _started_under(index: Index, suspect: Suspect) -> bool:
    """Whether the access stands in a goroutine that its function starts while it holds the guard."""
    access, flow = suspect.access, index.flow(suspect.access.function)
    if access.launch < 0:
        return False
    sites = flow.body(access.launch).sites
    held = (h for s in flow.steps if s.act is Act.SPAWN and s.span in sites for h in s.held)
    return any(h.place.field is not None and h.place.field.name == suspect.guard.name for h in held)
