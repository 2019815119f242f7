"""Turns the parser's nodes for statements into the values of tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from heuristics.golang import tree
from heuristics.golang.lower_expressions import expr, exprs
from heuristics.golang.lower_types import children, first, last, text, type_expr

if TYPE_CHECKING:
    from heuristics.golang.syntax import Node


def block(source: bytes, node: Node | None) -> tree.Block:
    """A block; an absent one is empty."""
    if node is None:
        return tree.Block((), 0, 0)
    return tree.Block(tuple(_statements(source, node)), node.start_byte, node.end_byte)


def _statements(source: bytes, node: Node) -> list[tree.Stmt]:
    """Those that stand in a node; a grouped declaration gives several, an unknown node none."""
    out: list[tree.Stmt] = []
    for child in node.named_children:
        kind = child.type
        if (lower := _STATEMENTS.get(kind)) is not None:
            out.append(lower(source, child))
        elif kind == "statement_list":
            out += _statements(source, child)
        elif kind in _DECLARATIONS:
            out += _declarations(source, child)
    return out


def one(source: bytes, node: Node | None) -> tree.Stmt | None:
    """The statement that a node stands for, if any."""
    if node is None:
        return None
    lower = _STATEMENTS.get(node.type)
    return lower(source, node) if lower is not None else next(_declarations(source, node), None)


def _declarations(source: bytes, node: Node) -> Iterator[tree.Stmt]:
    for child in children(node):
        if child.type in ("var_spec_list", "type_spec_list"):
            yield from _declarations(source, child)
        elif child.type == "var_spec":
            names = tuple(
                tree.Name(text(source, n), n.start_byte, n.end_byte) for n in child.children_by_field_name("name")
            )
            type_node = child.child_by_field_name("type")
            yield tree.VarDecl(
                names,
                type_expr(source, type_node) if type_node else None,
                exprs(source, child.child_by_field_name("value")),
                child.start_byte,
                child.end_byte,
            )
        elif child.type in ("type_spec", "type_alias"):
            name = child.child_by_field_name("name")
            yield tree.TypeDecl(
                text(source, name) if name else "",
                type_expr(source, child.child_by_field_name("type")),
                child.start_byte,
                child.end_byte,
            )


def _assign(source: bytes, node: Node) -> tree.Stmt:
    operator = node.child(1) if node.child_count == 3 else next(filter(_assigns, node.children), None)
    return tree.Assign(
        exprs(source, node.child(0)),
        operator.type if operator else "=",
        exprs(source, last(node)),
        node.start_byte,
        node.end_byte,
    )


def _assigns(node: Node) -> bool:
    return not node.is_named and node.type.endswith("=")


def _defines(node: Node) -> bool:
    return any(child.type == ":=" for child in node.children)


def _receive(source: bytes, node: Node) -> tree.Stmt:
    if node.child_by_field_name("left") is None:
        return tree.ExprStmt(expr(source, node.child_by_field_name("right")), node.start_byte, node.end_byte)
    return _assign(source, node)


def _expr_stmt(source: bytes, node: Node) -> tree.Stmt:
    return tree.ExprStmt(expr(source, node.child(0)), node.start_byte, node.end_byte)


def _if(source: bytes, node: Node) -> tree.Stmt:
    if node.child_count == 3:  # most have a condition and a block alone
        return tree.If(
            None, expr(source, node.child(1)), block(source, node.child(2)), None, node.start_byte, node.end_byte
        )
    otherwise = node.child_by_field_name("alternative")
    return tree.If(
        one(source, node.child_by_field_name("initializer")),
        expr(source, node.child_by_field_name("condition")),
        block(source, node.child_by_field_name("consequence")),
        block(source, otherwise) if otherwise is not None and otherwise.type == "block" else one(source, otherwise),
        node.start_byte,
        node.end_byte,
    )


def _for(source: bytes, node: Node) -> tree.Stmt:
    body = block(source, node.child_by_field_name("body"))
    head = [child for child in children(node) if child.type != "block"]
    if not head:
        return tree.For(None, None, None, body, node.start_byte, node.end_byte)
    if head[0].type == "range_clause":
        left = exprs(source, head[0].child_by_field_name("left"))
        return tree.Range(
            left[0] if left else None,
            left[1] if len(left) > 1 else None,
            _defines(head[0]),
            expr(source, head[0].child_by_field_name("right")),
            body,
            node.start_byte,
            node.end_byte,
        )
    if head[0].type == "for_clause":
        condition = head[0].child_by_field_name("condition")
        return tree.For(
            one(source, head[0].child_by_field_name("initializer")),
            expr(source, condition) if condition else None,
            one(source, head[0].child_by_field_name("update")),
            body,
            node.start_byte,
            node.end_byte,
        )
    return tree.For(None, expr(source, head[0]), None, body, node.start_byte, node.end_byte)


def _cases(source: bytes, node: Node) -> tuple[tree.Case, ...]:
    out: list[tree.Case] = []
    for child in children(node):
        if child.type not in ("expression_case", "type_case", "communication_case", "default_case"):
            continue
        body = tuple(s for part in children(child) if part.type == "statement_list" for s in _statements(source, part))
        values: tuple[tree.Expr, ...] = ()
        if child.type == "expression_case":
            values = exprs(source, child.child_by_field_name("value"))
        elif child.type == "type_case":
            values = tuple(
                tree.Literal("nil", "nil", t.start_byte, t.end_byte)
                if text(source, t) == "nil"
                else tree.TypeOperand(type_expr(source, t), t.start_byte, t.end_byte)
                for t in child.children_by_field_name("type")
                if t.is_named
            )
        out.append(
            tree.Case(
                values,
                one(source, child.child_by_field_name("communication")),
                tree.Block(body, child.start_byte, child.end_byte),
                child.type == "default_case",
                child.start_byte,
                child.end_byte,
            )
        )
    return tuple(out)


def _switch(source: bytes, node: Node) -> tree.Stmt:
    value = node.child_by_field_name("value")
    return tree.Switch(
        one(source, node.child_by_field_name("initializer")),
        expr(source, value) if value else None,
        _cases(source, node),
        node.start_byte,
        node.end_byte,
    )


def _type_switch(source: bytes, node: Node) -> tree.Stmt:
    alias = exprs(source, node.child_by_field_name("alias"))
    name = alias[0] if alias and isinstance(alias[0], tree.Name) else None
    return tree.TypeSwitch(
        one(source, node.child_by_field_name("initializer")),
        name,
        expr(source, node.child_by_field_name("value")),
        _cases(source, node),
        node.start_byte,
        node.end_byte,
    )


def _labeled(source: bytes, node: Node) -> tree.Stmt:
    label = node.child_by_field_name("label")
    inner = [child for child in children(node) if child.type != "label_name"]
    statement = one(source, inner[0]) if inner else None
    return tree.Labeled(
        text(source, label) if label else "",
        statement or tree.Block((), node.end_byte, node.end_byte),
        node.start_byte,
        node.end_byte,
    )


def _branch(kind: str) -> Callable[[bytes, Node], tree.Stmt]:
    def lower(source: bytes, node: Node) -> tree.Stmt:
        label = first(node)
        return tree.Branch(kind, text(source, label) if label else "", node.start_byte, node.end_byte)

    return lower


def _first(source: bytes, node: Node) -> tree.Expr:
    return expr(source, first(node))


_DECLARATIONS = frozenset({"var_declaration", "type_declaration"})
_STATEMENTS: dict[str, Callable[[bytes, Node], tree.Stmt]] = {
    "expression_statement": _expr_stmt,
    "assignment_statement": _assign,
    "short_var_declaration": _assign,
    "receive_statement": _receive,
    "inc_statement": lambda source, n: tree.Assign((_first(source, n),), "++", (), n.start_byte, n.end_byte),
    "dec_statement": lambda source, n: tree.Assign((_first(source, n),), "--", (), n.start_byte, n.end_byte),
    "send_statement": lambda source, n: tree.SendStmt(
        expr(source, n.child_by_field_name("channel")),
        expr(source, n.child_by_field_name("value")),
        n.start_byte,
        n.end_byte,
    ),
    "go_statement": lambda source, n: tree.GoStmt(_first(source, n), n.start_byte, n.end_byte),
    "defer_statement": lambda source, n: tree.DeferStmt(_first(source, n), n.start_byte, n.end_byte),
    "return_statement": lambda source, n: tree.Return(exprs(source, first(n)), n.start_byte, n.end_byte),
    "break_statement": _branch("break"),
    "continue_statement": _branch("continue"),
    "goto_statement": _branch("goto"),
    "fallthrough_statement": _branch("fallthrough"),
    "labeled_statement": _labeled,
    "block": block,
    "if_statement": _if,
    "for_statement": _for,
    "expression_switch_statement": _switch,
    "type_switch_statement": _type_switch,
    "select_statement": lambda source, n: tree.Select(_cases(source, n), n.start_byte, n.end_byte),
}
