"""Go syntax as plain values: what syntax.py makes of a parsed file, free of the parser's nodes.

`start` and `stop` are byte offsets into the file; File.span turns them into a Span. Parentheses are dropped.
"""

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

# --- expressions ---------------------------------------------------------------------------------------------------


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

# --- statements ----------------------------------------------------------------------------------------------------


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
