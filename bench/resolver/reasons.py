"""Why the engine cannot tell what an operand is: the innermost thing that it does not know."""

from __future__ import annotations

from heuristics.golang import tree
from heuristics.golang.model import Func, Named, Scope, Type, Unknown, Var, pointee
from heuristics.golang.types.bind import Binder
from heuristics.golang.types.infer import Inference
from heuristics.golang.types.meanings import PackageName

_DEEP = 40


def reason(selector: tree.Selector, inference: Inference, binder: Binder) -> str:
    """A short sentence; equal ones are counted together."""
    return _Reasons(inference, binder).of_selector(selector)


class _Reasons:
    def __init__(self, inference: Inference, binder: Binder) -> None:
        self.inference = inference
        self.binder = binder
        self._left = _DEEP

    def of_selector(self, selector: tree.Selector) -> str:
        operand = selector.operand
        type_ = self.inference.type_of(operand)
        if (member := self.inference.member_of(selector)) is not None and member.known:
            return f"declared in {member.known.rpartition('.')[0]}"
        if not isinstance(pointee(type_), Unknown):
            return f"no such member: {_shape(type_)}"
        return self.of(operand)

    def of(self, expression: tree.Expr | None) -> str:
        self._left -= 1
        if self._left < 0:
            return "goes in circles"
        match expression:
            case tree.Name():
                return self._name(expression)
            case tree.Selector(operand):
                if isinstance(operand, tree.Name):
                    meaning = self.inference.meanings.get(operand)
                    if isinstance(meaning, PackageName):
                        return f"variable of a package: {_where(meaning.key)}"
                return (
                    self.of_selector(expression)
                    if self._unknown(operand)
                    else f"member {_known(self.inference.type_of(operand))}"
                )
            case tree.Call(function):
                return self._call(expression, function)
            case tree.Index(operand) | tree.Slicing(operand):
                return (
                    self.of(operand)
                    if self._unknown(operand)
                    else f"index of {_shape(self.inference.type_of(operand))}"
                )
            case tree.Unary(operator, operand):
                return self.of(operand) if self._unknown(operand) else f"unary {operator}"
            case tree.TypeAssertion(_, type_):
                return f"assertion to {type(type_).__name__}"
            case tree.Composite(type_):
                return f"composite {'without a type' if type_ is None else type(type_).__name__}"
            case None:
                return "one of several values"
        return type(expression).__name__

    def _unknown(self, expression: tree.Expr) -> bool:
        return isinstance(pointee(self.inference.type_of(expression)), Unknown)

    def _name(self, name: tree.Name) -> str:
        meaning = self.inference.meanings.get(name)
        if not isinstance(meaning, Var):
            return f"name means {type(meaning).__name__}"
        if meaning.scope is not Scope.LOCAL:
            return f"{meaning.scope.value} of unknown type"
        origins = self.binder.origins.get(meaning, ())
        first = origins[0] if origins else None
        if first is None:
            return "local by range, receive or one of several values"
        return self.of(first)

    def _call(self, call: tree.Call, function: tree.Expr) -> str:
        callee = self.inference.callee(call)
        if callee.known:
            return f"result of {callee.known}"
        if callee.function is not None:
            return "result of a function of the repository"
        if callee.member is None and isinstance(function, tree.Selector):
            if self._unknown(function.operand):
                return self.of(function.operand)
            return f"method {_known(self.inference.type_of(function.operand))}"
        type_ = self.inference.type_of(function)
        return f"result of {_shape(type_)}" if isinstance(type_, Func) else f"call of {self.of(function)}"


def _where(key: str) -> str:
    return "of the repository" if key.startswith("./") else key


def _known(type_: Type) -> str:
    inner = pointee(type_)
    if isinstance(inner, Named) and not inner.package.startswith("./"):
        return f"of {inner.key}"
    return f"of {_shape(type_)}"


def _shape(type_: Type) -> str:
    inner = pointee(type_)
    if isinstance(inner, Named):
        return "a type of the repository" if inner.package.startswith("./") else inner.key
    return type(inner).__name__
