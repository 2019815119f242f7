"""What of a change, of wished paths or of a trial can have findings, so that nothing else is followed path by path."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from posixpath import dirname

from heuristics.engine.change import EVERYWHERE, Change
from heuristics.engine.finding import Finding
from heuristics.golang.facts import Outlines
from heuristics.golang.file import File
from heuristics.golang.index import Index
from heuristics.golang.model import Function
from heuristics.golang.outline import Outline
from heuristics.golang.snapshot import Snapshot
from heuristics.golang.tree import MapOf, PointerOf, StructOf, TypeExpr, TypeName
from heuristics.golang.types.meanings import BASIC
from heuristics.golang.view import View, exported, identifiers

# A change makes a function wrong that it calls through this many others, up to so many functions in all.
CALLS = 4
REACHED = 200

_COMMENT = re.compile(rb"//.*")
_LOCKING = re.compile(rb"\b(?:Try)?R?(?:Lock|Unlock)\(")
_EVERYWHERE = frozenset(name.decode() for name in EVERYWHERE)
_METHODS = frozenset(f".{name}" for name in _EVERYWHERE)
_NAMED = re.compile(rb"(\.?\b[A-Za-z_]\w*\b)(?!\()")
_SAID = re.compile(rb"(\.\s*)?\b([A-Za-z_]\w*)")
_LOCK_TYPE = re.compile(rb"(?i)mutex|lock")
_IN_PLACE = re.compile(rb"\+\+|--|\b(?:delete|clear|copy)\(")
_ASSIGNMENT = re.compile(rb"([^=:!<>]*[^=:!<>\s+\-*/%&|^])\s*(?:[-+*/%&|^]|<<|>>|&\^)?=(?!=)")
# Code that acts on what others see, or on other goroutines.
_ACT = re.compile(
    rb"\b(?:\w*[lL]ock|Wait|Done|Add|Go|go|defer|close|delete|clear|copy|Do|Signal|Broadcast|Store|Swap)\b"
    rb"|<-|\+\+|--|\.\w+(?:\[[^\n]*\])?\s*(?:[-+*/%&|^]|<<|>>|&\^)?=(?!=)"
)
# An assignment to a field or element, and what else changes memory in place.
_CHANGE = re.compile(
    rb"(?:\.\w+|\])\s*(?:[-+*/%&|^]|<<|>>|&\^)?=(?!=)|(?:\w|\])(?:\+\+|--)|\b(?:delete|clear|copy)\("
    rb"|\n\t+\w+ (?:[-+*/%&|^]|<<|>>|&\^)?= "
)


def view_of_paths(index: Index, paths: Iterable[str]) -> View:
    """The functions of some files, and the fields that these files mention."""
    chosen = frozenset(paths)
    names = (index.file(path).outline.names for path in chosen)
    return View(frozenset().union(*names), paths=chosen, closed=True)


def view_of_trial(findings: Iterable[Finding], snapshot: Snapshot) -> View:
    """The functions whose fixes are tried, with everything that their files mention."""
    told = tuple(findings)
    paths = snapshot.paths()
    names = (identifiers(snapshot.read(paths[path])) for path in {finding.span.path for finding in told})
    return View(
        frozenset().union(*names), symbols=frozenset((dirname(finding.span.path), finding.symbol) for finding in told)
    )


def view_of_change(change: Change, outlines: Outlines, folders: frozenset[str]) -> View:
    """The functions that a change touches or can make wrong; one view for both sides, so that base can be compared.

    Renamed files are in view: what is told of them is told by path. A function that is left alone becomes wrong when
    what it shares is changed by the new lines, when one that it calls locks, waits or starts something else than
    before, or when the new lines call it from somewhere else.
    """
    head, base = Index(change.head, outlines, folders), Index(change.base, outlines, folders)
    touch = Touch()
    for path in sorted(change.paths):
        if path in change.new:
            lines = set(change.lines(path).added(1, len(change.split(path))))
            touch.add(head, path, lines)
        if origin := change.origin(path) if path in change.new else path:
            touch.add(base, origin, _gone(change, path, origin))
    told = frozenset(name.removeprefix(".") for name in (*touch.mentioned, *(name for _, name in touch.changed)))
    shared = frozenset(name for index in (head, base) for name in _declared(index, told))
    return View(
        names=frozenset(touch.mentioned & shared),
        paths=frozenset(touch.whole.union(*change.before.items())),
        symbols=frozenset(touch.symbols.union(_made_wrong(head, touch.called, folders))),
        elsewhere=frozenset((folder, name) for folder, name in touch.changed if name in shared),
        called=frozenset(touch.telling),
        changed=change.paths,
    )


def _gone(change: Change, path: str, origin: str) -> set[int]:
    if path not in change.new:
        return set(range(1, len(change.old_split(origin)) + 1))
    return set(change.lines(path).removed(1, len(change.split(path)) + 1))


class Touch:
    """What the changed lines of both sides touch; of tests, which share nothing with the product, only the functions.

    symbols: functions that hold such a line. whole: files in which something does not parse, so that more than the
    changed lines may read differently. telling: the names of those where the line does more than compute. called:
    what the lines say. mentioned: the fields and variables among them; of a function whose locks change, all of
    its own. changed: those that the lines assign, declare as a field, or change in place. Telling, called and changed
    are names with the folder in which they stand.
    """

    def __init__(self) -> None:
        self.symbols: set[tuple[str, str]] = set()
        self.whole: set[str] = set()
        self.telling: set[tuple[str, str]] = set()
        self.called: set[tuple[str, str]] = set()
        self.mentioned: set[str] = set()
        self.changed: set[tuple[str, str]] = set()

    def add(self, index: Index, path: str, lines: set[int]) -> None:
        """Read these lines of one side, 1-based."""
        if not lines or path not in index.repository.files:
            return
        file = index.file(path)
        if file.broken:
            self.whole.add(path)
        split = file.text.split(b"\n")
        for function in index.graph.in_file(file):
            span = file.span(function.spec.start, function.spec.stop)
            inside = [split[line - 1] for line in range(span.line, span.end_line + 1) if line in lines]
            if not inside:
                continue
            self.symbols.add((function.folder, function.symbol))
            if not file.test and any(map(telling, inside)) and function.name not in _EVERYWHERE:
                self.telling.add((file.folder, f".{function.name}" if function.receiver else function.name))
            if not file.test and any(map(_LOCKING.search, inside)):
                self.mentioned |= named(file.text[function.spec.start : function.spec.stop])
        if not file.test:
            brought = [_COMMENT.sub(b"", split[line - 1]) for line in lines if line <= len(split)]
            self.called |= {(file.folder, name) for name in _said(b"\n".join(brought))}
            self.mentioned |= named(b"\n".join(brought))
            self.changed |= {(file.folder, name) for name in named(b"\n".join(map(assigned, brought)))}
            self._types(file, split, lines)

    def _types(self, file: File, split: list[bytes], lines: set[int]) -> None:
        """Fields that come or go; all fields of a struct whose lock does."""
        for spec in file.outline.types:
            span = file.span(spec.start, spec.stop)
            own = [split[line - 1] for line in range(span.line, span.end_line + 1) if line in lines]
            if own and isinstance(spec.type, StructOf):
                names = {field.name for field in spec.type.fields}
                kept = names if any(map(_LOCK_TYPE.search, own)) else names & identifiers(b"\n".join(own))
                self.mentioned |= {f".{name}" for name in kept}
                self.changed |= {(file.folder, f".{name}") for name in kept}


def named(code: bytes) -> set[str]:
    """The names in a piece of code as a View has them, without functions that are called."""
    return {name.decode() for name in set(_NAMED.findall(code))}


def telling(line: bytes) -> bool:
    """Whether a line of code may lock, wait, start, send, receive, or change something in place."""
    return _ACT.search(_COMMENT.sub(b"", line)) is not None


def assigned(line: bytes) -> bytes:
    """The part of a line of code that names what it changes; empty when it changes nothing that has a name already."""
    if _IN_PLACE.search(line):
        return line
    target = _ASSIGNMENT.match(line)
    return target.group(1) if target else b""


def _declared(index: Index, names: frozenset[str]) -> Iterator[str]:
    """What packages in focus declare that several goroutines may use, tests left out; at least what has these names."""
    for package in index.packages():
        for file in package.files:
            if not file.test and file.may_share(names):
                yield from _shared(file.outline)


def _shared(outline: Outline) -> Iterator[str]:
    """What several goroutines may use: package variables, maps in structs, everything in a struct with a lock."""
    yield from (spec.name for spec in outline.variables if spec.name != "_")
    for spec in outline.types:
        if isinstance(spec.type, StructOf):
            fields = [field for field in spec.type.fields if not _is_lock(field.type)]
            locks = len(fields) < len(spec.type.fields)
            yield from (f".{field.name}" for field in fields if locks or _may_be_map(field.type))


def _may_be_map(type_: TypeExpr) -> bool:
    return isinstance(type_, MapOf) or (isinstance(type_, TypeName) and type_.name not in BASIC)


def _is_lock(type_: TypeExpr) -> bool:
    type_ = type_.element if isinstance(type_, PointerOf) else type_
    return isinstance(type_, TypeName) and _LOCK_TYPE.search(type_.name.encode()) is not None


def _said(code: bytes) -> frozenset[str]:
    """The identifiers in a piece of code, with a dot before those that are selected."""
    return frozenset("." * bool(dot) + name.decode() for dot, name in set(_SAID.findall(code)))


def _may_mean(folder: str, name: str, function: Function) -> bool:
    """Whether a name that is said in a folder may mean a function of that name."""
    if function.folder == folder:
        return bool(function.receiver) is name.startswith(".")
    return name.startswith(".") and exported(name)


def _made_wrong(index: Index, called: Iterable[tuple[str, str]], folders: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The functions in focus that change something in place and that the named ones reach by calls.

    called: names as _said gives them, each with the folder from which they are called.
    """
    packages = tuple(index.packages())

    @cache
    def named(name: str) -> tuple[Function, ...]:
        return tuple(f for package in packages for f in package.named(name) if f.spec.has_body)

    def meant(names: Iterable[tuple[str, str]], most: int) -> dict[Function, None]:
        found = ((folder, name, named(name.removeprefix("."))) for folder, name in sorted(names))
        few = ((folder, name, f) for folder, name, functions in found if len(functions) < most for f in functions)
        return {f: None for folder, name, f in few if not f.test and _may_mean(folder, name, f)}

    level = {function: None for function in meant(called, sys.maxsize) if function.folder in folders}
    reached: dict[Function, None] = {}
    for _ in range(CALLS):
        fresh = [function for function in level if function not in reached]
        reached.update(dict.fromkeys(fresh))
        if len(reached) > REACHED:
            break
        bodies = ((f.folder, index.text(f.path)[f.spec.start : f.spec.stop]) for f in fresh)
        level = meant({(folder, name) for folder, body in bodies for name in _said(body) - _METHODS}, 3)
    for function in list(reached)[:REACHED]:
        if _CHANGE.search(index.text(function.path), function.spec.start, function.spec.stop):
            yield function.folder, function.symbol
