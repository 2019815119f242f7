"""The outline of a file: what it declares, without the bodies. Cheap to make, and kept by blob id."""

from __future__ import annotations

from heuristics.golang import tree
from heuristics.golang.frozen import frozen


@frozen()
class Import:
    """name: as written, "" when left out, "." or "_" too."""

    name: str
    path: str


@frozen()
class TypeSpec:
    """A type at package level."""

    name: str
    type: tree.TypeExpr
    parameters: tuple[tree.Parameter, ...]
    alias: bool
    start: int
    stop: int
    notes: tuple[tuple[str, str], ...] = ()


@frozen()
class FuncSpec:
    """A function or method at package level. broken: it does not parse; a body that was left out says nothing."""

    name: str
    receiver: tree.Parameter | None
    signature: tree.FuncOf
    parameters: tuple[tree.Parameter, ...]
    start: int
    stop: int
    name_start: int
    has_body: bool
    broken: bool
    notes: tuple[tuple[str, str], ...] = ()


@frozen()
class VarSpec:
    """A package variable (constants are left out). initializer: offsets of its value, or None."""

    name: str
    type: tree.TypeExpr | None
    initializer: tuple[int, int] | None
    start: int
    stop: int
    notes: tuple[tuple[str, str], ...] = ()


@frozen()
class Outline:
    """What a file declares. names: every word that occurs in it, identifiers among them.

    constraint: the `//go:build` expression, "" without. broken: 1-based lines of declarations that do not parse.
    """

    package: str
    imports: tuple[Import, ...]
    types: tuple[TypeSpec, ...]
    functions: tuple[FuncSpec, ...]
    variables: tuple[VarSpec, ...]
    names: frozenset[str]
    generated: bool
    constraint: str
    broken: tuple[int, ...]
