"""Turns the parser's nodes for types, expressions and statements into the values of tree.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from heuristics.golang import tree
from heuristics.golang.comments import notes_of

if TYPE_CHECKING:
    from heuristics.golang.syntax import Node

UNKNOWN_TYPE = tree.TypeName("?")


def text(node: Node) -> str:
    """The node's source text; bytes that are not UTF-8 are replaced."""
    return (node.text or b"").decode("utf-8", "replace")


def children(node: Node) -> list[Node]:
    """The named children without comments."""
    return [child for child in node.named_children if child.type != "comment"]


# --- types ---------------------------------------------------------------------------------------------------------


def type_expr(node: Node | None) -> tree.TypeExpr:
    """A type as written; what is not understood is the type name `?`, which nothing resolves."""
    if node is None:
        return UNKNOWN_TYPE
    lower = _TYPES.get(node.type)
    return lower(node) if lower else UNKNOWN_TYPE


def _first_type(node: Node) -> tree.TypeExpr:
    inner = children(node)
    return type_expr(inner[0]) if inner else UNKNOWN_TYPE


def _qualified(node: Node) -> tree.TypeExpr:
    package, name = node.child_by_field_name("package"), node.child_by_field_name("name")
    return tree.TypeName(text(name), text(package)) if package and name else UNKNOWN_TYPE


def _generic(node: Node) -> tree.TypeExpr:
    base = type_expr(node.child_by_field_name("type"))
    arguments = node.child_by_field_name("type_arguments")
    if not isinstance(base, tree.TypeName) or arguments is None:
        return base
    return tree.TypeName(
        base.name,
        base.package,
        tuple(_first_type(a) if a.type == "type_elem" else type_expr(a) for a in children(arguments)),
    )


def _struct(node: Node) -> tree.TypeExpr:
    fields: list[tree.FieldDecl] = []
    for body in children(node):
        previous: Node | None = None
        for child in body.named_children:
            if child.type == "field_declaration":
                fields.extend(_field(child, notes_of(child, previous)))
            previous = child
    return tree.StructOf(tuple(fields))


def _field(node: Node, notes: tuple[tuple[str, str], ...]) -> Iterator[tree.FieldDecl]:
    type_node = node.child_by_field_name("type")
    names = node.children_by_field_name("name")
    type_ = type_expr(type_node)
    for name in names:
        yield tree.FieldDecl(text(name), type_, False, name.start_byte, node.end_byte, notes)
    if not names and type_node is not None:
        pointer = any(child.type == "*" for child in node.children)
        base = type_.name if isinstance(type_, tree.TypeName) else "?"
        yield tree.FieldDecl(
            base, tree.PointerOf(type_) if pointer else type_, True, node.start_byte, node.end_byte, notes
        )


def _interface(node: Node) -> tree.TypeExpr:
    methods: list[tuple[str, tree.FuncOf]] = []
    embeds: list[tree.TypeExpr] = []
    for child in children(node):
        if child.type == "method_elem":
            name = child.child_by_field_name("name")
            if name is not None:
                methods.append((text(name), signature(child)))
        elif child.type == "type_elem":
            embeds.extend(type_expr(part) for part in children(child))
    return tree.InterfaceOf(tuple(methods), tuple(embeds))


def parameters(node: Node | None) -> tuple[tuple[tree.Parameter, ...], bool]:
    """A parameter list, and whether its last one is variadic."""
    out: list[tree.Parameter] = []
    variadic = False
    for child in children(node) if node is not None else ():
        if child.type not in ("parameter_declaration", "variadic_parameter_declaration"):
            continue
        type_ = type_expr(child.child_by_field_name("type"))
        if child.type == "variadic_parameter_declaration":
            type_, variadic = tree.SliceOf(type_), True
        names = child.children_by_field_name("name")
        out.extend(tree.Parameter(text(name), type_, name.start_byte) for name in names)
        if not names:
            out.append(tree.Parameter("", type_, child.start_byte))
    return tuple(out), variadic


def signature(node: Node) -> tree.FuncOf:
    """Parameters and results of a function, method, literal or function type."""
    inputs, variadic = parameters(node.child_by_field_name("parameters"))
    result = node.child_by_field_name("result")
    if result is None:
        outputs: tuple[tree.Parameter, ...] = ()
    elif result.type == "parameter_list":
        outputs, _ = parameters(result)
    else:
        outputs = (tree.Parameter("", type_expr(result), result.start_byte),)
    return tree.FuncOf(inputs, outputs, variadic)


