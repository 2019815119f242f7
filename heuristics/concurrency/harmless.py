"""What makes an access without the lock harmless: joins, goroutines of their own, flags, parts that nobody changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.accesses import Access, accesses_of
from heuristics.concurrency.before import filled_before, of_its_start, published, stays, tested
from heuristics.concurrency.clauses import clause_end
from heuristics.concurrency.entries import Origin, entries_of
from heuristics.concurrency.roots import launched_around, ways_to
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Element, FieldRef, Function, Place, Scope, Step

_ENDS = re.compile(r"(?:close|stop|shutdown|terminate|destroy|cleanup|teardown|finish|release|free)", re.I)
_WAITS = re.compile(r"Wait(?![a-z])|\w+AndWait$|Join(?![a-z])")
_MAY_WAIT = re.compile(rb"<-|Wait|Join|\brange\b")
_NEAR = 2  # calls that are followed to find a wait
_MASTERS = 3  # functions in a row, each of which serves the next one alone


def joined_before(index: Index, access: Access) -> bool:
    """Whether the function has waited for other goroutines before the access, itself or in a call (trap T18).

    A helper is called in a later phase when all who call it have waited by then.
    """
    if _waits_before(index, access.function, access.step) or _behind_receive(index, access):
        return True
    return access.launch < 0 and index.once(_in_later_phase, access.function)


def _behind_receive(index: Index, access: Access) -> bool:
    """Whether the access stands in the clause of a select that receives from a channel of the object, as when that is
    closed once all is there."""
    text, step = index.text(access.span.path), access.step
    for receive in index.flow(access.function).steps:
        if receive.act is not Act.RECEIVE or receive.select < 0 or receive.loops or receive.body != step.body:
            continue
        place = receive.place
        if place is None or place.field is None or place.root is not access.root:
            continue
        if receive.span.stop <= step.span.start < clause_end(text, receive.span.stop, len(text)):
            return True
    return False


def _in_later_phase(index: Index, function: Function) -> bool:
    """Whether all callers of a helper wait for goroutines, in a call that says so, before they call it."""
    if function.name[:1].isupper():
        return False
    sites = entries_of(index, function.package).sites(function)
    return bool(sites) and all(
        site.step.act is Act.CALL and _waits_before(index, site.caller, site.step, named=True) for site in sites
    )


def _waits_before(index: Index, function: Function, step: Step, named: bool = False) -> bool:
    first = index.once(_first_joins, (function, named)).get(step.body)
    return first is not None and first < step.span.start


def _first_joins(index: Index, about: tuple[Function, bool]) -> dict[int, int]:
    """Where each body of a function waits first, by offsets. named: in a call that says so."""
    function, named = about
    found: dict[int, int] = {}
    for step in index.flow(function).steps:
        start, first = step.span.start, found.get(step.body)
        if not step.deferred and (first is None or start < first) and _joins(index, step, _NEAR, named):
            found[step.body] = start
    return found


def _joins(index: Index, step: Step, depth: int, named: bool) -> bool:
    """Whether a step waits for goroutines. named: by a call that says so; a receive may be of anything."""
    if step.act is Act.RECEIVE:
        return step.select < 0 and not step.loops and not named
    if step.act is not Act.CALL or step.call is None:
        return False
    if _WAITS.match(step.call.name):
        return not (named and step.call.arguments)  # one that is told what to wait for may mean anything
    callee = step.call.function
    return callee is not None and depth > 0 and index.once(_joins_inside, (callee, depth - 1, named))


def _joins_inside(index: Index, about: tuple[Function, int, bool]) -> bool:
    """Whether a function waits in its caller's goroutine, itself or in calls so deep."""
    function, depth, named = about
    spec = function.spec
    if depth == 0 and _MAY_WAIT.search(index.text(function.path), spec.start, spec.stop) is None:
        return False  # most functions, and their flow is not needed
    flow = index.flow(function)
    return any(_joins(index, s, depth, named) and launched_around(flow, flow.body(s.body)) is None for s in flow.steps)


def harmless_read(index: Index, access: Access, writers: tuple[Access, ...]) -> str:
    """Why a read without the lock sees nothing that these writers do at the same time; "" when nothing says so."""
    writers = meeting(writers, access)
    if not writers:
        return "other parts of the value are changed"
    if all(_inside(writer) for writer in writers) and not looks_inside(index, access):
        return "only the reference is copied, which nobody replaces"
    if joined_before(index, access):
        return "trap T18: the function has waited for other goroutines"
    if same_goroutine(index, access, writers):
        return "trap T16: the goroutine that writes the field reads it"
    if of_its_start(index, access, goroutines(index, access), writers):
        return "trap T18: the channel is made before the goroutine starts, and another one when it has ended"
    if filled_before(index, access, writers):
        return "trap T10: the function has called what fills the field in, once, under the lock"
    if flag := published(index, access, writers):
        return f"trap T18: `{flag}` is set when the field has its value, and asked before"
    if _updates_itself(index, access, writers):
        return "trap T16: the function that alone writes the field reads it on its way"
    if stays(index, access):
        return "who sets the field has found it nil under the lock: the value stays"
    if flag := _ended(index, access, writers):
        return f"`{flag}` was set under the lock before, and all who change the field test it there"
    if flag := _frozen(index, access):
        return f"`{flag}` is never taken back: the object does not change any more"
    if _like_owner(index, access, writers):
        return "trap T16: whoever writes the field looks at it first without the lock"
    return sealed(index, access)


