"""Type expressions as plain values: how a type is written."""

from __future__ import annotations

from dataclasses import field
from typing import TypeAlias

from heuristics.golang.frozen import frozen


@frozen()
class TypeName:
    """`T`, `pkg.T`, `T[A, B]`."""

    name: str
    package: str = ""
    arguments: tuple[TypeExpr, ...] = ()


@frozen()
class PointerOf:
    element: TypeExpr


@frozen()
class SliceOf:
    element: TypeExpr


@frozen()
class ArrayOf:
    element: TypeExpr


@frozen()
class MapOf:
    key: TypeExpr
    value: TypeExpr


@frozen()
class ChanOf:
    element: TypeExpr


@frozen()
class Parameter:
    """A parameter, result or receiver; name "" when it has none. A variadic one has a slice type."""

    name: str
    type: TypeExpr
    start: int = field(default=0, compare=False)  # two are the same wherever they stand


@frozen()
class FuncOf:
    parameters: tuple[Parameter, ...]
    results: tuple[Parameter, ...]
    variadic: bool = False


@frozen()
class FieldDecl:
    """A struct field. notes: what its comment says about concurrency (comments.py)."""

    name: str
    type: TypeExpr
    embedded: bool
    start: int
    stop: int
    notes: tuple[tuple[str, str], ...] = ()


@frozen()
class StructOf:
    fields: tuple[FieldDecl, ...]


@frozen()
class InterfaceOf:
    """methods: name and signature. embeds: embedded interfaces and the alternatives of a constraint."""

    methods: tuple[tuple[str, FuncOf], ...]
    embeds: tuple[TypeExpr, ...]


TypeExpr: TypeAlias = TypeName | PointerOf | SliceOf | ArrayOf | MapOf | ChanOf | FuncOf | StructOf | InterfaceOf