_TYPES: dict[str, Callable[[Node], tree.TypeExpr]] = {
    "type_identifier": lambda n: tree.TypeName(text(n)),
    "identifier": lambda n: tree.TypeName(text(n)),
    "qualified_type": _qualified,
    "generic_type": _generic,
    "pointer_type": lambda n: tree.PointerOf(_first_type(n)),
    "slice_type": lambda n: tree.SliceOf(type_expr(n.child_by_field_name("element"))),
    "array_type": lambda n: tree.ArrayOf(type_expr(n.child_by_field_name("element"))),
    "implicit_length_array_type": lambda n: tree.ArrayOf(type_expr(n.child_by_field_name("element"))),
    "map_type": lambda n: tree.MapOf(
        type_expr(n.child_by_field_name("key")), type_expr(n.child_by_field_name("value"))
    ),
    "channel_type": lambda n: tree.ChanOf(type_expr(n.child_by_field_name("value"))),
    "function_type": signature,
    "struct_type": _struct,
    "interface_type": _interface,
    "parenthesized_type": _first_type,
    "negated_type": _first_type,
    "type_elem": _first_type,
    "type_constraint": lambda n: tree.InterfaceOf((), tuple(type_expr(c) for c in children(n))),
}

# --- expressions ---------------------------------------------------------------------------------------------------


def expr(node: Node | None) -> tree.Expr:
    """An expression; what is not understood becomes a nil-like literal that nothing resolves."""
    if node is None:
        return tree.Literal("?", "", 0, 0)
    lower = _EXPRESSIONS.get(node.type)
    if lower is not None:
        return lower(node)
    if node.type in _TYPES:
        return tree.TypeOperand(type_expr(node), node.start_byte, node.end_byte)
    return tree.Literal("?", text(node), node.start_byte, node.end_byte)


def exprs(node: Node | None) -> tuple[tree.Expr, ...]:
    """The members of an expression list, or the one expression that stands for it."""
    if node is None:
        return ()
    if node.type == "expression_list":
        return tuple(expr(child) for child in children(node))
    return (expr(node),)


def _name(node: Node) -> tree.Expr:
    return tree.Name(text(node), node.start_byte, node.end_byte)


def _selector(node: Node) -> tree.Expr:
    field = node.child_by_field_name("field")
    return tree.Selector(
        expr(node.child_by_field_name("operand")), text(field) if field else "", node.start_byte, node.end_byte
    )


def _call(node: Node) -> tree.Expr:
    function = node.child_by_field_name("function")
    lowered = expr(function)
    if (instance := node.child_by_field_name("type_arguments")) is not None and function is not None:
        lowered = tree.Index(
            lowered, tuple(expr(child) for child in children(instance)), function.start_byte, instance.end_byte
        )
    arguments, spread = [], False
    for child in children(node.child_by_field_name("arguments") or node):
        if child.type == "variadic_argument":
            spread = True
            child = children(child)[0] if children(child) else child
        arguments.append(expr(child))
    return tree.Call(lowered, tuple(arguments), spread, node.start_byte, node.end_byte)


def _conversion(node: Node) -> tree.Expr:
    """`[]byte(x)`; the parser also takes `f[int](x)` for a conversion, which only types can tell from a call."""
    type_node = node.child_by_field_name("type")
    operand = expr(node.child_by_field_name("operand"))
    function: tree.Expr = tree.Literal("?", "", node.start_byte, node.start_byte)
    if type_node is not None and type_node.type == "generic_type":
        function = _instantiated(type_node)
    elif type_node is not None:
        function = tree.TypeOperand(type_expr(type_node), type_node.start_byte, type_node.end_byte)
    return tree.Call(function, (operand,), False, node.start_byte, node.end_byte)


def _instantiated(node: Node) -> tree.Expr:
    base, arguments = node.child_by_field_name("type"), node.child_by_field_name("type_arguments")
    indices = tuple(
        tree.TypeOperand(type_expr(child), child.start_byte, child.end_byte)
        for child in (children(arguments) if arguments is not None else ())
    )
    return tree.Index(_type_as_name(base or node), indices, node.start_byte, node.end_byte)


def _type_as_name(node: Node) -> tree.Expr:
    package, name = node.child_by_field_name("package"), node.child_by_field_name("name")
    if package is None or name is None:
        return _name(node)
    return tree.Selector(_name(package), text(name), node.start_byte, node.end_byte)


def _index(node: Node) -> tree.Expr:
    return tree.Index(
        expr(node.child_by_field_name("operand")),
        (expr(node.child_by_field_name("index")),),
        node.start_byte,
        node.end_byte,
    )


def _instance(node: Node) -> tree.Expr:
    inner = children(node)
    return tree.Index(expr(inner[0]), tuple(expr(c) for c in inner[1:]), node.start_byte, node.end_byte)


