"""Expressions as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from heuristics.golang.frozen import frozen
from heuristics.golang.tree.types import FuncOf, TypeExpr

if TYPE_CHECKING:
    from heuristics.golang.tree.statements import Block


@frozen(eq=False)
class Name:
    name: str
    start: int
    stop: int


@frozen(eq=False)
class Selector:
    operand: Expr
    name: str
    start: int
    stop: int


@frozen(eq=False)
class Index:
    """`x[i]`; also an instantiation, which only types can tell."""

    operand: Expr
    indices: tuple[Expr, ...]
    start: int
    stop: int


@frozen(eq=False)
class Slicing:
    operand: Expr
    bounds: tuple[Expr, ...]
    start: int
    stop: int


@frozen(eq=False)
class Call:
    """A call or a conversion. spread: the last argument is followed by `...`."""

    function: Expr
    arguments: tuple[Expr, ...]
    spread: bool
    start: int
    stop: int


@frozen(eq=False)
class Unary:
    """operator: `*` `&` `<-` `!` `-` `+` `^`."""

    operator: str
    operand: Expr
    start: int
    stop: int


@frozen(eq=False)
class Binary:
    operator: str
    left: Expr
    right: Expr
    start: int
    stop: int


@frozen(eq=False)
class TypeAssertion:
    operand: Expr
    type: TypeExpr
    start: int
    stop: int


@frozen(eq=False)
class Composite:
    """`T{k: v}`; type is None inside an outer literal that leaves it out."""

    type: TypeExpr | None
    elements: tuple[tuple[Expr | None, Expr], ...]
    start: int
    stop: int


@frozen(eq=False)
class FuncLit:
    signature: FuncOf
    body: Block
    start: int
    stop: int


@frozen(eq=False)
class Literal:
    """A constant. kind: int, float, string, rune, imaginary, bool, nil, iota."""

    kind: str
    text: str
    start: int
    stop: int


@frozen(eq=False)
class TypeOperand:
    """A type where an expression stands: `make(chan int)`, the function of `[]byte(x)`."""

    type: TypeExpr
    start: int
    stop: int


Expr: TypeAlias = (
    Name
    | Selector
    | Index
    | Slicing
    | Call
    | Unary
    | Binary
    | TypeAssertion
    | Composite
    | FuncLit
    | Literal
    | TypeOperand
)
