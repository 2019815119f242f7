"""A goroutine counts itself up.

Add runs inside the goroutine that it counts. The launcher may reach Wait before the goroutine was scheduled: the
counter is still zero, Wait returns at once, and the work goes on behind the back of whoever thinks that it is done.

Call Add before the go statement. From Go 1.25 on `wg.Go(f)` does both.

WRONG

```go
for _, job := range jobs {
        go func() {
                wg.Add(1)
                defer wg.Done()
                job.run()
        }()
}
wg.Wait()
```

RIGHT

```go
for _, job := range jobs {
        wg.Add(1)
        go func() {
                defer wg.Done()
                job.run()
        }()
}
wg.Wait()
```

Limits: Add and Wait must stand in one function, or Add in a function that it launches with the group as an argument. An
Add on the same group before the launch holds the count up and silences.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.groups import as_the_caller_sees, calls, is_constant
from heuristics.concurrency.locks import functions_with
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Body, Flow, Place, Span, Step

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = True
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every Add in launched code on a group that the launcher waits for."""
    for function in functions_with(index, b".Wait("):
        flow = index.flow(function)
        waits = [(step, place) for step, place in calls(flow, "Wait")]
        if not waits:
            continue
        for body in flow.bodies:
            if body.how == "spawned" and body.site is not None:
                yield from _literal(index, flow, body, body.site, waits)
        for step in flow.steps:
            if step.act is Act.SPAWN and step.call is not None and step.call.function is not None:
                yield from _named(index, flow, step, waits)


def _literal(index: Index, flow: Flow, body: Body, site: Span, waits: list[tuple[Step, Place]]) -> Iterator[Found]:
    for add, group in calls(flow, "Add"):
        if not body.start <= add.span.start < body.stop or _within(group, body):
            continue
        if _launcher(flow, add) is not body:
            continue
        wait = _waited(flow, body.parent, site, group, waits)
        if wait is not None:
            yield _found(flow, site, add, group, wait, _fix(index, site, add))


def _named(index: Index, flow: Flow, spawn: Step, waits: list[tuple[Step, Place]]) -> Iterator[Found]:
    assert spawn.call is not None and spawn.call.function is not None
    target = index.flow(spawn.call.function)
    for add, inner in calls(target, "Add"):
        if add.body != target.function.spec.start or inner.root is None:
            continue
        group = as_the_caller_sees(inner, spawn.call)
        wait = _waited(flow, spawn.body, spawn.span, group, waits) if group is not None else None
        if group is not None and wait is not None:
            yield _found(flow, spawn.span, add, group, wait, Fix("call Add before the go statement", ()))


def _within(group: Place, body: Body) -> bool:
    """Whether the group itself is declared inside the launched code."""
    return group.root is not None and body.start <= group.root.start < body.stop and group.root.body >= body.start


def _launcher(flow: Flow, step: Step) -> Body:
    """The launched body in which a step runs, through literals that run in place."""
    body = flow.body(step.body)
    while body.how in ("called", "deferred"):
        body = flow.body(body.parent)
    return body


def _waited(flow: Flow, launcher: int, site: Span, group: Place, waits: list[tuple[Step, Place]]) -> Step | None:
    """The Wait of the launcher behind the launch."""
    return next((w for w, place in waits if place == group and w.span.start > site.stop and w.body == launcher), None)


def _found(flow: Flow, site: Span, add: Step, group: Place, wait: Step, fix: Fix) -> Found:
    here = add.span.path == site.path and site.start <= add.span.start < site.stop
    covering = any(p == group and s.span.start < site.start for s, p in calls(flow, "Add"))
    return Found(
        span=add.span if here else site,
        message=f"`{group.text}.Add` runs inside the goroutine that it counts, so Wait can return before it.",
        symbol=flow.function.symbol,
        variable=group.text,
        related=(
            Related(wait.span, "this Wait may find a counter of zero"),
            Related(site if here else add.span, "the goroutine is started here" if here else "Add runs here"),
        ),
        story=(
            Related(site, "The goroutine is started, and has not run yet;"),
            Related(wait.span, "the launcher reaches Wait, finds nothing to wait for, and goes on;"),
            Related(add.span, "only now the goroutine counts itself."),
        ),
        evidence=(f"no Add on `{group.text}` stands before the launch",),
        fix=fix,
        silent_because="trap T27: an Add before the launch holds the count up" if covering else "",
    )


def _fix(index: Index, site: Span, add: Step) -> Fix:
    """Move the Add in front of the go statement, where both fill their lines."""
    title = "call Add before the go statement"
    text = index.text(site.path)
    start, stop = text.rfind(b"\n", 0, add.span.start) + 1, text.find(b"\n", add.span.stop) + 1
    before = text.rfind(b"\n", 0, site.start) + 1
    margin = text[before : site.start]
    behind = text[add.span.stop : stop].strip()
    alone = not text[start : add.span.start].strip() and (not behind or behind.startswith(b"//"))
    if margin.strip() or not alone or not is_constant(add):
        return Fix(title, ())
    moved = (margin + text[add.span.start : stop]).decode("utf-8", "replace")
    return Fix(title, (Edit(site.path, before, before, moved), Edit(site.path, start, stop, "")))
