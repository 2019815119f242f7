"""A goroutine may log to a test that has ended.

`t.Log`, `t.Error` and their like panic when the test is over: `Log in goroutine after TestX has completed`. A goroutine
that nobody waits for can come to them at any time, so now and then a whole run of tests fails for a test that passed,
and the trace names neither the assertion nor the cause.

Wait for the goroutine in the test, or in a function that `t.Cleanup` calls.

WRONG

```go
func TestServe(t *testing.T) {
        go func() {
                if err := server.Serve(listener); err != nil {
                        t.Error(err) // the test may have ended
                }
        }()
        get(t, listener.Addr())
}
```

RIGHT

```go
func TestServe(t *testing.T) {
        served := make(chan error, 1)
        go func() { served <- server.Serve(listener) }()
        get(t, listener.Addr())
        server.Close()
        if err := <-served; err != nil {
                t.Error(err)
        }
}
```

**Limits.** Listed only (tier C): of the findings on real code that were read, most could come true only in a run that
fails anyway. Only goroutines that a test function or the function of a subtest starts itself are looked at. Any wait or
receive before its end, and any deferred call or cleanup that may stop something, keeps the heuristic silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.joins import is_atomic
from heuristics.concurrency.launches import Launch, captures, code_of, launches_of, may_launch, may_run
from heuristics.concurrency.tests import is_test_body, methods_of_tests, testing_functions
from heuristics.engine.finding import Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.known import LOGGING_TEST_METHODS
from heuristics.golang.model import Act, Flow, Step, Var

TIER = Tier.C
SEVERITY = Severity.WARNING
IN_TESTS = True
YIELDS_TO = ("test-fatal-in-goroutine",)
_STOPS = re.compile(r"wait|join|drain|stop|close|shutdown|cancel|kill|done|exit|finish|end|clean|tear|release", re.I)


def check(index: Index) -> Iterator[Found]:
    for function in testing_functions(index, b"go ", b"Go("):
        if not may_launch(index, function):
            continue
        flow = index.flow(function)
        for launch in launches_of(index, function):
            found = _logged(index, flow, launch)
            end = _end(flow, launch, found[1]) if found is not None else None
            if found is not None and end is not None:
                yield _found(launch, found, end)


def _logged(index: Index, flow: Flow, launch: Launch) -> tuple[Step, Var, str] | None:
    """The first call by which the goroutine writes to the output of a test that ends with the code around it."""
    for step, test, call in methods_of_tests(index, code_of(flow, launch), LOGGING_TEST_METHODS):
        if captures(flow, launch, test) and test.body == launch.step.body and is_test_body(index, flow, test):
            return step, test, call.name
    return None


def _end(flow: Flow, launch: Launch, test: Var) -> Step | None:
    """Where the test ends with the goroutine still running; None when something on the way may wait for it."""
    inner = {body.start for body in flow.bodies if body.how == "value" and body.parent == test.body}
    after = (s for s in flow.steps if s.span.start > launch.span.stop or s.deferred or s.body in inner)
    if any(s.act is Act.RECEIVE or is_atomic(s) or _may_stop(s, s.deferred or s.body in inner) for s in after):
        return None
    ends = [step for step in flow.steps if step.act is Act.RETURN and step.body == test.body]
    ends = [step for step in ends if step.span.start > launch.span.start]
    if not ends or not all(may_run(launch.site, step) for step in ends):
        return None
    return ends[-1]


def _may_stop(step: Step, late: bool) -> bool:
    """Whether a step that is taken late, when the test returns or in a cleanup, may wait for goroutines or end them."""
    call = step.call if step.act is Act.CALL else None
    if call is not None and call.name == "Cleanup" and call.arguments:
        return call.arguments[-1].body < 0
    return late and (step.act is Act.CLOSE or (call is not None and bool(_STOPS.search(call.name))))


def _found(launch: Launch, logged: tuple[Step, Var, str], end: Step) -> Found:
    step, test, method = logged
    started = Related(launch.span, "the goroutine is started here")
    ended = Related(end.span, "the test ends here, and has waited for nobody")
    return Found(
        span=step.span,
        message=f"The goroutine may call `{test.name}.{method}` after the test has ended, which panics.",
        symbol=launch.function.symbol,
        variable=test.name,
        related=(ended, started),
        story=(started, ended, Related(step.span, "the goroutine comes here later")),
        evidence=("nothing waits for the goroutine on any way to the end of the test",),
    )
