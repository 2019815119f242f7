"""Turns the parser's nodes for statements into the values of tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from heuristics.golang import tree
from heuristics.golang.lower_expressions import expr, exprs
from heuristics.golang.lower_types import children, last, text, type_expr

if TYPE_CHECKING:
    from heuristics.golang.syntax import Node


def block(node: Node | None) -> tree.Block:
    """A block; an absent one is empty."""
    if node is None:
        return tree.Block((), 0, 0)
    return tree.Block(tuple(_statements(node)), node.start_byte, node.end_byte)


def _statements(node: Node) -> list[tree.Stmt]:
    """Those that stand in a node; a grouped declaration gives several, an unknown node none."""
    out: list[tree.Stmt] = []
    for child in node.named_children:
        kind = child.type
        if (lower := _STATEMENTS.get(kind)) is not None:
            out.append(lower(child))
        elif kind == "statement_list":
            out += _statements(child)
        elif kind in _DECLARATIONS:
            out += _declarations(child)
    return out


def one(node: Node | None) -> tree.Stmt | None:
    """The statement that a node stands for, if any."""
    if node is None:
        return None
    lower = _STATEMENTS.get(node.type)
    return lower(node) if lower is not None else next(_declarations(node), None)


def _declarations(node: Node) -> Iterator[tree.Stmt]:
    for child in children(node):
        if child.type in ("var_spec_list", "type_spec_list"):
            yield from _declarations(child)
        elif child.type == "var_spec":
            names = tuple(tree.Name(text(n), n.start_byte, n.end_byte) for n in child.children_by_field_name("name"))
            type_node = child.child_by_field_name("type")
            yield tree.VarDecl(
                names,
                type_expr(type_node) if type_node else None,
                exprs(child.child_by_field_name("value")),
                child.start_byte,
                child.end_byte,
            )
        elif child.type in ("type_spec", "type_alias"):
            name = child.child_by_field_name("name")
            yield tree.TypeDecl(
                text(name) if name else "",
                type_expr(child.child_by_field_name("type")),
                child.start_byte,
                child.end_byte,
            )


def _assign(node: Node) -> tree.Stmt:
    operator = node.child(1) if node.child_count == 3 else next(filter(_assigns, node.children), None)
    return tree.Assign(
        exprs(node.child(0)), operator.type if operator else "=", exprs(last(node)), node.start_byte, node.end_byte
    )


def _assigns(node: Node) -> bool:
    return not node.is_named and node.type.endswith("=")


def _defines(node: Node) -> bool:
    return any(child.type == ":=" for child in node.children)


def _receive(node: Node) -> tree.Stmt:
    if node.child_by_field_name("left") is None:
        return tree.ExprStmt(expr(node.child_by_field_name("right")), node.start_byte, node.end_byte)
    return _assign(node)


def _expr_stmt(node: Node) -> tree.Stmt:
    return tree.ExprStmt(expr(node.child(0)), node.start_byte, node.end_byte)


def _if(node: Node) -> tree.Stmt:
    if node.child_count == 3:  # most have a condition and a block alone
        return tree.If(None, expr(node.child(1)), block(node.child(2)), None, node.start_byte, node.end_byte)
    otherwise = node.child_by_field_name("alternative")
    return tree.If(
        one(node.child_by_field_name("initializer")),
        expr(node.child_by_field_name("condition")),
        block(node.child_by_field_name("consequence")),
        block(otherwise) if otherwise is not None and otherwise.type == "block" else one(otherwise),
        node.start_byte,
        node.end_byte,
    )


def _for(node: Node) -> tree.Stmt:
    body = block(node.child_by_field_name("body"))
    head = [child for child in children(node) if child.type != "block"]
    if not head:
        return tree.For(None, None, None, body, node.start_byte, node.end_byte)
    if head[0].type == "range_clause":
        left = exprs(head[0].child_by_field_name("left"))
        return tree.Range(
            left[0] if left else None,
            left[1] if len(left) > 1 else None,
            _defines(head[0]),
            expr(head[0].child_by_field_name("right")),
            body,
            node.start_byte,
            node.end_byte,
        )
    if head[0].type == "for_clause":
        condition = head[0].child_by_field_name("condition")
        return tree.For(
            one(head[0].child_by_field_name("initializer")),
            expr(condition) if condition else None,
            one(head[0].child_by_field_name("update")),
            body,
            node.start_byte,
            node.end_byte,
        )
    return tree.For(None, expr(head[0]), None, body, node.start_byte, node.end_byte)


def _cases(node: Node) -> tuple[tree.Case, ...]:
    out: list[tree.Case] = []
    for child in children(node):
        if child.type not in ("expression_case", "type_case", "communication_case", "default_case"):
            continue
        body = tuple(s for part in children(child) if part.type == "statement_list" for s in _statements(part))
        values: tuple[tree.Expr, ...] = ()
        if child.type == "expression_case":
            values = exprs(child.child_by_field_name("value"))
        elif child.type == "type_case":
            values = tuple(
                tree.Literal("nil", "nil", t.start_byte, t.end_byte)
                if t.text == b"nil"
                else tree.TypeOperand(type_expr(t), t.start_byte, t.end_byte)
                for t in child.children_by_field_name("type")
                if t.is_named
            )
        out.append(
            tree.Case(
                values,
                one(child.child_by_field_name("communication")),
                tree.Block(body, child.start_byte, child.end_byte),
                child.type == "default_case",
                child.start_byte,
                child.end_byte,
            )
        )
    return tuple(out)


def _switch(node: Node) -> tree.Stmt:
    value = node.child_by_field_name("value")
    return tree.Switch(
        one(node.child_by_field_name("initializer")),
        expr(value) if value else None,
        _cases(node),
        node.start_byte,
        node.end_byte,
    )


def _type_switch(node: Node) -> tree.Stmt:
    alias = exprs(node.child_by_field_name("alias"))
    name = alias[0] if alias and isinstance(alias[0], tree.Name) else None
    return tree.TypeSwitch(
        one(node.child_by_field_name("initializer")),
        name,
        expr(node.child_by_field_name("value")),
        _cases(node),
        node.start_byte,
        node.end_byte,
    )


def _labeled(node: Node) -> tree.Stmt:
    label = node.child_by_field_name("label")
    inner = [child for child in children(node) if child.type != "label_name"]
    statement = one(inner[0]) if inner else None
    return tree.Labeled(
        text(label) if label else "",
        statement or tree.Block((), node.end_byte, node.end_byte),
        node.start_byte,
        node.end_byte,
    )


def _branch(kind: str) -> Callable[[Node], tree.Stmt]:
    def lower(node: Node) -> tree.Stmt:
        inner = children(node)
        return tree.Branch(kind, text(inner[0]) if inner else "", node.start_byte, node.end_byte)

    return lower


def _first(node: Node) -> tree.Expr:
    inner = children(node)
    return expr(inner[0] if inner else None)


_DECLARATIONS = frozenset({"var_declaration", "type_declaration"})
_STATEMENTS: dict[str, Callable[[Node], tree.Stmt]] = {
    "expression_statement": _expr_stmt,
    "assignment_statement": _assign,
    "short_var_declaration": _assign,
    "receive_statement": _receive,
    "inc_statement": lambda n: tree.Assign((_first(n),), "++", (), n.start_byte, n.end_byte),
    "dec_statement": lambda n: tree.Assign((_first(n),), "--", (), n.start_byte, n.end_byte),
    "send_statement": lambda n: tree.SendStmt(
        expr(n.child_by_field_name("channel")), expr(n.child_by_field_name("value")), n.start_byte, n.end_byte
    ),
    "go_statement": lambda n: tree.GoStmt(_first(n), n.start_byte, n.end_byte),
    "defer_statement": lambda n: tree.DeferStmt(_first(n), n.start_byte, n.end_byte),
    "return_statement": lambda n: tree.Return(exprs(children(n)[0] if children(n) else None), n.start_byte, n.end_byte),
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
    "select_statement": lambda n: tree.Select(_cases(n), n.start_byte, n.end_byte),
}
