"""Types, as far as text tells them."""

from __future__ import annotations

from typing import TypeAlias

from heuristics.golang.frozen import frozen


@frozen()
class Unknown:
    """What text alone cannot tell; it never makes a finding louder."""


@frozen()
class Basic:
    """A predeclared type: bool, string, int, ..., error, any; also the type parameters of the function at hand."""

    name: str


@frozen()
class Named:
    """A declared type. package: the key of its package, see Package; a local type has its place in its name."""

    package: str
    name: str
    arguments: tuple[Type, ...] = ()

    @property
    def key(self) -> str:
        """`package.Name`, without type arguments."""
        return f"{self.package}.{self.name}"


@frozen()
class Pointer:
    element: Type


@frozen()
class Slice:
    element: Type


@frozen()
class Array:
    element: Type


@frozen()
class Map:
    key: Type
    value: Type


@frozen()
class Chan:
    element: Type


@frozen()
class Func:
    parameters: tuple[Type, ...]
    results: tuple[Type, ...]
    variadic: bool = False


@frozen()
class Field:
    """A field of a struct. owner: key of the struct type that declares it."""

    owner: str
    name: str
    type: Type
    embedded: bool = False
    notes: tuple[tuple[str, str], ...] = ()


@frozen()
class Struct:
    fields: tuple[Field, ...]


@frozen()
class Interface:
    methods: tuple[tuple[str, Func], ...]
    embeds: tuple[Type, ...] = ()


@frozen()
class Tuple:
    """The results of a call that has not exactly one."""

    types: tuple[Type, ...]


Type: TypeAlias = Unknown | Basic | Named | Pointer | Slice | Array | Map | Chan | Func | Struct | Interface | Tuple
UNKNOWN = Unknown()


def pointee(type_: Type) -> Type:
    """The type behind a pointer, else the type itself."""
    return type_.element if isinstance(type_, Pointer) else type_
