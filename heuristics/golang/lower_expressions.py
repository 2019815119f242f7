"""Turns the parser's nodes for expressions into the values of tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from heuristics.golang import tree
from heuristics.golang.lower_types import children, first, is_type, last, signature, text, type_expr

if TYPE_CHECKING:
    from heuristics.golang.syntax import Node


# Stands for `new` before a value; as long as that in bytes, and nothing that anybody writes.
NEW = "n\u00eb"


def expr(source: bytes, node: Node | None) -> tree.Expr:
    """An expression; what is not understood becomes a nil-like literal that nothing resolves."""
    if node is None:
        return tree.Literal("?", "", 0, 0)
    lower = _EXPRESSIONS.get(node.type)
    if lower is not None:
        return lower(source, node)
    if node.type in ("type_identifier", "qualified_type", "generic_type"):
        return _type_as_expression(source, node)
    if is_type(node):
        return tree.TypeOperand(type_expr(source, node), node.start_byte, node.end_byte)
    return tree.Literal("?", text(source, node), node.start_byte, node.end_byte)


def exprs(source: bytes, node: Node | None) -> tuple[tree.Expr, ...]:
    """The members of an expression list, or the one expression that stands for it."""
    if node is None:
        return ()
    if node.type != "expression_list":
        return (expr(source, node),)
    if node.child_count == 1:  # most are a single one
        return (expr(source, node.child(0)),)
    return tuple([expr(source, child) for child in children(node)])


def _name(source: bytes, node: Node) -> tree.Expr:
    start, stop = node.start_byte, node.end_byte
    name = source[start:stop].decode("utf-8", "replace")
    return tree.Name("new" if name == NEW else name, start, stop)


def _selector(source: bytes, node: Node) -> tree.Expr:
    field = last(node)
    return tree.Selector(
        expr(source, node.child(0)), text(source, field) if field else "", node.start_byte, node.end_byte
    )


def _call(source: bytes, node: Node) -> tree.Expr:
    function, instance = node.child(0), None
    lowered = expr(source, function)
    if node.child_count > 2 and (instance := node.child_by_field_name("type_arguments")) and function is not None:
        lowered = tree.Index(
            lowered, tuple(expr(source, child) for child in children(instance)), function.start_byte, instance.end_byte
        )
    arguments, spread = [], False
    for child in children(last(node) or node):
        if child.type == "variadic_argument":
            spread = True
            child = first(child) or child
        arguments.append(expr(source, child))
    return tree.Call(lowered, tuple(arguments), spread, node.start_byte, node.end_byte)


def _conversion(source: bytes, node: Node) -> tree.Expr:
    """`[]byte(x)`; the parser also takes `f[int](x)` for a conversion, which only types can tell from a call."""
    type_node = node.child_by_field_name("type")
    operand = expr(source, node.child_by_field_name("operand"))
    function: tree.Expr = tree.Literal("?", "", node.start_byte, node.start_byte)
    if type_node is not None:
        function = _type_as_expression(source, type_node)
    return tree.Call(function, (operand,), False, node.start_byte, node.end_byte)


def _type_as_expression(source: bytes, node: Node) -> tree.Expr:
    """`p.m` and `p.m[i]`, which the parser takes for types in `p.m[i][j]` and in what could be an instantiation."""
    if node.type == "type_elem" and len(inner := children(node)) == 1:
        return _type_as_expression(source, inner[0])
    if node.type in ("type_identifier", "identifier"):
        return _name(source, node)
    if node.type == "qualified_type":
        package, name = node.child_by_field_name("package"), node.child_by_field_name("name")
        if package is not None and name is not None:
            return tree.Selector(_name(source, package), text(source, name), node.start_byte, node.end_byte)
    if node.type == "generic_type":
        base, arguments = node.child_by_field_name("type"), node.child_by_field_name("type_arguments")
        indices = (
            tuple(_type_as_expression(source, child) for child in children(arguments)) if arguments is not None else ()
        )
        return tree.Index(_type_as_expression(source, base or node), indices, node.start_byte, node.end_byte)
    if is_type(node):
        return tree.TypeOperand(type_expr(source, node), node.start_byte, node.end_byte)
    return expr(source, node)


def _index(source: bytes, node: Node) -> tree.Expr:
    return tree.Index(
        expr(source, node.child_by_field_name("operand")),
        (expr(source, node.child_by_field_name("index")),),
        node.start_byte,
        node.end_byte,
    )


def _instance(source: bytes, node: Node) -> tree.Expr:
    inner = children(node)
    return tree.Index(
        _type_as_expression(source, inner[0]),
        tuple(_type_as_expression(source, child) for child in inner[1:]),
        node.start_byte,
        node.end_byte,
    )


def _slicing(source: bytes, node: Node) -> tree.Expr:
    bounds = tuple(
        expr(source, b) for f in ("start", "end", "capacity") if (b := node.child_by_field_name(f)) is not None
    )
    return tree.Slicing(expr(source, node.child_by_field_name("operand")), bounds, node.start_byte, node.end_byte)


def _unary(source: bytes, node: Node) -> tree.Expr:
    operator = node.child(0)
    return tree.Unary(operator.type if operator else "?", expr(source, last(node)), node.start_byte, node.end_byte)


def _binary(source: bytes, node: Node) -> tree.Expr:
    operator = node.child(1) if node.child_count == 3 else node.child_by_field_name("operator")
    return tree.Binary(
        operator.type if operator else "?",
        expr(source, node.child(0)),
        expr(source, last(node)),
        node.start_byte,
        node.end_byte,
    )


def _assertion(source: bytes, node: Node) -> tree.Expr:
    return tree.TypeAssertion(
        expr(source, node.child_by_field_name("operand")),
        type_expr(source, node.child_by_field_name("type")),
        node.start_byte,
        node.end_byte,
    )


def _composite(source: bytes, node: Node) -> tree.Expr:
    type_node, body = node.child_by_field_name("type"), node.child_by_field_name("body")
    return tree.Composite(
        type_expr(source, type_node) if type_node else None, _elements(source, body), node.start_byte, node.end_byte
    )


def _bare_composite(source: bytes, node: Node) -> tree.Expr:
    return tree.Composite(None, _elements(source, node), node.start_byte, node.end_byte)


def _elements(source: bytes, body: Node | None) -> tuple[tuple[tree.Expr | None, tree.Expr], ...]:
    out: list[tuple[tree.Expr | None, tree.Expr]] = []
    for child in children(body) if body is not None else ():
        kind = child.type
        if kind == "keyed_element":
            parts = [first(part) for part in children(child)]
            if len(parts) == 2 and parts[0] and parts[1]:
                out.append((expr(source, parts[0]), expr(source, parts[1])))
        elif kind == "literal_element" and (element := first(child)) is not None:
            out.append((None, expr(source, element)))
    return tuple(out)


def _func_lit(source: bytes, node: Node) -> tree.Expr:
    from heuristics.golang.lower import block  # a literal holds statements, and these hold expressions

    return tree.FuncLit(
        signature(source, node), block(source, node.child_by_field_name("body")), node.start_byte, node.end_byte
    )


def _parenthesized(source: bytes, node: Node) -> tree.Expr:
    inner = first(node)
    return expr(source, inner) if inner is not None else tree.Literal("?", "", node.start_byte, node.end_byte)


def _constant(kind: str) -> Callable[[bytes, Node], tree.Expr]:
    return lambda source, node: tree.Literal(kind, text(source, node), node.start_byte, node.end_byte)


_EXPRESSIONS: dict[str, Callable[[bytes, Node], tree.Expr]] = {
    "identifier": _name,
    "field_identifier": _name,
    "selector_expression": _selector,
    "call_expression": _call,
    "type_conversion_expression": _conversion,
    "index_expression": _index,
    "type_instantiation_expression": _instance,
    "slice_expression": _slicing,
    "unary_expression": _unary,
    "binary_expression": _binary,
    "type_assertion_expression": _assertion,
    "composite_literal": _composite,
    "literal_value": _bare_composite,
    "func_literal": _func_lit,
    "parenthesized_expression": _parenthesized,
    "literal_element": _parenthesized,
    "int_literal": _constant("int"),
    "float_literal": _constant("float"),
    "imaginary_literal": _constant("imaginary"),
    "rune_literal": _constant("rune"),
    "interpreted_string_literal": _constant("string"),
    "raw_string_literal": _constant("string"),
    "true": _constant("bool"),
    "false": _constant("bool"),
    "nil": _constant("nil"),
    "iota": _constant("iota"),
}
