"""Walks a body once, in the order of the text, and says what each name in it means."""

from __future__ import annotations

from heuristics.golang import tree
from heuristics.golang.model import (
    UNKNOWN,
    Array,
    Basic,
    Chan,
    Func,
    Map,
    Named,
    Pointer,
    Scope,
    Slice,
    Tuple,
    Type,
    Var,
    pointee,
)
from heuristics.golang.types.infer import Inference
from heuristics.golang.types.meanings import Meaning, TypeMeant


class Binder:
    """Scopes and declarations. Fills `inference.meanings`; collects what is captured and how variables get values.

    captured: variables used inside a literal that lies deeper than their declaration. origins: per variable the
    expressions that it is set to (None: by range, receive or as a result of several). bodies: the literals in order.
    """

    def __init__(self, inference: Inference) -> None:
        self.inference = inference
        self.captured: set[Var] = set()
        self.origins: dict[Var, list[tree.Expr | None]] = {}
        self.literals: list[tree.FuncLit] = []
        self._scopes: list[dict[str, Meaning]] = []
        self._body = -1
        self._header = -1

    # --- entry

    def function(
        self, receiver: tree.Parameter | None, signature: tree.FuncOf, body: tree.Block, start: int
    ) -> tuple[Var, ...]:
        """Bind a function; its receiver, parameters and results as variables, in that order."""
        self._body = start
        self._scopes.append({})
        variables = [self._parameter(receiver, Scope.RECEIVER, 0)] if receiver is not None else []
        variables += self._signature(signature)
        self._block(body)
        self._scopes.pop()
        return tuple(variables)

    def expression(self, expression: tree.Expr) -> None:
        """Bind one expression that stands alone (the initializer of a package variable)."""
        self._scopes.append({})
        self._expr(expression)
        self._scopes.pop()

    def _signature(self, signature: tree.FuncOf) -> list[Var]:
        variables = [self._parameter(p, Scope.PARAMETER, i) for i, p in enumerate(signature.parameters)]
        return variables + [self._parameter(r, Scope.RESULT, i) for i, r in enumerate(signature.results)]

    def _parameter(self, parameter: tree.Parameter, scope: Scope, position: int) -> Var:
        type_ = self.inference.types.resolve(parameter.type, self.inference.surroundings)
        var = Var(parameter.name, scope, type_, parameter.start, self._body, position)
        if parameter.name and parameter.name != "_":
            self._scopes[-1][parameter.name] = var
        return var

    # --- scopes

    def _declare(self, name: tree.Expr, type_: Type, origin: tree.Expr | None) -> None:
        if not isinstance(name, tree.Name) or name.name == "_":
            return
        var = Var(name.name, Scope.LOCAL, type_, name.start, self._body, loop=self._header)
        self._scopes[-1][name.name] = var
        self.inference.meanings[name] = var
        self.origins.setdefault(var, []).append(origin)

    def _lookup(self, name: str) -> Meaning:
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        return self.inference.global_meaning(name)

    def _use(self, name: tree.Name) -> None:
        meaning = self._lookup(name.name)
        self.inference.meanings[name] = meaning
        if isinstance(meaning, Var) and meaning.body != self._body and meaning.scope is not Scope.GLOBAL:
            self.captured.add(meaning)

    # --- statements

    def _block(self, block: tree.Block) -> None:
        self._scopes.append({})
        for statement in block.statements:
            self._stmt(statement)
        self._scopes.pop()

    def _stmt(self, statement: tree.Stmt | None) -> None:
        match statement:
            case None | tree.Branch():
                pass
            case tree.Block():
                self._block(statement)
            case tree.ExprStmt(value):
                self._expr(value)
            case tree.Assign():
                self._assign(statement)
            case tree.VarDecl():
                self._var_decl(statement)
            case tree.TypeDecl(name, type_):
                self._type_decl(statement, name, type_)
            case tree.GoStmt(call) | tree.DeferStmt(call):
                self._expr(call)
            case tree.SendStmt(channel, value):
                self._expr(channel)
                self._expr(value)
            case tree.Return(values):
                for value in values:
                    self._expr(value)
            case tree.Labeled(_, inner):
                self._stmt(inner)
            case _:
                self._scopes.append({})
                self._compound(statement)
                self._scopes.pop()

    def _compound(self, statement: tree.Stmt) -> None:
        match statement:
            case tree.If(init, condition, then, otherwise):
                self._stmt(init)
                self._expr(condition)
                self._block(then)
                self._stmt(otherwise)
            case tree.For(init, condition, post, body):
                self._header = statement.start
                self._stmt(init)
                self._header = -1
                if condition is not None:
                    self._expr(condition)
                self._stmt(post)
                self._block(body)
            case tree.Range():
                self._range(statement)
            case tree.Switch(init, tag, cases):
                self._stmt(init)
                if tag is not None:
                    self._expr(tag)
                for case in cases:
                    for value in case.values:
                        self._expr(value)
                    self._block(case.body)
            case tree.TypeSwitch():
                self._type_switch(statement)
            case tree.Select(cases):
                for case in cases:
                    self._scopes.append({})
                    self._stmt(case.comm)
                    self._block(case.body)
                    self._scopes.pop()

    def _assign(self, statement: tree.Assign) -> None:
        for value in statement.right:
            self._expr(value)
        pairs = self._pairs(statement.left, statement.right)
        for target, type_, origin in pairs:
            if statement.operator == ":=" and isinstance(target, tree.Name) and self._is_new(target):
                self._declare(target, type_, origin)
                continue
            self._expr(target)
            if isinstance(target, tree.Name) and isinstance(var := self.inference.meanings.get(target), Var):
                self.origins.setdefault(var, []).append(origin)

    def _is_new(self, name: tree.Name) -> bool:
        """`:=` reuses a variable only when it was declared in the same scope (Go specification, short declarations)."""
        return name.name != "_" and not isinstance(self._scopes[-1].get(name.name), Var)

    def _pairs(
        self, left: tuple[tree.Expr, ...], right: tuple[tree.Expr, ...]
    ) -> list[tuple[tree.Expr, Type, tree.Expr | None]]:
        """Each target with the type and the expression that it gets."""
        infer = self.inference.type_of
        if len(left) == len(right):
            return [(target, infer(value), value) for target, value in zip(left, right, strict=True)]
        if len(right) != 1:
            return [(target, UNKNOWN, None) for target in left]
        whole = infer(right[0])
        types = whole.types if isinstance(whole, Tuple) else (whole, Basic("bool"))
        padded = [*types, *[UNKNOWN] * len(left)]
        origins = [None if isinstance(whole, Tuple) else right[0], *[None] * len(left)]
        return [(target, padded[i], origins[i]) for i, target in enumerate(left)]

    def _var_decl(self, statement: tree.VarDecl) -> None:
        for value in statement.values:
            self._expr(value)
        if statement.type is not None:
            type_ = self.inference.types.resolve(statement.type, self.inference.surroundings)
            for i, name in enumerate(statement.names):
                origin = statement.values[i] if len(statement.values) == len(statement.names) else None
                self._declare(name, type_, origin)
            return
        for target, type_, origin in self._pairs(statement.names, statement.values):
            self._declare(target, type_, origin)

    def _type_decl(self, statement: tree.TypeDecl, name: str, type_: tree.TypeExpr) -> None:
        """A type declared inside a function; names declared later in the function do not see another one's."""
        named = Named(self.inference.package.key, f"·{name}@{self.inference.file.path}:{statement.start}")
        self.inference.surroundings.local[name] = named
        self.inference.types.declare_local(named, type_, self.inference.surroundings)
        self._scopes[-1][name] = TypeMeant(named)

    def _range(self, statement: tree.Range) -> None:
        self._expr(statement.operand)
        key, value = self._range_types(self.inference.type_of(statement.operand))
        for target, type_ in ((statement.key, key), (statement.value, value)):
            if target is None:
                continue
            if statement.define:
                self._header = statement.start
                self._declare(target, type_, None)
                self._header = -1
            else:
                self._expr(target)
                if isinstance(target, tree.Name) and isinstance(var := self.inference.meanings.get(target), Var):
                    self.origins.setdefault(var, []).append(None)
        self._block(statement.body)

    def _range_types(self, over: Type) -> tuple[Type, Type]:
        behind = self.inference.types.underlying(pointee(self.inference.types.underlying(over)))
        match behind:
            case Map(key, value):
                return key, value
            case Slice(element) | Array(element):
                return Basic("int"), element
            case Chan(element):
                return element, UNKNOWN
            case Basic("string"):
                return Basic("int"), Basic("rune")
            case Basic():
                return behind, UNKNOWN
            case Func((Func(parameters),)):  # range over func: the parameters of yield
                return (*parameters, UNKNOWN, UNKNOWN)[0], (*parameters, UNKNOWN, UNKNOWN)[1]
        return UNKNOWN, UNKNOWN

    def _type_switch(self, statement: tree.TypeSwitch) -> None:
        self._stmt(statement.init)
        self._expr(statement.operand)
        for case in statement.cases:
            self._scopes.append({})
            if statement.name is not None:
                type_ = self.inference.type_of(statement.operand)
                if len(case.values) == 1 and isinstance(case.values[0], tree.TypeOperand):
                    type_ = self.inference.types.resolve(case.values[0].type, self.inference.surroundings)
                var = Var(statement.name.name, Scope.LOCAL, type_, statement.name.start, self._body)
                self._scopes[-1][statement.name.name] = var
                self.origins.setdefault(var, []).append(statement.operand)
            self._block(case.body)
            self._scopes.pop()

    # --- expressions

    def _expr(self, expression: tree.Expr) -> None:
        match expression:
            case tree.Name():
                self._use(expression)
            case tree.Selector(operand):
                self._expr(operand)
            case tree.Index(operand, indices):
                self._expr(operand)
                for index in indices:
                    self._expr(index)
            case tree.Slicing(operand, bounds):
                self._expr(operand)
                for bound in bounds:
                    self._expr(bound)
            case tree.Call(function, arguments):
                if isinstance(function, tree.FuncLit):
                    self.inference.arguments[function.start] = arguments
                self._expr(function)
                for argument in arguments:
                    self._expr(argument)
            case tree.Unary(_, operand) | tree.TypeAssertion(operand):
                self._expr(operand)
            case tree.Binary(_, left, right):
                self._expr(left)
                self._expr(right)
            case tree.Composite():
                self._composite(expression)
            case tree.FuncLit():
                self._literal(expression)

    def _composite(self, composite: tree.Composite) -> None:
        """Keys of struct literals are field names and no uses; elided element types come from the outer literal."""
        behind = self.inference.types.underlying(pointee(self.inference.type_of(composite)))
        key_hint: Type = UNKNOWN
        value_hint: Type = UNKNOWN
        match behind:
            case Map(key_hint, value_hint):
                pass
            case Slice(value_hint) | Array(value_hint):
                pass
        plain_keys = isinstance(behind, Map | Slice | Array)
        for key, value in composite.elements:
            if key is not None and (plain_keys or not isinstance(key, tree.Name)):
                self._hint(key, key_hint)
                self._expr(key)
            self._hint(value, value_hint)
            self._expr(value)

    def _hint(self, expression: tree.Expr, type_: Type) -> None:
        if isinstance(expression, tree.Composite) and expression.type is None:
            self.inference.hints[expression] = type_.element if isinstance(type_, Pointer) else type_

    def _literal(self, literal: tree.FuncLit) -> None:
        outer, self._body = (self._body, self._header), literal.start
        self._header = -1
        self.literals.append(literal)
        self._scopes.append({})
        self._signature(literal.signature)
        self._block(literal.body)
        self._scopes.pop()
        self._body, self._header = outer
