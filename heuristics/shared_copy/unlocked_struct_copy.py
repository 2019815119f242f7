"""A struct is copied while other goroutines update it.

A field that is counted with `atomic.AddInt64(&s.hits, 1)` must be read atomically too. Copying the struct reads every
field of it, plainly: `return *s`, `now := s.stats`, and the call of a method with a value receiver, which copies the
whole struct before its first line runs. An `atomic.LoadInt64` inside such a method comes too late: it loads from the
copy. The race detector reports the copy, and on a 32-bit machine half of the number can be old.

Give the method a pointer receiver; make a snapshot field by field, each with an atomic load.

WRONG

```go
func (s *Stats) Hit()       { atomic.AddInt64(&s.hits, 1) }
func (s Stats) Hits() int64 { return atomic.LoadInt64(&s.hits) } // loads from a copy
```

RIGHT

```go
func (s *Stats) Hits() int64 { return atomic.LoadInt64(&s.hits) }
```

The same holds for a struct with a mutex: a method with a value receiver copies the fields that others replace under it,
and takes no lock for that.

**Limits.** Methods with a value receiver are reported when they themselves load atomically; without that the type may
be one whose snapshots are passed by value. A copy is reported where its source is shared: a field, or what a receiver,
parameter or package variable refers to, and is the struct that is updated, not one of its type in another field. It is
listed only when all that the package does with the counters is to add to them without a lock: then they may be asked
for when all is counted. An atomic load or store, or a lock at the addition, says that somebody reads meanwhile. The
types of sync/atomic (`atomic.Int64`) are left to `go vet`, which refuses their copies.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.atomics import (
    AtomicUpdate,
    atomic_operand,
    loaded_atomically,
    lock_fields,
    updated_atomically,
    updates_fields_atomically,
)
from heuristics.concurrency.entries import entries_of
from heuristics.concurrency.locks import replaced_under
from heuristics.concurrency.values import own_struct, receiver_type_start, taken_values
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import (
    Act,
    Element,
    FieldRef,
    Flow,
    Function,
    Named,
    Place,
    Pointer,
    Scope,
    Span,
    Step,
    Value,
    Var,
)

TIER = Tier.A
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every copy of a struct with a field that the package updates atomically, or under the lock of the struct."""
    for function in index.functions(IN_TESTS):
        if function.receiver and not function.pointer:
            yield from _guarded(index, function)
        if updates_fields_atomically(index, function.package):
            flow = index.flow(function)
            yield from _receiver(index, flow)
            yield from _copies(index, flow)


def _receiver(index: Index, flow: Flow) -> Iterator[Found]:
    """A value receiver whose method loads atomically from its copy."""
    function = flow.function
    for step in flow.steps:
        place = atomic_operand(step)
        if place is None or place.root is None or place.root.scope is not Scope.RECEIVER or len(place.path) != 1:
            continue
        field = place.field
        if field is None or isinstance(place.root.type, Pointer):
            continue
        update = updated_atomically(index, function.package, field)
        if update is not None:
            yield _late(index, flow, step, place, update)
            return


def _late(index: Index, flow: Flow, step: Step, place: Place, update: AtomicUpdate) -> Found:
    function, root, field = flow.function, place.root, place.field
    assert root is not None and field is not None
    declared = index.file(function.path).span(root.start, root.start + len(root.name.encode()))
    return Found(
        span=step.span,
        message=f"`{function.symbol}` has a value receiver, so `{field.name}` was copied plainly before this atomic "
        "load.",
        symbol=function.symbol,
        variable=f"{function.receiver}.{field.name}",
        related=(
            Related(update.span, f"`{field.name}` is updated atomically here"),
            Related(declared, f"`{root.name}` is a copy of the whole struct"),
        ),
        story=_story(update, declared, field.name),
        evidence=(f"`{update.function.symbol}` updates `{field.name}` atomically", f"`{root.name}` is no pointer"),
        fix=_fix(index, function),
    )


def _fix(index: Index, function: Function) -> Fix:
    at = receiver_type_start(index, function)
    edits = (Edit(function.path, at, at, "*"),) if at >= 0 else ()
    return Fix(f"make the receiver a pointer: *{function.receiver}", edits)


