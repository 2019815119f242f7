"""A WaitGroup is counted up after others can already count it down.

An object that carries a WaitGroup is stored, sent or handed to a goroutine first, and Add is called afterwards. Another
goroutine that finds the object in between calls Done on a group that stands at zero: "negative WaitGroup counter", and
the program ends with a panic. Or Wait is reached before the count has begun, and waits for nobody.

Count first, publish afterwards.

WRONG

```go
c := &client{}
s.clients.Store(id, c)
c.wg.Add(1) // the broadcaster may have called c.wg.Done already
c.wg.Wait()
```

RIGHT

```go
c := &client{}
c.wg.Add(1)
s.clients.Store(id, c)
c.wg.Wait()
```

Limits: the object must be a local of the function that publishes it. An earlier Add on the same group, or a lock that
is held around both acts, silences, and so does a goroutine that ends only when a channel of the object tells it to.
Objects that are published by a callee two calls away are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.groups import before_calls, calls, calls_in_package, counting, is_constant, variable_before
from heuristics.concurrency.publication import Publication, publications
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function, Place, Scope, Span, Step, Value, Var
from heuristics.golang.words import places_of

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = True
YIELDS_TO: tuple[str, ...] = ()

# Before an Add, a group that is an element or stands in brackets.
_INDIRECT = re.compile(rb"(?:\]|(?<![\w\])])\([*&]?[\w.]+\))\Z")
# Behind a variable, its fields and what is done with them.
_USE = re.compile(rb"((?:\.\w+)*?)(?:(\.Add\()|(\s*:=)|(?!\.\w))")


def check(index: Index) -> Iterator[Found]:
    """Every Add on a group of a local object that others can see, and count down, before it."""
    for function in counting(index, "Add", IN_TESTS):
        if not _may_come_late(index, function):
            continue
        flow = index.flow(function)
        for add, group in calls(flow, "Add"):
            if group.root is None or group.root.scope is not Scope.LOCAL or group.root.body != add.body:
                continue
            if _covered(flow, add, group):
                continue
            shared = _shared_from_birth(flow, group)
            waits = [step for step, place in calls(flow, "Wait") if place == group and step.span.start < add.span.start]
            if shared is not None and waits:
                yield _unborn(flow, shared, add, group, waits[0])
            known = next(_before(index, flow, add, group), None) or _through_callback(flow, add, group)
            done = _done(index, flow, known, add, group) if known is not None else None
            if known is not None and done is not None:
                yield _found(index, flow, known, add, group, done)


def _may_come_late(index: Index, function: Function) -> bool:
    """Whether the text shows an Add that is not the first thing that is done with a local; most are, and cost no walk.

    A second Add on the same group is covered by the first.
    """
    before = tuple(before_calls(index, function, "Add"))
    if any(map(_INDIRECT.search, before)):
        return True
    given = {parameter.name.encode() for parameter in function.spec.signature.parameters}
    if function.spec.receiver is not None:
        given.add(function.spec.receiver.name.encode())
    text = index.text(function.path)[function.spec.name_start : function.spec.stop]
    names = {name for line in before if (name := variable_before(line))}
    return any(_used_before(text, name, name in given) for name in names)


def _used_before(text: bytes, name: bytes, given: bool) -> bool:
    """Whether something is done with a variable between its declaration and an Add, which is no second one.

    given: the name is that of an operand of the function, until the text declares another.
    """
    used, counted = False, set[bytes]()
    for at in places_of(text, name, 0, len(text)):
        use = _USE.match(text, at + len(name)) if not text.startswith(b".", at - 1) else None
        if use is None:
            continue
        fields, add, assigned = use.groups()
        if assigned or text[:at].rstrip().endswith(b"var"):
            given, used, counted = False, False, set()
            continue
        if add and used and fields not in counted and not given:
            return True
        used = True
        if add:
            counted.add(fields)
    return False


def _shared_from_birth(flow: Flow, group: Place) -> Step | None:
    """The LoadOrStore that a local group came out of, where it was put in new: whoever came second has it as well."""
    origin = _given(flow, group.root) if not group.path else None
    if origin is not None and origin.kind == "assertion" and origin.inner is not None:
        place = origin.inner.place
        origin = _given(flow, place.root) if place is not None and not place.path else None
    call = origin.call if origin is not None else None
    if call is None or call.known != "sync.Map.LoadOrStore" or len(call.arguments) < 2 or origin is None:
        return None
    if call.arguments[1].kind != "new":
        return None
    return next((s for s in flow.steps if s.act is Act.CALL and s.span == origin.span), None)


def _given(flow: Flow, var: Var | None) -> Value | None:
    """What a local is declared with, when nothing else is assigned to it."""
    steps = (s for s in flow.steps if s.place is not None and s.place.root is var and not s.place.path)
    given = [s.value for s in steps if s.act in (Act.DECLARE, Act.WRITE)]
    return given[0] if len(given) == 1 else None


def _unborn(flow: Flow, shared: Step, add: Step, group: Place, wait: Step) -> Found:
    """The finding for a group of which others may have come to Wait before it is counted up at all."""
    name = group.text
    return Found(
        span=add.span,
        message=f"`{name}` is visible to other goroutines before `{name}.Add`: a Wait in between waits for nobody.",
        symbol=flow.function.symbol,
        variable=name,
        related=(
            Related(shared.span, f"`{name}` is stored here, with a count of zero, where other goroutines find it"),
            Related(wait.span, "a goroutine that finds it does not wait here"),
        ),
        story=(
            Related(shared.span, f"One goroutine stores `{name}` with a count of zero,"),
            Related(wait.span, "another one finds it, has nothing to wait for, and goes on;"),
            Related(add.span, "only now the group is counted up."),
        ),
        evidence=(f"a new group is stored, and `{name}.Add` runs only afterwards",),
        fix=Fix("count up before the group is stored", ()),
    )


def _covered(flow: Flow, add: Step, group: Place) -> bool:
    """Whether an earlier Add on the same group already holds the count up (trap T27)."""
    return any(place == group and step.span.stop <= add.span.start for step, place in calls(flow, "Add"))


def _before(index: Index, flow: Flow, add: Step, group: Place) -> Iterator[Publication]:
    assert group.root is not None
    for published in publications(index, flow, group.root):
        step = published.step
        if step.body == add.body and step.span.stop <= add.span.start and not _parted(flow, step, add):
            yield published


def _through_callback(flow: Flow, add: Step, group: Place) -> Publication | None:
    """The launch, before the Add, of an object that was made with a callback that counts the group down."""
    callbacks = [d.body for d, place in calls(flow, "Done") if place == group and flow.body(d.body).how == "value"]
    for step in flow.steps:
        made, value = step.place, step.value
        if step.act is not Act.DECLARE or made is None or value is None or value.kind != "call":
            continue
        if not any(value.span.start < start < value.span.stop for start in callbacks):
            continue
        for spawn in flow.steps:
            between = step.span.start < spawn.span.start < add.span.start
            if spawn.act is Act.SPAWN and between and spawn.body == add.body and _operates_on(spawn, made):
                return Publication(spawn, "launched") if not _parted(flow, spawn, add) else None
    return None


def _operates_on(spawn: Step, made: Place) -> bool:
    """Whether an object is the receiver of what is launched, or handed to it."""
    call = spawn.call
    values = (*call.arguments, *((call.receiver,) if call.receiver is not None else ())) if call is not None else ()
    return any(value.place is not None and value.place.root is made.root for value in values)


def _parted(flow: Flow, first: Step, second: Step) -> bool:
    """Whether a return stands between two acts: then they may belong to different paths."""
    return any(
        s.act is Act.RETURN and s.body == first.body and first.span.stop <= s.span.start < second.span.start
        for s in flow.steps
    )


def _done(index: Index, flow: Flow, published: Publication, add: Step, group: Place) -> Span | None:
    """Where another goroutine counts the group down."""
    if published.how == "launched":
        bodies = {b.start for b in flow.bodies if b.how == "spawned" and b.site == published.span}
        for step, place in calls(flow, "Done"):
            if step.body in bodies and place == group:
                return step.span
        callback = (d.span for d, place in calls(flow, "Done") if place == group and flow.body(d.body).how == "value")
        if _through_callback(flow, add, group) == published:
            return next(callback, None)
        target = published.step.call.function if published.step.call is not None else None
        if target is not None:
            return next((step.span for step, place in calls(index.flow(target), "Done") if _fits(place, group)), None)
        return None
    launched = {s.call.function for s in flow.steps if s.act is Act.SPAWN and s.call and s.span.start > add.span.start}
    for function, step, _ in calls_in_package(index, flow.function, group, "Done"):
        # Whoever is launched behind the Add, or counts up itself, counts down what was counted.
        if function is flow.function or function in launched:
            continue
        if not any(place.field == group.field for _, place in calls(index.flow(function), "Add")):
            return step.span
    return None


def _fits(inner: Place, group: Place) -> bool:
    if group.field is not None:
        return inner.field == group.field
    return inner.root is not None and inner.root.scope is Scope.PARAMETER and not inner.path


def _found(index: Index, flow: Flow, published: Publication, add: Step, group: Place, done: Span) -> Found:
    assert group.root is not None
    function: Function = flow.function
    name = group.root.name
    return Found(
        span=add.span,
        message=f"`{name}` is visible to other goroutines before `{group.text}.Add`: "
        "a Done in between panics with a negative counter.",
        symbol=function.symbol,
        variable=_stable(group),
        related=(
            Related(published.span, f"`{name}` is {published.how} here, where other goroutines find it"),
            Related(done, "a goroutine that finds it calls Done here"),
        ),
        story=(
            Related(published.span, f"One goroutine makes `{name}` visible,"),
            Related(done, "another one finds it and counts the group down from zero: panic;"),
            Related(add.span, "only now the group is counted up."),
        ),
        evidence=(f"`{name}` is {published.how} before the first Add on `{group.text}`", "Done is called elsewhere"),
        fix=_fix(index, published, add),
        tier=Tier.B if _late(flow, published, done) else None,
        silent_because=_trap(index, flow, published, add, group),
    )


def _stable(group: Place) -> str:
    field = group.field
    return f"{field.owner.rpartition('.')[2]}.{field.name}" if field is not None else group.text


def _late(flow: Flow, published: Publication, done: Span) -> bool:
    """Whether launched code waits for something before it counts down: then Add has long run, if only by time."""
    bodies = {b.start for b in flow.bodies if b.how == "spawned" and b.site == published.span}
    inside = [s for s in flow.steps if s.body in bodies]
    counted = [s for s in inside if s.span == done and not s.deferred]
    return any(s.act is Act.RECEIVE and s.span.start < one.span.start for one in counted for s in inside)


def _trap(index: Index, flow: Flow, published: Publication, add: Step, group: Place) -> str:
    if any(h.span == other.span for h in published.step.held for other in add.held):
        return "trap T8: one lock is held around both acts"
    if published.how == "launched" and _ends_when_told(index, flow, published, group):
        return "trap T10: the goroutine ends when a channel of its object says so, which nobody else knows yet"
    return ""


def _ends_when_told(index: Index, flow: Flow, published: Publication, group: Place) -> bool:
    """Whether launched code leaves only behind a receive from another field of the struct that has the group."""
    call = published.step.call
    inside = {b.start for b in flow.bodies if b.how == "spawned" and b.site == published.span}
    if not inside and call is not None and call.function is not None:
        flow, inside = index.flow(call.function), {call.function.spec.start}
    steps = [s for s in flow.steps if s.body in inside]
    ends = [s for s in steps if s.act is Act.RETURN]
    if group.field is None or not ends:
        return False
    for end in ends:
        received = [s.place for s in steps if s.act is Act.RECEIVE and s.span.start < end.span.start]
        field = received[-1].field if received and received[-1] is not None else None
        if field is None or field.owner != group.field.owner:
            return False
    return True


def _fix(index: Index, published: Publication, add: Step) -> Fix:
    """Swap the two statements where each fills its lines and both stand in one block."""
    title = "count up before others can see it"
    text = index.text(add.span.path)
    start, stop = text.rfind(b"\n", 0, add.span.start) + 1, text.find(b"\n", add.span.stop) + 1
    before = text.rfind(b"\n", 0, published.span.start) + 1
    margin, other = text[start : add.span.start], text[before : published.span.start]
    behind = text[add.span.stop : stop].strip()
    alone = not margin.strip() and (not behind or behind.startswith(b"//"))
    if not alone or margin != other or not is_constant(add):
        return Fix(title, ())
    path = add.span.path
    moved = text[start:stop].decode("utf-8", "replace")
    return Fix(title, (Edit(path, before, before, moved), Edit(path, start, stop, "")))
