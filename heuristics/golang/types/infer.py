"""The types of the expressions of one function, and what its names mean."""

from __future__ import annotations

from heuristics.golang import tree
from heuristics.golang.file import File
from heuristics.golang.model import (
    UNKNOWN,
    Array,
    Basic,
    Chan,
    Func,
    Function,
    Interface,
    Map,
    Named,
    Pointer,
    Slice,
    Span,
    Struct,
    Tuple,
    Type,
    Var,
    pointee,
)
from heuristics.golang.repository import Package
from heuristics.golang.types.declared import Declared
from heuristics.golang.types.instantiate import instantiated
from heuristics.golang.types.meanings import (
    BASIC,
    BUILTINS,
    Builtin,
    Callee,
    Meaning,
    Outside,
    PackageName,
    TypeMeant,
)
from heuristics.golang.types.members import Member
from heuristics.golang.types.resolve import Surroundings, Types
from heuristics.golang.types.substitute import substitute

_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "&&", "||"})
_LITERALS: dict[str, Type] = {
    "int": Basic("int"),
    "float": Basic("float64"),
    "string": Basic("string"),
    "rune": Basic("rune"),
    "bool": Basic("bool"),
    "imaginary": Basic("complex128"),
}


class Inference:
    """Types of expressions, given what names mean (filled by bind.Binder while it walks the body)."""

    def __init__(self, types: Types, declared: Declared, package: Package, file: File, local: dict[str, Type]) -> None:
        self.types = types
        self.declared = declared
        self.package = package
        self.file = file
        self.surroundings = Surroundings(package, file, local)
        self.meanings: dict[tree.Name, Meaning] = {}
        self.hints: dict[tree.Composite, Type] = {}
        # By the offset of a literal that is called where it stands (also deferred or launched): its arguments.
        self.arguments: dict[int, tuple[tree.Expr, ...]] = {}
        self._types: dict[tree.Expr, Type] = {}
        self._callees: dict[tree.Call, Callee] = {}
        self._members: dict[tree.Selector, Member | None] = {}
        self._spans: dict[tree.Expr | tree.Stmt, Span] = {}

    # --- names

    def global_meaning(self, name: str) -> Meaning:
        """What a name means at package level, in the imports, or in the universe; a type parameter, too."""
        if (parameter := self.surroundings.local.get(name)) is not None:
            return TypeMeant(parameter)
        if (found := self._package_meaning(self.package.key, name)) is not None:
            return found
        imports = self.types.repository.imports_of(self.file)
        if name in imports:
            return PackageName(imports[name])
        for local, key in imports.items():
            if local.startswith(".") and (found := self._package_meaning(key, name)) is not None:
                return found
        if name in BUILTINS:
            return Builtin(name)
        return TypeMeant(Basic(name)) if name in BASIC else None

    def _package_meaning(self, key: str, name: str) -> Meaning:
        """What a package declares under a name; found out once for all functions."""
        meanings = self.declared.meanings
        found = meanings.get((key, name))
        if found is None and (key, name) not in meanings:
            found = self._declared_meaning(key, name)
            if found is not None or not self.declared.busy:
                meanings[key, name] = found
        return found

    def _declared_meaning(self, key: str, name: str) -> Meaning:
        package = self.types.package(key)
        if package is None:
            return None
        if (function := package.function(name)) is not None:
            return function
        if declared := package.type(name):
            return TypeMeant(self.types.resolve(tree.TypeName(name), Surroundings(package, declared[0][0])))
        return self.declared.variable(package, name)

    def meaning(self, expression: tree.Expr) -> Meaning:
        """What a name or `package.Name` means; None for everything else and for what is unknown."""
        if type(expression) is tree.Name:
            return self.meanings.get(expression)
        if type(expression) is tree.Selector:  # nearly all that is asked is one of these two
            if type(expression.operand) is not tree.Name:
                return None
            package = self.meanings.get(expression.operand)
            return self._exported(package.key, expression.name) if type(package) is PackageName else None
        match expression:
            case tree.TypeOperand(type_):
                return TypeMeant(self.types.resolve(type_, self.surroundings))
            case tree.Index(operand, indices):
                return self._instance(self.meaning(operand), indices)
            case tree.Unary("*", operand):
                inner = self.meaning(operand)
                return TypeMeant(Pointer(inner.type)) if isinstance(inner, TypeMeant) else None
        return None

    def _exported(self, key: str, name: str) -> Meaning:
        """What `package.Name` means."""
        return self._package_meaning(key, name) if self.types.package(key) is not None else Outside(f"{key}.{name}")

    def _instance(self, generic: Meaning, indices: tuple[tree.Expr, ...]) -> Meaning:
        if isinstance(generic, TypeMeant) and isinstance(generic.type, Named):
            arguments = (self.meaning(index) for index in indices)
            return TypeMeant(
                Named(
                    generic.type.package,
                    generic.type.name,
                    tuple(a.type if isinstance(a, TypeMeant) else UNKNOWN for a in arguments),
                )
            )
        return generic if isinstance(generic, Function | Outside) else None

    # --- types

    def type_of(self, expression: tree.Expr) -> Type:
        """The type of an expression; UNKNOWN when text alone cannot tell."""
        found = self._types.get(expression)
        if found is None:
            self._types[expression] = UNKNOWN  # an expression that needs itself
            found = self._types[expression] = self._infer(expression)
        return found

    def _infer(self, expression: tree.Expr) -> Type:
        match expression:
            case tree.Name():
                return self._type_of_meaning(self.meanings.get(expression))
            case tree.Selector(operand, name):
                meaning = self.meaning(expression)
                if meaning is not None:
                    return self._type_of_meaning(meaning)
                if isinstance(meant := self.meaning(operand), TypeMeant):
                    return self._method_expression(meant.type, name)
                return self._type_of_member(self.member_of(expression), self.type_of(operand))
            case tree.Call():
                return self._call(expression)
            case tree.Literal(kind):
                return _LITERALS.get(kind, UNKNOWN)
            case tree.Index(operand):
                return self._element(self.type_of(operand))
            case tree.Slicing(operand):
                behind = self.type_of(operand)
                array = self.types.underlying(pointee(behind))
                return Slice(array.element) if isinstance(array, Array) else behind
            case tree.Unary(operator, operand):
                return self._unary(operator, operand)
            case tree.Binary(operator, left, right):
                if operator in _COMPARISONS:
                    return Basic("bool")
                return self.type_of(right) if isinstance(left, tree.Literal) else self.type_of(left)
            case tree.TypeAssertion(_, type_):
                return self.types.resolve(type_, self.surroundings)
            case tree.Composite(type_):
                if type_ is not None:
                    return self.types.resolve(type_, self.surroundings)
                return self.hints.get(expression, UNKNOWN)
            case tree.FuncLit(signature):
                return self.types.signature(signature, self.surroundings)
        return UNKNOWN

    def _type_of_meaning(self, meaning: Meaning) -> Type:
        match meaning:
            case Var():
                return meaning.type
            case Function():
                return self.declared.signature(meaning)
        return UNKNOWN

    def member_of(self, expression: tree.Selector) -> Member | None:
        """What a selector on a value means."""
        found = self._members.get(expression)
        if found is None and expression not in self._members:
            if self.meaning(expression) is None:
                found = self.types.member(self.type_of(expression.operand), expression.name)
            self._members[expression] = found
        return found

    def _type_of_member(self, member: Member | None, owner: Type) -> Type:
        if member is None:
            return UNKNOWN
        if member.field is not None:
            return member.field.type
        method = member.method or (self.types.library_function(member.known) if member.known else None)
        if method is not None:
            return self._bound(member, method, owner)
        return member.signature or UNKNOWN

    def _method_expression(self, owner: Type, name: str) -> Type:
        """`T.Method`: a function whose first parameter is the receiver."""
        signature = self._type_of_member(self.types.member(owner, name), owner)
        if not isinstance(signature, Func):
            return UNKNOWN
        return Func((owner, *signature.parameters), signature.results, signature.variadic)

    def _bound(self, member: Member, function: Function, owner: Type) -> Func:
        """The signature of a method, with the type arguments of the value that has it."""
        signature = self.declared.signature(function)
        named = pointee(member.way[-1].type if member.way else owner)
        if isinstance(named, Named) and named.arguments:
            replaced = substitute(signature, self.declared.receiver_bindings(function, named.arguments))
            return replaced if isinstance(replaced, Func) else signature
        return signature

    def _element(self, type_: Type) -> Type:
        match self.types.underlying(pointee(self.types.underlying(type_))):
            case Map(_, value):
                return value
            case Slice(element) | Array(element):
                return element
            case Basic("string"):
                return Basic("byte")
            case Func():  # of a generic function, with its type arguments
                return type_
        return UNKNOWN

    def _unary(self, operator: str, operand: tree.Expr) -> Type:
        inner = self.type_of(operand)
        if operator == "&":
            return Pointer(inner)
        if operator == "*":
            behind = self.types.underlying(inner)
            return behind.element if isinstance(behind, Pointer) else UNKNOWN
        if operator == "<-":
            behind = self.types.underlying(inner)
            return behind.element if isinstance(behind, Chan) else UNKNOWN
        return Basic("bool") if operator == "!" else inner

    # --- calls

    def callee(self, call: tree.Call) -> Callee:
        """What a call calls, or that it is a conversion."""
        found = self._callees.get(call)
        if found is None:
            found = self._callees[call] = self._callee(call)
        return found

    def _callee(self, call: tree.Call) -> Callee:
        function = call.function
        match self.meaning(function):
            case Function() as found:
                return Callee(found.name, function=found)
            case Outside(name):
                return Callee(name.rpartition(".")[2], known=name)
            case Builtin(name):
                return Callee(name, known=f"builtin.{name}")
            case TypeMeant(type_):
                return Callee("", conversion=type_)
        if isinstance(function, tree.FuncLit):
            return Callee("", literal=function)
        if isinstance(function, tree.Index):
            function = function.operand
        if isinstance(function, tree.Selector):
            return self._method(function)
        return Callee(function.name if isinstance(function, tree.Name) else "")

    def bound_method(self, selector: tree.Selector) -> Callee | None:
        """What the call of a method value calls; None for everything else that can be selected."""
        member = self.member_of(selector)
        return self._method(selector) if member is not None and member.field is None else None

    def _method(self, selector: tree.Selector) -> Callee:
        receiver = selector.operand
        if isinstance(meant := self.meaning(receiver), TypeMeant):  # a method expression: T.Method(x)
            owner = meant.type
            member = self.types.member(owner, selector.name)
        else:
            owner = self.type_of(receiver)
            member = self.member_of(selector)
        if member is None:
            behind = self.types.underlying(pointee(owner))
            return Callee(selector.name, interface=not isinstance(behind, Struct), receiver=receiver)
        if member.field is not None:  # a function value in a field
            return Callee(selector.name, receiver=receiver, member=member)
        return Callee(selector.name, member.method, member.known, member.interface, receiver, member)

    def _call(self, call: tree.Call) -> Type:
        callee = self.callee(call)
        if callee.conversion is not None:
            return callee.conversion
        if callee.known.startswith("builtin."):
            return self._builtin(callee.name, call.arguments)
        function = callee.function
        if callee.known:
            function = self.types.library_function(callee.known)
            if function is None:
                return self.declared.known_results(callee.known)
            signature = self._from_library(callee, function)
        else:
            behind = self.types.underlying(self.type_of(call.function))
            if not isinstance(behind, Func):
                return UNKNOWN
            signature = behind
        if function is not None and function.spec.parameters:
            signature = self._instantiated(signature, function, call)
        return signature.results[0] if len(signature.results) == 1 else Tuple(signature.results)

    def _from_library(self, callee: Callee, function: Function) -> Func:
        if callee.member is None or callee.receiver is None:
            return self.declared.signature(function)
        return self._bound(callee.member, function, self.type_of(callee.receiver))

    def _instantiated(self, signature: Func, function: Function, call: tree.Call) -> Func:
        """A generic function with its type parameters replaced, from explicit arguments or from those of the call."""
        explicit: list[Type] = []
        if isinstance(call.function, tree.Index):
            meant = (self.meaning(index) for index in call.function.indices)
            explicit = [m.type if isinstance(m, TypeMeant) else UNKNOWN for m in meant]
        arguments = [self.type_of(argument) for argument in call.arguments]
        if call.spread and isinstance(last := self.types.underlying(arguments[-1]), Slice):
            arguments[-1] = last.element
        elif len(arguments) == 1 and isinstance(arguments[0], Tuple):  # f(g()) with the results of g
            arguments = list(arguments[0].types)
        return instantiated(self.declared, function, signature, explicit, arguments)

    def _builtin(self, name: str, arguments: tuple[tree.Expr, ...]) -> Type:
        if not arguments:
            return UNKNOWN
        if name in ("make", "new"):
            meant = self.meaning(arguments[0])
            type_ = meant.type if isinstance(meant, TypeMeant) else UNKNOWN
            if name == "new":  # of a type, or since Go 1.26 of a value
                return Pointer(type_ if isinstance(meant, TypeMeant) else self.type_of(arguments[0]))
            return type_
        if name in ("append", "min", "max"):
            return self.type_of(arguments[0])
        return Basic("int") if name in ("len", "cap", "copy") else UNKNOWN

    # --- small questions

    def span(self, node: tree.Expr | tree.Stmt) -> Span:
        """Where an expression or statement stands."""
        found = self._spans.get(node)
        if found is None:
            found = self._spans[node] = self.file.span(node.start, node.stop)
        return found

    def text(self, expression: tree.Expr) -> str:
        """The expression as written, in one line."""
        if isinstance(expression, tree.Name):
            return expression.name
        return " ".join(self.file.text[expression.start : expression.stop].decode("utf-8", "replace").split())

    def is_interface(self, type_: Type) -> bool:
        """Whether a value of this type is an interface value."""
        if isinstance(type_, Basic):
            return type_.name in ("any", "error")
        return isinstance(self.types.underlying(type_), Interface)
