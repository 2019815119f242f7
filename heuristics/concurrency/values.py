"""Struct values that a function takes as a whole: read in one go, whatever lock or atomic their fields ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.freshness import fresh_at
from heuristics.concurrency.operands import leaves
from heuristics.golang import known
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function, Pointer, Scope, Step, Value

_DEREFERENCE = re.compile(rb"(?:[=:{,]|(?<!\.)\()\s*\*|return \*")
_RECEIVER = re.compile(rb"func\s*\(\s*(?:\w+\s+)?(?=[A-Za-z_])")


def taken_values(flow: Flow) -> Iterator[tuple[Step, Value]]:
    """Every operand that a function takes the value of: `*p`, a variable or a field that is assigned, passed, returned
    or put into a literal. Whether it is a struct, its type tells."""
    for step in flow.steps:
        given = [step.value] if step.act in (Act.DECLARE, Act.WRITE, Act.MUTATE, Act.SEND) else list(step.values)
        if step.act is Act.MAKE and step.value is not None:
            given = [value for _, value in step.value.fields]
        elif step.call is not None and step.act in (Act.CALL, Act.SPAWN):
            given = list(step.call.arguments)
        for value in given:
            if value is not None and value.kind in ("copy", "place"):
                yield step, value


def locking_library_copies(index: Index) -> Iterator[tuple[Flow, Value]]:
    """Structs of the standard library with a lock inside that are copied out of memory that others can see."""
    packages = frozenset(name.rpartition(".")[0] for name in known.LOCKING_STRUCTS)
    for function in index.functions(tests=False):
        spec, file = function.spec, index.file(function.path)
        if packages.isdisjoint(index.repository.imports_of(file).values()):
            continue
        body = file.text.find(b"{", spec.name_start, spec.stop)
        if _DEREFERENCE.search(file.text, body, spec.stop) is None:
            continue
        flow = index.flow(function)
        for step, value in taken_values(flow):
            locking = value.kind == "copy" and index.types.known_name(value.type) in known.LOCKING_STRUCTS
            if locking and not isinstance(value.type, Pointer) and not own_struct(index, flow, step, value):
                yield flow, value


def own_struct(index: Index, flow: Flow, step: Step, taken: Value) -> bool:
    """Whether nobody else can know the struct whose value is taken: the function's own, or one just made."""
    source = taken.inner if taken.kind == "copy" else taken
    if source is None or source.kind == "assertion":
        return source is None or source.inner is None or source.inner.kind == "call"
    place = source.place
    if place is None or place.root is None:
        return True
    if place.root.scope is Scope.GLOBAL:
        return False
    if not isinstance(place.root.type, Pointer) and not leaves(place.path[:-1]):
        return True
    if place.root.scope not in (Scope.LOCAL, Scope.RESULT):
        return False
    # What a function hands out may have been made for this caller.
    given = (s.value for s in flow.steps if s.place is not None and s.place.root is place.root and not s.place.path)
    called = any(value is not None and value.kind == "call" for value in given)
    return called or fresh_at(index, flow, step, place.root)


def receiver_type_start(index: Index, function: Function) -> int:
    """The offset of the type of a method's value receiver, where a `*` makes it a pointer; -1 when that could break
    code: somewhere in the package the type stands by value."""
    name, text = function.receiver.encode(), index.text(function.path)
    head = _RECEIVER.search(text, text.rfind(b"\nfunc", 0, function.spec.name_start) + 1, function.spec.name_start)
    # Behind a star or ampersand, as a receiver, where it is declared, embedded or a field: all the same to a pointer.
    fine = re.compile(rb"[*&]%b\b|\(\w+\s+%b\)|type\s+%b\b|new\(%b\)|^\s*(?:\w+\s+)?%b\s*$" % ((name,) * 5), re.M)
    word = re.compile(rb"(?<![\w.])%b\b" % name)
    for file in index.package(function).files:
        code = re.sub(rb"//.*", b"", file.text)
        if len(word.findall(code)) > len(fine.findall(code)):
            return -1
    return head.end() if head is not None else -1
