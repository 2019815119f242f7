"""Replacements in the source that put an access under its lock; none where that takes a person."""

from __future__ import annotations

import re
from typing import TypeAlias

from heuristics.concurrency.accesses import Access
from heuristics.concurrency.guards import Guard
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Element, Field, FieldRef, Flow, Held, Named, Scope, Step, pointee

# (start, stop, text): replace the bytes between two offsets of the file that the access stands in.
Replacement: TypeAlias = tuple[int, int, str]

_SHORT = 12  # lines of a function that may hold the lock from end to end
_QUICK = re.compile(
    r"(?:builtin|strings|strconv|errors|sort|slices|maps|math|bytes)\.|fmt\.(?:Sprint|Errorf)|time\.(?:Now|Since)"
)
# A statement on one line that calls nothing but builtins: `x.n++`, `x.list = append(x.list, v)`, `delete(x.m, k)`.
_PLAIN = re.compile(
    rb"[\w.\[\]\"]+(?:\+\+|--|\s*(?:[-+|&*]?=|:=)\s*(?:append\([^()]*\)|len\([^()]*\)|[^(){}]+))|delete\([^()]*\)"
)
_GOES_ON = (b",", b"(", b"=", b"+", b"-", b"*", b"/", b"|", b"&", b".", b"<", b">", b"!")


def lock_text(index: Index, access: Access, guard: Guard) -> str:
    """The guard as the function at hand would write it; "" when it is no lock of the accessed object."""
    own = any(lock.own and lock.key == guard.key for other in guard.locked for lock in other.locks)
    if not own or access.root is None or any(isinstance(hop, Element) for hop in access.base):
        return ""
    names = [access.root.name, *(hop.name for hop in access.base if isinstance(hop, FieldRef))]
    field = _lock_field(index, guard)
    return ".".join(names if field is not None and field.embedded else [*names, guard.key])


def _lock_field(index: Index, guard: Guard) -> Field | None:
    package, _, name = guard.field.owner.rpartition(".")
    return next((f for f in index.types.flat_fields(Named(package, name)) if f.name == guard.key), None)


def lock_taken(index: Index, access: Access, guard: Guard) -> tuple[str, tuple[Replacement, ...]]:
    """The call that takes the guard for an access, and what puts it around: the statement, or a short function."""
    lock = lock_text(index, access, guard)
    field = _lock_field(index, guard)
    if not lock or field is None:
        return "", ()
    shared = index.types.known_name(pointee(field.type)).endswith(".RWMutex") and not access.write
    read = "R" if shared else ""
    flow = index.flow(access.function)
    # A local is not declared yet on the first line.
    local = access.root is None or access.root.scope is Scope.LOCAL
    found = () if local else _around_function(index, flow, lock, read)
    found = found or _around_line(index, access.step, lock, read)
    return f"{lock}.{read}Lock()", found


def _around_function(index: Index, flow: Flow, lock: str, read: str) -> tuple[Replacement, ...]:
    """The lock from the first line on, given back by a defer, where the function does nothing that could wait."""
    function = flow.function
    text = index.text(function.path)
    head = text.find(b"{\n", function.spec.name_start)
    one_line = head >= 0 and b"\n" not in text[function.spec.name_start : head]
    if not one_line or len(flow.bodies) > 1 or text.count(b"\n", head, function.spec.stop) > _SHORT:
        return ()
    if not all(_harmless(step) for step in flow.steps):
        return ()
    return ((head + 1, head + 1, f"\n\t{lock}.{read}Lock()\n\tdefer {lock}.{read}Unlock()\n"),)


def _harmless(step: Step) -> bool:
    if step.act in (Act.ACQUIRE, Act.RELEASE, Act.SPAWN, Act.SEND, Act.RECEIVE):
        return False
    return step.act is not Act.CALL or (step.call is not None and _QUICK.match(step.call.known) is not None)


def _around_line(index: Index, step: Step, lock: str, read: str) -> tuple[Replacement, ...]:
    """The lock around a statement that has a line to itself."""
    text = index.text(step.span.path)
    start, stop = _line(text, step.span.start)
    line = text[start:stop]
    margin = line[: len(line) - len(line.lstrip())].decode()
    before = text[:start].rstrip()
    if not margin or _PLAIN.fullmatch(line.partition(b"//")[0].strip()) is None or before.endswith(_GOES_ON):
        return ()
    return (
        (start, start, f"{margin}{lock}.{read}Lock()\n"),
        (stop, stop, f"\n{margin}{lock}.{read}Unlock()"),
    )


def copied_before(index: Index, access: Access, released: Held, text: str, name: str) -> tuple[Replacement, ...]:
    """A local that takes the field over in front of the release, and stands for it after it.

    text: the field as written; name: of the local. Only within one block, and where the name is free.
    """
    flow = index.flow(access.function)
    source = index.text(access.function.path)
    body = source[access.function.spec.start : access.function.spec.stop]
    if re.search(rb"(?<![.\w])%b\b" % name.encode(), body):
        return ()
    releases = [s for s in flow.steps if s.act is Act.RELEASE and s.place == released.place and not s.deferred]
    last = max((s.span.start for s in releases if s.span.start < access.span.start), default=-1)
    start, _ = _line(source, last)
    if last < 0 or source[start:last].strip() or not _one_block(source[start : access.span.start]):
        return ()
    reads = {
        s.span.start
        for s in flow.steps
        if s.act is Act.READ and s.place is not None and s.place.text == text and s.span.start > last and not s.held
    }
    if any(source[at : at + len(text)] != text.encode() for at in reads) or access.span.start not in reads:
        return ()
    margin = source[start:last].decode()
    return (
        (start, start, f"{margin}{name} := {text}\n"),
        *((at, at + len(text), name) for at in sorted(reads)),
    )


def _one_block(piece: bytes) -> bool:
    """Whether no line of a piece of source is indented less than the first one."""
    lines = [line for line in piece.split(b"\n") if line.strip()]
    margins = [len(line) - len(line.lstrip()) for line in lines]
    return all(margin >= margins[0] for margin in margins)


def _line(text: bytes, at: int) -> tuple[int, int]:
    start, stop = text.rfind(b"\n", 0, at) + 1, text.find(b"\n", at)
    return start, stop if stop >= 0 else len(text)
