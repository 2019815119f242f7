"""A member is removed from a registry and closed, whether it was still there or not.

The registry has a method that closes all members, at shutdown; another one takes a single member out and closes it.
When the first has run, the second finds nothing to remove, and closes a channel that is closed: the process panics.

Ask, under the lock, whether the member was still there, and close only then.

WRONG

```go
func (h *hub) Unsubscribe(ch chan event) {
        h.mu.Lock()
        delete(h.subs, ch)
        h.mu.Unlock()
        close(ch) // Close has closed it before
}

func (h *hub) Close() {
        h.mu.Lock()
        defer h.mu.Unlock()
        for ch := range h.subs {
                close(ch)
        }
}
```

RIGHT

```go
h.mu.Lock()
defer h.mu.Unlock()
if _, ok := h.subs[ch]; ok {
        delete(h.subs, ch)
        close(ch)
}
```

**Limits.** The member must come from the caller or belong to a function that was handed out, and the registry be a map
in a field. Any look at the map before the close is taken for the question.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.locks import functions_with, mentioning
from heuristics.concurrency.roots import once_around
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Element, FieldRef, Flow, Function, Place, Scope, Step

TIER = Tier.B
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every close behind an unasked removal, where another function closes all members."""
    for function in functions_with(index, b"delete(", tests=IN_TESTS):
        text, spec = index.text(function.path), function.spec
        if text.find(b"close(", spec.start, spec.stop) < 0:
            continue
        flow = index.flow(function)
        for close in flow.steps:
            removal = _removal(flow, close) if close.act is Act.CLOSE else None
            if removal is None:
                continue
            registry = _registry(removal.place)
            other = _closes_all(index, function, registry) if registry is not None else None
            if other is not None:
                yield _found(function, close, removal, other)


def _removal(flow: Flow, close: Step) -> Step | None:
    """The delete before a close in the same body; None when the function has looked into the map, or runs once."""
    root = close.place.root if close.place is not None else None
    given = root is not None and (root.scope is Scope.PARAMETER or root.body != close.body)
    if not given or close.facts or once_around(flow, close) is not None:
        return None
    for step in flow.steps:
        if step.body != close.body or step.span.start >= close.span.start or _registry(step.place) is None:
            continue
        if step.act is Act.READ and _is_element(step.place):
            return None
        if step.act is Act.MUTATE and _is_element(step.place) and not step.facts:
            return step
    return None


def _is_element(place: Place | None) -> bool:
    last = place.path[-1] if place is not None and place.path else None
    return isinstance(last, Element) and last.of_map


def _registry(place: Place | None) -> FieldRef | None:
    """The field whose map a place lies in."""
    hops = place.path if place is not None else ()
    field = hops[-2] if len(hops) > 1 and isinstance(hops[-1], Element) else None
    return field if isinstance(field, FieldRef) and field.owner != "?" else None


def _closes_all(index: Index, function: Function, registry: FieldRef) -> Step | None:
    """Where another function closes the members over which it ranges."""
    for other in mentioning(index, function, registry.name):
        if other is function or other.test:
            continue
        flow = index.flow(other)
        members = {
            s.place.root
            for s in flow.steps
            if s.act is Act.DECLARE and s.place is not None and s.value is not None and s.value.kind == "element"
            if s.value.place is not None and s.value.place.field == registry
        }
        for step in flow.steps:
            if step.act is Act.CLOSE and step.place is not None and step.place.root in members and not step.facts:
                return step
    return None


def _found(function: Function, close: Step, removal: Step, other: Step) -> Found:
    assert close.place is not None
    name = close.place.text
    return Found(
        span=close.span,
        message=f"`{name}` is closed after removal without asking whether it was still present.",
        symbol=function.symbol,
        variable=name,
        related=(
            Related(other.span, "another function closes all members"),
            Related(removal.span, "the removal does not tell whether there was something to remove"),
        ),
        story=(
            Related(other.span, f"All members are closed here, `{name}` among them;"),
            Related(removal.span, "the removal finds nothing, and does not tell;"),
            Related(close.span, "the second close panics."),
        ),
        evidence=("nothing looks into the map before the close", "another function closes every member"),
        offered=True,
        fix=Fix(f"close `{name}` only if it was still in the map", ()),
    )
