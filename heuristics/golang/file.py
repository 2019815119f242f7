"""One Go file of a snapshot: its bytes, what they tell without a parse, its outline; each when first asked for."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection
from functools import cached_property
from itertools import accumulate

from heuristics.golang import tree
from heuristics.golang.constraints import USUAL, Constraint, Platform, build_line, constraint_of
from heuristics.golang.facts import Outlines
from heuristics.golang.model import Span
from heuristics.golang.outline import FuncSpec, Import, Outline, VarSpec
from heuristics.golang.sketch import Sketch
from heuristics.golang.snapshot import BlobMissing, Snapshot
from heuristics.golang.syntax import body_of, imports_of, outline_of, value_of
from heuristics.golang.words import words

# A package clause comes before everything but comments and white space.
_PACKAGE = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:\s+|//[^\n]*|/\*.*?\*/)*package\s+(\w+)", re.S)
# More than this is generated data or an attack on the parser, and no place where people keep locks.
MAX_FILE_BYTES = 2_000_000
# What helpers of tests are called, by their file or by a folder above it.
_FOR_TESTS = re.compile(r"test|mock|fake|e2e", re.I)


class File:
    """One Go file: its bytes and outline, each on demand; bodies and values are parsed when they are asked for."""

    def __init__(self, path: str, blob: str, snapshot: Snapshot, outlines: Outlines) -> None:
        self.path = path
        self.blob = blob
        self.folder = path.rpartition("/")[0]
        self.test = path.endswith("_test.go")
        self.problem = ""
        self._snapshot = snapshot
        self._outlines = outlines
        self._body: tuple[FuncSpec, tree.Block | None] | None = None

    @cached_property
    def text(self) -> bytes:
        """The bytes; empty, with `problem` set, when the blob is absent or too large."""
        try:
            text = self._snapshot.read(self.blob)
        except BlobMissing:
            self.problem = "the file's content is not there"
            return b""
        if len(text) > MAX_FILE_BYTES:
            self.problem = f"larger than {MAX_FILE_BYTES} bytes"
            return b""
        return text

    @cached_property
    def outline(self) -> Outline:
        found = self._outlines.get(self.blob)
        if found is None:
            found = outline_of(self.text, bodies=not self.test)
            if not self.problem:
                self._outlines.put(self.blob, found)
        return found

    @cached_property
    def broken(self) -> tuple[int, ...]:
        """The 1-based lines of declarations that do not parse. Of a test file the outline tells only some of them: most
        of its bodies are never asked for, and one that is asked for tells by itself."""
        return outline_of(self.text).broken if self.test else self.outline.broken

    def body(self, spec: FuncSpec) -> tree.Block | None:
        """The body of a function that the file declares, None when it does not parse; the last one is kept, for who
        asks on after a walk."""
        if self._body is None or self._body[0] is not spec:
            self._body = spec, body_of(self.text, spec)
        return self._body[1]

    def value(self, spec: VarSpec) -> tree.Expr:
        """The first value of a package variable that the file declares without a type."""
        return value_of(self.text, spec)

    @cached_property
    def tests(self) -> bool:
        """Whether the file is about tests: one of their own, or a helper, which is called so and imports `testing`."""
        if self.test:
            return True
        return bool(_FOR_TESTS.search(self.path)) and any(each.path == "testing" for each in self.imports)

    @cached_property
    def package(self) -> str:
        """The package name that the file declares, without an outline of the rest."""
        found = self._outlines.package(self.blob)
        if found is not None:
            return found
        clause = _PACKAGE.match(self.text)
        return clause.group(1).decode("utf-8", "replace") if clause else ""

    @cached_property
    def _constraint(self) -> Constraint | None:
        line = self.outline.constraint if self.outlined else build_line(self.text, self._clause)
        return constraint_of(self.path.rpartition("/")[2], line)

    @property
    def _clause(self) -> int:
        """Where the package clause ends."""
        clause = _PACKAGE.match(self.text)
        return clause.end() if clause else 0

    def compiled_for(self, platform: Platform) -> bool:
        """Whether a build for the platform takes the file."""
        return self._constraint is None or self._constraint.allows(platform)

    @cached_property
    def platform(self) -> Platform:
        """The platform that the file is read for: the usual one if that takes it."""
        return USUAL if self._constraint is None else self._constraint.platform()

    @cached_property
    def _line_starts(self) -> list[int]:
        lengths = map((1).__add__, map(len, self.text.split(b"\n")))
        return [0, *accumulate(lengths)][:-1]

    def span(self, start: int, stop: int) -> Span:
        """The span between two byte offsets."""
        starts = self._line_starts
        line = bisect_right(starts, start)
        end_line = line if line < len(starts) and stop < starts[line] else bisect_right(starts, stop)
        return Span(
            self.path, line, start - starts[line - 1] + 1, end_line, stop - starts[end_line - 1] + 1, start, stop
        )

    def mentions(self, name: str) -> bool:
        """Whether the identifier may occur in the file (a cheap test, never wrong when it says no)."""
        if self.outlined:
            return name in self.outline.names
        return name.encode() in self.text

    @property
    def outlined(self) -> bool:
        """Whether the file was parsed, or is known from earlier."""
        return "outline" in self.__dict__

    @property
    def generated(self) -> bool:
        """Whether a program wrote the file; a no costs no parse, as a rule."""
        return (self.outlined or b"// Code generated " in self.text) and self.outline.generated

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """The imports of the file; the rest of it needs no parse for them."""
        found = None if self.outlined else imports_of(self.text)
        return self.outline.imports if found is None else found

    @cached_property
    def words(self) -> frozenset[str]:
        """The words that occur in the file."""
        return self.outline.names if self.outlined else words(self.text)

    def may_share(self, names: Collection[str]) -> bool:
        """Whether a type's field or a package variable may have one of the names; a no costs no parse."""
        return not self._sketch.declared.isdisjoint(names)

    def names(self, kind: str) -> Collection[str]:
        """The names of functions (methods too), types, aliases or variables that may be declared here; no parse."""
        return self._declared[kind] if self.outlined else self._sketch.names(kind)

    def may_have_method(self, receiver: str, name: str = "") -> bool:
        """Whether a type may have a method of this name, or any, here; receiver "" asks for a function."""
        if self.outlined:
            return True
        return receiver in (self._sketch.functions.get(name, ()) if name else self._sketch.receivers)

    @cached_property
    def _declared(self) -> dict[str, frozenset[str]]:
        """The names that the outline declares, by kind."""
        outline = self.outline
        return {
            "function": frozenset(spec.name for spec in outline.functions),
            "type": frozenset(spec.name for spec in outline.types),
            "alias": frozenset(spec.name for spec in outline.types if spec.alias),
            "variable": frozenset(spec.name for spec in outline.variables),
        }

    @cached_property
    def _sketch(self) -> Sketch:
        return Sketch(self.text)
