"""Places in memory: a variable, or what is reached from one."""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from typing import TypeAlias

from heuristics.golang.frozen import frozen
from heuristics.golang.model.declarations import Var
from heuristics.golang.model.types import Type


@frozen()
class FieldRef:
    """A selected field; owner "?" when the struct is unknown. pointer: the field holds a pointer."""

    owner: str
    name: str
    pointer: bool = field(default=False, compare=False)

    @property
    def key(self) -> str:
        """`package.Type.field`."""
        return f"{self.owner}.{self.name}"


@frozen()
class Element:
    """An element of a map, slice or array; text is the index as written, "" for a range or a callback over all.

    inside: of an array, whose elements lie in the variable or field itself.
    """

    text: str
    of_map: bool = field(default=False, compare=False)
    inside: bool = field(default=False, compare=False)


Hop: TypeAlias = FieldRef | Element


@frozen(slots=False)
class Place:
    """A variable or what is reached from one by selectors and indices; promoted fields are spelled out in path.

    root is None when the chain starts at something else (the result of a call); origin is then its text. text: as
    written. names: the variables that indices mention. A place is compared by root and path.
    """

    root: Var | None
    origin: str
    path: tuple[Hop, ...]
    text: str = field(compare=False)
    type: Type = field(compare=False)
    names: tuple[Var, ...] = field(default=(), compare=False)

    @cached_property
    def field(self) -> FieldRef | None:
        """The field that the chain ends with."""
        last = self.path[-1] if self.path else None
        return last if isinstance(last, FieldRef) else None

    @cached_property
    def base(self) -> tuple[Var | None, str, tuple[Hop, ...]]:
        """Everything before the last hop: two fields of one struct value have equal bases."""
        return self.root, self.origin, self.path[:-1]

    def under(self, other: Place) -> bool:
        """Whether this place is `other` or lies inside it."""
        return (self.root, self.origin) == (other.root, other.origin) and self.path[: len(other.path)] == other.path
