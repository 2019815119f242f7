"""Parses Go files: the sole user of tree-sitter. Gives the outline of a file and, on demand, one body or value."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter_go
from tree_sitter import Language, Node, Parser, Range, Tree

from heuristics.golang import lower, lower_expressions, lower_types, tree
from heuristics.golang.comments import notes_of
from heuristics.golang.constraints import build_line
from heuristics.golang.outline import FuncSpec, Import, Outline, TypeSpec, VarSpec
from heuristics.golang.words import words

__all__ = ["Node", "body_of", "imports_of", "outline_of", "value_of"]

_GO = Language(tree_sitter_go.language())
# https://go.dev/s/generatedcode: the line may stand anywhere before the first declaration.
_GENERATED = re.compile(rb"^// Code generated .* DO NOT EDIT\.\r?$", re.M)


_DECLARATION = re.compile(rb"\n(?:func|type|var|const)\b")
# Since Go 1.26 new takes a value too, which the grammar does not know: it reads such a call of a name that it knows
# nothing of. Only where a file does not parse is anything looked for.
_NEW_OF_VALUE = re.compile(
    rb"""\bnew(?=\((?:[\d"'`!&^+-]|(?!func\b|struct\b|interface\b|map\b|chan\b)\w[^(){},;\n]*[(+/%|&<>=!-]))"""
)


def outline_of(text: bytes) -> Outline:
    """The outline of a file, by a walk over its top-level declarations only.

    Declarations that do not parse are named in `broken` and left out. The tree is dropped: it takes thirty times the
    memory of the text, and most bodies are never asked for.
    """
    reader = _Reader()
    previous: Node | None = None
    first: int | None = None
    for node in _parse(text).root_node.named_children:
        if node.type != "comment":
            if first is None and node.type != "package_clause":
                first = node.start_byte
            try:
                reader.read(node, previous)
            except RecursionError:  # types within types, more than anybody writes
                reader.broken.append(node.start_point[0] + 1)
        previous = node
    head = text[:first] if first is not None else text
    return Outline(
        package=reader.package,
        imports=tuple(reader.imports),
        types=tuple(reader.types),
        functions=tuple(reader.functions),
        variables=tuple(reader.variables),
        names=words(text),
        generated=_GENERATED.search(head) is not None,
        constraint=build_line(text, reader.clause),
        broken=tuple(reader.broken),
    )


def imports_of(text: bytes) -> tuple[Import, ...] | None:
    """The imports of a file, read off what stands before its first declaration; None when that does not parse."""
    first = _DECLARATION.search(text)
    root = _parse(text[: first.start()] if first else text).root_node
    if root.has_error:
        return None
    reader = _Reader()
    for node in root.named_children:
        if node.type == "import_declaration":
            reader.read(node, None)
    return tuple(reader.imports)


def body_of(text: bytes, spec: FuncSpec) -> tree.Block:
    """The body of a function of a file; it is parsed alone, and stands at the offsets that it has in the file."""
    root = _parse(text, spec.start, spec.stop).root_node
    functions = (node for node in root.children if node.type in ("function_declaration", "method_declaration"))
    return lower.block(next((node.child_by_field_name("body") for node in functions), None))


def value_of(text: bytes, spec: VarSpec) -> tree.Expr:
    """The first value of a package variable without a type: `name = value` alone is an assignment to the parser."""
    assert spec.initializer is not None
    root = _parse(text, spec.start, spec.stop).root_node
    return lower_expressions.expr(root.descendant_for_byte_range(*spec.initializer))


def _parse(text: bytes, start: int = 0, stop: int = 0) -> Tree:
    """The tree of a file, or of the declaration between two offsets of it."""
    parser = Parser(_GO)
    if stop:
        parser.included_ranges = [Range((0, 0), (0, 0), start, stop)]
    tree = parser.parse(text)
    if tree.root_node.has_error:
        readable = _NEW_OF_VALUE.sub(lower_expressions.NEW.encode(), text)
        return parser.parse(readable) if readable != text else tree
    return tree


class _Reader:
    """Collects the declarations of one file."""

    def __init__(self) -> None:
        self.package = ""
        self.clause = 0
        self.imports: list[Import] = []
        self.types: list[TypeSpec] = []
        self.functions: list[FuncSpec] = []
        self.variables: list[VarSpec] = []
        self.broken: list[int] = []

    def read(self, node: Node, previous: Node | None) -> None:
        kind = node.type
        if kind == "package_clause":
            self.clause = node.start_byte
            self.package = lower_types.text(lower_types.children(node)[0]) if lower_types.children(node) else ""
        elif kind == "import_declaration":
            self._imports(node)
        elif kind in ("function_declaration", "method_declaration"):
            self._function(node, previous)
        elif kind in ("type_declaration", "var_declaration"):
            for spec, above in _specs(node, previous):
                self._type(spec, above) if kind == "type_declaration" else self._variable(spec, above)
        if node.has_error:
            self.broken.append(_first_error(node).start_point[0] + 1)

    def _imports(self, node: Node) -> None:
        for spec in lower_types.children(node):
            if spec.type == "import_spec_list":
                self._imports(spec)
            elif spec.type == "import_spec" and (path := spec.child_by_field_name("path")) is not None:
                name = spec.child_by_field_name("name")
                self.imports.append(Import(lower_types.text(name) if name else "", lower_types.text(path).strip('"`')))

    def _type(self, node: Node, previous: Node | None) -> None:
        name = node.child_by_field_name("name")
        if name is None or node.type not in ("type_spec", "type_alias"):
            return
        self.types.append(
            TypeSpec(
                lower_types.text(name),
                lower_types.type_expr(node.child_by_field_name("type")),
                _type_parameters(node.child_by_field_name("type_parameters")),
                node.type == "type_alias",
                name.start_byte,
                node.end_byte,
                notes_of(node, previous),
            )
        )

    def _variable(self, node: Node, previous: Node | None) -> None:
        if node.type != "var_spec":
            return
        values = node.child_by_field_name("value")
        spots = lower_types.children(values) if values is not None else []
        type_node = node.child_by_field_name("type")
        notes = notes_of(node, previous)
        names = node.children_by_field_name("name")
        for place, name in enumerate(names):
            value = spots[place] if len(spots) == len(names) else None
            self.variables.append(
                VarSpec(
                    lower_types.text(name),
                    lower_types.type_expr(type_node) if type_node else None,
                    (value.start_byte, value.end_byte) if value is not None else None,
                    name.start_byte,
                    node.end_byte,
                    notes,
                )
            )

    def _function(self, node: Node, previous: Node | None) -> None:
        name = node.child_by_field_name("name")
        if name is None:
            return
        receiver, _ = lower_types.parameters(node.child_by_field_name("receiver"))
        body = node.child_by_field_name("body")
        self.functions.append(
            FuncSpec(
                lower_types.text(name),
                receiver[0] if receiver else None,
                lower_types.signature(node),
                _type_parameters(node.child_by_field_name("type_parameters")),
                node.start_byte,
                node.end_byte,
                name.start_byte,
                body is not None,
                node.has_error,
                notes_of(node, previous),
            )
        )


def _specs(node: Node, previous: Node | None) -> Iterator[tuple[Node, Node | None]]:
    """The specs of a declaration, each with the node before it; a single spec is documented above the keyword."""
    grouped = [child for child in lower_types.children(node) if child.type.endswith("_list")]
    members = grouped[0].named_children if grouped else node.named_children
    plain = [child for child in members if child.type != "comment"]
    single = not grouped and len(plain) == 1
    above: Node | None = None
    for child in members:
        if child.type != "comment":
            yield child, previous if single else above
        above = child


def _type_parameters(node: Node | None) -> tuple[tree.Parameter, ...]:
    out: list[tree.Parameter] = []
    for child in lower_types.children(node) if node is not None else ():
        constraint = lower_types.type_expr(child.child_by_field_name("type"))
        out.extend(tree.Parameter(lower_types.text(name), constraint) for name in child.children_by_field_name("name"))
    return tuple(out)


def _first_error(node: Node) -> Node:
    within: Node | None = node
    while within is not None:
        node = within
        within = next((child for child in node.children if child.has_error), None)
        if within is not None and (within.type == "ERROR" or within.is_missing):
            return within
    return node
