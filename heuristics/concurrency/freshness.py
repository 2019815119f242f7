"""Which objects nobody else can see yet: made here and not handed out, or still being prepared."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.golang import known
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function, Scope, Step, Struct, Value, Var

# Functions that make an object ready; what they do before they start or hand out anything is seen by nobody.
# Not what a server calls for every request (ServeHTTP, ServeDNS).
_LIFECYCLE = re.compile(
    r"^(?!Serve(?:HTTP|DNS))(?i:new|init|initialize|setup|configure|open|start|run|serve|provision|prepare|parse"
    r"|unmarshal|decode|from|must|with)(?![a-z])"
)
# Functions with such names look at what was read, before anybody works with it.
_VALIDATES = re.compile(r"^(?i:validate|verify|check)\w*(?:Options?|Opts|Config(?:uration)?|Settings)$")
_WHOLE = 5  # fields replaced in one function
_STORES = (Act.WRITE, Act.MUTATE, Act.SEND)


def fresh_at(index: Index, flow: Flow, step: Step, var: Var) -> bool:
    """Whether a local variable holds an object at this step that the function made and has not handed out."""
    first = index.once(_made_at, (flow.function, var))
    if first is None or (step.body != first.body and _runs_apart(flow, step.body, first.body)):
        return False
    return not any(s.span.start < step.span.start and _hands_out(flow, s, var) for s in flow.steps)


def _made_at(index: Index, about: tuple[Function, Var]) -> Step | None:
    """Where a function first gives a local its object, when it makes every object that it gives it."""
    function, var = about
    given = [s for s in index.flow(function).steps if s.act in (Act.DECLARE, Act.WRITE) and _sets(s, var)]
    return given[0] if given and all(_makes(index, s, var) for s in given) else None


def built(flow: Flow, var: Var) -> bool:
    """Whether a function makes the object of a local itself, in its own text."""
    given = [s.value for s in flow.steps if s.act in (Act.DECLARE, Act.WRITE) and _sets(s, var)]
    values = [value for value in given if value is None or value.text != "nil"]
    return bool(values) and all(value is not None and value.kind in ("composite", "new") for value in values)


def _sets(step: Step, var: Var) -> bool:
    return step.place is not None and step.place.root is var and not step.place.path


def _makes(index: Index, step: Step, var: Var) -> bool:
    if step.value is None:
        return step.act is Act.DECLARE and isinstance(index.types.underlying(var.type), Struct)
    call = step.value.call
    place = call.receiver.place if call is not None and call.receiver is not None else None
    if place is not None and place.root is var and not place.path:
        return True  # x, err = x.rename(): still the object that was made
    return makes(index, step.value)


def makes(index: Index, value: Value) -> bool:
    """Whether a value is an object that did not exist before."""
    if value.kind in ("composite", "new"):
        return True
    if value.kind in ("conversion", "assertion") and value.inner is not None:
        return makes(index, value.inner)
    if value.kind == "constant":
        return value.text == "nil"
    if value.call is None:
        return False
    if value.call.known in known.COPIES or value.call.name in known.COPY_METHODS:
        return True
    return value.call.function is not None and index.once(_Results, "").fresh(value.call.function)


class _Results:
    """Whether the first result of a function is always an object that the function made; functions that call each
    other in a circle do not tell."""

    def __init__(self, index: Index, _: str) -> None:
        self._index = index
        self._known: dict[Function, bool] = {}

    def fresh(self, function: Function) -> bool:
        if function not in self._known:
            self._known[function] = False
            flow = self._index.flow(function)
            returns = [s for s in flow.steps if s.act is Act.RETURN and s.body == function.spec.start and s.values]
            self._known[function] = bool(returns) and all(_fresh_result(self._index, flow, s) for s in returns)
        return self._known[function]


def _fresh_result(index: Index, flow: Flow, step: Step) -> bool:
    value = step.values[0]
    if makes(index, value):
        return True
    place = value.place
    if place is None or place.root is None or place.path or place.root.scope not in (Scope.LOCAL, Scope.RESULT):
        return False
    return fresh_at(index, flow, step, place.root)


def _runs_apart(flow: Flow, body: int, home: int) -> bool:
    """Whether a body inside another runs in a goroutine of its own, or at a time that nobody knows."""
    current = flow.body(body)
    while current.start != home and current.how != "main":
        if current.how in ("spawned", "value"):
            return True
        current = flow.body(current.parent)
    return False


def _hands_out(flow: Flow, step: Step, var: Var) -> bool:
    """Whether a step makes what the variable holds visible to others."""
    if step.act in _STORES and step.value is not None and step.place is not None and step.place.path:
        return step.place.root is not var and var in _named(step.value)
    if step.act is Act.SEND and step.value is not None:
        return var in _named(step.value)
    if step.act is Act.WRITE and step.place is not None and step.place.root is not None and step.value is not None:
        return step.place.root.scope is Scope.GLOBAL and var in _named(step.value)
    if step.act is Act.SPAWN and step.call is not None:
        operands = (step.call.receiver, *step.call.arguments)
        if any(operand is not None and var in _named(operand) for operand in operands):
            return True
        return any(
            body.how == "spawned" and body.site is not None and body.site == step.span and _uses(flow, body.start, var)
            for body in flow.bodies
        )
    return False


def _uses(flow: Flow, body: int, var: Var) -> bool:
    return any(s.body == body and s.place is not None and s.place.root is var for s in flow.steps)


def _named(value: Value) -> Iterator[Var]:
    """The variables whose object a value carries."""
    if value.place is not None and value.place.root is not None:
        yield value.place.root
    if value.inner is not None:
        yield from _named(value.inner)
    for _, part in value.fields:
        yield from _named(part)
    if value.call is not None and value.call.known == "builtin.append":
        for argument in value.call.arguments[1:]:
            yield from _named(argument)


def preparing(flow: Flow, step: Step, var: Var) -> str:
    """Why the object behind a receiver or parameter is still being made ready at this step, "" when it is not.

    Decided by position: only what comes before the first goroutine and before the object is handed out.
    """
    if _replaces_all(flow, var):
        return f"trap T10: {flow.function.name} makes the whole object new"
    if not _LIFECYCLE.match(flow.function.name):
        return ""
    if flow.body(step.body).how in ("spawned", "value"):
        return ""
    if any(
        s.span.start < step.span.start and (s.act is Act.SPAWN or s.act is Act.ACQUIRE or _hands_out(flow, s, var))
        for s in flow.steps
    ):
        return ""
    return f"trap T10: {flow.function.name} makes the object ready"


def validating(flow: Flow) -> str:
    """Why all that a function without a receiver was handed is not in use yet, "" when it may be."""
    function = flow.function
    if function.receiver or not _VALIDATES.match(function.name):
        return ""
    busy = any(s.act in (Act.SPAWN, Act.ACQUIRE) for s in flow.steps)
    return "" if busy else f"trap T10: {function.name} looks at what is not in use yet"


def first_made(flow: Flow, step: Step) -> bool:
    """Whether a function that makes its receiver ready gives it a new map or slice here, before it starts anything."""
    made = step.value is not None and step.value.kind in ("new", "composite")
    if not made or not _LIFECYCLE.match(flow.function.name) or step.body != flow.function.spec.start:
        return False
    return not any(s.act is Act.SPAWN and s.span.start < step.span.start for s in flow.steps)


def _replaces_all(flow: Flow, var: Var) -> bool:
    """Whether the function takes no lock and gives so many fields a new value that the object cannot be in use."""
    fields = {s.place.path for s in flow.steps if s.act is Act.WRITE and s.place is not None and s.place.root is var}
    return len(fields) >= _WHOLE and not any(s.act is Act.ACQUIRE for s in flow.steps)
