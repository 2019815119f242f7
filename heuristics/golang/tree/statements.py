"""Statements as plain values."""

from __future__ import annotations

from typing import TypeAlias

from heuristics.golang.frozen import frozen
from heuristics.golang.tree.expressions import Expr, Name
from heuristics.golang.tree.types import TypeExpr


@frozen(eq=False)
class Block:
    statements: tuple[Stmt, ...]
    start: int
    stop: int


@frozen(eq=False)
class ExprStmt:
    value: Expr
    start: int
    stop: int


@frozen(eq=False)
class Assign:
    """operator: `=`, `:=`, `+=` and its like, `++`, `--` (the last two with no right side)."""

    left: tuple[Expr, ...]
    operator: str
    right: tuple[Expr, ...]
    start: int
    stop: int


@frozen(eq=False)
class VarDecl:
    names: tuple[Name, ...]
    type: TypeExpr | None
    values: tuple[Expr, ...]
    start: int
    stop: int


@frozen(eq=False)
class TypeDecl:
    name: str
    type: TypeExpr
    start: int
    stop: int


@frozen(eq=False)
class GoStmt:
    call: Expr
    start: int
    stop: int


@frozen(eq=False)
class DeferStmt:
    call: Expr
    start: int
    stop: int


@frozen(eq=False)
class SendStmt:
    channel: Expr
    value: Expr
    start: int
    stop: int


@frozen(eq=False)
class Return:
    values: tuple[Expr, ...]
    start: int
    stop: int


@frozen(eq=False)
class Branch:
    """kind: break, continue, goto, fallthrough."""

    kind: str
    label: str
    start: int
    stop: int


@frozen(eq=False)
class Labeled:
    label: str
    statement: Stmt
    start: int
    stop: int


@frozen(eq=False)
class If:
    init: Stmt | None
    condition: Expr
    then: Block
    otherwise: Stmt | None
    start: int
    stop: int


@frozen(eq=False)
class For:
    init: Stmt | None
    condition: Expr | None
    post: Stmt | None
    body: Block
    start: int
    stop: int


@frozen(eq=False)
class Range:
    key: Expr | None
    value: Expr | None
    define: bool
    operand: Expr
    body: Block
    start: int
    stop: int


@frozen(eq=False)
class Case:
    """A case of a switch, or of a select where `comm` is its statement. default: no values and no comm."""

    values: tuple[Expr, ...]
    comm: Stmt | None
    body: Block
    default: bool
    start: int
    stop: int


@frozen(eq=False)
class Switch:
    """tag is None in `switch { case cond: }`."""

    init: Stmt | None
    tag: Expr | None
    cases: tuple[Case, ...]
    start: int
    stop: int


@frozen(eq=False)
class TypeSwitch:
    """The cases' values are TypeOperands (or a nil Literal)."""

    init: Stmt | None
    name: Name | None
    operand: Expr
    cases: tuple[Case, ...]
    start: int
    stop: int


@frozen(eq=False)
class Select:
    cases: tuple[Case, ...]
    start: int
    stop: int


Stmt: TypeAlias = (
    Block
    | ExprStmt
    | Assign
    | VarDecl
    | TypeDecl
    | GoStmt
    | DeferStmt
    | SendStmt
    | Return
    | Branch
    | Labeled
    | If
    | For
    | Range
    | Switch
    | TypeSwitch
    | Select
)
