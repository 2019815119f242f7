"""Types of package variables, signatures of functions, results of library functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heuristics.golang import known, tree
from heuristics.golang.constraints import Platform
from heuristics.golang.model import (
    UNKNOWN,
    Basic,
    Func,
    Function,
    Named,
    Pointer,
    Scope,
    Tuple,
    Type,
    Var,
)
from heuristics.golang.outline import VarSpec
from heuristics.golang.repository import Package
from heuristics.golang.types.resolve import Surroundings, Types

if TYPE_CHECKING:
    from collections.abc import Callable

    from heuristics.golang.file import File
    from heuristics.golang.types.meanings import Meaning


class Declared:
    """Answers from declarations, each computed once. `initial` gives the type of a package variable's first value.

    meanings: what (package key, name) means, kept for all who ask.
    """

    def __init__(self, types: Types, initial: Callable[[Package, File, VarSpec], Type]) -> None:
        self.types = types
        self._initial = initial
        self._variables: dict[tuple[str, int], Var] = {}
        self._signatures: dict[Function, Func] = {}
        self._busy: set[tuple[str, int]] = set()
        self._others: dict[Platform, Declared] = {types.platform: self}
        self.meanings: dict[tuple[str, str], Meaning] = {}

    @property
    def busy(self) -> bool:
        """Whether the type of a variable is being found out, so that what leads back to it is not known yet."""
        return bool(self._busy)

    def on(self, platform: Platform) -> Declared:
        """The same declarations as a build for another platform sees them; variables are the same objects."""
        found = self._others.get(platform)
        if found is None:
            found = self._others[platform] = Declared(self.types.on(platform), self._initial)
            found._variables, found._signatures, found._busy = self._variables, self._signatures, self._busy
            found._others = self._others
        return found

    def take_over(self, earlier: Declared, changed: frozenset[str]) -> None:
        """The package variables of another snapshot, those of these files left out, and its types."""
        self.types.take_over(earlier.types, changed)
        self._variables.update((key, var) for key, var in earlier._variables.items() if key[0] not in changed)

    def variable(self, package: Package, name: str) -> Var | None:
        """The package variable of this name; one object per variable."""
        if (declared := package.variable(name)) is None:
            return None
        file, spec = declared
        key = file.path, spec.start
        if key not in self._variables:
            if key in self._busy:
                return None  # an initializer that leads back to its own variable
            self._busy.add(key)
            self._variables[key] = self._make(package, file, spec)
            self._busy.discard(key)
        return self._variables[key]

    def _make(self, package: Package, file: File, spec: VarSpec) -> Var:
        if spec.type is not None:
            type_ = self.types.resolve(spec.type, Surroundings(package, file))
        elif spec.initializer is not None:
            type_ = self._initial(package, file, spec)
        else:
            type_ = UNKNOWN
        return Var(spec.name, Scope.GLOBAL, type_, spec.start, -1, package=package.key)

    def parameters_in_reach(self, function: Function) -> dict[str, Type]:
        """The type parameters of a function and of its receiver, each as a Basic of its name."""
        names = [p.name for p in function.spec.parameters]
        if function.spec.receiver is not None:
            type_ = function.spec.receiver.type
            if isinstance(type_, tree.PointerOf):
                type_ = type_.element
            if isinstance(type_, tree.TypeName):
                names += [a.name for a in type_.arguments if isinstance(a, tree.TypeName)]
        return {name: Basic(name) for name in names}

    def receiver_bindings(self, function: Function, arguments: tuple[Type, ...]) -> dict[str, Type]:
        """What the receiver's type parameters stand for when the receiver's type has these arguments."""
        type_ = function.spec.receiver.type if function.spec.receiver is not None else None
        if isinstance(type_, tree.PointerOf):
            type_ = type_.element
        if not isinstance(type_, tree.TypeName):
            return {}
        return {a.name: b for a, b in zip(type_.arguments, arguments, strict=False) if isinstance(a, tree.TypeName)}

    def signature(self, function: Function) -> Func:
        """The type of a function or method, without its receiver."""
        found = self._signatures.get(function)
        if found is None:
            at = self.types.surroundings(function, self.parameters_in_reach(function))
            found = self._signatures[function] = self.types.signature(function.spec.signature, at)
        return found

    def known_results(self, name: str) -> Type:
        """The results of a library function, from the table of known.py."""
        spelled = known.RESULTS.get(name)
        if spelled is None:
            return UNKNOWN
        types = tuple(_spelled(part) for part in spelled.split(";"))
        return types[0] if len(types) == 1 else Tuple(types)


def _spelled(text: str) -> Type:
    if text.startswith("*"):
        return Pointer(_spelled(text[1:]))
    if text == "func":
        return Func((), ())
    package, _, name = text.rpartition(".")
    return Named(package, name) if package else Basic(name)
