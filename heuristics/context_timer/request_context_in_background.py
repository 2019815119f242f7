"""A goroutine outlives the request, and works with its context.

The context of a request is cancelled when its handler returns. A goroutine that the handler starts and does not wait
for goes on after that: whatever it calls with the context fails at once, or in the middle, with "context canceled".

Give it a context that keeps the values and loses the end: `context.WithoutCancel(ctx)`, with a timeout of its own.

WRONG

```go
func (s *server) handle(w http.ResponseWriter, r *http.Request) {
        go s.audit(r.Context(), r.URL.Path)
}
```

RIGHT

```go
go s.audit(context.WithoutCancel(r.Context()), r.URL.Path)
```

**Limits.** Only handlers and RPC methods that neither wait nor receive anywhere behind the start. A goroutine that only
listens for the end of the context is meant to stop with the request, and left alone. So is one that wraps the context
in a type with a `Done` of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.launches import Launch, code_of, launchers, launches_of
from heuristics.concurrency.roots import own_root
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Call, Flow, Function, Named, Scope, Span, Type, Value, Var, pointee

TIER = Tier.B
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every goroutine of a request that works with the request's context after it."""
    for function in launchers(index):
        root = own_root(index, function)
        if root is None or root.kind not in ("handler", "rpc"):
            continue
        flow = index.flow(function)
        given = _given(index, function)
        for launch in launches_of(index, function):
            started = index.text(function.path).startswith(b"go", launch.span.start)
            use = _use(index, flow, launch, given) if started and _is_left_alone(flow, launch) else None
            if use is not None:
                yield _found(function, launch, use)


def _given(index: Index, function: Function) -> frozenset[Var]:
    """The parameters that carry the request's context: a context, or an HTTP request."""
    names = ("context.Context", "net/http.Request")
    types = ((v, pointee(v.type)) for v in index.variables(function) if v.scope is Scope.PARAMETER)
    return frozenset(v for v, type_ in types if isinstance(type_, Named) and type_.key in names)


def _is_left_alone(flow: Flow, launch: Launch) -> bool:
    """Whether the handler returns without having waited for anything since the start, and starts it itself."""
    if launch.step.body != flow.function.spec.start:
        return False
    after = [s for s in flow.steps if s.body == launch.step.body and s.span.start > launch.span.stop]
    waits = any(
        s.act in (Act.RECEIVE, Act.SEND) or (s.call is not None and s.act is Act.CALL and s.call.name == "Wait")
        for s in after
    )
    ends = [s for s in after if s.act is Act.RETURN]
    return not waits and bool(ends) and all(launch.site in s.running for s in ends)


def _use(index: Index, flow: Flow, launch: Launch, given: frozenset[Var]) -> Span | None:
    """Where the goroutine hands the request's context to what it calls."""
    calls = [(s.call, s.span) for s in code_of(flow, launch) if s.act is Act.CALL and s.call is not None]
    if launch.body < 0 and launch.step.call is not None:
        calls = [(launch.step.call, launch.span)]
    for call, span in calls:
        if call.known.startswith("context."):
            return None
        if any(_is_context(argument, given) for argument in call.arguments) and not _makes_another(index, call):
            return span
    return None


def _makes_another(index: Index, call: Call) -> bool:
    """Whether what is called wraps the context in a type that has a Done of its own."""
    for target in index.targets(call):
        made = (pointee(s.value.type) for s in index.flow(target).steps if s.act is Act.MAKE and s.value is not None)
        contexts = (type_ for type_ in made if any(f.embedded and _is_it(f.type) for f in index.types.fields(type_)))
        found = (index.types.member(type_, "Done") for type_ in contexts)
        if any(one is not None and one.method is not None and not one.way for one in found):
            return True
    return False


def _is_it(type_: Type) -> bool:
    return isinstance(type_, Named) and type_.key == "context.Context"


def _is_context(value: Value, given: frozenset[Var]) -> bool:
    """Whether an argument is the context of the request, as a variable or asked from the request."""
    if value.place is not None and value.place.root in given and not value.place.path:
        return value.type is not None and _is_it(value.type)
    return value.call is not None and _asks(value.call, given)


def _asks(call: Call, given: frozenset[Var]) -> bool:
    place = call.receiver.place if call.receiver is not None else None
    return call.known == "net/http.Request.Context" and place is not None and place.root in given


def _found(function: Function, launch: Launch, use: Span) -> Found:
    return Found(
        span=use,
        message="The goroutine outlives the request but uses its context, so it is cancelled at once.",
        symbol=function.symbol,
        variable="context",
        related=(Related(launch.span, "the goroutine is started here, and nobody waits for it"),),
        story=(
            Related(launch.span, "The handler starts a goroutine, and returns;"),
            Related(use, "the context that is used here is cancelled with the request."),
        ),
        evidence=(f"`{function.symbol}` serves a request", "it returns without waiting"),
        offered=True,
        fix=Fix("use context.WithoutCancel, with a timeout of its own", ()),
    )
