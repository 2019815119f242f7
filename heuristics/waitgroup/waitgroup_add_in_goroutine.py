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

Limits: the launched code must be a literal, or a function of the repository that is launched by name; a literal may
call one that counts itself for as long as it runs. Wait must stand in the launcher behind the launch, or in another
function of the package on the same field. An Add on the same group before the launch, or a launcher that holds a count
itself, silences; so does a goroutine that says behind its Add that it runs, where the launcher, or who waits, asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from heuristics.concurrency.groups import as_the_caller_sees, calls, calls_in_package, is_constant, may_count_up
from heuristics.concurrency.locks import functions_with
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.file import File
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Body, FieldRef, Flow, Function, Place, Span, Step, Var

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = True
YIELDS_TO: tuple[str, ...] = ()

_In: TypeAlias = tuple[Flow, Step]  # a step and where it stands

_GO_LINE = re.compile(rb"\bgo [^\n]*")
_CALLED = re.compile(rb"(\w+)(?:\[[^\]\n]*\])?\(")


def check(index: Index) -> Iterator[Found]:
    """Every Add in launched code on a group that others wait for, where no Add stands before the launch."""
    for function in functions_with(index, b"go ", tests=IN_TESTS):
        if not _may_count(index, function):
            continue
        flow = index.flow(function)
        for body in flow.bodies:
            if body.how == "spawned" and body.site is not None:
                yield from _literal(index, flow, body, body.site)
        for step in flow.steps:
            if step.act is Act.SPAWN and _is_go_statement(index, step.span):
                yield from _named(index, flow, step)
            elif step.act is Act.CALL:
                yield from _called(index, flow, step)


def _may_count(index: Index, function: Function) -> bool:
    """Whether there is an Add in the text of a function, or of one of a name that it launches."""
    text, start, stop = index.text(function.path), function.spec.name_start, function.spec.stop
    if may_count_up(index, function):
        return True
    near = index.once(_counting_themselves, function.package)
    if near is not None and near.search(text, start, stop):
        return True
    lines = _GO_LINE.findall(text, start, stop)
    return any(index.once(_counts, name.decode()) for line in lines for name in _CALLED.findall(line))


def _counting_themselves(index: Index, package: str) -> re.Pattern[bytes] | None:
    """Calls of the functions of a package that count up and down themselves; None when there are none."""
    found = index.repository.package(package)
    assert found is not None
    files = (file for file in found.files if b".Add(" in file.text and b".Done()" in file.text)
    names = {
        function.name.encode()
        for file in files
        for function in found.functions_in(file)
        if all(file.text.find(word, function.spec.start, function.spec.stop) >= 0 for word in (b".Add(", b".Done()"))
    }
    return re.compile(rb"\b(?:%s)\(" % b"|".join(sorted(map(re.escape, names)))) if names else None


def _counts(index: Index, name: str) -> bool:
    """Whether there is an Add in the text of a function of this name."""
    return any(
        function.name == name and file.text.find(b".Add(", function.spec.start, function.spec.stop) >= 0
        for file in index.once(_adding, "")
        if name in file.names("function")
        for function in index.graph.in_file(file)
    )


def _adding(index: Index, _: str) -> tuple[File, ...]:
    """The files of the repository that call something of the name Add."""
    return tuple(file for file in index.repository.files.values() if b".Add(" in file.text)


def _literal(index: Index, flow: Flow, body: Body, site: Span) -> Iterator[Found]:
    for add, group in calls(flow, "Add"):
        if not body.start <= add.span.start < body.stop or _within(group, body) or _launched(flow, add) is not body:
            continue
        itself = any(p == group and _launched(flow, s) is body for s, p in calls(flow, "Done"))
        wait = _waited(index, flow, body.parent, site, group, itself)
        if wait is not None:
            yield _found(index, flow, site, (flow, add), group, wait, _fix(index, site, add))