def _guarded(index: Index, function: Function) -> Iterator[Found]:
    """A value receiver with a mutex inside whose method takes none, and reads what others replace under it."""
    owner = Named(function.package, function.receiver)
    locks = index.types.value_locks(owner)
    if not locks or receiver_type_start(index, function) < 0:
        return
    entry, flow = entries_of(index, function.package).entry(function), index.flow(function)
    if entry.locks or entry.sheltered or entry.fresh or any(step.act is Act.ACQUIRE for step in flow.steps):
        return
    for step in flow.steps:
        place = step.place
        if step.act is not Act.READ or place is None or place.root is None or place.root.scope is not Scope.RECEIVER:
            continue
        field = place.path[0] if place.path else None
        write = replaced_under(index, function, owner, field) if isinstance(field, FieldRef) else None
        if write is not None and isinstance(field, FieldRef):
            yield _unlocked(index, function, field.name, locks[0].name, place.root, write)
            return


def _unlocked(index: Index, function: Function, name: str, lock: str, root: Var, write: Span) -> Found:
    declared = index.file(function.path).span(root.start, root.start + len(root.name.encode()))
    return Found(
        span=declared,
        message=f"`{function.symbol}` has a value receiver, so each call copies `{name}` without `{lock}`.",
        symbol=function.symbol,
        variable=f"{function.receiver}.{name}",
        related=(Related(write, f"`{name}` is replaced here, under `{lock}`"),),
        story=(
            Related(write, f"One goroutine replaces `{name}` here with `{lock}` held;"),
            Related(declared, "another one copies the whole struct at the same time, without it: a data race."),
        ),
        evidence=(f"`{name}` is replaced under `{lock}`", f"`{function.receiver}` holds `{lock}` by value"),
        fix=_fix(index, function),
    )


def _story(update: AtomicUpdate, copy: Span, name: str) -> tuple[Related, ...]:
    return (
        Related(update.span, f"One goroutine updates `{name}` here, atomically;"),
        Related(copy, "another one copies the struct at the same time, without atomics: a data race."),
    )


def _copies(index: Index, flow: Flow) -> Iterator[Found]:
    """A struct that is copied as a whole out of memory that others can see."""
    function = flow.function
    for step, value in taken_values(flow):
        if not isinstance(value.type, Named) or own_struct(index, flow, step, value):
            continue
        updates = _updates(index, function, value.type)
        if updates:
            name, update = updates[0]
            read = _read_meanwhile(index, function, updates)
            yield _copied(function, value, name, update, _silence(step, value, update), read)


def _updates(index: Index, function: Function, type_: Named) -> list[tuple[str, AtomicUpdate]]:
    """The fields of a struct that others than the function update atomically, by name."""
    found = []
    for field in index.types.fields(type_):
        update = updated_atomically(index, function.package, FieldRef(field.owner, field.name))
        if update is not None and update.function is not function:
            found.append((field.name, update))
    return found


def _read_meanwhile(index: Index, function: Function, updates: list[tuple[str, AtomicUpdate]]) -> bool:
    """Whether the package shows that the counters are read while others count."""
    loaded = loaded_atomically(index, function.package)
    return any(u.locks or not u.sums or (u.place.field and u.place.field.key in loaded) for _, u in updates)


def _silence(step: Step, value: Value, update: AtomicUpdate) -> str:
    place = value.place
    if place is not None and place.path and isinstance(place.path[-1], Element) and place.path[-1].of_map:
        return "an element of a map has no address, so nothing updates it in place"
    if _elsewhere(value, update):
        return "what is updated atomically is the struct in another field"
    if common := update.locks & lock_fields(step):
        return f"`{min(lock.name for lock in common)}` is held here and at the update"
    return ""


def _elsewhere(value: Value, update: AtomicUpdate) -> bool:
    """Whether the copied struct stands in a variable or field that is not the one whose struct is updated."""
    source = value.inner if value.kind == "copy" else value
    holder = update.place.path[-2] if len(update.place.path) > 1 else None
    if source is None or source.place is None or not isinstance(holder, FieldRef) or holder.pointer:
        return False
    if not source.place.path:
        return value.kind == "place"
    last = source.place.path[-1]
    return isinstance(last, FieldRef) and last.name != holder.name


def _copied(function: Function, value: Value, name: str, update: AtomicUpdate, silence: str, read: bool) -> Found:
    assert isinstance(value.type, Named)
    return Found(
        span=value.span,
        message=f"This copy of a `{value.type.name}` reads `{name}` plainly, while `{update.function.symbol}` updates "
        "it atomically.",
        symbol=function.symbol,
        variable=f"{value.type.name}.{name}",
        related=(Related(update.span, f"`{name}` is updated atomically here"),),
        story=_story(update, value.span, name),
        evidence=(f"`{update.function.symbol}` updates `{name}` atomically",),
        tier=None if read else Tier.C,
        silent_because=silence,
    )
