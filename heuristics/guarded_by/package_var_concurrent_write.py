"""A package-level variable is changed by code that runs in parallel with itself.

A variable at package level exists once for the whole process. When a request handler or a goroutine that a loop starts
assigns it, counts it up or appends to it without a lock, two of them do so at the same time: counts are lost, appended
elements disappear, and a reader can meet a slice, string or interface whose two halves belong to different values. The
Go memory model promises nothing for such a program, not even for a flag or a number.

Hold a mutex that lives beside the variable around every access, or give the variable a type of `sync/atomic`. What is
filled in once belongs into a `sync.Once`; what belongs to one request, into a local variable.

WRONG

```go
var served int

func handle(w http.ResponseWriter, r *http.Request) {
        served++
}
```

RIGHT

```go
var served atomic.Int64

func handle(w http.ResponseWriter, r *http.Request) {
        served.Add(1)
}
```

**Limits.** The heuristic follows calls from concurrent code to the change, eight at most; calls through function values
and reflection are not followed. It comments when one root runs beside itself (request handlers, goroutines started in
a loop that does not wait for each of them); two different roots are listed only, and so is what is filled in after a
test of the variable where other code may have filled it in before. Elements of slices and arrays are
taken to be disjoint, maps have a heuristic of their own, and what a lock, a `sync.Once`, an atomic flag or the
initialisation of the program protects stays silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.guards import beside_the_product
from heuristics.concurrency.package_state import global_place, name_of, names_package_state, overlaps
from heuristics.concurrency.roots import Way, distinct, once_around, ways_to
from heuristics.engine.finding import Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, FieldRef, Flow, Function, Place, Step

TIER = Tier.B
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO = ("guarded-field-unlocked-write", "comment-says-guarded", "mixed-atomic-access")

# A variable or a field behind one that gets a value, with the name that the chain begins with.
_CHANGES = re.compile(rb"(?<![\w.])([A-Za-z_]\w*+)(?:\.\w++)*+(?:\+\+|--|(?:,[^\n=]*)? ?(?:[-+|&^*/%]|<<|>>)?=(?!=))")


_BEGINS = re.compile(r"^(?i:init|initiali[sz]e|setup|register|configure|prepare|bootstrap|reset)(?![a-z])")
_MANY = 5  # variables that one function sets: it makes the state of the package


def check(index: Index) -> Iterator[Found]:
    for function in index.functions(IN_TESTS):
        if function.name in ("init", "main") or beside_the_product(function.folder):
            continue
        if not names_package_state(index, function, _CHANGES):
            continue
        flow = index.flow(function)
        changes: dict[str, Step] = {}
        for step in flow.steps:
            if (place := _variable(index, step)) is not None:
                changes.setdefault(name_of(place), step)
        for name, step in changes.items() if len(changes) < _MANY else ():
            yield from _judge(index, function, flow, step, name)


def _variable(index: Index, step: Step) -> Place | None:
    """The package variable, or the field of one, that a step gives another value."""
    place = step.place
    if step.act not in (Act.WRITE, Act.MUTATE) or place is None:
        return None
    if not global_place(place) or index.types.is_concurrent(place.type):
        return None
    # What a pointer in the variable leads to has a type, and perhaps a lock, of its own.
    return place if all(isinstance(hop, FieldRef) and not hop.pointer for hop in place.path) else None


def _judge(index: Index, function: Function, flow: Flow, step: Step, name: str) -> Iterator[Found]:
    ways = () if step.held else ways_to(index, function, flow.body(step.body))
    reason = f"`{step.held[0].place.text}` is held" if step.held else ""
    if not reason and once_around(flow, step) is not None:
        reason = "trap T12: a Once runs the write"
    free = tuple(distinct(tuple(w for w in ways if not w.sheltered and not beside_the_product(w.root.function.folder))))
    parallel = [way for way in free if overlaps(index, way.root)]
    if not reason and not parallel and len(free) < 2:
        reason = next(
            (way.sheltered for way in ways if way.sheltered), "trap T12: no code that runs in parallel gets here"
        )
    if reason:
        yield Found(step.span, f"`{name}` is changed here.", function.symbol, name, silent_because=reason)
        return
    offered = bool(parallel) and not (_begins(function, ways) or _filled_before(index, function, flow, step, ways))
    yield _found(function, step, name, tuple(parallel or free), bool(parallel), offered)


def _begins(function: Function, ways: tuple[Way, ...]) -> bool:
    """Whether the change is a part of what makes a program or a package ready, as the names say (trap T12)."""
    return any(_BEGINS.match(f.name) for f in (function, *(site.caller for way in ways for site in way.sites)))


def _filled_before(index: Index, function: Function, flow: Flow, step: Step, ways: tuple[Way, ...]) -> bool:
    """Whether the change is made once, after a test of the variable, and others than the roots may come there first.

    A program mostly loads such state while it starts, before anything runs in parallel (trap T12).
    """
    if not any(s.act is Act.READ and s.place == step.place and s.span.start < step.span.start for s in flow.steps):
        return False
    known = {site.caller for way in ways for site in way.sites}
    return any(not site.caller.test and site.caller not in known for site in index.callers(function))


def _found(function: Function, step: Step, name: str, ways: tuple[Way, ...], parallel: bool, offered: bool) -> Found:
    first = ways[0].root
    label = first.label(function.package)
    if parallel:
        how = f"{label} run{'' if first.kind == 'launch' else 's'} in parallel"
    else:
        other = ways[1].root.label(function.package)
        how = f"{label} and {other if other != label else 'another one'} may run at once"
    return Found(
        span=step.span,
        message=f"`{name}` is changed here without a lock and {how}.",
        symbol=function.symbol,
        variable=name,
        related=tuple(Related(way.root.site, f"{way.root.label(function.package)} begins here") for way in ways[:3]),
        story=(
            *(Related((*way.calls, way.root.site)[0], _comes(way, function)) for way in ways[:2]),
            Related(step.span, f"`{name}` is changed here, by each of them, with no lock held"),
        ),
        evidence=(
            f"no lock is held at the change of `{name}`",
            *(f"{way.root.label(function.package)} reaches it in {len(way.calls)} calls" for way in ways[:3]),
        ),
        offered=offered,
    )


def _comes(way: Way, function: Function) -> str:
    label = way.root.label(function.package)
    if not way.calls:
        return f"{label} may be there more than once at the same time"
    return f"{label} gets from here to `{function.symbol}`"
