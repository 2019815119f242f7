"""Load and Store of one atomic variable are two steps.

Each of them is atomic, both together are not. Another goroutine can change the variable in between: its update is
lost, because Store writes what was computed from the old value. A flag that is loaded, found unset, and then stored
lets two goroutines through.

`Add` and `CompareAndSwap` read and write in one step.

WRONG

```go
s.total.Store(s.total.Load() + n)
```

RIGHT

```go
s.total.Add(n)
```

**Limits.** What is stored must come from what was loaded in the same body, or the Store must stand behind the test of
a flag that is loaded, on a way that closes a channel or starts a goroutine. It comments when somebody else stores,
adds or swaps, too. A lock that is held, and a variable that one goroutine alone writes, stay silent.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.blocks import enclosing
from heuristics.concurrency.conds import Key, key_of, operand
from heuristics.concurrency.course import course_of
from heuristics.concurrency.entries import OUTSIDE, entries_of
from heuristics.concurrency.locks import mentioning
from heuristics.concurrency.words import functions_near
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function, Place, Scope, Span, Step, Var
from heuristics.golang.tree import If

TIER = Tier.B
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()

_CHANGES = ("Add", "Store", "Swap", "CompareAndSwap", "Or", "And", "Inc", "Dec", "Sub", "CAS")


@frozen()
class _Pair:
    """A Load, and a Store that rests on it. twice: a flag lets its goroutine do what must be done once."""

    load: Step
    store: Step
    place: Place
    twice: bool


def check(index: Index) -> Iterator[Found]:
    """Every Store of what was computed from a Load of the same variable, or behind a test of it."""
    for function in functions_near(index, b"atomic", b".Store", b".Load"):
        flow = index.flow(function)
        for store, place in _on_atomics(flow, "Store"):
            pair = next(_pairs(index, flow, store, place), None) if _lasting(place) else None
            if pair is not None:
                yield _found(index, flow, pair)


def _on_atomics(flow: Flow, *methods: str) -> Iterator[tuple[Step, Place]]:
    for step in flow.steps:
        call, place = step.call, operand(step)
        if step.act is Act.CALL and call is not None and place is not None and call.name.startswith(methods):
            yield step, place


def _lasting(place: Place) -> bool:
    """Whether other goroutines may know the variable: a package variable, or a field of what was handed in."""
    root = place.root
    return root is not None and (root.scope is Scope.GLOBAL or (bool(place.path) and root.scope is not Scope.LOCAL))


def _pairs(index: Index, flow: Flow, store: Step, place: Place) -> Iterator[_Pair]:
    for load, other in _on_atomics(flow, "Load"):
        if other != place or load.body != store.body or load.span.start == store.span.start:
            continue
        if store.span.start < load.span.start < store.span.stop or _carried(index, flow, load, store):
            yield _Pair(load, store, place, False)
        elif load.span.stop <= store.span.start and _lets_through(index, flow, load, store):
            yield _Pair(load, store, place, True)


def _carried(index: Index, flow: Flow, load: Step, store: Step) -> bool:
    """Whether what is stored is computed from the local that took what was loaded."""
    if store.call is None or not store.call.arguments or load.span.stop > store.span.start:
        return False
    value = store.call.arguments[-1]
    for step in flow.steps:
        local = step.place.root if step.place is not None and not step.place.path else None
        if step.act not in (Act.DECLARE, Act.WRITE) or local is None or step.value is None:
            continue
        if step.value.span == load.span and value.kind == "other" and _names(index, value.span, local):
            return True
    return False


def _names(index: Index, span: Span, local: Var) -> bool:
    text = index.text(span.path)[span.start : span.stop].decode("utf-8", "replace")
    return local.name in text.replace("+", " ").replace("-", " ").replace("(", " ").replace(")", " ").split()


def _lets_through(index: Index, flow: Flow, load: Step, store: Step) -> bool:
    """Whether a Store stands in the branch that a test of the Load guards, with something that must be done once."""
    way = course_of(index, flow.function, store.body)
    if way is None:
        return False
    for one in enclosing(way.block, store.span.start):
        if isinstance(one, If) and one.condition.start <= load.span.start < one.condition.stop:
            inside = [s for s in flow.steps if one.then.start <= s.span.start < one.then.stop]
            return any(s.act in (Act.CLOSE, Act.SPAWN) for s in inside)
    return False


def _found(index: Index, flow: Flow, pair: _Pair) -> Found:
    name = pair.place.text
    other = _other_change(index, flow.function, pair)
    return Found(
        span=pair.store.span,
        message=f"Load then Store loses concurrent updates of `{name}`.",
        symbol=flow.function.symbol,
        variable=name,
        related=(
            Related(pair.load.span, f"`{name}` is loaded here, in a step of its own"),
            *((Related(other, f"`{name}` is changed here, too"),) if other is not None else ()),
        ),
        story=(
            Related(pair.load.span, f"One goroutine loads `{name}`;"),
            *((Related(other, "another one changes it;"),) if other is not None else ()),
            Related(pair.store.span, "both pass the test." if pair.twice else "Store overwrites that change."),
        ),
        evidence=(f"`{name}` has another writer",) if other is not None else (),
        offered=other is not None,
        fix=Fix("use CompareAndSwap" if pair.twice else "use Add, or a loop around CompareAndSwap", ()),
        silent_because=_trap(index, flow, pair, other),
    )


def _trap(index: Index, flow: Flow, pair: _Pair, other: Span | None) -> str:
    function = flow.function
    entry = entries_of(index, function.package).entry(function)
    held = (*pair.store.held, *entry.locks)
    if held:
        return f"`{held[0].place.text}` is held"
    if entry.sheltered or entry.fresh:
        return entry.sheltered or "trap T10: nobody else knows the object yet"
    origins = entries_of(index, function.package).origins(function)
    alone = len(origins) == 1 and OUTSIDE not in origins and not next(iter(origins)).loop
    return "trap T16: one goroutine alone writes it" if alone and other is None else ""


def _other_change(index: Index, function: Function, pair: _Pair) -> Span | None:
    """Where another function of the package changes the variable."""
    key: Key | None = key_of(pair.place)
    name = pair.place.field.name if pair.place.field is not None else pair.place.text
    for other in mentioning(index, function, name) if key is not None else ():
        if other is function or other.test:
            continue
        for step, place in _on_atomics(index.flow(other), *_CHANGES):
            if key_of(place) == key:
                return step.span
    return None
