"""Type parameters: replacing them, and finding what they stand for."""

from __future__ import annotations

from collections.abc import Mapping

from heuristics.golang.model import (
    Array,
    Basic,
    Chan,
    Func,
    Map,
    Named,
    Pointer,
    Slice,
    Tuple,
    Type,
    Unknown,
)


def substitute(type_: Type, bound: Mapping[str, Type]) -> Type:
    """The type with each type parameter (a Basic of its name) replaced by what it is bound to."""
    if not bound:
        return type_
    match type_:
        case Basic(name):
            return bound.get(name, type_)
        case Named(package, name, arguments):
            return Named(package, name, tuple(substitute(a, bound) for a in arguments))
        case Pointer(element):
            return Pointer(substitute(element, bound))
        case Slice(element):
            return Slice(substitute(element, bound))
        case Array(element):
            return Array(substitute(element, bound))
        case Chan(element):
            return Chan(substitute(element, bound))
        case Map(key, value):
            return Map(substitute(key, bound), substitute(value, bound))
        case Func(parameters, results, variadic):
            return Func(
                tuple(substitute(p, bound) for p in parameters), tuple(substitute(r, bound) for r in results), variadic
            )
        case Tuple(types):
            return Tuple(tuple(substitute(t, bound) for t in types))
    return type_


def unify(pattern: Type, actual: Type, names: frozenset[str], bound: dict[str, Type]) -> None:
    """Bind the type parameters of `pattern` that `actual` tells; what does not fit is left unbound."""
    if isinstance(actual, Unknown):
        return
    match pattern, actual:
        case Basic(name), _ if name in names:
            bound.setdefault(name, actual)
        case (Pointer(a), Pointer(b)) | (Slice(a), Slice(b)) | (Array(a), Array(b)) | (Chan(a), Chan(b)):
            unify(a, b, names, bound)
        case Map(key, value), Map(actual_key, actual_value):
            unify(key, actual_key, names, bound)
            unify(value, actual_value, names, bound)
        case Named(_, _, arguments), Named(_, _, actual_arguments):
            for a, b in zip(arguments, actual_arguments, strict=False):
                unify(a, b, names, bound)
        case Func(parameters, results), Func(actual_parameters, actual_results):
            for a, b in zip((*parameters, *results), (*actual_parameters, *actual_results), strict=False):
                unify(a, b, names, bound)
