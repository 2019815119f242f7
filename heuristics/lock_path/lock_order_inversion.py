"""Two locks are taken in opposite orders.

One function holds the first lock and asks for the second; another holds the second and asks for the first. When two
goroutines meet in between, each waits for the other for ever, and everybody who needs one of the locks waits with them.
The second lock is often taken several calls further down, in another file, so that neither function shows the cycle.

Choose one order for the two locks and keep it everywhere; or leave the first section before the call that needs the
other lock: copy what the call needs, unlock, then call.

WRONG

```go
func (s *Store) Flush() {
        s.mu.Lock()
        defer s.mu.Unlock()
        for _, r := range s.replicas {
                r.Report() // takes r.mu
        }
}

func (r *Replica) Tick() {
        r.mu.Lock()
        defer r.mu.Unlock()
        r.store.Enqueue(r) // takes r.store.mu
}
```

RIGHT

```go
func (s *Store) Flush() {
        s.mu.Lock()
        replicas := slices.Clone(s.replicas)
        s.mu.Unlock()
        for _, r := range replicas {
                r.Report()
        }
}
```

Limits: a lock is known by the field or package variable that it is, so two objects of one type are one lock here, and
two locks of the same type that are nested are left alone. A lock that is held around both orders, an object that is
not shared yet, and two paths of one goroutine keep this silent. Calls are followed six deep, through interfaces and
function fields as far as few candidates are left; a function that is called only where a field says so is listed.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.choices import switches_of
from heuristics.concurrency.demands import holder_of
from heuristics.concurrency.entries import entries_of
from heuristics.concurrency.locks import functions_that_lock
from heuristics.concurrency.orders import Order, held_around, is_written, orders_between, orders_in, orders_into
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Function

TIER = Tier.B
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO = ()


def check(index: Index) -> Iterator[Found]:
    """Every function that takes two locks in an order of which the repository also has the opposite."""
    shown = frozenset(functions_that_lock(index, tests=IN_TESTS))
    for function in sorted(shown, key=lambda each: (each.path, each.spec.start)):
        for order in orders_in(index, function):
            yield from _judge(index, order, function, shown)
        if index.text(function.path).find(b"func(", function.spec.name_start, function.spec.stop) >= 0:
            for order in orders_into(index, function):
                if order.function not in shown:
                    yield from _judge(index, order, function, shown)


def _judge(index: Index, order: Order, function: Function, shown: frozenset[Function]) -> Iterator[Found]:
    """The finding for one pair of locks, if the repository has the opposite order too; it stands in `function`."""
    if order.second.kind != "lock":
        return
    back = orders_between(index, order.second.what, order.first)
    if back and (function is not order.function or _is_odd_one(index, order, back, shown)):
        yield _found(index, order, function, back)


def _is_odd_one(index: Index, order: Order, back: tuple[Order, ...], shown: frozenset[Function]) -> bool:
    """Whether the finding belongs here: the order that fewer functions have is the wrong one, most likely.

    Where both are as frequent it is the one with the longer way to its second lock, if both are looked at.
    """
    ahead = orders_between(index, order.first, order.second.what)
    if max(len(ahead), 1) != len(back):
        return len(ahead) < len(back)
    others = [other for other in back if other.function in shown]
    return not others or _weight(order) > max(_weight(other) for other in others)


def _weight(order: Order) -> tuple[int, str, int]:
    return len(order.second.chain), order.step.span.path, order.step.span.start


def _found(index: Index, order: Order, function: Function, back: tuple[Order, ...]) -> Found:
    reasons = [(_trap(index, order, other), other) for other in back]
    trap, other = min(reasons, key=lambda pair: (bool(pair[0]), _doubt(pair[1])))
    first, second = order.first.label, order.second.what.label
    through = [Related(span, "by this call") for span in order.second.chain[1:-1]]
    through += [Related(span, "by this call") for span in other.second.chain[1:-1]]
    span = order.step.span if function is order.function else order.where
    end = Related(order.where, f"`{second}` is taken here")
    return Found(
        span=span,
        message=f"This path takes `{first}` then `{second}`; "
        f"`{other.function.symbol}` takes `{second}` then `{first}`.",
        symbol=function.symbol,
        variable=" ".join(sorted((first, second))),
        related=(
            Related(other.where, f"`{first}` is taken here with `{second}` held"),
            *((end,) if order.where != span else ()),
            Related(order.held.span, f"`{first}` is taken here"),
            Related(other.step.span, f"`{second}` is held here"),
            Related(other.held.span, f"`{second}` is taken here first"),
            *through,
        ),
        story=(
            Related(order.step.span, f"One goroutine holds `{first}` here and waits for `{second}`;"),
            Related(other.step.span, f"another one holds `{second}` here and waits for `{first}`;"),
            Related(order.held.span, "neither goes on, and everybody who needs one of the two locks waits with them."),
        ),
        evidence=(
            f"{order.function.symbol} reaches the Lock of `{second}` over {len(order.second.chain) - 1} calls",
            f"{other.function.symbol} reaches the Lock of `{first}` over {len(other.second.chain) - 1} calls",
            f"{len(back)} functions take the locks in the other order",
        ),
        offered=not (any(each.second.guessed or each.sharded or _told_to_call(each) for each in (order, other))),
        fix=Fix(f"release `{order.held.place.text}` before this call, or take the two locks in one order", ()),
        silent_because=trap,
    )


def _told_to_call(order: Order) -> bool:
    """Whether a function value is called only where a field says so: mostly from some moment on."""
    call = order.step.call
    if call is None or call.function is not None or call.known or call.interface:
        return False
    return any("." in text for text in switches_of(fact for fact in order.step.facts if fact[1]))


def _doubt(order: Order) -> tuple[bool, int]:
    return order.second.guessed, len(order.second.chain)


# --- traps


def _trap(index: Index, order: Order, other: Order) -> str:
    gate = _gate(index, order, other)
    if gate:
        return f"a lock that both paths hold before, `{gate}`, lets only one of them in"
    if _other_object(order, other):
        return "same type, different instances: a lock of a struct that is embedded in different types"
    if _only_readers(index, order, other):
        return "both paths take a read lock that nobody takes for writing"
    if _one_goroutine(index, order, other):
        return "trap T16: both paths run in one goroutine"
    return ""


def _gate(index: Index, order: Order, other: Order) -> str:
    """A lock that is held around both pairs, by one of them for writing."""
    ours, theirs = _around(index, order), _around(index, other)
    pair = {order.first.key, other.first.key}
    both = [key for key in ours if key in theirs and key not in pair and "W" in (ours[key], theirs[key])]
    return both[0].rpartition(".")[2] if both else ""


def _around(index: Index, order: Order) -> dict[str, str]:
    return {**held_around(index, order.function), **dict(order.gates)}


def _other_object(order: Order, other: Order) -> bool:
    """Whether one of the two locks is embedded in one type here and in another type there."""
    pairs = ((order.held.place, other.second.place), (order.second.place, other.held.place))
    return any(len({holder_of(one), holder_of(two)} - {""}) == 2 for one, two in pairs)


def _only_readers(index: Index, order: Order, other: Order) -> bool:
    """Whether one of the two locks is only read-locked, here and everywhere, so that nobody waits for it."""
    first = {order.held.mode, other.second.mode} == {"R"} and not is_written(index, order.first)
    second = {order.second.mode, other.held.mode} == {"R"} and not is_written(index, other.first)
    return first or second


def _one_goroutine(index: Index, order: Order, other: Order) -> bool:
    """Whether one launch site, which starts one goroutine, runs both functions and nobody else does."""
    if order.function.package != other.function.package:
        return False
    entries = entries_of(index, order.function.package)
    ours, theirs = entries.origins(order.function), entries.origins(other.function)
    return len(ours) == 1 and ours == theirs and not next(iter(ours)).loop
