"""A callback changes a variable that the function which registered it reads.

An object keeps a function literal and calls it when something happens: a log handler, a watcher, a server. It does so
in the goroutine to which that happens, not in the one that registered the literal. When the literal assigns a variable
of the function around it, or writes to a buffer there, and that function goes on to read it, the two race: the object
may be in the middle of a call, even when the function has done all that it wanted to observe.

Take one lock in both places, or take the callback back and wait for the calls that are under way before the variable is
read.

WRONG

```go
var out bytes.Buffer
logger.SetOutput(func(text string) { out.WriteString(text) })
run()
return out.String() // other goroutines still log
```

RIGHT

```go
var mu sync.Mutex
var out bytes.Buffer
logger.SetOutput(func(text string) {
        mu.Lock()
        defer mu.Unlock()
        out.WriteString(text)
})
run()
mu.Lock()
defer mu.Unlock()
return out.String()
```

**Limits.** Only objects of the repository whose code calls what it keeps in a goroutine of its own, in a request
handler or behind an interface that is called concurrently, as far as that can be followed. Any wait, receive, or call
on the object before the read keeps it silent.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.joins import common_lock, locked
from heuristics.concurrency.launches import Launch, captures, code_of
from heuristics.concurrency.registrations import Registration, registering, registrations_of
from heuristics.engine.finding import Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Scope, Step, Var

TIER = Tier.A
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO = ()
_CHANGES = (Act.WRITE, Act.MUTATE)


def check(index: Index) -> Iterator[Found]:
    for function in registering(index):
        told: set[Var] = set()
        for registration in registrations_of(index, function):
            launch = Launch(function, registration.step, registration.body, None)
            for change, var in _changes(index, launch):
                use = _use(index.flow(function), registration, launch, change, var)
                if use is not None and var not in told:
                    told.add(var)
                    yield _found(registration, change, var, use)


def _changes(index: Index, launch: Launch) -> Iterator[tuple[Step, Var]]:
    """What the literal changes, without a lock that all calls of it share, of the variables around it."""
    flow = index.flow(launch.function)
    for step in code_of(flow, launch):
        var = step.place.root if step.place is not None and step.act in _CHANGES else None
        if var is None or var.scope is Scope.GLOBAL or not captures(flow, launch, var):
            continue
        if not locked(index, flow, launch, step):
            yield step, var


def _use(flow: Flow, registration: Registration, launch: Launch, change: Step, var: Var) -> Step | None:
    """Where the function uses the variable, with nothing after the registration that may end or await the calls."""
    own = {step.span for step in code_of(flow, launch)}
    for step in flow.steps:
        if step.span.start < registration.step.span.stop or step.body != registration.step.body or step.deferred:
            continue
        if step.span in own:
            continue
        if _may_end(step, registration):
            return None
        place = step.place if step.act in (*_CHANGES, Act.READ) else None
        if place is not None and place.root is var and common_lock(change, step) is None and not step.held:
            return step
    return None


def _may_end(step: Step, registration: Registration) -> bool:
    call = step.call if step.act is Act.CALL else None
    if call is None:
        return step.act is Act.RECEIVE
    place = call.receiver.place if call.receiver is not None else None
    return call.name == "Wait" or (place is not None and place == registration.holder)


def _found(registration: Registration, change: Step, var: Var, use: Step) -> Found:
    kept = Related(registration.step.span, f"`{registration.holder.text}` keeps the literal")
    called = Related(registration.called, f"{registration.root.label(registration.function.package)} calls it here")
    read = Related(use.span, f"`{var.name}` is used here, while calls may be under way")
    return Found(
        span=change.span,
        message=f"`{var.name}` is changed by a callback that runs in other goroutines, and used by the function that "
        "registered it.",
        symbol=registration.function.symbol,
        variable=var.name,
        related=(read, called),
        story=(kept, called, read),
        evidence=("no lock is held at the change", "nothing waits for the callback before the variable is used"),
    )
