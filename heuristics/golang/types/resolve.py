"""Types as text tells them: names, aliases, embedding and promotion, methods, locks."""

from __future__ import annotations

import re
from dataclasses import field

from heuristics.golang import known, tree
from heuristics.golang.constraints import USUAL, Platform
from heuristics.golang.file import File
from heuristics.golang.frozen import frozen
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
from heuristics.golang.repository import Package, Repository
from heuristics.golang.types.library import Library
from heuristics.golang.types.meanings import BASIC
from heuristics.golang.types.members import DEEP, Member, Members, flattened

_LOCKER = frozenset({"sync.Locker.Lock", "sync.Locker.Unlock"})
_NAMES_LOCK = re.compile("Mutex|Lock|^mutex|^lock")


@frozen()
class Surroundings:
    """Where a type expression stands: its file and package, the type parameters and the local types in reach."""

    package: Package
    file: File
    local: dict[str, Type] = field(default_factory=dict)


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
        self._members = Members(self)
        self._library = Library()
        self._lock_names: dict[Named, str] = {}
        self._flat: dict[Type, tuple[Field, ...]] = {}
        self._resolving: set[Named] = set()
        self._plain: dict[tuple[str, str], Type] = {}

    def on(self, platform: Platform) -> Types:
        """The same repository on another platform."""
        found = self._others.get(platform)
        if found is None:
            found = self._others[platform] = Types(self.repository, platform)
            found._others, found._locals = self._others, self._locals
        return found

    def take_over(self, earlier: Types, changed: frozenset[str]) -> None:
        """What is known of types inside the functions of another snapshot, these files left out."""
        places = tuple(f"@{path}:" for path in changed)
        kept = {named: type_ for named, type_ in earlier._locals.items() if not any(p in named.name for p in places)}
        self._locals.update(kept)

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
        name, given = expression.name, expression.arguments
        arguments = tuple(self.resolve(a, at) for a in given) if given else ()
        if expression.package:
            key = self.repository.imports_of(at.file).get(expression.package)
            return UNKNOWN if key is None else self._meant(key, name, arguments)
        if name in at.local:
            return at.local[name]
        if at.package.type(name):
            return self._meant(at.package.key, name, arguments)
        if name in BASIC:
            return Basic(name)
        return self._dot_imported(name, arguments, at)

    def _dot_imported(self, name: str, arguments: tuple[Type, ...], at: Surroundings) -> Type:
        """A name that no package of the repository has comes from one outside, if only one is imported like this."""
        outside: list[str] = []
        for local, key in self.repository.imports_of(at.file).items():
            if not local.startswith("."):
                continue
            package = self.package(key)
            if package is None:
                outside.append(key)
            elif package.type(name):
                return self._alias(Named(key, name, arguments))
        return Named(outside[0], name, arguments) if len(outside) == 1 else UNKNOWN

    def _meant(self, package: str, name: str, arguments: tuple[Type, ...]) -> Type:
        """What a declared name stands for; without type arguments, the same object for all that say it."""
        if arguments or self._resolving:
            return self._alias(Named(package, name, arguments))
        found = self._plain.get((package, name))
        if found is None:
            found = self._plain[package, name] = self._alias(Named(package, name))
        return found

    def _alias(self, named: Named) -> Type:
        package = self.package(named.package)
        declared = self.declaration(named) if package is not None and package.may_be_alias(named.name) else None
        if declared is None or not declared[1].alias:
            return named
        if named in self._resolving:
            return UNKNOWN  # an alias that leads back to itself
        self._resolving.add(named)
        resolved = self.resolve(declared[1].type, self._inside(named, *declared))
        self._resolving.discard(named)
        return resolved

    # --- declarations

    def declaration(self, named: Named) -> tuple[File, TypeSpec] | None:
        """The file and spec that declare a type of this repository, or of the library if they are known."""
        package = self._holder(named.package)
        specs = package.type(named.name) if package is not None else None
        return specs[0] if specs else None

    def underlying(self, type_: Type) -> Type:
        """The type behind a name; a pointer stays one. External names stay as they are."""
        for _ in range(DEEP):
            if not isinstance(type_, Named):
                return type_
            behind = self._behind(type_)
            if isinstance(behind, Named) and behind == type_:
                return type_
            type_ = behind
        return UNKNOWN

    def _behind(self, named: Named) -> Type:
        found = self._underlying.get(named)
        if found is None:
            self._underlying[named] = named  # a cycle meets itself
            found = self._underlying[named] = self._expand(named)
        return found

    def _holder(self, key: str) -> Package | None:
        return self.package(key) or self._library.package(key)

    def _expand(self, named: Named) -> Type:
        declared = self.declaration(named)
        if declared is None:
            return self._locals.get(named, named)
        spec, at = declared[1], self._inside(named, *declared)
        if not isinstance(spec.type, tree.StructOf):
            return self.resolve(spec.type, at)
        if self.package(named.package) is None:
            return named  # of a struct of the library nothing is known but its name and its methods
        return Struct(tuple(self._field(f, named.key, at) for f in spec.type.fields))

    def _inside(self, named: Named, file: File, spec: TypeSpec) -> Surroundings:
        """Where the right side of a type's declaration stands, its parameters bound to the arguments."""
        package = self._holder(named.package)
        assert package is not None
        names = [parameter.name for parameter in spec.parameters]
        bound = zip(names, named.arguments or map(Basic, names), strict=False)
        return Surroundings(package, file, dict(bound))

    def surroundings(self, function: Function, local: dict[str, Type]) -> Surroundings:
        """Where the signature of a function stands. local: its type parameters."""
        package = self._holder(function.package)
        assert package is not None
        return Surroundings(package, self.repository.files.get(function.path) or package.files[0], local)

    def library_function(self, name: str) -> Function | None:
        """A function or method outside the repository of which more is known than its name."""
        return self._library.function(name)

    def is_local(self, named: Named) -> bool:
        """Whether a type is declared inside a function."""
        return named in self._locals

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

    def member(self, type_: Type, name: str) -> Member | None:
        """What `x.name` means for an x of this type; None when text alone cannot tell."""
        return self._members.find(type_, name)

    # --- locks

    def is_lock(self, type_: Type) -> bool:
        """Whether Lock and Unlock of this type are those of a lock: a known lock, or a repository type with both; an
        interface counts when neither of them can fail."""
        type_ = pointee(type_)
        if not isinstance(type_, Named):
            return False
        if self.lock_name(type_) or self._promises_locks(type_):
            return True
        own = self._own_method(type_, "Lock") and self._own_method(type_, "Unlock", plain=True)
        return own and not self.value_locks(type_)

    def _promises_locks(self, named: Named) -> bool:
        """Whether a type of the repository is an interface with Lock and Unlock, both without arguments and results."""
        if self.package(named.package) is None or not isinstance(self.underlying(named), Interface):
            return False
        found = (self.member(named, name) for name in ("Lock", "Unlock"))
        return all(m is not None and (m.signature == Func((), ()) or m.known in _LOCKER) for m in found)

    def locks_by_key(self, type_: Type, method: str) -> bool:
        """Whether a method of this type takes or gives back one of many locks, that of its argument: there is one that
        does the opposite with the same key, and neither is asked to wait for a context."""
        type_ = pointee(type_)
        if not isinstance(type_, Named):
            return False
        if type_.key in known.KEYED_LOCK_TYPES:
            return True
        lock = method.replace("Unlock", "Lock")
        pair = [self._takes_key(type_, name) for name in (lock, lock.replace("Lock", "Unlock"))]
        return None not in pair and pair[0] == pair[1]

    def _takes_key(self, named: Named, name: str) -> Type | None:
        """The type of the one parameter of a method that gives nothing but perhaps an error; None for any other."""
        member = self.member(named, name) if self.package(named.package) is not None else None
        if member is None or member.known or member.field is not None:
            return None
        signature = member.signature
        if member.method is not None:
            outline, at = member.method.spec.signature, self.surroundings(member.method, {})
            signature = self.signature(outline, at)
        if signature is None or len(signature.parameters) != 1 or signature.variadic:
            return None
        key, results = signature.parameters[0], signature.results
        return key if results in ((), (Basic("error"),)) and not self.is_concurrent(key) else None

    def lock_name(self, type_: Type) -> str:
        """The key of the known lock that a type is, through one pointer, else "". A struct that embeds a lock by value
        and nothing else, and has no methods of its own, is that lock under another name; the name says that it is one,
        and no other type is worth reading its package for."""
        type_ = pointee(type_)
        if not isinstance(type_, Named):
            return ""
        if type_.key in known.LOCK_TYPES:
            return type_.key
        if not _NAMES_LOCK.search(type_.name):
            return ""
        if type_ not in self._lock_names:
            self._lock_names[type_] = ""  # for a type that embeds itself
            package = self.package(type_.package)
            bare = package is not None and not any(package.methods(type_.name))
            fields = self.fields(type_) if bare else ()
            if len(fields) == 1 and fields[0].embedded and isinstance(fields[0].type, Named):
                self._lock_names[type_] = self.lock_name(fields[0].type)
        return self._lock_names[type_]

    def _own_method(self, named: Named, name: str, plain: bool = False) -> bool:
        """Whether a type of the repository declares a method. plain: one without parameters."""
        package = self.package(named.package)
        method = package.method(named.name, name) if package is not None else None
        return method is not None and not (plain and method.spec.signature.parameters)

    def is_value_lock(self, type_: Type) -> bool:
        """Whether a copy of a value of this type is a second lock: a mutex that is no pointer."""
        return isinstance(type_, Named) and self.lock_name(type_) in known.VALUE_LOCKS

    def value_locks(self, type_: Type) -> tuple[Field, ...]:
        """The fields of a struct that are locks by value, embedded structs of the repository included."""
        return tuple(f for f in self.flat_fields(type_) if self.is_value_lock(f.type))

    def locks(self, type_: Type) -> tuple[Field, ...]:
        """The fields of a struct that are locks, by value, by pointer or embedded."""
        return tuple(f for f in self.flat_fields(type_) if self.is_lock(f.type))

    def flat_fields(self, type_: Type) -> tuple[Field, ...]:
        """The fields of a struct, those of structs embedded by value behind them, to any depth in the repository."""
        found = self._flat.get(type_)
        if found is None:
            found = self._flat[type_] = tuple(flattened(self, type_))
        return found

    def is_concurrent(self, type_: Type) -> bool:
        """Whether values of this type may be used by several goroutines at once (trap T14)."""
        type_ = pointee(type_)
        if isinstance(type_, Chan):
            return True
        if isinstance(type_, Named):
            return (
                type_.key in known.CONCURRENT_TYPES
                or bool(self.lock_name(type_))
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
