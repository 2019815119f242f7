"""Conditions as facts: what a path knows once it took a branch."""

from __future__ import annotations

from heuristics.golang import tree
from heuristics.golang.model import Scope, Var
from heuristics.golang.types.infer import Inference

_OPPOSITE = {"!=": "==", ">=": "<", "<=": ">"}
_COMPARED = ("==", "<", ">")


def fact_of(condition: tree.Expr, inference: Inference) -> tuple[str, bool] | None:
    """(text, value) of a condition over locals, parameters and their fields; None when it cannot be remembered.

    `a != b` is the fact `a == b` with the value False, so that both spellings meet.
    """
    if isinstance(condition, tree.Binary) and condition.operator in (*_COMPARED, *_OPPOSITE):
        left, right = _operand(condition.left, inference), _operand(condition.right, inference)
        if left is None or right is None:
            return None
        operator = _OPPOSITE.get(condition.operator, condition.operator)
        return f"{left} {operator} {right}", operator == condition.operator
    text = _operand(condition, inference)
    return (text, True) if text is not None else None


def _operand(expression: tree.Expr, inference: Inference) -> str | None:
    match expression:
        case tree.Literal(_, text):
            return text
        case tree.Name(name):
            meaning = inference.meanings.get(expression)
            return name if isinstance(meaning, Var) and meaning.scope is not Scope.GLOBAL else None
        case tree.Selector(tree.Name("runtime"), "GOOS" | "GOARCH" as name):
            return f"runtime:{name}"
        case tree.Selector(operand, name):
            base = _operand(operand, inference)
            return f"{base}.{name}" if base is not None else None
        case tree.Call(tree.Name("len") as function, (argument,)):
            base = _operand(argument, inference)
            return f"len.{base}" if base is not None and inference.meanings.get(function) is not None else None
    return None
