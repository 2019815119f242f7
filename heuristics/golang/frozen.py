"""Frozen dataclasses that cost no more to make than open ones, and little to declare."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from reprlib import recursive_repr
from typing import Any, TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(*, eq: bool = True, order: bool = False, slots: bool = True) -> Callable[[type[_T]], type[_T]]:
    """A frozen dataclass, for values that are made by the million; with eq=False they are compared by identity.

    That nobody assigns to their fields is the type checker's business alone: the guard that dataclasses put up at run
    time makes up a fifth of the cost of following a function. What dataclasses would write and compile for each class,
    and compile again whenever the program starts, is closures here: there are two hundred of these classes.
    """
    if order:
        return dataclass(order=True, slots=slots, unsafe_hash=True)
    plain = dataclass(eq=False, repr=False, slots=slots)

    def declare(cls: type[_T]) -> type[_T]:
        made = plain(cls)
        if "__repr__" not in vars(cls):
            made.__repr__ = _repr  # type: ignore[method-assign]
        if eq:
            _compare(made)
        return made

    return declare


def _compare(made: type[Any]) -> None:
    """Values of this class are equal when the fields are that count."""
    names = tuple(each.name for each in fields(made) if each.compare)
    key = attrgetter(*names) if names else lambda value: ()

    def equal(self: object, other: object) -> Any:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: object) -> int:
        return hash(key(self))

    made.__eq__, made.__hash__ = equal, hashed  # type: ignore[assignment]


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"