def meeting(writers: tuple[Access, ...], access: Access) -> tuple[Access, ...]:
    """Those writers that change what an access reads: the fields of a struct behind the field are apart."""
    return tuple(writer for writer in writers if _overlap(writer, access))


def _overlap(writer: Access, access: Access) -> bool:
    changed, read = _rest(writer), _rest(access)
    shorter = min(len(changed), len(read))
    return changed[:shorter] == read[:shorter]


def _rest(access: Access) -> tuple[str, ...]:
    """The fields that an access selects behind the accessed one, up to the first element."""
    place = access.step.place
    names: list[str] = []
    for hop in place.path[len(access.base) + 1 :] if place is not None else ():
        if not isinstance(hop, FieldRef):
            break
        names.append(hop.name)
    return tuple(names)


def _like_owner(index: Index, access: Access, writers: tuple[Access, ...]) -> bool:
    """Whether the reader writes the field too, and whoever writes it looks at it first as the reader does."""
    writing = {writer.function for writer in writers}
    bare = accesses_of(index, access.function.package).of(access.owner, access.field)
    looking = {a.function for a in bare if not (a.write or a.locks or a.step.released)}
    if tested(index, access) and any(_looks_again(index, writer) for writer in writers):
        return False
    return not access.step.released and access.function in writing and writing <= looking


def _ended(index: Index, access: Access, writers: tuple[Access, ...]) -> str:
    """The field that the function gives another value under a lock before the access, and that all writers look at
    under a lock before they write."""
    for step in index.flow(access.function).steps:
        place = step.place
        if step.act is not Act.WRITE or not step.held or step.span.start > access.span.start or place is None:
            continue
        flag = place.field
        if flag is None or flag.name == access.field or step.value is None or step.value.kind == "call":
            continue
        if all(_looks_first(index, writer, flag) for writer in writers):
            return place.text
    return ""


def _looks_first(index: Index, writer: Access, flag: FieldRef) -> bool:
    """Whether the function that writes has compared the flag under a lock before."""
    accesses = accesses_of(index, writer.function.package).of(flag.owner, flag.name)
    before = (a for a in accesses if a.function is writer.function and a.span.start < writer.span.start)
    return any(not a.write and a.locks and tested(index, a) for a in before)


def _frozen(index: Index, access: Access) -> str:
    """The flag that is tested right before a release and only ever set, as in `if s.closed { s.mu.Unlock(); ...`."""
    steps = [s for s in index.flow(access.function).steps if s.span.start < access.span.start]
    last = max((i for i, s in enumerate(steps) if s.act is Act.RELEASE), default=0)
    before = steps[last - 1] if last else None
    if before is None or before.act is not Act.READ or before.place is None or before.place.field is None:
        return ""
    return before.place.text if _one_way(index, access.function.package, before.place.field) else ""


def sealed(index: Index, access: Access) -> str:
    """The flag that the function has set under a lock before the access, and that is only ever set.

    Others test it under that lock and leave the object alone from then on: `s.closed = true; s.mu.Unlock(); ...`.
    """
    for step in index.flow(access.function).steps:
        if step.span.start > access.span.start:
            continue
        call = step.call if step.act is Act.CALL else None
        seals = _seals(index, step) or (
            call is not None and call.function is not None and index.once(_sealing, call.function)
        )
        if seals:
            return "a flag was set under a lock before, which others test"
    return ""


def _sealing(index: Index, function: Function) -> bool:
    """Whether a function sets such a flag, itself or in what it calls."""
    return any(
        _seals(index, s) or (s.act is Act.CALL and s.call is not None and _sets_flag(index, s.call.function))
        for s in index.flow(function).steps
    )


def _sets_flag(index: Index, function: Function | None) -> bool:
    return function is not None and any(_seals(index, step) for step in index.flow(function).steps)


def _seals(index: Index, step: Step) -> bool:
    place = step.place
    if step.act is not Act.WRITE or place is None or place.field is None or not step.held or not _sets(step):
        return False
    package = place.field.owner.rpartition(".")[0]
    return index.repository.package(package) is not None and _one_way(index, package, place.field)


def _sets(step: Step) -> bool:
    return step.value is not None and step.value.text == "true"


