"""A field that is updated atomically is accessed without sync/atomic.

An atomic operation protects only against other atomic operations. A plain read beside it may see half of a 64-bit value
on 32-bit machines, or a stale one for ever, because the compiler may keep it in a register; a plain write, or `x++`,
can undo an update that was just made. The race detector reports either.

Use the atomic functions at every access, or better a typed atomic (`atomic.Int64`), which leaves no other way.

WRONG

```go
func (s *stats) hit()       { atomic.AddInt64(&s.hits, 1) }
func (s *stats) Hits() int64 { return s.hits }
```

RIGHT

```go
func (s *stats) Hits() int64 { return atomic.LoadInt64(&s.hits) }
```

**Limits.** Atomic updates are looked for in the package that declares the field. Accesses before the object is shared,
after a wait, under a lock, or beside a comment that speaks of races stay silent. All of it is listed, not commented:
the object is often one that nobody else has yet, or the plain access that of the goroutine which alone updates it.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.accesses import Access, accesses_of
from heuristics.concurrency.atomics import AtomicUpdate, atomic_fields, holder_of, loaded_atomically
from heuristics.concurrency.guards import beside_the_product
from heuristics.concurrency.harmless import joined_before
from heuristics.concurrency.proofs import author_knows
from heuristics.concurrency.reach import own, reaches_shared
from heuristics.concurrency.roots import one_at_a_time
from heuristics.engine.finding import Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Function, Named, Scope, Struct

TIER = Tier.C
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO = ()

_NEAR = 3  # calls between a reader and the update that it makes


def check(index: Index) -> Iterator[Found]:
    for package in index.packages():
        if beside_the_product(package.folder):
            continue
        loaded = loaded_atomically(index, package.key)
        for key, update in atomic_fields(index, package.key).items():
            owner, _, name = key.rpartition(".")
            for access in accesses_of(index, package.key).of(owner, name):
                if access.step.act is not Act.CALL:
                    yield _found(index, access, update, key in loaded)


def _found(index: Index, access: Access, update: AtomicUpdate, loaded: bool) -> Found:
    function, name = access.function, access.field
    struct, who = access.owner.rpartition(".")[2], f"`{update.function.symbol}`"
    does = "written" if access.write else "read"
    return Found(
        span=access.span,
        message=f"`{name}` is updated with sync/atomic in {who} but {does} plainly here.",
        symbol=function.symbol,
        variable=f"{struct}.{name}",
        related=(Related(update.span, f"{who} updates `{name}` atomically"),),
        story=(
            Related(update.span, f"one goroutine updates `{name}` atomically in {who}"),
            Related(
                access.span,
                f"another one {'writes' if access.write else 'reads'} it in `{function.symbol}` as if it were alone",
            ),
        ),
        evidence=(f"{who} updates it atomically", *(("others load it atomically",) if loaded else ())),
        silent_because=_silence(index, access, update),
    )


def _silence(index: Index, access: Access, update: AtomicUpdate) -> str:
    if own(index, access) and _parts_of_others(index, access.function, update):
        return "the method is called on parts of other objects than those that are updated atomically"
    holder = holder_of(access.step.place) if access.step.place is not None else ""
    if holder and not update.holders & {holder, ""}:
        return "the object lies in another field than those that are updated atomically"
    if not access.write and _alone(index, access, update):
        return "whoever updates the field is called by this function alone, which only has to read its own update"
    if _by_tests_alone(index, access.function):
        return "trap T15: only tests call the function"
    if access.prior or access.sheltered:
        return access.prior or access.sheltered
    if access.locks:
        return f"`{access.locks[0].key}` is held"
    if not own(index, access) and not reaches_shared(index, access):
        return "trap T10: nothing says that others know the object"
    if one_at_a_time(access.function):
        return "the function's comment asks its callers for order"
    if access.write and _needs_order(index, access):
        return "the method changes other fields, too, which nothing guards: its callers keep it alone"
    if joined_before(index, access):
        return "trap T18: the function has waited for other goroutines"
    return "a comment at the access speaks of locks or races" if author_knows(index, access) else ""


def _alone(index: Index, access: Access, update: AtomicUpdate) -> bool:
    """Whether nobody updates the field but the function and those that it alone comes to, one call after the other."""
    return all(_leads_to(index, access.function, function, _NEAR) for function in (update.function, *update.others))


def _leads_to(index: Index, reader: Function, function: Function, depth: int) -> bool:
    """Whether a function is the reader itself, or all its calls but those of tests stand in such a one."""
    if function is reader:
        return True
    sites = [site for site in index.callers(function) if not site.caller.test] if depth else []
    plain = all(
        site.step.act is Act.CALL and index.flow(site.caller).body(site.step.body).how == "main" for site in sites
    )
    return bool(sites) and plain and all(_leads_to(index, reader, site.caller, depth - 1) for site in sites)


def _by_tests_alone(index: Index, function: Function) -> bool:
    callers = [site.caller for site in index.callers(function)]
    return bool(callers) and all(c.test or beside_the_product(c.path.rpartition("/")[0]) for c in callers)


def _needs_order(index: Index, access: Access) -> bool:
    """Whether a method of a struct without a lock replaces other fields of it, which others read plainly."""
    owner = Named(*access.owner.rpartition(".")[::2])
    if not own(index, access) or any(index.types.is_lock(f.type) for f in index.types.flat_fields(owner)):
        return False
    written = {
        step.place.field
        for step in index.flow(access.function).steps
        if step.act is Act.WRITE and step.place is not None and step.place.root is access.root and not step.held
    }
    others = (f for f in written if f is not None and f.owner == access.owner and f.name != access.field)
    accesses = accesses_of(index, access.function.package)
    return any(not a.write and a.function is not access.function for f in others for a in accesses.of(f.owner, f.name))


def _parts_of_others(index: Index, method: Function, update: AtomicUpdate) -> bool:
    """Whether all calls of a method are on values that lie in fields, while the updated object is behind a pointer."""
    root, inside = update.place.root, update.place.path[:-1]
    sites = accesses_of(index, method.package).entries.sites(method)
    receivers = [site.call.receiver.place if site.call.receiver is not None else None for site in sites]
    if inside or root is None or root.scope is not Scope.LOCAL or method.name[:1].isupper() or not sites:
        return False
    return all(p is not None and p.path and isinstance(index.types.underlying(p.type), Struct) for p in receivers)
