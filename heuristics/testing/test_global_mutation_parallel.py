"""A parallel test changes a variable of the package that another parallel test uses.

Tests that replace a package variable, a clock, a hook, a limit, and put the old value back, are right as long as one
test runs after the other. Tests that call `t.Parallel` run at the same time: one sees the replacement of the other, or
the value that the other has just put back, and fails now and then.

Hand the value to the code under test, or do without `t.Parallel` in the tests that change it.

WRONG

```go
func TestExpired(t *testing.T) {
        t.Parallel()
        now = func() time.Time { return late }
        ...
}

func TestFresh(t *testing.T) {
        t.Parallel()
        now = func() time.Time { return early }
        ...
}
```

RIGHT

```go
func TestExpired(t *testing.T) {
        t.Parallel()
        cache := newCache(func() time.Time { return late })
        ...
}
```

**Limits.** Commented where another parallel test names the same variable; that the code under test reads it is not
followed, so that a variable which one test only names is listed. What is changed under a lock is left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.package_state import may_change_package_variable
from heuristics.concurrency.tests import Parallel, is_test_function, parallel_tests, testing_functions
from heuristics.engine.finding import Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Function, Scope, Step, Var

TIER = Tier.B
SEVERITY = Severity.WARNING
IN_TESTS = True
YIELDS_TO = ()
_WRITES = (Act.WRITE, Act.MUTATE)
_USES = (*_WRITES, Act.READ)


def check(index: Index) -> Iterator[Found]:
    for function in testing_functions(index, b".Parallel()"):
        if not may_change_package_variable(index, function):
            continue
        told: set[Var] = set()
        for test in parallel_tests(index, function):
            for step, var in _uses(index, test, _WRITES):
                if var not in told and var.package == function.package:
                    told.add(var)
                    yield _found(index, function, step, var)


def _uses(index: Index, test: Parallel, acts: tuple[Act, ...]) -> Iterator[tuple[Step, Var]]:
    """The acts of a parallel test on variables of the package, without those under a lock."""
    flow = index.flow(test.function)
    for step in flow.steps:
        var = step.place.root if step.place is not None else None
        if var is None or var.scope is not Scope.GLOBAL or step.act not in acts or step.held:
            continue
        body = flow.body(test.launch.body if test.launch is not None else test.function.spec.start)
        if step.span.start > test.since and body.start <= step.span.start < body.stop:
            yield step, var


def _found(index: Index, function: Function, step: Step, var: Var) -> Found:
    other = next(_elsewhere(index, function, var), None)
    met = (Related(other[1].span, f"`{other[0].symbol}` uses it at the same time"),) if other is not None else ()
    return Found(
        span=step.span,
        message=f"`{var.name}` is changed in a parallel test and shared by the package.",
        symbol=function.symbol,
        variable=var.name,
        related=met,
        story=(Related(step.span, f"this test changes `{var.name}` for the whole package"), *met),
        evidence=("the test calls Parallel", *(("another parallel test uses the variable",) if met else ())),
        offered=bool(met),
    )


def _elsewhere(index: Index, function: Function, var: Var) -> Iterator[tuple[Function, Step]]:
    """Where another parallel test of the package uses the variable."""
    for other in index.mentioning(index.package(function), var.name):
        if other is function or not other.test or not is_test_function(index, other):
            continue
        for test in parallel_tests(index, other):
            for step, used in _uses(index, test, _USES):
                if used is var:
                    yield other, step
