"""What of a change, of wished paths or of a trial can have findings, so that nothing else is followed path by path."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from posixpath import dirname

from heuristics.engine.change import EVERYWHERE, Change
from heuristics.engine.finding import Finding
from heuristics.golang.facts import Outlines
from heuristics.golang.index import Index
from heuristics.golang.model import Function
from heuristics.golang.outline import Outline
from heuristics.golang.repository import File
from heuristics.golang.snapshot import Snapshot
from heuristics.golang.tree import MapOf, PointerOf, StructOf, TypeExpr, TypeName
from heuristics.golang.view import View, identifiers

# A change makes a function wrong that it calls through this many others, up to so many functions in all.
CALLS = 4
REACHED = 200

_COMMENT = re.compile(rb"//.*")
_LOCKING = re.compile(rb"\b(?:Try)?R?(?:Lock|Unlock)\(")
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
    return View(frozenset().union(*names), paths=chosen)


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

    A function that the change leaves alone becomes wrong when what it shares is changed by the new lines, when one that
    it calls locks, waits or starts something else than before, or when the new lines call it from somewhere else.
    """
    head, base = Index(change.head, outlines, folders), Index(change.base, outlines, folders)
    shared = frozenset(name for index in (head, base) for name in _outlined(index, _shared)) - {"_"}
    touch = Touch()
    for path in sorted(change.paths):
        if path in change.new:
            lines = set(change.lines(path).added(1, len(change.split(path))))
            touch.add(head, path, lines)
        if origin := change.origin(path) if path in change.new else path:
            touch.add(base, origin, _gone(change, path, origin))
    telling = {symbol.rpartition(".")[2] for _, symbol in touch.telling}
    elsewhere = (touch.changed & shared) | telling
    variables = frozenset(name for index in (head, base) for name in _outlined(index, _words))
    return View(
        names=frozenset(touch.mentioned & shared) - _everywhere(),
        paths=frozenset(path for pair in change.before.items() for path in pair),  # renamed, so told anew by path
        symbols=frozenset(touch.symbols | _made_wrong(head, touch.mentioned, folders)),
        members=(shared | telling) - variables,
        elsewhere=frozenset(elsewhere) - _everywhere(),
    )


def _everywhere() -> frozenset[str]:
    return frozenset(name.decode() for name in EVERYWHERE)


def _gone(change: Change, path: str, origin: str) -> set[int]:
    if path not in change.new:
        return set(range(1, len(change.old_split(origin)) + 1))
    return set(change.lines(path).removed(1, len(change.split(path)) + 1))


class Touch:
    """What the changed lines of both sides touch.

    symbols: functions that hold such a line. telling: those where the line does more than compute. mentioned:
    identifiers on the lines; of a function whose locks change, all of them. changed: those that the lines assign,
    declare as a field, or change in place.
    """

    def __init__(self) -> None:
        self.symbols: set[tuple[str, str]] = set()
        self.telling: set[tuple[str, str]] = set()
        self.mentioned: set[str] = set()
        self.changed: set[str] = set()

    def add(self, index: Index, path: str, lines: set[int]) -> None:
        """Read these lines of one side, 1-based. Tests run nothing that the product shares: they count themselves."""
        if not lines or path not in index.repository.files:
            return
        file = index.file(path)
        split = file.text.split(b"\n")
        for function in index.graph.in_file(file):
            span = file.span(function.spec.start, function.spec.stop)
            inside = [split[line - 1] for line in range(span.line, span.end_line + 1) if line in lines]
            if not inside:
                continue
            self.symbols.add((function.folder, function.symbol))
            if not file.test and any(map(telling, inside)):
                self.telling.add((function.folder, function.symbol))
            if any(map(_LOCKING.search, inside)):
                self.mentioned |= identifiers(file.text[function.spec.start : function.spec.stop])
        brought = [_COMMENT.sub(b"", split[line - 1]) for line in lines if line <= len(split)]
        self.mentioned |= identifiers(b"\n".join(brought))
        if not file.test:
            self.changed |= identifiers(b"\n".join(map(assigned, brought)))
            self._types(file, split, lines)

    def _types(self, file: File, split: list[bytes], lines: set[int]) -> None:
        """Fields that come or go; all fields of a struct whose lock does."""
        for spec in file.outline.types:
            span = file.span(spec.start, spec.stop)
            own = [split[line - 1] for line in range(span.line, span.end_line + 1) if line in lines]
            if own and isinstance(spec.type, StructOf):
                names = {field.name for field in spec.type.fields}
                kept = names if any(map(_LOCK_TYPE.search, own)) else names & identifiers(b"\n".join(own))
                self.mentioned |= kept
                self.changed |= kept


def telling(line: bytes) -> bool:
    """Whether a line of code may lock, wait, start, send, receive, or change something in place."""
    return _ACT.search(_COMMENT.sub(b"", line)) is not None


def assigned(line: bytes) -> bytes:
    """The part of a line of code that names what it changes; empty when it changes nothing that has a name already."""
    if _IN_PLACE.search(line):
        return line
    target = _ASSIGNMENT.match(line)
    return target.group(1) if target else b""


def _outlined(index: Index, kind: Callable[[Outline], Iterator[str]]) -> Iterator[str]:
    """What the packages in focus declare of one kind, tests left out."""
    for package in index.packages():
        for file in package.files:
            if not file.test:
                yield from kind(file.outline)


def _words(outline: Outline) -> Iterator[str]:
    """What a name alone can mean: functions, types, variables."""
    yield from (spec.name for spec in outline.functions if spec.receiver is None)
    yield from (spec.name for spec in outline.types)
    yield from (spec.name for spec in outline.variables)


def _shared(outline: Outline) -> Iterator[str]:
    """What several goroutines may use: package variables, maps in structs, everything in a struct with a lock."""
    yield from (spec.name for spec in outline.variables)
    for spec in outline.types:
        if isinstance(spec.type, StructOf):
            locks = {field.name for field in spec.type.fields if _is_lock(field.type)}
            maps = (field.name for field in spec.type.fields if isinstance(field.type, MapOf | TypeName))
            yield from (field.name for field in spec.type.fields if field.name not in locks) if locks else maps


def _is_lock(type_: TypeExpr) -> bool:
    type_ = type_.element if isinstance(type_, PointerOf) else type_
    return isinstance(type_, TypeName) and _LOCK_TYPE.search(type_.name.encode()) is not None


def _made_wrong(index: Index, names: Iterable[str], folders: frozenset[str]) -> set[tuple[str, str]]:
    """The functions in focus that change something in place and that the named ones reach by calls."""
    by_name: dict[str, list[Function]] = {}
    for package in index.packages():
        for function in package.functions:
            by_name.setdefault(function.name, []).append(function)
    reached: dict[Function, None] = {}
    level = [function for name in names for function in by_name.get(name, ()) if function.folder in folders]
    for _ in range(CALLS):
        level = [function for function in level if function not in reached and not function.test]
        reached.update(dict.fromkeys(level))
        if len(reached) > REACHED:
            break
        bodies = (index.text(f.path)[f.spec.start : f.spec.stop] for f in level)
        mentioned = frozenset().union(*(identifiers(body) for body in bodies)) - _everywhere()
        level = [function for name in mentioned if len(found := by_name.get(name, ())) < 3 for function in found]
    return {
        (function.folder, function.symbol)
        for function in list(reached)[:REACHED]
        if _CHANGE.search(index.text(function.path), function.spec.start, function.spec.stop)
    }