def _named(index: Index, flow: Flow, spawn: Step) -> Iterator[Found]:
    if spawn.call is None or spawn.call.function is None:
        return
    target = index.flow(spawn.call.function)
    if _drives(flow, target):
        return
    own = {(place.root, place.path) for _, place in calls(target, "Wait")}
    for add, inner in calls(target, "Add"):
        # Behind a launch of its own, or a Wait, an Add counts something else than the function that makes it.
        if add.body != target.function.spec.start or inner.root is None or (inner.root, inner.path) in own:
            continue
        if any(s.act is Act.SPAWN and s.span.start > add.span.start for s in target.steps):
            continue
        group = as_the_caller_sees(inner, spawn.call)
        itself = any(p == inner for _, p in calls(target, "Done"))
        wait = _waited(index, flow, spawn.body, spawn.span, group, itself) if group is not None else None
        if group is not None and wait is not None:
            fix = Fix("call Add before the go statement", ())
            yield _found(index, flow, spawn.span, (target, add), group, wait, fix)


def _called(index: Index, flow: Flow, step: Step) -> Iterator[Found]:
    """A goroutine that nobody has counted calls a function that counts itself, for as long as it runs."""
    body = _launched(flow, step)
    if body.how != "spawned" or body.site is None or step.call is None or step.call.function is None:
        return
    target = index.flow(step.call.function)
    if _drives(flow, target):
        return
    start = target.function.spec.start
    ended = {place for done, place in calls(target, "Done") if done.deferred and _launched(target, done).start == start}
    for add, inner in calls(target, "Add"):
        if add.body != target.function.spec.start or inner not in ended or add.loops or add.facts:
            continue
        group = as_the_caller_sees(inner, step.call)
        if group is None or _within(group, body) or any(p == group for _, p in calls(flow, "Done")):
            continue
        wait = _waited(index, flow, body.parent, body.site, group, True)
        if wait is not None:
            fix = Fix("count the goroutine itself, before it is started", ())
            yield _found(index, flow, body.site, (target, add), group, wait, fix)


def _drives(flow: Flow, target: Flow) -> bool:
    """Whether a test runs code of the product, which that may run in a goroutine that is counted."""
    return flow.function.test and not target.function.test


def _is_go_statement(index: Index, site: Span) -> bool:
    """Whether the function itself is launched, rather than an argument by the function that gets it."""
    return index.text(site.path).startswith(b"go ", site.start)


def _within(group: Place, body: Body) -> bool:
    """Whether the group itself is declared inside the launched code."""
    return group.root is not None and body.start <= group.root.start < body.stop and group.root.body >= body.start


def _launched(flow: Flow, step: Step) -> Body:
    """The launched body in which a step runs, through literals that run in place."""
    body = flow.body(step.body)
    while body.how in ("called", "deferred"):
        body = flow.body(body.parent)
    return body


def _waited(index: Index, flow: Flow, launcher: int, site: Span, group: Place, itself: bool) -> _In | None:
    """The Wait that may come too early: the launcher's own behind the launch, or another function's on the field.

    itself: the goroutine counts itself. One that counts a child for another function's Wait may be joined otherwise.
    """
    own = [step for step, place in calls(flow, "Wait") if place == group]
    behind = next((w for w in own if w.span.start > site.stop and w.body == launcher), None)
    if behind is not None:
        # A launcher that has waited for its goroutines itself has seen their Add.
        return (flow, behind) if {site.start, ~site.start} & set(behind.running) else None
    if own or not itself:
        return None
    others = calls_in_package(index, flow.function, group, "Wait")
    return next(((index.flow(f), step) for f, step, _ in others if f is not flow.function), None)


def _found(index: Index, flow: Flow, site: Span, counts: _In, group: Place, waits: _In, fix: Fix) -> Found:
    add, wait = counts[1], waits[1].span
    here = add.span.path == site.path and site.start <= add.span.start < site.stop
    return Found(
        span=add.span if here else site,
        message=f"`{group.text}.Add` runs inside the goroutine that it counts, so Wait can return before it.",
        symbol=flow.function.symbol,
        variable=group.text,
        related=(
            Related(site if here else add.span, "the goroutine is started here" if here else "Add runs here"),
            Related(wait, "this Wait may find a counter of zero"),
        ),
        story=(
            Related(site, "The goroutine is started, and has not run yet;"),
            Related(wait, "somebody reaches Wait, finds nothing to wait for, and goes on;"),
            Related(add.span, "only now the goroutine counts itself."),
        ),
        evidence=(f"no Add on `{group.text}` stands before the launch",),
        fix=fix,
        silent_because=_trap(flow, site, add, group) or _told(index, flow, site, counts, waits),
    )


