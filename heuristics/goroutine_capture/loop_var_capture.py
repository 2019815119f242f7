"""Goroutines share the variable of a loop's header.

Before Go 1.22 the variable that a `for` header declares is one variable for all rounds. A function literal after `go`
does not get its value but the variable, and it usually begins to run when the loop has gone on: several goroutines then
work on the last element, none on the others, and reading it races with the loop that assigns it. The language version
is the `go` line of the module's go.mod, not the compiler that builds it.

Pass the variable as an argument, or copy it in the loop before the goroutine starts. With `go 1.22` or later in go.mod
every round has a variable of its own.

WRONG

```go
for _, host := range hosts {
        go func() {
                ping(host) // often the last host, many times
        }()
}
```

RIGHT

```go
for _, host := range hosts {
        host := host
        go func() {
                ping(host)
        }()
}
```

**Limits.** Silent where the language version is 1.22 or later, or unknown, and where the goroutine is waited for before
the round ends. A literal that is stored or deferred is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.launches import Launch, launchers, launches_of, loop_variables_used, may_run
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Step, Var

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO = ()


def check(index: Index) -> Iterator[Found]:
    for function in launchers(index):
        version = index.go_version(function.path)
        if version is None or version >= (1, 22):
            continue
        for launch in launches_of(index, function):
            told: set[Var] = set()
            for step, var in loop_variables_used(index, launch):
                if var not in told:
                    told.add(var)
                    yield _found(index, launch, step, var, version)


def _found(index: Index, launch: Launch, step: Step, var: Var, version: tuple[int, int]) -> Found:
    told = f"go {version[0]}.{version[1]}"
    path = launch.span.path
    declared = index.file(path).span(var.start, var.start + len(var.name.encode()))
    started = Related(launch.span, "the goroutine is started here")
    return Found(
        span=step.span,
        message=f"With `{told}` in go.mod all rounds of the loop share `{var.name}`; the goroutines may see the last "
        "value.",
        symbol=launch.function.symbol,
        variable=var.name,
        related=(Related(declared, f"`{var.name}` is declared once for all rounds"), started),
        story=(
            started,
            Related(declared, f"the loop gives `{var.name}` its next value"),
            Related(step.span, "only then this runs"),
        ),
        evidence=(f"the language version is {told}", f"nothing waits for the goroutine before `{var.name}` changes"),
        fix=_fix(index, launch, var),
        silent_because="" if may_run(launch.site, launch.step) else "trap T18: the goroutine is joined in its round",
    )


def _fix(index: Index, launch: Launch, var: Var) -> Fix | None:
    """A copy on a line of its own before the launch."""
    text = index.text(launch.span.path)
    line = text.rfind(b"\n", 0, launch.span.start) + 1
    indent = text[line : launch.span.start]
    if indent.strip():
        return None
    copy = f"{var.name} := {var.name}"
    return Fix(f"`{copy}` before the goroutine", (Edit(launch.span.path, line, line, f"{indent.decode()}{copy}\n"),))
