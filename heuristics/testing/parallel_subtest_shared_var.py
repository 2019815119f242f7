"""Parallel subtests share a variable.

A subtest that calls `t.Parallel` waits until the test around it has returned, and then runs beside all other parallel
subtests. A variable of the outer function that one of them assigns, an `err` with `=` above all, is assigned by all of
them at once, and one judges the result of another. Before Go 1.22 the same goes for the variable of the loop that
starts them: when they run the loop is over, and all of them test its last case.

Declare the variable inside the subtest's function.

WRONG

```go
var err error
for _, c := range cases {
        t.Run(c.name, func(t *testing.T) {
                t.Parallel()
                if err = parse(c.text); err != nil {
                        t.Error(err)
                }
        })
}
```

RIGHT

```go
for _, c := range cases {
        t.Run(c.name, func(t *testing.T) {
                t.Parallel()
                if err := parse(c.text); err != nil {
                        t.Error(err)
                }
        })
}
```

**Limits.** What a subtest changes of a slice's elements is taken to be its own part; what it changes under any lock
is left out. The loop's variable is told only where the language version is known to be older than 1.22.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.joins import locked
from heuristics.concurrency.launches import Launch, captures, code_of, loop_variables_used, outlasts_round
from heuristics.concurrency.ownership import Change, changes_of, of_element
from heuristics.concurrency.tests import (
    Parallel,
    functions_with_subtests,
    may_change_outer,
    methods_of_tests,
    parallel_tests,
)
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Element, FieldRef, Flow, Scope, Step, Var

TIER = Tier.A
SEVERITY = Severity.WARNING
IN_TESTS = True
YIELDS_TO = ()

_RUN = frozenset({"Run"})


def check(index: Index) -> Iterator[Found]:
    for function in functions_with_subtests(index):
        if not may_change_outer(index, function) and _one_for_all_rounds(index, function.path) is None:
            continue
        subtests = [test for test in parallel_tests(index, function) if test.launch is not None]
        for test in subtests:
            assert test.launch is not None
            told: set[str] = set()
            for change, other in _shared(index, test, test.launch, subtests):
                name = _name(change)
                if name not in told:
                    told.add(name)
                    yield _found(index, test.launch, change, other, name)
            yield from _loop_variables(index, test, test.launch)


# --- assignments


def _shared(
    index: Index, test: Parallel, launch: Launch, subtests: list[Parallel]
) -> Iterator[tuple[Change, Step | None]]:
    """What a subtest changes of its surroundings, once it is parallel, and where another one uses it; None: itself."""
    flow = index.flow(test.function)
    for change in changes_of(index, launch, calls=False):
        if change.root.scope is Scope.GLOBAL or change.step.span.start < test.since:
            continue
        if of_element(change) or change.copied or locked(index, flow, launch, change.step):
            continue
        if outlasts_round(index, launch, change.root) and not _runs_once(index, flow, launch):
            yield change, None
            continue
        for sibling in subtests:
            if sibling is test or sibling.launch is None or not captures(flow, sibling.launch, change.root):
                continue
            used = (s for s in code_of(flow, sibling.launch) if s.place is not None and s.place.under(change.place))
            first = next((step for step in used if step.span.start > sibling.since and not step.held), None)
            if first is not None:
                yield change, first
                break


def _runs_once(index: Index, flow: Flow, launch: Launch) -> bool:
    """Whether a subtest stands in subtests alone, and none of them in a loop."""
    runs = {c.arguments[1].body for _, _, c in methods_of_tests(index, flow.steps, _RUN) if len(c.arguments) == 2}
    body, loops = flow.body(launch.step.body), list(launch.step.loops)
    while body.start in runs:
        loops += body.loops
        body = flow.body(body.parent)
    return body.how == "main" and not loops


def _name(change: Change) -> str:
    return ".".join([change.root.name, *(hop.name for hop in change.place.path if isinstance(hop, FieldRef))])


def _found(index: Index, launch: Launch, change: Change, other: Step | None, name: str) -> Found:
    act = "change" if change.place.path and isinstance(change.place.path[-1], Element) else "assign"
    run = Related(launch.step.span, "the subtests run beside each other")
    declared = f"`{change.root.name}` is declared outside the subtest's function"
    met = (Related(other.span, f"another parallel subtest uses `{name}` here"),) if other is not None else ()
    return Found(
        span=change.step.span,
        message=f"Parallel subtests {act} the outer `{name}`.",
        symbol=launch.function.symbol,
        variable=name,
        related=(*met, _declared(index, launch, change.root)),
        story=(run, Related(change.step.span, f"one of them {act}s `{name}`"), *met),
        evidence=("the subtest calls Parallel first", declared),
    )


def _declared(index: Index, launch: Launch, var: Var) -> Related:
    span = index.file(launch.span.path).span(var.start, var.start + len(var.name.encode()))
    return Related(span, f"`{var.name}` is declared once for all of them")


# --- the loop's own variable


def _one_for_all_rounds(index: Index, path: str) -> tuple[int, int] | None:
    """The language version of a file, when it is known to have one variable for all rounds of a loop."""
    version = index.go_version(path)
    return version if version is not None and version < (1, 22) else None


def _loop_variables(index: Index, test: Parallel, launch: Launch) -> Iterator[Found]:
    version = _one_for_all_rounds(index, test.function.path)
    if version is None:
        return
    told: set[Var] = set()
    for step, var in loop_variables_used(index, launch):
        if var not in told and step.span.start > test.since and step.act is not Act.RETURN:
            told.add(var)
            shown = f"{version[0]}.{version[1]}"
            yield Found(
                span=step.span,
                message=f"Parallel subtests share the loop variable `{var.name}` (go {shown}); all see its last value.",
                symbol=test.function.symbol,
                variable=var.name,
                related=(_declared(index, launch, var),),
                story=(
                    Related(launch.step.span, "the subtest waits until the loop is over"),
                    Related(step.span, f"then `{var.name}` is that of the last round"),
                ),
                evidence=(f"the language version is {shown}", "the subtest calls Parallel first"),
                fix=_copy(index, launch, var),
            )


def _copy(index: Index, launch: Launch, var: Var) -> Fix | None:
    """A copy on a line of its own before the subtest."""
    text = index.text(launch.span.path)
    line = text.rfind(b"\n", 0, launch.span.start) + 1
    indent = text[line : launch.span.start]
    if indent.strip():
        return None
    copy = f"{var.name} := {var.name}"
    return Fix(f"`{copy}` before the subtest", (Edit(launch.span.path, line, line, f"{indent.decode()}{copy}\n"),))
