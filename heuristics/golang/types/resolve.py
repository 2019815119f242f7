"""Types as text tells them: names, aliases, embedding and promotion, methods, locks."""

from __future__ import annotations

from dataclasses import dataclass, field

from heuristics.golang import known, tree
from heuristics.golang.constraints import USUAL, Platform
from heuristics.golang.model import (
    UNKNOWN,
    Array,
    Basic,
    Chan,
    Field,
    Func,
    Function,
    Interface,
    Map,
    Named,
    Pointer,
    Slice,
    Struct,
    Type,
    Unknown,
    pointee,
)
from heuristics.golang.outline import TypeSpec
from heuristics.golang.repository import File, Package, Repository

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
_DEEP = 16  # embedding and alias chains longer than this are cycles


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a type expression stands: its file and package, the type parameters and the local types in reach."""

    package: Package
    file: File
    local: dict[str, Type] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """What a selector means: a field with the embedded fields on the way to it, or a method."""

    way: tuple[Field, ...]
    field: Field | None = None
    method: Function | None = None
    known: str = ""
    interface: bool = False
    signature: Func | None = None


class Types:
    """Resolves type expressions and members inside one repository, as a build for one platform sees it.

    What it cannot tell is UNKNOWN.
    """

    def __init__(self, repository: Repository, platform: Platform = USUAL) -> None:
        self.repository = repository
        self.platform = platform
        self._packages: dict[str, Package | None] = {}
        self._locals: dict[Named, Type] = {}
        self._others = {platform: self}
        self._underlying: dict[Named, Type] = {}
        self._members: dict[tuple[Type, str], Member | None] = {}
        self._resolving: set[Named] = set()

    def on(self, platform: Platform) -> Types:
        """The same repository on another platform."""
        found = self._others.get(platform)
        if found is None:
            found = self._others[platform] = Types(self.repository, platform)
            found._others, found._locals = self._others, self._locals
        return found

    def package(self, key: str) -> Package | None:
        """The package with this key, on the platform; None for one outside the repository."""
        if key not in self._packages:
            found = self.repository.package(key)
            self._packages[key] = found.on(self.platform) if found is not None else None
        return self._packages[key]

    # --- type expressions

    def resolve(self, expression: tree.TypeExpr, at: Surroundings) -> Type:
        """The type that an expression means where it stands."""
        match expression:
            case tree.TypeName():
                return self._named(expression, at)
            case tree.PointerOf(element):
                return Pointer(self.resolve(element, at))
            case tree.SliceOf(element):
                return Slice(self.resolve(element, at))
            case tree.ArrayOf(element):
                return Array(self.resolve(element, at))
            case tree.MapOf(key, value):
                return Map(self.resolve(key, at), self.resolve(value, at))
            case tree.ChanOf(element):
                return Chan(self.resolve(element, at))
            case tree.FuncOf():
                return self.signature(expression, at)
            case tree.StructOf(fields):
                return Struct(tuple(self._field(f, "struct", at) for f in fields))
            case tree.InterfaceOf(methods, embeds):
                return Interface(
                    tuple((name, self.signature(s, at)) for name, s in methods),
                    tuple(self.resolve(e, at) for e in embeds),
                )

    def signature(self, expression: tree.FuncOf, at: Surroundings) -> Func:
        """A function type."""
        return Func(
            tuple(self.resolve(p.type, at) for p in expression.parameters),
            tuple(self.resolve(r.type, at) for r in expression.results),
            expression.variadic,
        )

    def _field(self, declaration: tree.FieldDecl, owner: str, at: Surroundings) -> Field:
        return Field(
            owner, declaration.name, self.resolve(declaration.type, at), declaration.embedded, declaration.notes
        )

    def _named(self, expression: tree.TypeName, at: Surroundings) -> Type:
        name, arguments = expression.name, tuple(self.resolve(a, at) for a in expression.arguments)
        if expression.package:
            key = self.repository.imports_of(at.file).get(expression.package)
            if key is None:
                return UNKNOWN
            return self._alias(Named(key, name, arguments))
        if name in at.local:
            return at.local[name]
        if at.package.type(name):
            return self._alias(Named(at.package.key, name, arguments))
        if name in BASIC:
            return Basic(name)
        for local, key in self.repository.imports_of(at.file).items():
            if local.startswith("."):
                return self._alias(Named(key, name, arguments))
        return UNKNOWN

    def _alias(self, named: Named) -> Type:
        package = self.package(named.package)
        declared = self.declaration(named) if package is not None and package.may_be_alias(named.name) else None
        if declared is None or package is None or not declared[1].alias:
            return named
        if named in self._resolving:
            return UNKNOWN  # an alias that leads back to itself
        self._resolving.add(named)
        file, spec = declared
        resolved = self.resolve(spec.type, Surroundings(package, file))
        self._resolving.discard(named)
        return resolved

    # --- declarations

    def declaration(self, named: Named) -> tuple[File, TypeSpec] | None:
        """The file and spec that declare a type of this repository."""
        package = self.package(named.package)
        specs = package.type(named.name) if package is not None else None
        return specs[0] if specs else None

    def underlying(self, type_: Type) -> Type:
        """The type behind a name; a pointer stays one. External names stay as they are."""
        for _ in range(_DEEP):
            if not isinstance(type_, Named):
                return type_
            behind = self._behind(type_)
            if behind == type_:
                return type_
            type_ = behind
        return UNKNOWN

    def _behind(self, named: Named) -> Type:
        found = self._underlying.get(named)
        if found is None:
            self._underlying[named] = named  # a cycle meets itself
            found = self._underlying[named] = self._expand(named)
        return found

    def _expand(self, named: Named) -> Type:
        declared = self.declaration(named)
        package = self.package(named.package)
        if declared is None or package is None:
            return self._locals.get(named, named)
        file, spec = declared
        at = Surroundings(
            package,
            file,
            dict(zip((p.name for p in spec.parameters), named.arguments, strict=False))
            if named.arguments
            else {p.name: Basic(p.name) for p in spec.parameters},
        )
        if isinstance(spec.type, tree.StructOf):
            return Struct(tuple(self._field(f, named.key, at) for f in spec.type.fields))
        return self.resolve(spec.type, at)

    def declare_local(self, named: Named, expression: tree.TypeExpr, at: Surroundings) -> None:
        """Remember a type that is declared inside a function."""
        if named not in self._locals:
            self._locals[named] = UNKNOWN
            if isinstance(expression, tree.StructOf):
                self._locals[named] = Struct(tuple(self._field(f, named.key, at) for f in expression.fields))
            else:
                self._locals[named] = self.resolve(expression, at)

    def fields(self, type_: Type) -> tuple[Field, ...]:
        """The fields of a struct type, through names and one pointer."""
        behind = self.underlying(pointee(self.underlying(type_)))
        return behind.fields if isinstance(behind, Struct) else ()

    # --- members

    def member(self, type_: Type, name: str) -> Member | None:
        """What `x.name` means for an x of this type; None when text alone cannot tell."""
        key = (type_, name)
        if key not in self._members:
            self._members[key] = self._search(type_, name)
        return self._members[key]

    def _search(self, type_: Type, name: str) -> Member | None:
        """Breadth first over embedded fields, as the Go specification's selector rules say (shallowest depth wins)."""
        level: list[tuple[Type, tuple[Field, ...]]] = [(pointee(type_), ())]
        seen: set[Type] = set()
        for _ in range(_DEEP):
            deeper: list[tuple[Type, tuple[Field, ...]]] = []
            opaque: Member | None = None
            for current, way in level:
                if current in seen:
                    continue
                seen.add(current)
                found = self._direct(current, name, way)
                if found is not None and (found.field or found.method or found.interface or found.signature):
                    return found
                opaque = opaque or found
                deeper += [(pointee(f.type), (*way, f)) for f in self.fields(current) if f.embedded]
            if opaque is not None and not deeper:
                return opaque
            if opaque is not None and len(level) == 1:
                return opaque
            level = deeper
            if not level:
                return None
        return None

    def _direct(self, type_: Type, name: str, way: tuple[Field, ...]) -> Member | None:
        if isinstance(type_, Named):
            package = self.package(type_.package)
            if package is None and type_ not in self._locals:
                return Member(way, known=f"{type_.key}.{name}")
            if package is not None:
                if method := package.method(type_.name, name):
                    return Member(way, method=method)
                declared = self.declaration(type_)
                if declared is None and not type_.name.startswith("·"):
                    return None
        behind = self.underlying(type_)
        if isinstance(behind, Struct):
            for candidate in behind.fields:
                if candidate.name == name:
                    return Member(way, field=candidate)
        if isinstance(behind, Interface):
            return self._in_interface(behind, name, way)
        if isinstance(behind, Named) and behind != type_:
            return Member(way, known=f"{behind.key}.{name}")
        return None

    def _in_interface(self, interface: Interface, name: str, way: tuple[Field, ...]) -> Member | None:
        for method, signature in interface.methods:
            if method == name:
                return Member(way, interface=True, signature=signature)
        for embedded in interface.embeds:
            found = self._direct(embedded, name, way)
            if found is not None:
                return found
        return None

    # --- locks

    def is_lock(self, type_: Type) -> bool:
        """Whether Lock and Unlock of this type are those of a lock: a known lock, or a repository type with both."""
        type_ = pointee(type_)
        if not isinstance(type_, Named):
            return False
        if type_.key in known.LOCK_TYPES:
            return True
        return self._own_method(type_, "Lock") and self._own_method(type_, "Unlock") and not self.value_locks(type_)

    def _own_method(self, named: Named, name: str) -> bool:
        package = self.package(named.package)
        return package is not None and package.method(named.name, name) is not None

    def is_value_lock(self, type_: Type) -> bool:
        """Whether a copy of a value of this type is a second lock: a mutex that is no pointer."""
        return isinstance(type_, Named) and type_.key in known.VALUE_LOCKS

    def value_locks(self, type_: Type) -> tuple[Field, ...]:
        """The fields of a struct that are locks by value, embedded structs of the repository included."""
        return tuple(f for f in self.flat_fields(type_) if self.is_value_lock(f.type))

    def locks(self, type_: Type) -> tuple[Field, ...]:
        """The fields of a struct that are locks, by value, by pointer or embedded."""
        return tuple(f for f in self.flat_fields(type_) if self.is_lock(f.type))

    def flat_fields(self, type_: Type) -> tuple[Field, ...]:
        """The fields of a struct, those of structs embedded by value behind them, to any depth in the repository."""
        out: list[Field] = []
        level, seen = [type_], set[Type]()
        while level:
            current = level.pop(0)
            if current in seen:
                continue
            seen.add(current)
            for candidate in self.fields(current):
                out.append(candidate)
                if candidate.embedded and isinstance(candidate.type, Named):
                    level.append(candidate.type)
        return tuple(out)

    def is_concurrent(self, type_: Type) -> bool:
        """Whether values of this type may be used by several goroutines at once (trap T14)."""
        type_ = pointee(type_)
        if isinstance(type_, Chan):
            return True
        if isinstance(type_, Named):
            return (
                type_.key in known.CONCURRENT_TYPES
                or type_.key in known.LOCK_TYPES
                or isinstance(self.underlying(type_), Chan)
            )
        return False

    def is_reference(self, type_: Type) -> bool:
        """Whether a copy of such a value shares memory that can be changed in place: map, slice, pointer."""
        return isinstance(self.underlying(type_), Map | Slice | Pointer)

    def known_name(self, type_: Type) -> str:
        """`import/path.Type` of a type outside the repository, through one pointer, else ""."""
        type_ = pointee(type_)
        if isinstance(type_, Named) and not type_.package.startswith("./"):
            return type_.key
        return ""

    def is_unknown(self, type_: Type) -> bool:
        """Whether text alone cannot tell what this is."""
        return isinstance(pointee(type_), Unknown)
