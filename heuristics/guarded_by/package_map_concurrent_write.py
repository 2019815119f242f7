"""A package-level map is written by concurrent code without a lock.

A map at package level belongs to the whole process. When two goroutines write it at the same time, or one writes while
another reads, the Go runtime ends the process with `fatal error: concurrent map writes`; no recover can catch that. The
write looks harmless where it stands, because what makes it concurrent is often far away: two controllers, a request
handler, a pool of workers that reach it through several calls.

Guard the map with a mutex that lives beside it, or use a `sync.Map` with `Swap` or `LoadOrStore` (never `Load` followed
by `Store`). If every goroutine can have a map of its own, make it a field.

WRONG

```go
var seen = map[string]string{}

func report(name, value string) { // called by two controllers
        if seen[name] != value {
                log.Print(name, value)
        }
        seen[name] = value
}
```

RIGHT

```go
var (
        seenMu sync.Mutex
        seen   = map[string]string{}
)

func report(name, value string) {
        seenMu.Lock()
        defer seenMu.Unlock()
        if seen[name] != value {
                log.Print(name, value)
        }
        seen[name] = value
}
```

**Limits.** The heuristic speaks only when it can follow calls from concurrent code to the write: two different roots,
or one that runs beside itself (request handlers, goroutines started in a loop). Calls through function values and
reflection are not followed, and neither are paths longer than eight calls. A single controller with one worker is not
concurrent with itself. Registries that are filled at start-up stay silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.guards import beside_the_product
from heuristics.concurrency.package_maps import Reader, reader_beside, remembers, repeats
from heuristics.concurrency.package_state import global_place, name_of, names_package_state
from heuristics.concurrency.roots import Root, Way, distinct, once_around, ways_to
from heuristics.engine.finding import Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Element, FieldRef, Flow, Function, Place, Step

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO = ()

# An element that gets a value or goes away, with the name that the chain before it starts with.
_CHANGES = re.compile(
    rb"((?<=\bdelete\()\w+|(?<=\bclear\()\w+"
    rb"|\b[A-Za-z_]\w*+(?=(?:\.\w++)*+\[[^\n]*?\](?:\+\+|--|,| ?[-+|&^*/%<>]*=)))"
)


def check(index: Index) -> Iterator[Found]:
    for function in index.functions(IN_TESTS):
        if function.name == "init" or beside_the_product(function.folder):
            continue
        if not names_package_state(index, function, _CHANGES):
            continue
        flow = index.flow(function)
        told: set[str] = set()
        for step in flow.steps:
            if (place := _package_map(step)) is not None and (name := name_of(place)) not in told:
                told.add(name)
                yield from _judge(index, function, flow, step, place)


def _package_map(step: Step) -> Place | None:
    """The package map that a step changes in place, as the place of the element."""
    place = step.place
    if step.act is not Act.MUTATE or place is None or not global_place(place):
        return None
    hops = place.path
    if not hops or not isinstance(hops[-1], Element) or not hops[-1].of_map:
        return None
    # An element of an element, or a map behind a pointer, is another value for every key.
    return place if all(isinstance(hop, FieldRef) and not hop.pointer for hop in hops[:-1]) else None


def _judge(index: Index, function: Function, flow: Flow, step: Step, place: Place) -> Iterator[Found]:
    name = name_of(place)

    def silent(reason: str) -> Found:
        return Found(step.span, f"`{name}` is written here.", function.symbol, name, silent_because=reason)

    if step.held:
        yield silent(f"`{step.held[0].place.text}` is held")
        return
    if once_around(flow, step) is not None:
        yield silent("trap T12: a Once runs the write")
        return
    ways = ways_to(index, function, flow.body(step.body))
    free = tuple(distinct(tuple(way for way in ways if not way.sheltered)))
    parallel = next((way for way in free if way.root.parallel), None)
    if parallel is not None:
        others = [way for way in free if way is not parallel]
        yield _found(index, function, step, name, (parallel, *others))
    elif len(free) > 1:
        yield _found(index, function, step, name, free)
    elif free and repeats(free[0], step) and (reader := reader_beside(index, function, place, free[0].root)):
        yield _read_beside(function, step, name, free[0].root, reader)
    elif free:
        yield silent(f"trap T24: only {free[0].root.label(function.package)} reaches it, one run at a time")
    elif ways:
        yield silent(ways[0].sheltered)
    elif remembers(index, function, step):
        yield _remembered(function, step, name)
    else:
        yield silent("trap T12: no concurrent code reaches it")


def _found(index: Index, function: Function, step: Step, name: str, ways: tuple[Way, ...]) -> Found:
    first = ways[0].root
    label = first.label(function.package)
    if first.parallel:
        reached = f"can be reached from {label}, which run{'' if first.kind == 'launch' else 's'} in parallel"
    else:
        reached = f"can be reached from {label} and {ways[1].root.label(function.package)} at once"
    message = f'`{name}` is written without a lock and {reached}: "concurrent map writes" aborts the process.'
    return Found(
        span=step.span,
        message=message,
        symbol=function.symbol,
        variable=name,
        related=tuple(Related(way.root.site, f"{way.root.label(function.package)} begins here") for way in ways[:3]),
        story=tuple(_story(way, function, step, name) for way in ways[:2]),
        evidence=(
            f"no lock is held at the write of `{name}`",
            *(f"{way.root.label(function.package)} reaches it in {len(way.calls)} calls" for way in ways[:3]),
        ),
    )


def _read_beside(function: Function, step: Step, name: str, writer: Root, reader: Reader) -> Found:
    label = writer.label(function.package)
    return Found(
        span=step.span,
        message=f'`{name}` is written without a lock by {label} and read by {reader.who}: "concurrent map read and map '
        'write" aborts the process.',
        symbol=function.symbol,
        variable=name,
        related=(
            Related(reader.step.span, f"`{name}` is read here, in `{reader.function.symbol}`"),
            Related(writer.site, f"{label} begins here"),
        ),
        story=(
            Related(step.span, f"{label} comes here again and again and writes `{name}`"),
            Related(reader.step.span, f"{reader.who} reads it meanwhile"),
        ),
        evidence=(f"no lock is held at the write of `{name}`, and none at the read",),
    )


def _remembered(function: Function, step: Step, name: str) -> Found:
    return Found(
        span=step.span,
        message=f'`{name}` is filled on a miss without a lock; two callers at once abort the process with "concurrent '
        'map writes".',
        symbol=function.symbol,
        variable=name,
        story=(Related(step.span, f"every caller of `{function.symbol}` that misses writes `{name}` here"),),
        evidence=(f"no lock is held at the write of `{name}`", "code outside the package calls it"),
        tier=Tier.B,
    )


def _story(way: Way, function: Function, step: Step, name: str) -> Related:
    label = way.root.label(function.package)
    if not way.calls:
        return Related(step.span, f"{label} writes `{name}` itself")
    where = f"{len(way.calls)} calls" if len(way.calls) > 1 else "one call"
    return Related(way.calls[0], f"{label} gets from here to the write of `{name}` in {where}")
