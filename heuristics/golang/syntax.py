"""Parses Go files: the sole user of tree-sitter. Gives the outline of a file and, on demand, one body or value."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter_go
from tree_sitter import Language, Node, Parser, Range

from heuristics.golang import lower, lower_expressions, lower_types, tree
from heuristics.golang.comments import notes_of
from heuristics.golang.constraints import build_line
from heuristics.golang.newer import generic_function, readable
from heuristics.golang.outline import FuncSpec, Import, Outline, TypeSpec, VarSpec
from heuristics.golang.words import words

__all__ = ["Node", "body_of", "imports_of", "outline_of", "value_of"]

_GO = Language(tree_sitter_go.language())
# https://go.dev/s/generatedcode: the line may stand anywhere before the first declaration.
_GENERATED = re.compile(rb"^// Code generated .* DO NOT EDIT\.\r?$", re.M)


_DECLARATION = re.compile(rb"\n(?:func|type|var|const)\b")
# A function as gofmt lays it out: the lines of its body are indented or empty, or it is none that this knows.
_FUNCTION = re.compile(rb"(\nfunc [^\n]*\{)((?:\n(?:[\t ][^\n]*+|(?=\n)))*+)(?=\n\}\n)")
_BLANKS = bytes(c if c == ord("\n") else ord(" ") for c in range(256))


def outline_of(text: bytes, bodies: bool = True) -> Outline:
    """The outline of a file, by a walk over its top-level declarations only.

    Declarations that do not parse are named in `broken` and left out. The tree is dropped: it takes thirty times the
    memory of the text, and most bodies are never asked for. bodies: whether to look for errors in the bodies, too; to
    leave them out takes a quarter of the time.
    """
    root, source = _parse(text if bodies else _FUNCTION.sub(_without_body, text))
    if root.has_error and not bodies:  # what seemed a function may have been something else, a part of a string for one
        return outline_of(text)
    reader = _Reader(text, source)
    previous: Node | None = None
    first: int | None = None
    for node in root.named_children:
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
    root, source = _parse(text[: first.start()] if first else text)
    if root.has_error:
        return None
    reader = _Reader(text, source)
    for node in root.named_children:
        if node.type == "import_declaration":
            reader.read(node, None)
    return tuple(reader.imports)


def _without_body(function: re.Match[bytes]) -> bytes:
    """A function with blanks for what stands between its braces."""
    return function[1] + function[2].translate(_BLANKS)


def body_of(text: bytes, spec: FuncSpec) -> tree.Block | None:
    """The body of a function of a file; it is parsed alone, and stands at the offsets that it has in the file.

    None when it does not parse.
    """
    root, source = _parse(text, spec.start, spec.stop)
    if root.has_error:
        return None
    functions = (node for node in root.children if node.type in ("function_declaration", "method_declaration"))
    return lower.block(source, next((node.child_by_field_name("body") for node in functions), None))


def value_of(text: bytes, spec: VarSpec) -> tree.Expr:
    """The first value of a package variable without a type: `name = value` alone is an assignment to the parser."""
    assert spec.initializer is not None
    root, source = _parse(text, spec.start, spec.stop)
    return lower_expressions.expr(source, root.descendant_for_byte_range(*spec.initializer))


def _parse(text: bytes, start: int = 0, stop: int = 0) -> tuple[Node, bytes]:
    """The root of a file, or of the declaration between two offsets of it, and the text that was read for it."""
    parser = Parser(_GO)
    if stop:
        parser.included_ranges = [Range((0, 0), (0, 0), start, stop)]
    root = parser.parse(text).root_node
    if root.has_error and (rewritten := readable(text)) != text:
        return parser.parse(rewritten).root_node, rewritten
    return root, text


class _Reader:
    """Collects the declarations of one file. source: the text as it was read."""

    def __init__(self, text: bytes, source: bytes) -> None:
        self._text = text
        self._source = source
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
            name = lower_types.first(node)
            self.package = self._word(name) if name else ""
        elif kind == "import_declaration":
            self._imports(node)
        elif kind in ("function_declaration", "method_declaration"):
            self._function(node, previous)
        elif kind in ("type_declaration", "var_declaration"):
            for spec, above in _specs(node, previous):
                self._type(spec, above) if kind == "type_declaration" else self._variable(spec, above)
        if node.has_error:
            self.broken.append(_first_error(node).start_point[0] + 1)

    def _word(self, node: Node) -> str:
        return lower_types.text(self._source, node)

    def _imports(self, node: Node) -> None:
        for spec in lower_types.children(node):
            if spec.type == "import_spec_list":
                self._imports(spec)
            elif spec.type == "import_spec" and (path := spec.child_by_field_name("path")) is not None:
                name = spec.child_by_field_name("name")
                self.imports.append(Import(self._word(name) if name else "", self._word(path).strip('"`')))

    def _type(self, node: Node, previous: Node | None) -> None:
        name = node.child_by_field_name("name")
        if name is None or node.type not in ("type_spec", "type_alias"):
            return
        self.types.append(
            TypeSpec(
                self._word(name),
                lower_types.type_expr(self._source, node.child_by_field_name("type")),
                _type_parameters(self._source, node.child_by_field_name("type_parameters")),
                node.type == "type_alias",
                name.start_byte,
                node.end_byte,
                notes_of(self._source, node, previous),
            )
        )

    def _variable(self, node: Node, previous: Node | None) -> None:
        if node.type != "var_spec":
            return
        values = node.child_by_field_name("value")
        spots = lower_types.children(values) if values is not None else []
        type_node = node.child_by_field_name("type")
        notes = notes_of(self._source, node, previous)
        names = node.children_by_field_name("name")
        for place, name in enumerate(names):
            value = spots[place] if len(spots) == len(names) else None
            self.variables.append(
                VarSpec(
                    self._word(name),
                    lower_types.type_expr(self._source, type_node) if type_node else None,
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
        receiver, _ = lower_types.parameters(self._source, node.child_by_field_name("receiver"))
        body = node.child_by_field_name("body")
        self.functions.append(
            FuncSpec(
                self._word(name),
                receiver[0] if receiver else None,
                lower_types.signature(self._source, node),
                self._own_types(node, name),
                node.start_byte,
                node.end_byte,
                name.start_byte,
                body is not None,
                node.has_error,
                notes_of(self._source, node, previous),
            )
        )

    def _own_types(self, node: Node, name: Node) -> tuple[tree.Parameter, ...]:
        """The type parameters of a function or, which the grammar does not know, a method."""
        given, parameters = node.child_by_field_name("type_parameters"), node.child_by_field_name("parameters")
        if given is None and parameters is not None and parameters.start_byte > name.end_byte:
            function = generic_function(self._text, name.end_byte, parameters.start_byte)
            root, source = _parse(function) if function else (None, b"")
            given = root.named_children[-1].child_by_field_name("type_parameters") if root is not None else None
            return _type_parameters(source, given)
        return _type_parameters(self._source, given)


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


def _type_parameters(source: bytes, node: Node | None) -> tuple[tree.Parameter, ...]:
    out: list[tree.Parameter] = []
    for child in lower_types.children(node) if node is not None else ():
        constraint = lower_types.type_expr(source, child.child_by_field_name("type"))
        out.extend(
            tree.Parameter(lower_types.text(source, name), constraint) for name in child.children_by_field_name("name")
        )
    return tuple(out)


def _first_error(node: Node) -> Node:
    within: Node | None = node
    while within is not None:
        node = within
        within = next((child for child in node.children if child.has_error), None)
        if within is not None and (within.type == "ERROR" or within.is_missing):
            return within
    return node