def _told(index: Index, flow: Flow, site: Span, counts: _In, waits: _In) -> str:
    """Why the Wait comes behind the Add all the same: the goroutine says that it runs, and is listened to."""
    inner, add = counts
    said = {_key(_target(s)) for s in inner.steps if s.span.start > add.span.start and _says(s)} - {None}
    outer, wait = waits
    own = outer is flow
    if any(_key(s.place) in said for s in _received(index, flow, site, wait if own else None)):
        return "trap T27: the launcher waits for what the goroutine says behind its Add"
    before = [s for s in outer.steps if s.span.start < wait.span.start and s.body == wait.body]
    returns = [s.span.start for s in before if s.act is Act.RETURN]
    loads = (s for s in before if s.call is not None and s.call.name == "Load")
    asked = [s for s in loads if any(s.span.start < at for at in returns)]
    asked += [s for s in before if s.act is Act.READ and s.place and any(s.place.text in t for t, _ in wait.facts)]
    if any(_key(_target(s)) in said for s in asked if not own or s.span.start > site.stop):
        return "trap T27: who waits asks first for what the goroutine sets behind its Add"
    return ""


def _received(index: Index, flow: Flow, site: Span, wait: Step | None) -> Iterator[Step]:
    """The receives behind a launch, in the launcher or what it calls: before its own Wait, once for each goroutine."""
    spawn = next((s for s in flow.steps if s.act is Act.SPAWN and s.span == site), None)
    for step in flow.steps if spawn is not None else ():
        late = wait is not None and step.span.start > wait.span.start
        if spawn is None or late or step.span.start < site.stop or _launched(flow, step) != _launched(flow, spawn):
            continue
        if step.loops[: len(spawn.loops)] != spawn.loops:
            continue
        inner = index.targets(step.call) if step.act is Act.CALL and step.call is not None else ()
        yield from (s for s in (step, *(s for f in inner for s in index.flow(f).steps)) if s.act is Act.RECEIVE)


def _says(step: Step) -> bool:
    atomic = step.call is not None and step.call.name in ("Store", "Swap", "CompareAndSwap")
    return atomic or step.act in (Act.WRITE, Act.SEND, Act.CLOSE)


def _target(step: Step) -> Place | None:
    """What a step works on: of a method of an atomic value, that value."""
    receiver = step.call.receiver if step.act is Act.CALL and step.call is not None else None
    return receiver.place if receiver is not None else step.place


def _key(place: Place | None) -> FieldRef | Var | None:
    """What stands for a place in all functions: its field, or a variable of the function."""
    if place is None:
        return None
    return place.field if place.path else place.root


def _trap(flow: Flow, site: Span, add: Step, group: Place) -> str:
    if any(p == group and s.span.start < site.start for s, p in calls(flow, "Add")):
        return "trap T27: an Add before the launch holds the count up"
    if any(p == group and s.body not in _bodies(flow, site) and s is not add for s, p in calls(flow, "Done")):
        return "trap T27: the launcher holds a count of the same group itself"
    if any(p == group and s.span == site for s, p in calls(flow, "Go")):
        return "trap T27: the goroutine is launched by the group itself, which counts it"
    if _for_child(flow, site, add, group):
        return "trap T27: the Add counts a child of a goroutine that counts itself down, and so holds a count"
    if add.held:
        return f"trap T18: {add.held[0].place.text} is held around Add, and may order it before the Wait"
    return ""


def _for_child(flow: Flow, site: Span, add: Step, group: Place) -> bool:
    """Whether a goroutine that is launched behind the Add counts down, and the one around the Add does so, too."""
    if not site.start <= add.span.start < site.stop:
        return False
    own = _launched(flow, add)
    dones = [_launched(flow, s) for s, p in calls(flow, "Done") if p == group]
    children = (b for b in dones if b.site is not None and b.start != own.start and b.site.start > add.span.start)
    return any(b.start == own.start for b in dones) and any(b.site.stop <= own.stop for b in children if b.site)


def _bodies(flow: Flow, site: Span) -> set[int]:
    """The bodies that stand inside a go statement."""
    return {body.start for body in flow.bodies if site.start <= body.start < site.stop and body.parent != -1}


def _fix(index: Index, site: Span, add: Step) -> Fix:
    """Move the Add in front of the go statement, where both fill their lines."""
    if not _is_go_statement(index, site):
        return Fix("call Add before the goroutine is started, once for each", ())
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
