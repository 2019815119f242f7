"""Type parameters: replacing them, and finding what they stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from heuristics.golang.model import (
    Array,
    Basic,
    Chan,
    Func,
    Interface,
    Map,
    Named,
    Pointer,
    Slice,
    Struct,
    Tuple,
    Type,
    Unknown,
)

Underlying = Callable[[Type], Type]


def substitute(type_: Type, bound: Mapping[str, Type]) -> Type:
    """The type with each type parameter (a Basic of its name) replaced by what it is bound to."""
    if not bound:
        return type_
    match type_:
        case Basic(name):
            return bound.get(name, type_)
        case Named(package, name, arguments):
            return Named(package, name, _each(arguments, bound))
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
            return Func(_each(parameters, bound), _each(results, bound), variadic)
        case Tuple(types):
            return Tuple(_each(types, bound))
        case Struct(fields):
            return Struct(tuple(replace(field, type=substitute(field.type, bound)) for field in fields))
        case Interface(methods, embeds):
            replaced = ((name, substitute(signature, bound)) for name, signature in methods)
            kept = tuple((name, signature) for name, signature in replaced if isinstance(signature, Func))
            return Interface(kept, _each(embeds, bound))
    return type_


def _each(types: tuple[Type, ...], bound: Mapping[str, Type]) -> tuple[Type, ...]:
    return tuple(substitute(type_, bound) for type_ in types)


def unify(pattern: Type, actual: Type, names: frozenset[str], bound: dict[str, Type], underlying: Underlying) -> None:
    """Bind the type parameters of `pattern` that `actual` tells; what does not fit is left unbound."""
    if isinstance(actual, Unknown):
        return
    if isinstance(actual, Named) and not (isinstance(pattern, Named) and pattern.key == actual.key):
        if isinstance(pattern, Basic):
            if pattern.name in names:
                bound.setdefault(pattern.name, actual)
            return
        actual = underlying(actual)
        pattern = underlying(pattern)
    match pattern, actual:
        case Basic(name), _ if name in names:
            bound.setdefault(name, actual)
        case (Pointer(a), Pointer(b)) | (Slice(a), Slice(b)) | (Array(a), Array(b)) | (Chan(a), Chan(b)):
            unify(a, b, names, bound, underlying)
        case Map(key, value), Map(actual_key, actual_value):
            unify(key, actual_key, names, bound, underlying)
            unify(value, actual_value, names, bound, underlying)
        case Named(_, _, arguments), Named(_, _, actual_arguments):
            _unify_all(arguments, actual_arguments, names, bound, underlying)
        case Named(), Func() if (behind := underlying(pattern)) != pattern:  # of another module there is only the name
            unify(behind, actual, names, bound, underlying)
        case Func(parameters, results), Func(actual_parameters, actual_results):
            _unify_all(parameters, actual_parameters, names, bound, underlying)
            _unify_all(results, actual_results, names, bound, underlying)


def _unify_all(
    patterns: tuple[Type, ...],
    actual: tuple[Type, ...],
    names: frozenset[str],
    bound: dict[str, Type],
    underlying: Underlying,
) -> None:
    for a, b in zip(patterns, actual, strict=False):
        unify(a, b, names, bound, underlying)
