"""What a selector means: fields and methods, promoted ones too, by the selector rules of the Go specification."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from heuristics.golang import known
from heuristics.golang.frozen import frozen
from heuristics.golang.model import Field, FieldRef, Func, Function, Interface, Named, Pointer, Struct, Type, pointee

if TYPE_CHECKING:
    from heuristics.golang.types.resolve import Types

DEEP = 16  # embedding and alias chains longer than this are cycles


@frozen(slots=False)
class Member:
    """What a selector means: a field with the embedded fields on the way to it, or a method.

    known: `import/path.Type.Name` of a type outside the repository, which is taken to have whatever is asked of it.
    """

    way: tuple[Field, ...]
    field: Field | None = None
    method: Function | None = None
    known: str = ""
    interface: bool = False
    signature: Func | None = None

    @cached_property
    def hops(self) -> tuple[FieldRef, ...]:
        """The fields on the way, and the field that is meant, as hops of a place; made once for all that select it."""
        fields = self.way if self.field is None else (*self.way, self.field)
        return tuple(FieldRef(each.owner, each.name, isinstance(each.type, Pointer)) for each in fields)

    @property
    def certain(self) -> bool:
        """Whether the type is known to have the member: it is declared here, or is a method of a lock."""
        return not self.known or self.known.rpartition(".")[0] in known.LOCK_TYPES


class Members:
    """Answers for the types of one repository, each computed once."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._found: dict[tuple[Type, str], Member | None] = {}

    def find(self, type_: Type, name: str) -> Member | None:
        """What `x.name` means for an x of this type; None when text alone cannot tell."""
        key = type_, name
        try:
            return self._found[key]  # to hash a type takes longer than to look it up
        except KeyError:
            found = self._found[key] = self._search(type_, name)
            return found

    def _search(self, type_: Type, name: str) -> Member | None:
        """Breadth first over embedded fields: the shallowest depth wins.

        A type outside the repository may have the member or not. When it is alone at its depth it is taken to have it;
        beside others, what is certain below comes first.
        """
        level: list[tuple[Type, tuple[Field, ...]]] = [(pointee(type_), ())]
        seen: set[Type] = set()
        perhaps: Member | None = None
        for _ in range(DEEP):
            deeper: list[tuple[Type, tuple[Field, ...]]] = []
            for current, way in level:
                if current in seen:
                    continue
                seen.add(current)
                found = self._direct(current, name, way)
                if found is not None and found.certain:
                    return found
                perhaps = perhaps or found
                deeper += [(pointee(f.type), (*way, f)) for f in self._types.fields(current) if f.embedded]
            if not deeper or (perhaps is not None and len(level) == 1):
                return perhaps
            level = deeper
        return perhaps

    def _direct(self, type_: Type, name: str, way: tuple[Field, ...]) -> Member | None:
        types = self._types
        if isinstance(type_, Named) and not types.is_local(type_):
            package = types.package(type_.package)
            if package is None:
                return _outside(type_, name, way)
            if method := package.method(type_.name, name):
                return Member(way, method=method)
            if types.declaration(type_) is None:
                return None
        behind = types.underlying(type_)
        if isinstance(behind, Struct):
            field = next((field for field in behind.fields if field.name == name), None)
            return Member(way, field=field) if field is not None else None
        if isinstance(behind, Interface):
            return self._in_interface(behind, name, way)
        if isinstance(behind, Named) and behind != type_:
            return Member(way, known=f"{behind.key}.{name}")
        return None

    def _in_interface(self, interface: Interface, name: str, way: tuple[Field, ...]) -> Member | None:
        for method, signature in interface.methods:
            if method == name:
                return Member(way, interface=True, signature=signature)
        perhaps: Member | None = None
        for embedded in interface.embeds:
            found = self._direct(embedded, name, way)
            if found is not None and found.certain:
                return found
            perhaps = perhaps or found
        return perhaps


def _outside(type_: Named, name: str, way: tuple[Field, ...]) -> Member | None:
    """A member of a type outside the repository; a lock has the methods of one and nothing else."""
    if type_.key in known.LOCK_TYPES and name not in known.LOCK_METHODS:
        return None
    return Member(way, known=f"{type_.key}.{name}")


def flattened(types: Types, type_: Type) -> Iterator[Field]:
    """The fields of a struct, then those of the structs that it embeds by value; what a lock consists of stays out."""
    level, seen = [type_], set[Type]()
    while level:
        current = level.pop(0)
        if current in seen:
            continue
        seen.add(current)
        for candidate in types.fields(current):
            yield candidate
            if candidate.embedded and isinstance(candidate.type, Named) and not types.lock_name(candidate.type):
                level.append(candidate.type)
