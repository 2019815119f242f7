"""Walks a body once, in the order of the text, and says what each name in it means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
        bind = _STATEMENTS.get(type(statement))
        if bind is not None:
            bind(self, statement)
        elif statement is not None:
            bind = _COMPOUND.get(type(statement))
            if bind is not None:
                self._scopes.append({})
                bind(self, statement)
                self._scopes.pop()

    def _value(self, statement: tree.ExprStmt) -> None:
        self._expr(statement.value)

    def _called(self, statement: tree.GoStmt | tree.DeferStmt) -> None:
        self._expr(statement.call)

    def _send(self, statement: tree.SendStmt) -> None:
        self._expr(statement.channel)
        self._expr(statement.value)

    def _return(self, statement: tree.Return) -> None:
        for value in statement.values:
            self._expr(value)

    def _labeled(self, statement: tree.Labeled) -> None:
        self._stmt(statement.statement)

    def _if(self, statement: tree.If) -> None:
        self._stmt(statement.init)
        self._expr(statement.condition)
        self._block(statement.then)
        self._stmt(statement.otherwise)

    def _for(self, statement: tree.For) -> None:
        self._header = statement.start
        self._stmt(statement.init)
        self._header = -1
        if statement.condition is not None:
            self._expr(statement.condition)
        self._stmt(statement.post)
        self._block(statement.body)

    def _switch(self, statement: tree.Switch) -> None:
        self._stmt(statement.init)
        if statement.tag is not None:
            self._expr(statement.tag)
        for case in statement.cases:
            for value in case.values:
                self._expr(value)
            self._block(case.body)

    def _select(self, statement: tree.Select) -> None:
        for case in statement.cases:
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

    def _type_decl(self, statement: tree.TypeDecl) -> None:
        """A type declared inside a function; names declared later in the function do not see another one's."""
        name = statement.name
        named = Named(self.inference.package.key, f"·{name}@{self.inference.file.path}:{statement.start}")
        self.inference.surroundings.local[name] = named
        self.inference.types.declare_local(named, statement.type, self.inference.surroundings)
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
        bind = _EXPRESSIONS.get(type(expression))
        if bind is not None:
            bind(self, expression)

    def _operand(self, expression: tree.Selector | tree.Unary | tree.TypeAssertion) -> None:
        self._expr(expression.operand)

    def _index(self, expression: tree.Index) -> None:
        self._expr(expression.operand)
        for index in expression.indices:
            self._expr(index)

    def _slicing(self, expression: tree.Slicing) -> None:
        self._expr(expression.operand)
        for bound in expression.bounds:
            self._expr(bound)

    def _call(self, call: tree.Call) -> None:
        if isinstance(call.function, tree.FuncLit):
            self.inference.arguments[call.function.start] = call.arguments
        self._expr(call.function)
        for argument in call.arguments:
            self._expr(argument)

    def _binary(self, expression: tree.Binary) -> None:
        self._expr(expression.left)
        self._expr(expression.right)

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


# By type of node; what is missing here names nothing.
_EXPRESSIONS: dict[type, Callable[[Binder, Any], None]] = {
    tree.Name: Binder._use,
    tree.Selector: Binder._operand,
    tree.Index: Binder._index,
    tree.Slicing: Binder._slicing,
    tree.Call: Binder._call,
    tree.Unary: Binder._operand,
    tree.TypeAssertion: Binder._operand,
    tree.Binary: Binder._binary,
    tree.Composite: Binder._composite,
    tree.FuncLit: Binder._literal,
}
_STATEMENTS: dict[type, Callable[[Binder, Any], None]] = {
    tree.Block: Binder._block,
    tree.ExprStmt: Binder._value,
    tree.Assign: Binder._assign,
    tree.VarDecl: Binder._var_decl,
    tree.TypeDecl: Binder._type_decl,
    tree.GoStmt: Binder._called,
    tree.DeferStmt: Binder._called,
    tree.SendStmt: Binder._send,
    tree.Return: Binder._return,
    tree.Labeled: Binder._labeled,
}
# Those that open a scope of their own.
_COMPOUND: dict[type, Callable[[Binder, Any], None]] = {
    tree.If: Binder._if,
    tree.For: Binder._for,
    tree.Range: Binder._range,
    tree.Switch: Binder._switch,
    tree.TypeSwitch: Binder._type_switch,
    tree.Select: Binder._select,
}
