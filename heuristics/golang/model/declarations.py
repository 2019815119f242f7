"""Places in files, functions and variables."""

from __future__ import annotations

from enum import Enum

from heuristics.golang.frozen import frozen
from heuristics.golang.model.types import Type
from heuristics.golang.outline import FuncSpec


@frozen(order=True)
class Span:
    """A piece of a file. Lines and columns are 1-based, columns count bytes, end is exclusive.

    start and stop are byte offsets.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    stop: int


@frozen(eq=False)
class Function:
    """A function or method of the snapshot; one object per declaration and index, compared by identity.

    package: key of its package. receiver: name of the receiver's type, "" for a function. test: in a _test.go file.
    """

    package: str
    folder: str
    package_name: str
    path: str
    name: str
    receiver: str
    pointer: bool
    spec: FuncSpec
    test: bool

    @property
    def symbol(self) -> str:
        """`Type.Method` or `Func`."""
        return f"{self.receiver}.{self.name}" if self.receiver else self.name

    @property
    def owner(self) -> str:
        """Key of the receiver's type, "" for a function."""
        return f"{self.package}.{self.receiver}" if self.receiver else ""


class Scope(Enum):
    """Where a variable is declared."""

    GLOBAL = "global"
    RECEIVER = "receiver"
    PARAMETER = "parameter"
    RESULT = "result"
    LOCAL = "local"


@frozen(eq=False)
class Var:
    """A variable, compared by identity.

    start: offset of its declaration in its file. body: offset of the function or literal that declares it (-1: global).
    position: number of the parameter. package: key of its package, for a global. loop: offset of the loop whose header
    declares it; before Go 1.22 its iterations share the variable.
    """

    name: str
    scope: Scope
    type: Type
    start: int
    body: int
    position: int = -1
    package: str = ""
    loop: int = -1
