"""A goroutine reads a variable that the code which started it assigns again.

A function literal after `go` sees the variable, not the value that it had at that moment. When the code goes on and
gives the variable another value, most often in the next round of a loop that does not declare it anew, the goroutine
works with that: a connection is served twice and another one never, and the race detector is right to complain.

Pass the value as an argument, or declare the variable where every goroutine gets one of its own.

WRONG

```go
var conn net.Conn
for {
        conn, err = listener.Accept()
        if err != nil {
                return err
        }
        go func() {
                serve(conn) // perhaps that of the next round
        }()
}
```

RIGHT

```go
for {
        conn, err := listener.Accept()
        if err != nil {
                return err
        }
        go func() {
                serve(conn)
        }()
}
```

**Limits.** Whole variables only, and assignments in the function that starts the goroutine. A goroutine that waits or
receives before it reads, a lock at the read, and any wait or receive before the assignment keep it silent.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.joins import beside, locked, signalled, waits_before
from heuristics.concurrency.launches import Launch, captures, code_of, launchers, launches_of
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Scope, Step, Var

TIER = Tier.A
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO = ("goroutine-err-capture", "goroutine-shared-var-write", "loop-var-capture")
_CHANGES = (Act.WRITE, Act.MUTATE)
_OWN = (Scope.LOCAL, Scope.PARAMETER)


def check(index: Index) -> Iterator[Found]:
    for function in launchers(index):
        flow = index.flow(function)
        told: set[Var] = set()
        for launch in launches_of(index, function):
            for read, var in _reads(flow, launch):
                change = _reassigned(index, flow, launch, read, var) if var not in told else None
                if change is not None:
                    told.add(var)
                    yield _found(index, launch, read, var, change)


def _reads(flow: Flow, launch: Launch) -> Iterator[tuple[Step, Var]]:
    """Where the goroutine first reads each variable around it that it does not change itself."""
    code = code_of(flow, launch)
    own = {s.place.root for s in code if s.place is not None and s.act in _CHANGES and not s.place.path}
    seen: set[Var] = set()
    for step in code:
        var = step.place.root if step.place is not None and step.act is Act.READ else None
        if var is None or var in seen or var in own or var.scope not in _OWN or var.loop >= 0:
            continue
        if captures(flow, launch, var):
            seen.add(var)
            yield step, var


def _reassigned(index: Index, flow: Flow, launch: Launch, read: Step, var: Var) -> Step | None:
    """Where the launcher assigns the variable while the goroutine may not have read it yet."""
    if locked(index, flow, launch, read) or waits_before(flow, launch, read):
        return None
    for step in beside(index, launch, var):
        place = step.place if step.act in _CHANGES and not step.deferred else None
        if place is None or place.root is not var or place.path or signalled(flow, launch, read, step):
            continue
        own = step.value is not None and step.value.span == launch.step.span  # the timer that AfterFunc returns
        if not own and not _once(flow, launch, step):
            return step
    return None


def _once(flow: Flow, launch: Launch, change: Step) -> bool:
    """Whether a test lets the code come here only once: of a variable that is then set before the launch (trap T21)."""
    for step in flow.steps:
        if step.act is not Act.WRITE or step.body != change.body or step.place is None or step.place.path:
            continue
        name, between = step.place.text, step.span.start <= change.span.start < launch.span.start
        if between and ((f"{name} == nil", True) in step.facts or (name, False) in step.facts):
            return True
    return False


def _found(index: Index, launch: Launch, read: Step, var: Var, change: Step) -> Found:
    started = Related(launch.span, "the goroutine is started here")
    assigned = Related(change.span, f"`{var.name}` gets another value here")
    return Found(
        span=read.span,
        message=f"`{var.name}` is read by this goroutine while the code that started it assigns it again.",
        symbol=launch.function.symbol,
        variable=var.name,
        related=(assigned, started),
        story=(started, assigned, Related(read.span, f"the goroutine may come to `{var.name}` only now")),
        evidence=("nothing waits for the goroutine before the assignment", "no lock is held at the read"),
        fix=_fix(index, launch, var),
    )


def _fix(index: Index, launch: Launch, var: Var) -> Fix | None:
    """A copy on a line of its own before the launch."""
    text = index.text(launch.span.path)
    line = text.rfind(b"\n", 0, launch.span.start) + 1
    indent = text[line : launch.span.start]
    if indent.strip() or var.body != launch.step.body or not launch.step.loops:
        return None
    copy = f"{var.name} := {var.name}"
    return Fix(f"`{copy}` before the goroutine", (Edit(launch.span.path, line, line, f"{indent.decode()}{copy}\n"),))
