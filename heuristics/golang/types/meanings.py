"""What a name or the function of a call can mean."""

from __future__ import annotations

from typing import TypeAlias

from heuristics.golang import tree
from heuristics.golang.frozen import frozen
from heuristics.golang.model import Function, Type, Var
from heuristics.golang.types.members import Member

# Of the Go specification: predeclared types and functions.
BASIC = frozenset(
    {
        "bool",
        "string",
        "error",
        "any",
        "byte",
        "rune",
        "int",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "uintptr",
        "float32",
        "float64",
        "complex64",
        "complex128",
        "comparable",
    }
)
BUILTINS = frozenset(
    {
        "append",
        "cap",
        "clear",
        "close",
        "complex",
        "copy",
        "delete",
        "imag",
        "len",
        "make",
        "max",
        "min",
        "new",
        "panic",
        "print",
        "println",
        "real",
        "recover",
    }
)


@frozen()
class PackageName:
    """An imported package where an expression stands; key as in Package."""

    key: str


@frozen()
class TypeMeant:
    """A type where an expression stands: a conversion, or the argument of make and new."""

    type: Type


@frozen()
class Builtin:
    name: str


@frozen()
class Outside:
    """A function or variable of a package outside the repository: `import/path.Name`."""

    name: str


Meaning: TypeAlias = Var | Function | PackageName | TypeMeant | Builtin | Outside | None


@frozen()
class Callee:
    """What a call calls. Exactly one of function, known, interface, literal, variable says it, or none."""

    name: str
    function: Function | None = None
    known: str = ""
    interface: bool = False
    receiver: tree.Expr | None = None
    member: Member | None = None
    literal: tree.FuncLit | None = None
    conversion: Type | None = None
