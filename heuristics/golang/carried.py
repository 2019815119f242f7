"""What is known of one snapshot and holds in another, whose files differ in the bodies of a few functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from heuristics.golang.file import File
from heuristics.golang.frozen import frozen
from heuristics.golang.model import Call, Flow, Function, Value
from heuristics.golang.repository import Repository
from heuristics.golang.tree import Parameter, TypeExpr
from heuristics.golang.words import has_word


def changed_bodies(earlier: Repository, later: Repository) -> frozenset[str] | None:
    """The paths of the files that differ between two snapshots; None if they differ in more than bodies."""
    if earlier.files.keys() != later.files.keys():
        return None
    pairs = ((earlier.files[path], file) for path, file in later.files.items())
    differ = [(one, other) for one, other in pairs if one.blob != other.blob]
    return frozenset(one.path for one, _ in differ) if all(_same_but_for_bodies(*pair) for pair in differ) else None


@frozen()
class Carried:
    """What is known of flows of another snapshot. sure: those that hold.

    perhaps: those that hold if what a walk asks about these callees has the same answers in both snapshots.
    """

    sure: Mapping[Function, Flow]
    perhaps: Mapping[Function, tuple[Flow, tuple[Function, ...]]]


class Links:
    """Who calls whom in the flows of one snapshot, as far as they were followed, and whom they mean."""

    def __init__(self, flows: Mapping[Function, Flow], repository: Repository) -> None:
        self.flows = dict(flows)
        self.repository = repository
        self.callees: dict[Function, tuple[Function, ...]] = {}
        self.callers: dict[Function, list[Function]] = {}
        self._meant: dict[Function, frozenset[str]] = {}
        for function, flow in self.flows.items():
            called = (step.call.function for step in flow.steps if step.call is not None)
            self.callees[function] = tuple(dict.fromkeys(callee for callee in called if callee is not None))
            for callee in self.callees[function]:
                self.callers.setdefault(callee, []).append(function)

    def meant(self, function: Function) -> frozenset[str]:
        """The paths of the declared functions that a flow calls, or has as values."""
        found = self._meant.get(function)
        if found is None:
            found = self._meant[function] = frozenset(meant.path for meant in _meant(self.flows[function]))
        return found


def carried(links: Links, changed: frozenset[str]) -> Carried:
    """Which flows hold when the bodies of these files change.

    Those do whose functions stand elsewhere, mention no variable that these files declare, mean no function of theirs,
    and call, through others too, no function of which this cannot be said.
    """
    names = _Names(changed, links)
    touched = dict.fromkeys(f for f, flow in links.flows.items() if f.path in changed or names.concern(flow))
    doubtful = dict(touched)
    _spread(doubtful, links.callers)
    return Carried(
        {function: flow for function, flow in links.flows.items() if function not in doubtful},
        {
            function: (links.flows[function], tuple(callee for callee in links.callees[function] if callee in doubtful))
            for function in doubtful
            if function not in touched
        },
    )


class _Names:
    """What some files declare, by name: in their folders all of it is mentioned, elsewhere what is exported."""

    def __init__(self, paths: frozenset[str], links: Links) -> None:
        self._paths = paths
        self._links = links
        self._repository = links.repository
        self._near: dict[str, frozenset[str]] = {}
        self._far: frozenset[str] = frozenset()
        self._variables: frozenset[str] = frozenset()
        self._known: dict[str, tuple[tuple[bytes, ...], tuple[bytes, ...]]] = {}
        for path in paths:
            file = self._repository.files[path]
            variables = frozenset(spec.name for spec in file.outline.variables)
            names = variables.union(spec.name for spec in file.outline.functions)
            self._variables |= variables
            self._near[file.folder] = self._near.get(file.folder, frozenset()) | names
            self._far |= {name for name in names if name[:1].isupper()}

    def concern(self, flow: Flow) -> bool:
        """Whether a flow may have to do with a variable or function of these files."""
        file, spec = self._repository.files[flow.function.path], flow.function.spec
        if file.path not in self._known:
            self._known[file.path] = self._in_file(file)
        variables, functions = self._known[file.path]
        if any(has_word(file.text, name, spec.start, spec.stop) for name in variables):
            return True
        if not any(has_word(file.text, name, spec.start, spec.stop) for name in functions):
            return False
        # The name of a function is often that of others too; what is meant, the flow itself tells.
        return bool(flow.gave_up) or not self._paths.isdisjoint(self._links.meant(flow.function))

    def _in_file(self, file: File) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        """Those of the names that a file mentions: of variables, and of functions alone."""
        names = (self._far | self._near.get(file.folder, frozenset())) & file.outline.names
        variables, functions = names & self._variables, names - self._variables
        return tuple(name.encode() for name in variables), tuple(name.encode() for name in functions)


def _spread(doubtful: dict[Function, None], callers: Mapping[Function, Iterable[Function]]) -> None:
    todo = list(doubtful)
    while todo:
        for caller in callers.get(todo.pop(), ()):
            if caller not in doubtful:
                doubtful[caller] = None
                todo.append(caller)


def _meant(flow: Flow) -> Iterator[Function]:
    """The declared functions that a flow calls, or has as values."""
    todo: list[Call | Value | None] = []
    for step in flow.steps:
        todo += (step.call, step.value, *step.values)
    while todo:
        part = todo.pop()
        if part is None:
            continue
        if part.function is not None:
            yield part.function
        if isinstance(part, Call):
            todo += (part.receiver, *part.arguments)
        else:
            todo += (part.call, part.inner)
            todo += [given for _, given in part.fields]


def _same_but_for_bodies(one: File, other: File) -> bool:
    return _around(one) == _around(other) and _declared(one) == _declared(other)


def _around(file: File) -> tuple[bytes, ...]:
    """The text between the functions."""
    stops = (0, *(spec.stop for spec in file.outline.functions))
    starts = (*(spec.start for spec in file.outline.functions), len(file.text))
    return tuple(file.text[stop:start] for stop, start in zip(stops, starts, strict=True))


def _declared(file: File) -> tuple[object, ...]:
    """What the functions of a file are to others, without their places in it."""
    return tuple(
        (
            spec.name,
            spec.broken,
            spec.has_body,
            spec.signature.variadic,
            _types((spec.receiver,) if spec.receiver is not None else ()),
            *map(_types, (spec.parameters, spec.signature.parameters, spec.signature.results)),
        )
        for spec in file.outline.functions
    )


def _types(parameters: Iterable[Parameter]) -> tuple[tuple[str, TypeExpr], ...]:
    return tuple((parameter.name, parameter.type) for parameter in parameters)
