"""A field of a type that several goroutines use is assigned without a lock.

A request handler, a service, a method that a loop starts in goroutines, something that a comment calls safe for
concurrent use: their methods run side by side on one object. An assignment to a field of that object without a lock
races with itself and with every reader. A default that is filled in "when it is still nil" is the usual form; two
requests find it nil at once, one uses what the other is just writing.

Set the field in the constructor, fill it in with a `sync.Once`, or give the type a mutex.

WRONG

```go
type info struct {
        infopb.UnimplementedInfoServer
        labels func() []string
}

func (s *info) Info(ctx context.Context, r *infopb.Request) (*infopb.Response, error) {
        if s.labels == nil {
                s.labels = func() []string { return nil }
        }
        return &infopb.Response{Labels: s.labels()}, nil
}
```

RIGHT

```go
func newInfo() *info {
        return &info{labels: func() []string { return nil }}
}
```

**Limits.** The heuristic must see that one object is used by several goroutines: the field belongs to the receiver of
code that runs once per request, to an object that lives outside the loop that starts the goroutines, or to a type
whose comment promises safety. Objects that are made for each call, setters, code inside a `sync.Once` or under any lock
stay silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.accesses import Access, accesses_of
from heuristics.concurrency.entries import entries_of
from heuristics.concurrency.guards import beside_the_product, can_be_guarded, is_setter
from heuristics.concurrency.harmless import joined_before, sealed
from heuristics.concurrency.launches import may_launch
from heuristics.concurrency.reach import own
from heuristics.concurrency.roots import Way, concurrent_type, once_around, own_root
from heuristics.concurrency.sharing import shared_ways
from heuristics.concurrency.words import calling
from heuristics.engine.finding import Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Field, Func, Function, Named

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO = ("guarded-field-unlocked-write", "comment-says-guarded", "unguarded-map-in-concurrent-type")

# What is registered is registered when all is set up.
_REGISTERS = re.compile(r"(?:Append|Add|Register|On|Set)\w*(?:Handler|Callback|Hook|Listener|Observer)s?$")


def check(index: Index) -> Iterator[Found]:
    for package in index.packages():
        for name in index.types_in_view(package) if not beside_the_product(package.folder) else ():
            named = Named(package.key, name)
            for field in index.types.fields(named):
                if index.sees(field.name) and _shared(index, field):
                    yield from _look(index, named, field)


def _shared(index: Index, field: Field) -> bool:
    """Whether an assignment to the field needs a lock; a callback is assigned as a whole, too."""
    return can_be_guarded(index, field) or isinstance(index.types.underlying(field.type), Func)


def _look(index: Index, named: Named, field: Field) -> Iterator[Found]:
    told: set[Function] = set()
    concurrent = bool(concurrent_type(index, named))
    accesses = accesses_of(index, named.package)
    for access in accesses.assigned(field.owner, field.name, lambda f: concurrent or index.once(_launched_in_loop, f)):
        if access.locks or access.function in told or not own(index, access):
            continue
        ways = shared_ways(index, access.function, access.step)
        if ways:
            told.add(access.function)
            yield _found(index, named, field, access, ways)


def _launched_in_loop(index: Index, function: Function) -> bool:
    """Whether a loop of the package starts goroutines that call the function first."""
    callers = calling(index, function)
    if not any(may_launch(index, caller) for caller in callers):
        return False
    return any(
        bool(site.step.loops if site.step.act is Act.SPAWN else site.launched is not None and site.launched.loops)
        for site in entries_of(index, function.package).sites(function)
    )


def _found(index: Index, named: Named, field: Field, access: Access, ways: tuple[Way, ...]) -> Found:
    root = ways[0].root
    label, how = root.label(access.function.package), _how(root.kind)
    # What serves a request does not make its receiver, however many fields it fills in.
    prior = access.prior if own_root(index, access.function) is None else ""
    reason = prior or access.sheltered
    if not reason and (is_setter(access) or _REGISTERS.match(access.function.name)):
        reason = "trap T10: a value handed in when all is set up"
    if not reason and once_around(index.flow(access.function), access.step) is not None:
        reason = "trap T12: a Once runs the write"
    if not reason and joined_before(index, access):
        reason = "trap T18: the function has waited for other goroutines"
    reason = reason or sealed(index, access)
    return Found(
        span=access.span,
        message=f"`{named.name}.{field.name}` is assigned without a lock in {label}, which {how}.",
        symbol=access.function.symbol,
        variable=f"{named.name}.{field.name}",
        related=(Related(root.site, f"{label} begins here"),),
        story=(
            Related(root.site, f"{label} {how}, all with one `{named.name}`"),
            Related(access.span, f"each of them assigns `{field.name}` here without a lock"),
        ),
        evidence=(f"{label} reaches the assignment in {len(ways[0].calls)} calls", "no lock is held there"),
        silent_because=reason,
    )


def _how(kind: str) -> str:
    if kind == "launch":
        return "run in parallel"
    return "several goroutines may call at once" if kind == "promise" else "runs once per request"
