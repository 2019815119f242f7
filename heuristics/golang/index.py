"""The facts of one snapshot, joined by package and repository: what heuristics ask."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from functools import cached_property
from hashlib import sha256
from typing import Any, TypeVar

from heuristics.golang.callgraph import CallGraph, CallSite
from heuristics.golang.carried import Carried, Links, carried, changed_bodies
from heuristics.golang.effects import Effect, Effects
from heuristics.golang.facts import Outlines
from heuristics.golang.file import File
from heuristics.golang.flow.walk import flow_of
from heuristics.golang.frozen import frozen
from heuristics.golang.model import UNKNOWN, Call, Flow, Function, Span, Type, Var
from heuristics.golang.outline import VarSpec
from heuristics.golang.repository import Package, Repository
from heuristics.golang.snapshot import Snapshot
from heuristics.golang.summaries import Summaries
from heuristics.golang.types.bind import Binder
from heuristics.golang.types.declared import Declared
from heuristics.golang.types.infer import Inference
from heuristics.golang.types.resolve import Types
from heuristics.golang.view import View
from heuristics.golang.words import words

_About = TypeVar("_About", bound=Hashable)
_Fact = TypeVar("_Fact")


@frozen()
class SourceProblem:
    """A file or declaration that could not be read. kind: parse, blob or states."""

    kind: str
    path: str
    line: int
    message: str


class Index:
    """Lazy: nothing is parsed that no question needs.

    focus: the folders that heuristics look at, empty for all. view: what they look at in those, None for everything.
    earlier: the index of a snapshot that differs in little; what holds there and here is not found out again.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        outlines: Outlines | None = None,
        focus: frozenset[str] = frozenset(),
        view: View | None = None,
        earlier: Index | None = None,
    ) -> None:
        self.repository: Repository = Repository(
            snapshot, outlines or Outlines(), earlier.repository if earlier else None
        )
        self.focus = focus
        self.view = view
        self.types = Types(self.repository)
        self.declared = Declared(self.types, self._initial_type)
        self.graph = CallGraph(self.repository, self.types, self.flow)
        self.summaries = Summaries(self.repository, self.declared, self.graph, self.flow)
        self._effects = Effects(self.declared, self.graph, self.flow)
        self._flows: dict[Function, Flow] = {}
        self._variables: dict[Function, tuple[Var, ...]] = {}
        self._functions_in: dict[File, tuple[Function, ...]] = {}
        self._functions_of: dict[tuple[Package, bool, bytes], tuple[Function, ...]] = {}
        self._derived: dict[tuple[object, Hashable], Any] = {}
        self._carried = Carried({}, {})
        self._earlier = earlier
        if earlier is not None:
            self._take_over(earlier)

    def _take_over(self, earlier: Index) -> None:
        changed = changed_bodies(earlier.repository, self.repository)
        if changed is not None:
            self.declared.take_over(earlier.declared, changed)
            self._carried = carried(earlier._links, changed)
            self._variables.update(earlier._variables)

    @cached_property
    def _links(self) -> Links:
        """What the flows so far have to do with each other, for all snapshots that differ in little from this one."""
        return Links(self._flows, self.repository)

    # --- what there is

    def packages(self) -> Iterator[Package]:
        """The packages in focus, by folder."""
        for folder in self.repository.folders:
            if not self.focus or folder in self.focus:
                yield from self.repository.load(folder)

    def functions(self, tests: bool = True) -> Iterator[Function]:
        """The functions in focus, by path and line, without those of generated files and those that do not parse.

        tests: those of test files among them.
        """
        for file in self.files(tests):
            yield from self.functions_in(file)

    def files(self, tests: bool = True) -> tuple[File, ...]:
        """The files in focus that may have functions for `functions_in`, by path; most of them need no parse for that.

        tests: test files among them.
        """
        return self._seen if tests else self._product

    @cached_property
    def _seen(self) -> tuple[File, ...]:
        return tuple(file for package in self.packages() for file in package.files if self._may_be_seen(file))

    @cached_property
    def _product(self) -> tuple[File, ...]:
        return tuple(file for file in self._seen if not file.test)

    def functions_in(self, file: File) -> tuple[Function, ...]:
        """The functions of one of `files`, as `functions` gives them: who asks the text first saves the parse."""
        found = self._functions_in.get(file)
        if found is None:
            package = next(each for each in self.repository.load(file.folder) if file in each.files)
            found = tuple(function for function in self._readable(package, file) if self._in_view(function))
            self._functions_in[file] = found
        return found

    def _may_be_seen(self, file: File) -> bool:
        """Whether a function of the file may be in view: most files that a change leaves alone need no parse."""
        view = self.view
        if view is None or file.path in view.paths or view.reaches(file.folder, file.text, 0, len(file.text)):
            return True
        return not view.declared_in(file.folder).isdisjoint(file.names("function"))

    def _in_view(self, function: Function) -> bool:
        view = self.view
        if view is None or function.path in view.paths or (function.folder, function.symbol) in view.symbols:
            return True
        spec = function.spec
        return view.reaches(function.folder, self.text(function.path), spec.start, spec.stop)

    def types_in_view(self, package: Package) -> Iterator[str]:
        """The names of the types of a package one of whose fields may be in view, as far as text tells.

        Those of test files are left out: the product does not know them.
        """
        view = self.view
        if view is None:
            return package.types()
        files = (file for file in package.files if not file.test and file.may_share(view.words))
        return iter(dict.fromkeys(spec.name for file in files for spec in file.outline.types if view.shows(spec.type)))

    def sees(self, name: str) -> bool:
        """Whether a field or variable of this name is in view."""
        return self.view is None or self.view.has(name)

    def tells(self, function: Function) -> bool:
        """Whether what a function does wrong can be told, wherever it stands."""
        return self.view is None or not self.view.closed or function.path in self.view.paths

    def concerns(self, function: Function) -> bool:
        """Whether a function, wherever it stands, mentions a name in view: what it does may be evidence."""
        spec = function.spec
        return self.view is None or self.view.mentioned(self.text(function.path), spec.start, spec.stop)

    def functions_of(self, package: Package, tests: bool = True, having: bytes = b"") -> tuple[Function, ...]:
        """The functions of one package that can be looked at.

        tests: those of test files among them. having: only those of files in whose text this stands.
        """
        found = self._functions_of.get((package, tests, having))
        if found is None:
            files = (file for file in package.files if (tests or not file.test) and having in file.text)
            functions = (function for file in files for function in self._readable(package, file))
            found = self._functions_of[package, tests, having] = tuple(functions)
        return found

    def functions_at(self, package: Package, path: str) -> tuple[Function, ...]:
        """Those of one file; none for a path that is no file of the package."""
        file = self.repository.files.get(path)
        return self._readable(package, file) if file is not None and file in package.files else ()

    def _readable(self, package: Package, file: File) -> tuple[Function, ...]:
        """Those of one file of a package."""
        functions = package.functions_in(file) if not file.generated else ()
        return tuple(function for function in functions if not function.spec.broken)

    def mentioning(self, package: Package, name: str, tests: bool = True) -> tuple[Function, ...]:
        """The functions of a package in whose text a name occurs. tests: those of test files among them."""
        files = (file for file in package.files if (tests or not file.test) and file.mentions(name))
        files = (file for file in files if name in file.words)
        return tuple(function for file in files for function in self._by_word(package, file).get(name, ()))

    def _by_word(self, package: Package, file: File) -> dict[str, tuple[Function, ...]]:
        """The functions of one file of a package that can be looked at, by each word of their text."""
        earlier = self._earlier
        was = earlier.repository.package(package.key) if earlier is not None else None
        if earlier is not None and was is not None and file in was.files:
            return earlier._by_word(was, file)
        return self.once(_by_word, (package, file))

    def package(self, function: Function) -> Package:
        """The package that declares a function."""
        package = self.repository.package(function.package)
        assert package is not None
        return package

    def imports(self, folder: str) -> tuple[str, ...]:
        """The folders of this repository that the packages of a folder import."""
        keys = {
            key
            for package in self.repository.load(folder)
            for file in package.files
            for key in self.repository.imports_of(file).values()
            if key.startswith("./")
        }
        return tuple(sorted(key[2:].partition("#")[0] for key in keys))

    @property
    def problems(self) -> tuple[SourceProblem, ...]:
        """What could not be read or parsed in the packages in focus; of tests, and with a view, in what was parsed."""
        found: list[SourceProblem] = []
        for package in self.packages():
            for file in package.files:
                asked = not file.test if self.view is None else file.path in self.view.changed
                broken = file.broken if asked else file.outline.broken if file.outlined else ()
                found += [
                    SourceProblem("parse", file.path, line, "a declaration here does not parse") for line in broken
                ]
                if not file.text and file.problem:
                    found.append(SourceProblem("blob", file.path, 0, file.problem))
        found += [
            SourceProblem("states", f.path, self.span(f).line, f"{f.symbol} was not followed: {flow.gave_up}")
            for f, flow in self._flows.items()
            if flow.gave_up and (not self.focus or f.folder in self.focus)
        ]
        return tuple(found)

    def text(self, path: str) -> bytes:
        """The bytes of a Go file; raises KeyError for a path that the snapshot lacks."""
        return self.repository.files[path].text

    def package_of(self, path: str) -> str:
        """The package name that a file declares."""
        return self.repository.files[path].package

    def file(self, path: str) -> File:
        """A Go file of the snapshot."""
        return self.repository.files[path]

    def span(self, function: Function) -> Span:
        """Where a function's name stands."""
        start = function.spec.name_start
        return self.file(function.path).span(start, start + len(function.name.encode()))

    def go_version(self, path: str) -> tuple[int, int] | None:
        """The language version of a file; None when nothing tells it."""
        return self.repository.go_version(path)

    # --- what functions do

    def flow(self, function: Function) -> Flow:
        """What a function does, act by act."""
        known = self._flows.get(function)
        if known is not None:
            return known
        if (sure := self._carried.sure.get(function)) is not None:
            return self._flows.setdefault(function, sure)
        self._flows[function] = Flow(function, (), (), "calls itself while it is being followed")
        try:
            found = self._perhaps_carried(function) or self._walk(function)
        except RecursionError:
            # Text that is built to break the reader costs itself alone, not every heuristic that asks for it.
            found = Flow(function, (), (), "nested too deeply")
        self._flows[function] = found
        return found

    def _perhaps_carried(self, function: Function) -> Flow | None:
        """The flow in the earlier index, if all callees that may have changed answer what they answered there."""
        flow, callees = self._carried.perhaps.get(function, (None, ()))
        if flow is None or self._earlier is None:
            return None
        same = all(self.summaries.agrees(self._earlier.summaries, callee) for callee in callees)
        return flow if same else None

    def _walk(self, function: Function) -> Flow:
        file = self.file(function.path)
        block = None if function.spec.broken else file.body(function.spec)
        if block is None:
            return Flow(function, (), (), "does not parse")
        inference = self._inference(self.package(function), file)
        inference.surroundings.local.update(self.declared.parameters_in_reach(function))
        binder = Binder(inference)
        self._variables[function] = binder.function(
            function.spec.receiver, function.spec.signature, block, function.spec.start
        )
        return flow_of(function, block, inference, binder, self._variables[function], self.summaries)

    def _inference(self, package: Package, file: File) -> Inference:
        declared = self.declared.on(file.platform)
        return Inference(declared.types, declared, package, file, {})

    def _initial_type(self, package: Package, file: File, spec: VarSpec) -> Type:
        """The type of a package variable that only its first value tells; unknown when that is nested too deeply."""
        inference = self._inference(package, file)
        try:
            value = file.value(spec)
            Binder(inference).expression(value)
            return inference.type_of(value)
        except RecursionError:
            return UNKNOWN

    def variables(self, function: Function) -> tuple[Var, ...]:
        """Receiver, parameters and results of a function, in that order."""
        self.flow(function)
        return self._variables.get(function, ())

    def callers(self, function: Function) -> tuple[CallSite, ...]:
        """The places that call or spawn a function."""
        return self.graph.callers(function)

    def targets(self, call: Call) -> tuple[Function, ...]:
        """The functions of this repository that a call may reach."""
        return self.graph.targets(call)

    def effects(self, function: Function, operand: int) -> tuple[Effect, ...]:
        """What a call changes in place of what one operand leads to: RECEIVER or the number of an argument."""
        return self._effects.of(function, operand)

    def once(self, compute: Callable[[Index, _About], _Fact], about: _About) -> _Fact:
        """`compute(self, about)`, done once: how the rooms above keep what they derive from this index."""
        key = compute, about
        fact: _Fact
        try:
            fact = self._derived[key]  # to hash some keys takes longer than to look them up
        except KeyError:
            pass
        else:
            return fact
        fact = self._derived[key] = compute(self, about)
        return fact

    def step_digest(self, symbol: str, folder: str, variable: str) -> str:
        """Digest of what a function does to a variable, field or lock of that name; "" without such a function."""
        last = variable.rpartition(".")[2]
        for package in self.repository.load(folder):
            for function in package.named(symbol.rpartition(".")[2]):
                if function.symbol == symbol and function.spec.has_body:
                    acts = [
                        f"{s.act.value} {s.place.text} {[h.place.text for h in s.held]}"
                        for s in self.flow(function).steps
                        if s.place is not None and last in s.place.text
                    ]
                    return sha256("\n".join(acts).encode()).hexdigest()
        return ""


def _by_word(index: Index, about: tuple[Package, File]) -> dict[str, tuple[Function, ...]]:
    """The functions of one file of a package that can be looked at, by each word of their text."""
    found: dict[str, list[Function]] = {}
    for function in index._readable(*about):
        for word in words(index.text(function.path)[function.spec.start : function.spec.stop]):
            found.setdefault(word, []).append(function)
    return {word: tuple(functions) for word, functions in found.items()}
