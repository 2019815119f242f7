"""Frozen dataclasses that cost no more to make than open ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(*, eq: bool = True, order: bool = False, slots: bool = True) -> Callable[[type[_T]], type[_T]]:
    """A frozen dataclass, for values that are made by the million; with eq=False they are compared by identity.

    That nobody assigns to their fields is the type checker's business alone: the guard that dataclasses put up at run
    time makes up a fifth of the cost of following a function.
    """
    return dataclass(eq=eq, order=order, slots=slots, unsafe_hash=eq)
