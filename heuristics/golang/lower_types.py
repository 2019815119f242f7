"""Turns the parser's nodes for types and signatures into the values of tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from heuristics.golang import tree
from heuristics.golang.comments import notes_of

if TYPE_CHECKING:
    from heuristics.golang.syntax import Node

UNKNOWN_TYPE = tree.TypeName("?")


def text(source: bytes, node: Node) -> str:
    """The text of a node; bytes that are not UTF-8 are replaced. To slice takes a third of asking the node for it."""
    return source[node.start_byte : node.end_byte].decode("utf-8", "replace")


def children(node: Node) -> list[Node]:
    """The named children without comments."""
    if not node.named_child_count:
        return []
    return [child for child in node.named_children if child.type != "comment"]


def first(node: Node) -> Node | None:
    """The first of these children; the others need no look."""
    child = node.named_child(0) if node.named_child_count else None
    return child if child is None or child.type != "comment" else next(iter(children(node)), None)


def last(node: Node) -> Node | None:
    """The last child; like the first one it is never a comment, which the parser leaves to the node around."""
    return node.child(node.child_count - 1)


def type_expr(source: bytes, node: Node | None) -> tree.TypeExpr:
    """A type as written; what is not understood is the type name `?`, which nothing resolves."""
    if node is None:
        return UNKNOWN_TYPE
    lower = _TYPES.get(node.type)
    return lower(source, node) if lower else UNKNOWN_TYPE


def _first_type(source: bytes, node: Node) -> tree.TypeExpr:
    return type_expr(source, first(node))


def _named(source: bytes, node: Node) -> tree.TypeExpr:
    return tree.TypeName(text(source, node))


def _qualified(source: bytes, node: Node) -> tree.TypeExpr:
    package, name = node.child_by_field_name("package"), node.child_by_field_name("name")
    return tree.TypeName(text(source, name), text(source, package)) if package and name else UNKNOWN_TYPE


def _generic(source: bytes, node: Node) -> tree.TypeExpr:
    base = type_expr(source, node.child_by_field_name("type"))
    arguments = node.child_by_field_name("type_arguments")
    if not isinstance(base, tree.TypeName) or arguments is None:
        return base
    return tree.TypeName(
        base.name,
        base.package,
        tuple(_first_type(source, a) if a.type == "type_elem" else type_expr(source, a) for a in children(arguments)),
    )


def _struct(source: bytes, node: Node) -> tree.TypeExpr:
    fields: list[tree.FieldDecl] = []
    for body in children(node):
        previous: Node | None = None
        for child in body.named_children:
            if child.type == "field_declaration":
                fields.extend(_field(source, child, notes_of(source, child, previous)))
            previous = child
    return tree.StructOf(tuple(fields))


def _field(source: bytes, node: Node, notes: tuple[tuple[str, str], ...]) -> Iterator[tree.FieldDecl]:
    type_node = node.child_by_field_name("type")
    names = node.children_by_field_name("name")
    type_ = type_expr(source, type_node)
    for name in names:
        yield tree.FieldDecl(text(source, name), type_, False, name.start_byte, node.end_byte, notes)
    if not names and type_node is not None:
        pointer = any(child.type == "*" for child in node.children)
        base = type_.name if isinstance(type_, tree.TypeName) else "?"
        yield tree.FieldDecl(
            base, tree.PointerOf(type_) if pointer else type_, True, node.start_byte, node.end_byte, notes
        )


def _interface(source: bytes, node: Node) -> tree.TypeExpr:
    methods: list[tuple[str, tree.FuncOf]] = []
    embeds: list[tree.TypeExpr] = []
    for child in children(node):
        if child.type == "method_elem":
            name = child.child_by_field_name("name")
            if name is not None:
                methods.append((text(source, name), signature(source, child)))
        elif child.type == "type_elem":
            embeds.extend(type_expr(source, part) for part in children(child))
    return tree.InterfaceOf(tuple(methods), tuple(embeds))


def parameters(source: bytes, node: Node | None) -> tuple[tuple[tree.Parameter, ...], bool]:
    """A parameter list, and whether its last one is variadic."""
    out: list[tree.Parameter] = []
    variadic = False
    for child in children(node) if node is not None else ():
        kind = child.type
        if kind not in ("parameter_declaration", "variadic_parameter_declaration"):
            continue
        type_ = type_expr(source, child.child_by_field_name("type"))
        if kind == "variadic_parameter_declaration":
            type_, variadic = tree.SliceOf(type_), True
        names = child.children_by_field_name("name")
        for name in names:
            out.append(tree.Parameter(text(source, name), type_, name.start_byte))
        if not names:
            out.append(tree.Parameter("", type_, child.start_byte))
    return tuple(out), variadic


def signature(source: bytes, node: Node) -> tree.FuncOf:
    """Parameters and results of a function, method, literal or function type."""
    inputs, variadic = parameters(source, node.child_by_field_name("parameters"))
    result = node.child_by_field_name("result")
    if result is None:
        outputs: tuple[tree.Parameter, ...] = ()
    elif result.type == "parameter_list":
        outputs, _ = parameters(source, result)
    else:
        outputs = (tree.Parameter("", type_expr(source, result), result.start_byte),)
    return tree.FuncOf(inputs, outputs, variadic)


_TYPES: dict[str, Callable[[bytes, Node], tree.TypeExpr]] = {
    "type_identifier": _named,
    "identifier": _named,
    "qualified_type": _qualified,
    "generic_type": _generic,
    "pointer_type": lambda source, n: tree.PointerOf(_first_type(source, n)),
    "slice_type": lambda source, n: tree.SliceOf(type_expr(source, n.child_by_field_name("element"))),
    "array_type": lambda source, n: tree.ArrayOf(type_expr(source, n.child_by_field_name("element"))),
    "implicit_length_array_type": lambda source, n: tree.ArrayOf(type_expr(source, n.child_by_field_name("element"))),
    "map_type": lambda source, n: tree.MapOf(
        type_expr(source, n.child_by_field_name("key")), type_expr(source, n.child_by_field_name("value"))
    ),
    "channel_type": lambda source, n: tree.ChanOf(type_expr(source, n.child_by_field_name("value"))),
    "function_type": signature,
    "struct_type": _struct,
    "interface_type": _interface,
    "parenthesized_type": _first_type,
    "negated_type": _first_type,
    "type_elem": _first_type,
    "type_constraint": lambda source, n: tree.InterfaceOf((), tuple(type_expr(source, c) for c in children(n))),
}


def is_type(node: Node) -> bool:
    """Whether a node can be nothing but a type."""
    return node.type in _TYPES
