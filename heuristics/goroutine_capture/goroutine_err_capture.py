"""Goroutines share an error variable because of `=`.

`err = work()` inside a function literal assigns the variable of the function around it; `err := work()` would have
made one of its own. With `=` every goroutine, and the code that started them, writes the same `err`: a failure is
overwritten with nil, one goroutine returns the error of another. One character makes the difference, and the code looks
the same.

Declare the error inside the literal. To hand it out, let the goroutine return it to an `errgroup.Group`, send it over a
channel, or write it to an element of its own.

WRONG

```go
var err error
for _, host := range hosts {
        group.Go(func() error {
                _, err = ping(host)
                return err // perhaps that of another host
        })
}
```

RIGHT

```go
for _, host := range hosts {
        group.Go(func() error {
                _, err := ping(host)
                return err
        })
}
```

**Limits.** Only goroutines that the same function starts, and the function itself up to the first wait, are compared.
An assignment under a lock stays silent. The fix has edits only where the goroutine assigns the error before it
reads it, and nobody reads it afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.conflicts import Conflict, variables_of
from heuristics.concurrency.launches import Launch, launchers
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Basic, Flow, Step, Var

TIER = Tier.A
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO = ("goroutine-named-result-capture",)
_BEFORE = re.compile(rb"([ \t]*)(if )?(?:_, )*\Z")  # what may stand on the line before the variable
_EQUALS = re.compile(rb" ?=(?!=)")


def check(index: Index) -> Iterator[Found]:
    for function in launchers(index):
        for conflict, name in variables_of(index, function):
            if _of_error(conflict) and not conflict.read_early:
                yield _found(index, conflict, name)


def _of_error(conflict: Conflict) -> bool:
    """Whether a plain variable for an error is assigned on both sides."""
    change = conflict.change
    named = change.root.name == "err" or change.root.type == Basic("error")
    return named and not change.place.path and change.act is Act.WRITE and conflict.other_writes


def _found(index: Index, conflict: Conflict, name: str) -> Found:
    change, launch = conflict.change, conflict.launch
    started = Related(launch.span, "the goroutine is started here")
    here = Related(change.step.span, f"`=` assigns the `{name}` of the function around it")
    other = Related(conflict.other.span, f"the same `{name}` is assigned here")
    meets = () if conflict.kind == "repeated" else (other,)
    return Found(
        span=change.step.span,
        message=f"`{name}` is shared with other goroutines because of `=`; one result overwrites another.",
        symbol=launch.function.symbol,
        variable=name,
        related=(*meets, started),
        story=(started, here, *meets),
        evidence=("no lock is held at the assignment", *((conflict.by_data,) if conflict.by_data else ())),
        tier=Tier.B if conflict.by_data else Tier.A,
        fix=_fix(index, launch, change.root),
        silent_because=conflict.silent_because,
    )


# --- the remedy


def _fix(index: Index, launch: Launch, var: Var) -> Fix | None:
    """`:=` in place of `=` where the literal assigns the variable for itself alone."""
    flow = index.flow(launch.function)
    if launch.body < 0 or _read_later(flow, launch, var):
        return None
    title = f"declare `{var.name}` inside the goroutine"
    body = flow.body(launch.body)
    inside = sorted(
        (step for step in _touches(flow, var) if body.start <= step.span.start < body.stop), key=lambda s: s.span.start
    )
    text, edits, covered = index.text(launch.span.path), [], -1
    for step in inside:
        if step.span.start <= covered:
            continue
        line = text.rfind(b"\n", 0, step.span.start) + 1
        before = _BEFORE.match(text[line : step.span.start])
        equals = _EQUALS.match(text, step.span.stop)
        if step.act is not Act.WRITE or before is None or equals is None:
            return Fix(title, ())
        covered = _end(text, body.start, body.stop, line, before.group(1), bool(before.group(2)))
        if covered < 0 or not any(s.act is Act.READ and step.span.stop < s.span.start < covered for s in inside):
            return Fix(title, ())
        edits.append(Edit(launch.span.path, equals.end() - 1, equals.end(), ":="))
    return Fix(title, tuple(edits))


def _touches(flow: Flow, var: Var) -> Iterator[Step]:
    return (step for step in flow.steps if step.place is not None and step.place.root is var)


def _read_later(flow: Flow, launch: Launch, var: Var) -> bool:
    """Whether somebody else may read what the goroutine assigns: a fix would hide it."""
    end = max(launch.span.stop, flow.body(launch.body).stop)
    after = sorted((step for step in _touches(flow, var) if step.span.start >= end), key=lambda s: s.span.start)
    return bool(after) and after[0].act is Act.READ


def _end(text: bytes, start: int, stop: int, line: int, indent: bytes, branch: bool) -> int:
    """Where a variable goes out of sight that a line of a literal declares; -1 when it stands in an inner block."""
    if branch:
        return text.find(b"\n" + indent + b"}", line, stop)
    head = text.rfind(b"\n", 0, start) + 1
    outer = text[head:start]
    margin = outer[: len(outer) - len(outer.lstrip(b" \t"))]
    return stop if indent == margin + b"\t" else -1
