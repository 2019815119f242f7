"""What of a change, of wished paths or of a trial can have findings, so that nothing else is followed path by path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from posixpath import dirname

from heuristics.engine.change import EVERYWHERE, Change
from heuristics.engine.finding import Finding
from heuristics.golang.facts import Outlines
from heuristics.golang.index import Index
from heuristics.golang.model import Function
from heuristics.golang.outline import Outline
from heuristics.golang.snapshot import Snapshot
from heuristics.golang.tree import PointerOf, StructOf, TypeExpr, TypeName
from heuristics.golang.view import View, identifiers

# A change makes a function wrong that it calls through this many others, up to so many functions in all.
CALLS = 4
REACHED = 200
_LOCKS = frozenset({"Mutex", "RWMutex", "Locker"})


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
    """The functions that a change touches or reaches, and those that mention what its lines declare or use.

    One view serves both sides, so that what head has can be looked up in base.
    """
    head, base = Index(change.head, outlines, folders), Index(change.base, outlines, folders)
    words = frozenset(name for index in (head, base) for name in _declared(index, _words))
    members = frozenset(name for index in (head, base) for name in _declared(index, _members)) - words
    declared = words | members
    symbols: set[tuple[str, str]] = set()
    names: set[str] = set()
    for path in sorted(change.paths):
        if path in change.new:
            lines = set(change.lines(path).added(1, len(change.split(path))))
            touched, mentioned = _touched(head, path, lines)
            symbols |= touched
            names |= mentioned
        origin = change.origin(path) if path in change.new else path
        if origin:
            gone = _gone(change, path, origin)
            touched, mentioned = _touched(base, origin, gone)
            symbols |= touched
            names |= mentioned
    seen = (names & declared) | {symbol.rpartition(".")[2] for _, symbol in symbols}
    symbols |= _reached(head, names & declared, folders)
    members |= {symbol.rpartition(".")[2] for _, symbol in symbols if "." in symbol} - words
    return View(frozenset(seen) - _everywhere(), symbols=frozenset(symbols), members=members, elsewhere=True)


def _everywhere() -> frozenset[str]:
    return frozenset(name.decode() for name in EVERYWHERE)


def _gone(change: Change, path: str, origin: str) -> set[int]:
    if path not in change.new:
        return set(range(1, len(change.old_split(origin)) + 1))
    return set(change.lines(path).removed(1, len(change.split(path)) + 1))


def _touched(index: Index, path: str, lines: set[int]) -> tuple[set[tuple[str, str]], set[str]]:
    """The functions that hold one of these lines, and the identifiers on the lines; of a type all its fields."""
    if not lines or path not in index.repository.files:
        return set(), set()
    file = index.file(path)
    split = file.text.split(b"\n")
    names = set(identifiers(b"\n".join(split[line - 1] for line in lines if line <= len(split))))
    symbols = set()
    for function in index.graph.in_file(file):
        span = file.span(function.spec.start, function.spec.stop)
        if not lines.isdisjoint(range(span.line, span.end_line + 1)):
            symbols.add((function.folder, function.symbol))
    for spec in file.outline.types:
        span = file.span(spec.start, spec.stop)
        if isinstance(spec.type, StructOf) and not lines.isdisjoint(range(span.line, span.end_line + 1)):
            names |= {field.name for field in spec.type.fields}
    return symbols, names


def _declared(index: Index, kind: Callable[[Outline], Iterator[str]]) -> Iterator[str]:
    """What the packages in focus declare of one kind."""
    for package in index.packages():
        for file in package.files:
            yield from kind(file.outline)


def _words(outline: Outline) -> Iterator[str]:
    """What a name alone can mean: functions, types, variables."""
    yield from (spec.name for spec in outline.functions if spec.receiver is None)
    yield from (spec.name for spec in outline.types)
    yield from (spec.name for spec in outline.variables)


def _members(outline: Outline) -> Iterator[str]:
    """What is selected: methods and fields. Locks are used by everybody and tell nothing."""
    yield from (spec.name for spec in outline.functions if spec.receiver is not None)
    for spec in outline.types:
        if isinstance(spec.type, StructOf):
            yield from (field.name for field in spec.type.fields if not _is_lock(field.type))


def _is_lock(type_: TypeExpr) -> bool:
    type_ = type_.element if isinstance(type_, PointerOf) else type_
    return isinstance(type_, TypeName) and type_.name in _LOCKS


def _reached(index: Index, names: Iterable[str], folders: frozenset[str]) -> set[tuple[str, str]]:
    """The functions in focus that those on the changed lines call, by name, and what these call."""
    by_name: dict[str, list[Function]] = {}
    for package in index.packages():
        for function in package.functions:
            by_name.setdefault(function.name, []).append(function)
    reached: dict[Function, None] = {}
    level = [function for name in names for function in by_name.get(name, ()) if function.folder in folders]
    for _ in range(CALLS):
        level = [function for function in level if function not in reached]
        reached.update(dict.fromkeys(level))
        if len(reached) > REACHED:
            break
        bodies = (index.text(f.path)[f.spec.start : f.spec.stop] for f in level)
        mentioned = frozenset().union(*(identifiers(body) for body in bodies)) - _everywhere()
        level = [function for name in mentioned if len(found := by_name.get(name, ())) < 3 for function in found]
    return {(function.folder, function.symbol) for function in list(reached)[:REACHED]}