def _slicing(node: Node) -> tree.Expr:
    bounds = tuple(expr(b) for f in ("start", "end", "capacity") if (b := node.child_by_field_name(f)) is not None)
    return tree.Slicing(expr(node.child_by_field_name("operand")), bounds, node.start_byte, node.end_byte)


def _unary(node: Node) -> tree.Expr:
    operator = node.child_by_field_name("operator")
    return tree.Unary(
        text(operator) if operator else "?", expr(node.child_by_field_name("operand")), node.start_byte, node.end_byte
    )


def _binary(node: Node) -> tree.Expr:
    operator = node.child_by_field_name("operator")
    return tree.Binary(
        text(operator) if operator else "?",
        expr(node.child_by_field_name("left")),
        expr(node.child_by_field_name("right")),
        node.start_byte,
        node.end_byte,
    )


def _assertion(node: Node) -> tree.Expr:
    return tree.TypeAssertion(
        expr(node.child_by_field_name("operand")),
        type_expr(node.child_by_field_name("type")),
        node.start_byte,
        node.end_byte,
    )


def _composite(node: Node) -> tree.Expr:
    type_node, body = node.child_by_field_name("type"), node.child_by_field_name("body")
    return tree.Composite(type_expr(type_node) if type_node else None, _elements(body), node.start_byte, node.end_byte)


def _bare_composite(node: Node) -> tree.Expr:
    return tree.Composite(None, _elements(node), node.start_byte, node.end_byte)


def _elements(body: Node | None) -> tuple[tuple[tree.Expr | None, tree.Expr], ...]:
    out: list[tuple[tree.Expr | None, tree.Expr]] = []
    for child in children(body) if body is not None else ():
        if child.type == "keyed_element":
            parts = [children(part) for part in children(child)]
            if len(parts) == 2 and parts[0] and parts[1]:
                out.append((expr(parts[0][0]), expr(parts[1][0])))
        elif child.type == "literal_element" and children(child):
            out.append((None, expr(children(child)[0])))
    return tuple(out)


def _func_lit(node: Node) -> tree.Expr:
    return tree.FuncLit(signature(node), block(node.child_by_field_name("body")), node.start_byte, node.end_byte)


def _parenthesized(node: Node) -> tree.Expr:
    inner = children(node)
    return expr(inner[0]) if inner else tree.Literal("?", "", node.start_byte, node.end_byte)


def _constant(kind: str) -> Callable[[Node], tree.Expr]:
    return lambda node: tree.Literal(kind, text(node), node.start_byte, node.end_byte)


_EXPRESSIONS: dict[str, Callable[[Node], tree.Expr]] = {
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

# --- statements ----------------------------------------------------------------------------------------------------


def block(node: Node | None) -> tree.Block:
    """A block; an absent one is empty."""
    if node is None:
        return tree.Block((), 0, 0)
    return tree.Block(tuple(_statements(node)), node.start_byte, node.end_byte)


def _statements(node: Node) -> Iterator[tree.Stmt]:
    for child in children(node):
        if child.type == "statement_list":
            yield from _statements(child)
        else:
            yield from _statement(child)


def _statement(node: Node) -> Iterator[tree.Stmt]:
    """Usually one; a grouped declaration gives several, an unknown node none."""
    if node.type in ("var_declaration", "type_declaration"):
        yield from _declarations(node)
        return
    lower = _STATEMENTS.get(node.type)
    if lower is not None:
        yield lower(node)


def one(node: Node | None) -> tree.Stmt | None:
    """The statement that a node stands for, if any."""
    return next(_statement(node), None) if node is not None else None


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
    operator = node.child_by_field_name("operator")
    spelled = ":=" if node.type in ("short_var_declaration", "receive_statement") and _defines(node) else "="
    return tree.Assign(
        exprs(node.child_by_field_name("left")),
        text(operator) if operator else spelled,
        exprs(node.child_by_field_name("right")),
        node.start_byte,
        node.end_byte,
    )


def _defines(node: Node) -> bool:
    return any(child.type == ":=" for child in node.children)


def _receive(node: Node) -> tree.Stmt:
    if node.child_by_field_name("left") is None:
        return tree.ExprStmt(expr(node.child_by_field_name("right")), node.start_byte, node.end_byte)
    return _assign(node)


def _expr_stmt(node: Node) -> tree.Stmt:
    inner = children(node)
    return tree.ExprStmt(expr(inner[0] if inner else None), node.start_byte, node.end_byte)


def _if(node: Node) -> tree.Stmt:
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
