"""A map inside a type that several goroutines use is changed without a lock.

A type whose methods run in many goroutines at once (a request handler, a service, something that a comment calls safe
for concurrent use, an object that a loop hands to its goroutines) needs a lock around every map that it changes.
Without one, two of them will write the map at the same time, and the Go runtime ends the process with
`fatal error: concurrent map writes`. The bug usually comes with a change that adds a cache or a counter to a type that
was stateless before.

Give the type a mutex and hold it around every access of the map.

WRONG

```go
type handler struct {
        hits map[string]int
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
        h.hits[r.URL.Path]++
}
```

RIGHT

```go
type handler struct {
        mu   sync.Mutex
        hits map[string]int
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
        h.mu.Lock()
        h.hits[r.URL.Path]++
        h.mu.Unlock()
}
```

**Limits.** The heuristic must see that one object is used by several goroutines: the map is reached from the receiver
of code that runs once per request, from an object that lives outside the loop that starts the goroutines, from a type
whose comment promises safety, or from a goroutine that the object starts for itself and from a method that is shown to
be called meanwhile (it talks to the goroutine through a channel, or concurrent code reaches it). Objects that are made
for each call stay silent, and so does code that runs under any lock.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.accesses import Access, accesses_of
from heuristics.concurrency.guards import beside_the_product
from heuristics.concurrency.harmless import joined_before
from heuristics.concurrency.loops import Meeting, meeting
from heuristics.concurrency.roots import DEPTH, Way, once_around
from heuristics.concurrency.sharing import shared_ways
from heuristics.concurrency.words import changes_element, selecting
from heuristics.engine.finding import Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import UNKNOWN, Act, Element, Field, Flow, Function, Map, Named, Step, Struct

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO = ("guarded-field-unlocked-write",)

_NEAR = 2  # calls between a root and the change of a map whose struct has a lock


def check(index: Index) -> Iterator[Found]:
    for package in index.packages():
        for name in index.types_in_view(package) if not beside_the_product(package.folder) else ():
            named = Named(package.key, name)
            told: set[Function] = set()  # one function is one cause, however many maps it changes
            for field in _maps(index, named):
                if not any(changes_element(index, f, field.name) for f in selecting(index, package, field.name)):
                    continue
                if not accesses_of(index, package.key).told(field.owner, field.name):
                    continue
                accesses = accesses_of(index, package.key).of(field.owner, field.name)
                yield from _of_field(index, named, field, accesses, told)


def _of_field(
    index: Index, named: Named, field: Field, accesses: tuple[Access, ...], told: set[Function]
) -> Iterator[Found]:
    """What is found of one map; where the struct has a lock for something else, its own goroutines tell most."""
    owns = _owns_a_lock(index, named)
    met = meeting(index, accesses) if owns else None
    # Where some accesses hold a lock of the struct, others look at who holds which.
    apart = met is None and _known(index, named) and not (owns and any(access.locks for access in accesses))
    found = tuple(_look(index, named, field, accesses, told)) if apart else ()
    yield from found
    if not owns and all(one.silent_because for one in found):
        met = meeting(index, accesses)
    if met is not None:
        yield _met(named, field, met)


def _maps(index: Index, named: Named) -> Iterator[Field]:
    """The fields of a struct that are maps."""
    if isinstance(index.types.underlying(named), Struct):
        for field in index.types.fields(named):
            if index.sees(field.name) and isinstance(index.types.underlying(field.type), Map):
                yield field


def _known(index: Index, named: Named) -> bool:
    """Whether all parts of a struct are known, so that a lock among them would be seen."""
    return not any(f.type == UNKNOWN for f in index.types.flat_fields(named))


def _owns_a_lock(index: Index, named: Named) -> bool:
    return any(index.types.is_lock(field.type) for field in index.types.flat_fields(named))


def _look(
    index: Index, named: Named, field: Field, accesses: tuple[Access, ...], told: set[Function]
) -> Iterator[Found]:
    for access in accesses:
        if not access.write or not _in_place(access) or access.function in told or not index.tells(access.function):
            continue
        # Where the struct has a lock, whoever comes from far may hold it.
        calls = _NEAR if _owns_a_lock(index, named) else DEPTH
        ways = shared_ways(index, access.function, access.step, calls)
        if ways:
            told.add(access.function)
            yield _found(index, named, field, access, ways)


def _in_place(access: Access) -> bool:
    place = access.step.place
    return place is not None and isinstance(place.path[-1], Element) and place.path[-1].of_map


def _found(index: Index, named: Named, field: Field, access: Access, ways: tuple[Way, ...]) -> Found:
    root = ways[0].root
    label = root.label(access.function.package)
    flow = index.flow(access.function)
    reason = access.prior or access.sheltered or (f"`{access.locks[0].key}` is held" if access.locks else "")
    if not reason and once_around(flow, access.step) is not None:
        reason = "trap T12: a Once runs the write"
    if not reason and joined_before(index, access):
        reason = "trap T18: the function has waited for other goroutines"
    if not reason and any(_takes_token(s) and s.span.start < access.span.start for s in flow.steps):
        reason = "a semaphore lets in whoever comes here"
    where = f"`{named.name}.{field.name}` is changed in {label}"
    owns = _owns_a_lock(index, named)
    without = "no lock is held there" if owns else f"`{named.name}` has no lock"
    return Found(
        span=access.span,
        message=f"{where}, which {_how(root.kind)}, and {without}.",
        symbol=access.function.symbol,
        variable=f"{named.name}.{field.name}",
        related=(Related(root.site, f"{label} begins here"),),
        story=(
            Related(root.site, f"{label} {_how(root.kind)}, all with one `{named.name}`"),
            Related(access.span, f"each of them changes `{field.name}` here without a lock"),
        ),
        evidence=(
            f"{label} reaches the write in {len(ways[0].calls)} calls",
            f"no access of `{field.name}` holds a lock" if owns else f"no field of `{named.name}` is a lock",
        ),
        tier=Tier.B if ways[0].calls and _of_one_type(flow, access.step) else None,
        silent_because=reason,
    )


def _takes_token(step: Step) -> bool:
    """Whether a step waits for its turn at a weighted semaphore."""
    return step.call is not None and step.call.known == "golang.org/x/sync/semaphore.Weighted.Acquire"


def _of_one_type(flow: Flow, step: Step) -> bool:
    """Whether only values of one dynamic type bring the function to a step (trap T21): its callers choose the type."""
    asserted = {
        s.span.line for s in flow.steps if s.act is Act.DECLARE and s.value is not None and s.value.kind == "assertion"
    }
    tested = {fact for fact, holds in step.facts if holds}
    return any(
        s.act is Act.DECLARE and s.place is not None and s.place.text in tested and s.span.line in asserted
        for s in flow.steps
        if s.span.start < step.span.start
    )


def _how(kind: str) -> str:
    if kind == "launch":
        return "run in parallel"
    return "several goroutines may call at once" if kind == "promise" else "runs once per request"


def _met(named: Named, field: Field, met: Meeting) -> Found:
    """A map that a goroutine of the object and other code of it use, with a change on one side at least."""
    change, other = (met.outside, met.inside) if met.outside.write else (met.inside, met.outside)
    launcher = met.origin.launcher
    assert launcher is not None
    loop = f"the goroutine that `{launcher.symbol}` starts"
    verb = "changed" if other.write else "read"
    who, beside = (
        (f"`{change.function.symbol}`", loop) if change is met.outside else (loop, f"`{other.function.symbol}`")
    )
    name = f"{named.name}.{field.name}"
    return Found(
        span=change.span,
        message=f"`{name}` is changed in {who} and {verb} in {beside}, and no lock guards it.",
        symbol=change.function.symbol,
        variable=name,
        related=(Related(other.span, f"`{field.name}` is {verb} here, in {beside}"),),
        story=(
            Related(met.inside.span, f"{loop} comes here again and again"),
            Related(met.outside.span, f"`{met.outside.function.symbol}` may be here at the same time"),
        ),
        evidence=(met.proof, f"no access of `{field.name}` holds a lock"),
    )
