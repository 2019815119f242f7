"""Which variables of a function lead to one object, and by which fields and elements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from heuristics.golang.index import Index
from heuristics.golang.model import (
    Act,
    Element,
    FieldRef,
    Function,
    Hop,
    Map,
    Named,
    Place,
    Pointer,
    Scope,
    Value,
    Var,
    pointee,
)

Ways: TypeAlias = Mapping[Var, tuple[Hop, ...]]


def way_to(ways: Ways, place: Place | None) -> tuple[Hop, ...] | None:
    """How the object leads to a place; None for what it does not lead to."""
    if place is None or place.root is None or place.root not in ways:
        return None
    return (*ways[place.root], *place.path)


def names_of(index: Index, about: tuple[Function, Var]) -> Ways:
    """The variable and the locals that stand for what it leads to, each with the way there."""
    function, var = about
    ways: dict[Var, tuple[Hop, ...]] = {var: ()}
    for local, values in index.once(_given, function).items():
        value = values[0] if len(values) == 1 else None
        way = way_to(ways, value.place) if value is not None and value.kind in ("place", "element") else None
        if value is not None and local in ways:
            for part, hop in parts(value):
                ways.setdefault(part, (*ways[local], hop))
        if value is not None and way is not None and isinstance(index.types.underlying(local.type), Pointer | Map):
            ways.setdefault(local, (*way, Element("")) if value.kind == "element" else way)
    return ways


def _given(index: Index, function: Function) -> dict[Var, list[Value | None]]:
    """What a function gives to its locals, in the order of the text."""
    given: dict[Var, list[Value | None]] = {}
    for step in index.flow(function).steps:
        local = step.place.root if step.place is not None and not step.place.path else None
        if step.act in (Act.DECLARE, Act.WRITE) and local is not None and local.scope is Scope.LOCAL:
            given.setdefault(local, []).append(step.value)
    return given


def parts(value: Value) -> Iterator[tuple[Var, FieldRef]]:
    """The locals and parameters that a new struct takes into its fields."""
    made = value.inner if value.inner is not None else value
    type_ = pointee(made.type)
    for name, given in made.fields if isinstance(type_, Named) else ():
        root = given.place.root if given.place is not None and not given.place.path else None
        if name and root is not None and isinstance(root.type, Pointer | Map) and isinstance(type_, Named):
            yield root, FieldRef(type_.key, name, True)
