"""A goroutine ends the test that started it.

`t.Fatal`, `t.FailNow`, `t.Skip` and the functions of testify's `require` end the goroutine that calls them, by
`runtime.Goexit`. Called from a goroutine that the test has started they do not end the test: it goes on with what the
goroutine did not finish, and where it waits for a message or a `Done` that comes further down, it hangs until the time
limit of the whole package.

Tell the failure with `t.Error` or `assert` and return, or send it to the test's own goroutine, which may end the test.

WRONG

```go
go func() {
        if err := server.Serve(listener); err != nil {
                t.Fatal(err) // ends this goroutine only
        }
        close(stopped)
}()
<-stopped
```

RIGHT

```go
go func() {
        defer close(stopped)
        if err := server.Serve(listener); err != nil {
                t.Error(err)
        }
}()
<-stopped
```

**Limits.** Commented where the goroutine then leaves out a send, a close or a `Done` that somebody may wait for;
without that the finding is only listed, as the test fails anyway. Helpers are followed three calls deep; those that
assert nothing, by their name, are listed. What an HTTP handler or another callback does is not looked at, nor are
parallel benchmarks and assertions of `require.New`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.launches import Launch, launches_of, may_launch
from heuristics.concurrency.tests import Ending, endings, may_end_elsewhere, testing_functions
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow

TIER = Tier.A
SEVERITY = Severity.WARNING
IN_TESTS = True
YIELDS_TO = ()
_INSTEAD = {"Fatal": "Error", "Fatalf": "Errorf", "FailNow": "Fail"}
_ASSERTS = re.compile(r"require|assert|must|check|expect|verify|fail|fatal|err|equal", re.I)
_NO_RESULTS = re.compile(rb"func\([^()]*\) \{")


def check(index: Index) -> Iterator[Found]:
    for function in testing_functions(index, b"go ", b"Go(", b"AfterFunc(", b"func("):
        if not may_launch(index, function) or not may_end_elsewhere(index, function):
            continue
        flow = index.flow(function)
        for launch in launches_of(index, function):
            if launch.step.call is None or launch.step.call.known != "testing.B.RunParallel":
                first = next(endings(index, flow, launch), None)
                if first is not None:
                    yield _found(index, flow, launch, first)


def _found(index: Index, flow: Flow, launch: Launch, ending: Ending) -> Found:
    call = ending.call
    name = f"{ending.test.name}.{call.name}"
    if ending.through is not None:
        name = f"{call.name}({ending.test.name})"
    elif call.known.endswith(f"require.{call.name}") or not call.receiver:
        name = call.known.rpartition("/")[2]
    started = Related(launch.span, "the goroutine is started here")
    missed = _missed(index, flow, launch, ending)
    return Found(
        span=ending.step.span,
        message=f"`{name}` only stops this goroutine; the test goes on.",
        symbol=launch.function.symbol,
        variable=ending.test.name,
        related=(*((missed,) if missed is not None else ()), started),
        story=(
            started,
            Related(ending.step.span, "this ends the goroutine, and nothing else"),
            *((missed,) if missed is not None else ()),
        ),
        evidence=(
            f"`{ending.test.name}` is the test of the code that starts the goroutine",
            *(("what comes later in the goroutine tells others that it is done",) if missed is not None else ()),
        ),
        tier=Tier.A if missed is not None and _asserts(launch, ending) else Tier.B,
        fix=_fix(index, launch, ending),
    )


def _asserts(launch: Launch, ending: Ending) -> bool:
    """Whether it is for a test's outcome, not for a setup that went wrong somewhere inside, that the goroutine ends."""
    return ending.through is None or launch.body < 0 or bool(_ASSERTS.search(ending.call.name))


def _missed(index: Index, flow: Flow, launch: Launch, ending: Ending) -> Related | None:
    """What the goroutine does not come to any more, and the test may wait for."""
    body, since = ending.step.body, ending.step.span.stop
    launched = launch.call.function if launch.body < 0 and launch.call is not None else None
    if launched is not None:
        flow, body, since = index.flow(launched), launched.spec.start, 0
    closed = [step.place for step in flow.steps if step.act is Act.CLOSE and step.deferred]
    for step in flow.steps:
        if step.body != body or step.span.start < since or step.deferred or step.place in closed:
            continue
        # What has a Done that returns a channel is no group: it is asked, and counts nothing down.
        call = step.call if step.act is Act.CALL else None
        done = call is not None and call.name == "Done" and not call.known.startswith("context.")
        if done or step.act in (Act.SEND, Act.CLOSE):
            return Related(step.span, "it does not come here any more")
    return None


def _fix(index: Index, launch: Launch, ending: Ending) -> Fix | None:
    """`t.Error` and return, in the literal of a go statement."""
    call, span = ending.call, ending.step.span
    instead = _INSTEAD.get(call.name)
    title = "tell the failure with `Error` and return"
    if instead is None or ending.through is not None or not call.receiver:
        return None
    text = index.text(span.path)
    line = text.rfind(b"\n", 0, span.start) + 1
    indent = text[line : span.start]
    end = text.find(b"\n", span.stop)
    rest = text[span.stop : end].strip()
    alone = not indent.strip() and (not rest or rest.startswith(b"//"))
    if not alone or ending.step.body != launch.body or _NO_RESULTS.match(text, launch.body) is None:
        return Fix(title, ())
    at = text.find(call.name.encode(), span.start)
    edits = (
        Edit(span.path, at, at + len(call.name), instead),
        Edit(span.path, end, end, f"\n{indent.decode()}return"),
    )
    return Fix(title, edits)
