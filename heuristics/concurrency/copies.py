"""Structs made from others of their own type: what the copy shares with its source, and which lock it gets."""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import (
    Act,
    Array,
    Element,
    Field,
    FieldRef,
    Flow,
    Function,
    Map,
    Named,
    Place,
    Scope,
    Slice,
    Span,
    Step,
    Type,
    Value,
    Var,
)
from heuristics.golang.words import has_word


@frozen()
class Shared:
    """A field of a copy that refers to the memory of its source's field. span: where the copy gets it."""

    field: Field
    span: Span


@frozen()
class StructCopy:
    """A struct with a lock, made from another of its type.

    span: the literal, or the copied operand. source: the other struct. lock: the lock that is not the source's.
    fresh: the copy gets a lock of its own; False when the source's lock is copied as it stands. var: the local that
    holds the copy.
    """

    owner: Named
    span: Span
    source: Place
    lock: Field
    fresh: bool
    shared: tuple[Shared, ...]
    var: Var | None


def functions_near_locks(index: Index) -> Iterator[Function]:
    """The functions in focus that may copy a struct with a lock, by their text; test files are left out.

    They name such a struct behind their receiver, or what holds one by value, or copy what a pointer is to.
    """
    for function in index.functions(tests=False):
        text, spec = index.text(function.path), function.spec
        copied = any(text.find(copy, spec.name_start, spec.stop) >= 0 for copy in (b"= *", b": *"))
        if copied or any(has_word(text, w, spec.name_start, spec.stop) for w in index.once(_words, function.package)):
            yield function


def _words(index: Index, key: str) -> tuple[bytes, ...]:
    """The names of the structs with a lock that a package declares, and of the fields that hold one by value."""
    package = index.repository.package(key)
    assert package is not None
    types = [Named(key, name) for name in package.types()]
    names = {type_.name for type_ in types if _holds_lock(index, type_)}
    names |= {f.name for type_ in types for f in index.types.fields(type_) if _holds_lock(index, _element(f.type))}
    return tuple(name.encode() for name in names)


def _element(type_: Type) -> Type:
    """What a map, slice or array holds, else the type itself."""
    while isinstance(type_, Slice | Array | Map):
        type_ = type_.value if isinstance(type_, Map) else type_.element
    return type_


def _holds_lock(index: Index, type_: Type) -> bool:
    """Whether a struct has a lock, or a field that is a struct with one."""
    if not isinstance(type_, Named) or index.types.is_lock(type_):
        return False
    locks = index.types.value_locks
    return bool(index.types.locks(type_)) or any(locks(field.type) for field in index.types.fields(type_))


def copies(index: Index, flow: Flow) -> Iterator[StructCopy]:
    """Every struct with a lock that a function makes from another one of its type."""
    for step in flow.steps:
        if step.act is Act.MAKE and step.value is not None:
            yield from _literal(index, flow, step.value)
            yield from _inside(index, flow, step.value)
        elif step.act in (Act.DECLARE, Act.WRITE) and step.value is not None and step.place is not None:
            yield from _copy(index, flow, step)


def _literal(index: Index, flow: Flow, literal: Value) -> Iterator[StructCopy]:
    owner = literal.type
    if not isinstance(owner, Named) or literal.kind != "composite":
        return
    lock = next((f for f in index.types.locks(owner) if _own_lock(index, f, dict(literal.fields).get(f.name))), None)
    if lock is None or _put_back(flow, literal):
        return
    given: dict[Place, list[Shared]] = {}
    fields = {field.name: field for field in index.types.fields(owner)}
    for name, value in literal.fields:
        origin = _origin(flow, value)
        field = fields.get(name)
        if field is None or origin is None or origin.field != FieldRef(owner.key, name):
            continue
        if not _written(flow, origin):
            given.setdefault(_struct(origin), []).append(Shared(field, value.span))
    for source, shared in given.items():
        if not _fresh(flow, source):
            yield StructCopy(owner, literal.span, source, lock, True, tuple(shared), None)