def _one_way(index: Index, package: str, flag: FieldRef) -> bool:
    """Whether a flag is set and never taken back."""
    accesses = accesses_of(index, package).of(flag.owner, flag.name)
    writes = [a for a in accesses if a.write and not a.prior]
    return bool(writes) and all(_sets(a.step) for a in writes)


def ends(function: Function) -> bool:
    """Whether the name says that the function ends its object."""
    return _ENDS.match(function.name) is not None


def leaves_without_lock(index: Index, function: Function) -> bool:
    """Whether a method ends its object and takes none of its locks: it may rely on everybody having left."""
    taken = (s.place.root for s in index.flow(function).steps if s.act is Act.ACQUIRE and s.place is not None)
    own = any(root is not None and root.scope is Scope.RECEIVER for root in taken)
    return not own and ends(function)


def _inside(writer: Access) -> bool:
    """Whether a write changes what the field refers to, and leaves the field itself alone: a map's element, a call."""
    place = writer.step.place
    return writer.step.act is Act.CALL or (place is not None and writer.step.act is Act.MUTATE and _element(place))


def _element(place: Place) -> bool:
    return isinstance(place.path[-1], Element) and place.path[-1].of_map


def looks_inside(index: Index, access: Access) -> bool:
    """Whether a read is of more than the reference: an element, a range, a length, a method of the value."""
    place = access.step.place
    if place is None or place.field is None or place.field.name != access.field:
        return True
    for step in index.flow(access.function).steps:
        if step.value is not None and step.value.kind == "element" and step.value.place == place:
            return True
        call = step.call
        if call is None or not (step.span.start <= access.span.start and access.span.stop <= step.span.stop):
            continue
        arguments = call.arguments if call.known else ()
        if any(operand.place == place for operand in ((call.receiver,) if call.receiver else ()) + arguments):
            return True
    return False


def _updates_itself(index: Index, access: Access, writers: tuple[Access, ...]) -> bool:
    """Whether all writers are this function and its own helpers, or those of the one that it is a helper of, and the
    read is not a way out before their write."""
    entries = accesses_of(index, access.function.package).entries
    if not any(
        all(entries.serves_only(writer.function, master) for writer in writers)
        for master in _masters(index, access.function)
    ):
        return False
    if tested(index, access) and any(_looks_again(index, writer) for writer in writers):
        return False
    steps = index.flow(access.function).steps
    leaves = any(
        s.act is Act.RETURN and s.span.start <= access.span.start and access.span.stop <= s.span.stop for s in steps
    )
    return not leaves or any(w.function is access.function and w.span.start < access.span.start for w in writers)


def _looks_again(index: Index, writer: Access) -> bool:
    """Whether the field is tested under the lock before it is written: others may have come in between."""
    accesses = accesses_of(index, writer.function.package).locked(writer.owner, writer.field)
    before = (a for a in accesses if a.function is writer.function and a.span.start < writer.span.start)
    return any(a.locks and not a.write and tested(index, a) for a in before)


def _masters(index: Index, function: Function) -> Iterator[Function]:
    """A function, and the private ones that it serves alone, while no two goroutines are seen to run them at once."""
    yield function
    entries = accesses_of(index, function.package).entries
    for _ in range(_MASTERS):
        sites = entries.sites(function)
        callers = {site.caller for site in sites}
        if len(callers) != 1 or any(site.launched or site.step.act is Act.SPAWN for site in sites):
            return
        (caller,) = callers
        if any(f.name[:1].isupper() for f in (function, caller)) or caller is function:
            return
        if any(way.root.parallel for way in ways_to(index, caller)):
            return
        function = caller
        yield caller


def same_goroutine(index: Index, access: Access, writers: tuple[Access, ...]) -> bool:
    """Whether one goroutine, launched once, makes this access and all the writes (trap T16)."""
    origins = goroutines(index, access)
    if len(origins) != 1 or any(origin.loop for origin in origins):
        return False
    return all(goroutines(index, writer) == origins for writer in writers)


def goroutines(index: Index, access: Access) -> frozenset[Origin]:
    """The goroutines that make an access."""
    if access.launch >= 0:
        body = index.flow(access.function).body(access.launch)
        return frozenset({Origin(access.function, access.launch, bool(body.loops))})
    return accesses_of(index, access.function.package).entries.origins(access.function)


def awaited(index: Index, access: Access) -> bool:
    """Whether the function answers afterwards on a channel that it was handed: who asked waits (trap T18)."""
    return any(
        s.act in (Act.CLOSE, Act.SEND)
        and s.body == access.step.body
        and s.span.start > access.span.start
        and s.place is not None
        and s.place.root is not None
        and s.place.root.scope is Scope.PARAMETER
        and s.place.path != ()
        for s in index.flow(access.function).steps
    )
