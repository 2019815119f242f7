"""What a call of a generic function has as its signature: type parameters found from arguments and constraints."""

from __future__ import annotations

from collections.abc import Sequence

from heuristics.golang.model import UNKNOWN, Array, Chan, Func, Function, Interface, Map, Pointer, Slice, Type
from heuristics.golang.types.declared import Declared
from heuristics.golang.types.substitute import substitute, unify

_COMPOSITE = (Pointer, Slice, Array, Map, Chan, Func)


def instantiated(
    declared: Declared, function: Function, signature: Func, explicit: Sequence[Type], arguments: Sequence[Type]
) -> Func:
    """The signature with the function's type parameters replaced; what nothing tells is unknown.

    explicit: the type arguments as written. arguments: the types of the call's operands, a spread one already spread.
    """
    names = [parameter.name for parameter in function.spec.parameters]
    among = frozenset(names)
    bound = dict(zip(names, explicit, strict=False))
    for pattern, actual in zip(_parameters(signature, len(arguments)), arguments, strict=False):
        unify(pattern, actual, among, bound, declared.types.underlying)
    _by_constraints(declared, function, bound)
    replaced = substitute(signature, {name: bound.get(name, UNKNOWN) for name in names})
    return replaced if isinstance(replaced, Func) else signature


def _parameters(signature: Func, count: int) -> list[Type]:
    """One type for each operand; a variadic parameter stands for several."""
    types = list(signature.parameters)
    if signature.variadic and types and isinstance(last := types[-1], Slice):
        types[-1:] = [last.element] * (count - len(types) + 1)
    return types


def _by_constraints(declared: Declared, function: Function, bound: dict[str, Type]) -> None:
    """`[S ~[]E, E any]`: what S is tells E, and the other way round."""
    types = declared.types
    local = declared.parameters_in_reach(function)
    at = types.surroundings(function, local)
    for _ in range(2):
        for parameter in function.spec.parameters:
            core = _core(types.resolve(parameter.type, at))
            if core is None:
                continue
            if parameter.name in bound:
                actual = types.underlying(bound[parameter.name])
                unify(core, actual, frozenset(local), bound, types.underlying)
            elif all(name in bound for name in _mentioned(core, local)):
                bound[parameter.name] = substitute(core, bound)


def _core(constraint: Type) -> Type | None:
    """The one composite type that a constraint allows, whatever its name."""
    if isinstance(constraint, Interface) and len(constraint.embeds) == 1:
        return _core(constraint.embeds[0])
    return constraint if isinstance(constraint, _COMPOSITE) else None


def _mentioned(type_: Type, names: dict[str, Type]) -> list[str]:
    """The type parameters that occur in a type."""
    return [name for name in names if substitute(type_, {name: UNKNOWN}) != type_]
