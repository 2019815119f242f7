"""A WaitGroup is handed over by value.

A parameter of type sync.WaitGroup, without a star, is a copy of the caller's group. Done counts the copy down: the
caller's group keeps its count, and its Wait never comes back. Wait on a copy does not see who ends later.

Hand over a pointer.

WRONG

```go
func worker(wg sync.WaitGroup, job func()) {
        defer wg.Done() // counts a copy down
        job()
}
```

RIGHT

```go
func worker(wg *sync.WaitGroup, job func()) {
        defer wg.Done()
        job()
}
```

Limits: seen are parameters, and receivers and parameters that are structs with a group in them, whose Add, Done or Wait
is called. The fix is offered where every caller of the function is seen and can be changed with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.groups import before_calls, calls, counting, variable_before
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Call, FieldRef, Flow, Function, Place, Pointer, Scope, Span, Step, Value, Var

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = True
YIELDS_TO: tuple[str, ...] = ()

_METHODS = ("Done", "Add", "Wait")
# The name of a parameter before the next, or its type.
_BY_VALUE = rb"[(,]\s*%b(?:\s*,|\s+[^*\s,])"


def check(index: Index) -> Iterator[Found]:
    """Every parameter or receiver that is a copy of a group, or of what carries one, and is counted."""
    seen: set[Var] = set()
    for method in _METHODS:
        for function in counting(index, method, IN_TESTS):
            if not _may_be_handed_over(index, function):
                continue
            flow = index.flow(function)
            for step, group in calls(flow, method):
                root = group.root
                if root is not None and root not in seen and _is_copy(group):
                    seen.add(root)
                    yield _found(index, flow, step, group, root, method)


def _may_be_handed_over(index: Index, function: Function) -> bool:
    """Whether a parameter that is no pointer may be what Add, Done or Wait is called on, or carry it."""
    text = index.text(function.path)[function.spec.start : function.spec.stop]
    lines = (line for method in _METHODS for line in before_calls(index, function, method))
    return any(re.search(_BY_VALUE % name, text) for name in {variable_before(line) for line in lines} - {b""})


def _is_copy(group: Place) -> bool:
    """Whether the group lies in the memory of a parameter or receiver itself."""
    root = group.root
    if root is None or root.scope not in (Scope.PARAMETER, Scope.RECEIVER) or isinstance(root.type, Pointer):
        return False
    return all(isinstance(hop, FieldRef) and not hop.pointer for hop in group.path)


def _found(index: Index, flow: Flow, step: Step, group: Place, root: Var, method: str) -> Found:
    declared = index.file(flow.function.path).span(root.start, root.start + len(root.name.encode()))
    callers = _handing(index, flow, root)
    return Found(
        span=declared,
        message=f"The WaitGroup `{group.text}` is copied; {method} acts on the copy.",
        symbol=flow.function.symbol,
        variable=group.text,
        related=(
            Related(step.span, f"{method} acts on the copy here"),
            *(Related(span, "the caller's group is copied here") for _, span in callers[:1]),
        ),
        story=(
            *(Related(span, "The caller hands over its group, and keeps another one;") for _, span in callers[:1]),
            Related(declared, f"`{group.text}` starts with the count of that moment,"),
            Related(step.span, f"and {method} changes the copy alone."),
        ),
        evidence=(f"`{root.name}` is no pointer",),
        fix=_fix(index, flow, root, group),
        silent_because=_trap(index, flow, group, root),
    )


def _trap(index: Index, flow: Flow, group: Place, root: Var) -> str:
    own = {g for method in ("Add", "Wait") for _, g in calls(flow, method)}
    if group.path and group in own:
        return "the function counts and waits on its own copy"
    return ""


# --- the callers, and what they hand over


def _handing(index: Index, flow: Flow, root: Var) -> list[tuple[Value, Span]]:
    """What callers hand over for a parameter, and where: of a literal, the statement that starts or calls it."""
    found: list[tuple[Value, Span]] = []
    function = flow.function
    if root.body != function.spec.start:
        here = (s.call for s in flow.steps if s.call is not None and s.call.literal == root.body)
        found += [
            (call.arguments[root.position], call.arguments[root.position].span) for call in here if _has(call, root)
        ]
    else:
        for site in index.callers(function):
            call = site.step.call
            if call is not None and _has(call, root):
                found.append((call.arguments[root.position], site.step.span))
    return found


def _has(call: Call, root: Var) -> bool:
    return 0 <= root.position < len(call.arguments)


def _fix(index: Index, flow: Flow, root: Var, group: Place) -> Fix:
    """A star before the type, and an ampersand before what each caller hands over."""
    title = "hand over a pointer to the WaitGroup"
    function = flow.function
    text = index.text(function.path)
    stop = root.start + len(root.name.encode())
    kind = text[stop : stop + len(" sync.WaitGroup")]
    values = [value for value, _ in _handing(index, flow, root)]
    if group.path or kind != b" sync.WaitGroup" or not values or not _changeable(index, flow, root, len(values)):
        return Fix(title, ())
    if any(value.kind != "place" or value.place is None or isinstance(value.place.type, Pointer) for value in values):
        return Fix(title, ())
    edits = [Edit(function.path, stop + 1, stop + 1, "*")]
    edits += [Edit(value.span.path, value.span.start, value.span.start, "&") for value in values]
    return Fix(title, tuple(edits))


def _changeable(index: Index, flow: Flow, root: Var, callers: int) -> bool:
    """Whether nobody else can call the function, and the body does with the group only what a pointer allows, too."""
    uses = [s for s in flow.steps if s.call is not None and any(_is(v, root) for v in s.call.arguments)]
    stored = [s for s in flow.steps if s.act is not Act.CALL and s.value is not None and _is(s.value, root)]
    if uses or stored:
        return False
    if root.body != flow.function.spec.start:
        return callers == 1
    return _mentions(index, flow.function) == callers and not flow.function.receiver


def _is(value: Value, root: Var) -> bool:
    return value.place is not None and value.place.root is root and not value.place.path


def _mentions(index: Index, function: Function) -> int:
    """How often the package names an unexported function beside its declaration; -1 for an exported one."""
    name = function.name
    if name[:1].isupper():
        return -1
    files = index.package(function).files
    word = name.encode()
    count = 0
    for file in files:
        at = file.text.find(word)
        while at >= 0:
            around = file.text[max(at - 1, 0) : at] + file.text[at + len(word) : at + len(word) + 1]
            count += not any(chr(b).isalnum() or chr(b) == "_" for b in around)
            at = file.text.find(word, at + 1)
    return count - 1