def _inside(index: Index, flow: Flow, literal: Value) -> Iterator[StructCopy]:
    """Structs with a lock that a literal gets by value, from a place that others can see."""
    for _, value in literal.fields:
        owner, source = value.type, value.place
        if value.kind == "copy":
            source = value.inner.place if value.inner is not None else None
        if value.kind not in ("place", "copy") or source is None or not isinstance(owner, Named):
            continue
        locks = index.types.value_locks(owner)
        if locks and (source.path or source.root is None or source.root.scope is not Scope.LOCAL):
            shared = tuple(Shared(field, value.span) for field in index.types.fields(owner))
            yield StructCopy(owner, value.span, source, locks[0], False, shared, None)


def _copy(index: Index, flow: Flow, step: Step) -> Iterator[StructCopy]:
    value, target = step.value, step.place
    assert value is not None and target is not None
    source, owner = _copied(index, value, target)
    if source is None or not isinstance(owner, Named) or _fresh(flow, source):
        return
    var = target.root if not target.path else None
    if var is None or var.scope is not Scope.LOCAL:
        return
    locks = [f for f in index.types.fields(owner) if index.types.is_value_lock(f.type)]
    if not locks:
        return
    reset = {s.place.path[0].name for s in flow.steps if _sets_field(s, var)}  # type: ignore[union-attr]
    shared = tuple(Shared(f, value.span) for f in index.types.fields(owner) if f.name not in reset)
    yield StructCopy(owner, value.span, source, locks[0], locks[0].name in reset, shared, var)


def _copied(index: Index, value: Value, target: Place) -> tuple[Place | None, Type]:
    """The struct whose value an assignment takes, and its type: `*p`, a variable, a field, an element of a range."""
    if value.kind == "copy" and value.place is not None:
        return value.inner.place if value.inner is not None else value.place, value.type
    if value.kind == "place" and value.place is not None:
        return value.place, value.type
    if value.kind == "element" and value.place is not None and target.root is not None:
        return value.place, target.root.type
    return None, value.type


def _sets_field(step: Step, var: Var) -> bool:
    place = step.place
    return (
        step.act is Act.WRITE
        and place is not None
        and place.root is var
        and len(place.path) == 1
        and isinstance(place.path[0], FieldRef)
    )


def _own_lock(index: Index, field: Field, value: Value | None) -> bool:
    """Whether a lock field of a literal is not the lock of the literal's source."""
    if value is None:
        return index.types.is_value_lock(field.type)
    if value.kind in ("composite", "new", "copy"):
        return True
    return value.kind == "place" and index.types.is_value_lock(value.type)


def _origin(flow: Flow, value: Value) -> Place | None:
    """The place that a value was read from; a local that is set once stands for what it was set to."""
    place = value.place if value.kind == "place" else None
    if place is None or place.path or place.root is None or place.root.scope is not Scope.LOCAL:
        return place
    sets = [s for s in flow.steps if s.act in (Act.DECLARE, Act.WRITE) and s.place == place]
    if len(sets) != 1 or sets[0].value is None or sets[0].value.kind != "place":
        return place
    return sets[0].value.place


def _struct(field: Place) -> Place:
    """The struct that a field belongs to."""
    text = field.text.rpartition(".")[0]
    return Place(field.root, field.origin, field.path[:-1], text, field.type, field.names)


def _written(flow: Flow, place: Place) -> bool:
    """Whether the function gives the source's field another value: then the copy took the old one over."""
    return any(s.act is Act.WRITE and s.place == place for s in flow.steps)


def _put_back(flow: Flow, literal: Value) -> bool:
    """Whether the literal replaces a struct in place (`*t = T{...}`): afterwards there is still only one."""
    return any(
        s.act is Act.WRITE
        and s.value is not None
        and s.value.span == literal.span
        and s.place is not None
        and bool(s.place.path)
        and s.place.path[-1] == Element("*")
        for s in flow.steps
    )


def _fresh(flow: Flow, source: Place) -> bool:
    """Whether the source is a local that this function made itself (trap T10)."""
    if source.root is None or source.root.scope is not Scope.LOCAL:
        return False
    return any(
        s.act is Act.DECLARE
        and s.place is not None
        and s.place.root is source.root
        and not s.place.path
        and (s.value is None or s.value.kind in ("new", "composite"))
        for s in flow.steps
    )
