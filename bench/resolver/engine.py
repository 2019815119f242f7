"""What the engine's resolver says of the same selectors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from heuristics.golang import known, tree
from heuristics.golang.file import File
from heuristics.golang.index import Index
from heuristics.golang.model import (
    Array,
    Basic,
    Chan,
    Field,
    Func,
    Interface,
    Map,
    Named,
    Pointer,
    Slice,
    Struct,
    Type,
    pointee,
)
from heuristics.golang.repository import Package
from heuristics.golang.types.bind import Binder
from heuristics.golang.types.infer import Inference


def bodies(index: Index, package: Package, file: File) -> Iterator[tuple[Inference, Binder, object]]:
    """Each function of a file and each first value of a package variable, with its names bound."""
    for function in package.functions:
        if function.path == file.path:
            inference = inference_of(index, package, file)
            inference.surroundings.local.update(index.declared.parameters_in_reach(function))
            binder, spec = Binder(inference), function.spec
            block = file.body(spec)
            if block is None:
                continue
            binder.function(spec.receiver, spec.signature, block, spec.start)
            yield inference, binder, block
    for variable in {spec.initializer: spec for spec in file.outline.variables if spec.initializer}.values():
        inference = inference_of(index, package, file)
        binder, value = Binder(inference), file.value(variable)
        binder.expression(value)
        yield inference, binder, value


def inference_of(index: Index, package: Package, file: File) -> Inference:
    """The inference that stands behind a file's flows."""
    declared = index.declared.on(file.platform)
    return Inference(declared.types, declared, package, file, {})


def selectors(node: object) -> Iterator[tree.Selector]:
    """All selectors inside a piece of syntax."""
    if isinstance(node, tuple):
        for part in node:
            yield from selectors(part)
    elif is_dataclass(node):
        if isinstance(node, tree.Selector):
            yield node
        for field in fields(node):
            yield from selectors(getattr(node, field.name))


def selected(inference: Inference, selector: tree.Selector) -> Field | None:
    """The field that a selector means; for the method of a lock, the embedded field that has it. None when unknown."""
    member = inference.member_of(selector)
    if member is None:
        return None
    if member.known and not member.certain:
        return None  # a type of the library has it, and more is not known
    return member.field or (member.way[-1] if member.way else None)


def declared_at(inference: Inference, field: Field) -> tuple[str, int, int] | None:
    """Path, first and last offset of the declaration of a field; None in a struct that has no name."""
    package, _, name = field.owner.rpartition(".")
    if "·" in field.owner:
        path, _, start = field.owner.partition("@")[2].rpartition(":")
        return path, int(start), len(inference.types.repository.files[path].text)
    declared = inference.types.declaration(Named(package, name))
    if declared is None:
        return None
    file, spec = declared
    if isinstance(spec.type, tree.StructOf):
        for candidate in spec.type.fields:
            if candidate.name == field.name:
                return file.path, candidate.start, candidate.stop
    return file.path, spec.start, spec.stop


def kind_of(inference: Inference, type_: Type) -> str:
    """lock, map, slice, chan, pointer, other, or unknown."""
    types = inference.types
    inner = pointee(type_)
    if isinstance(inner, Named) and inner.key.removeprefix("./") in known.LOCK_TYPES:
        return "lock"
    match types.underlying(type_):
        case Map():
            return "map"
        case Slice():
            return "slice"
        case Chan():
            return "chan"
        case Pointer():
            return "pointer"
        case Basic() | Struct() | Interface() | Func() | Array():
            return "other"
    return "unknown"


def shown(type_: Type) -> str:
    """The name of a type, or what sort of type it is."""
    inner = pointee(type_)
    return inner.key if isinstance(inner, Named) else type(inner).__name__
