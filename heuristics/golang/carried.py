"""What is known of one snapshot and holds in another, whose files differ in the bodies of a few functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from heuristics.golang.model import Flow, Function
from heuristics.golang.outline import FuncSpec
from heuristics.golang.repository import File, Repository
from heuristics.golang.tree import Parameter, TypeExpr
from heuristics.golang.words import words


def changed_bodies(earlier: Repository, later: Repository) -> frozenset[str] | None:
    """The paths of the files that differ between two snapshots; None if they differ in more than bodies."""
    if earlier.files.keys() != later.files.keys():
        return None
    pairs = ((earlier.files[path], file) for path, file in later.files.items())
    differ = [(one, other) for one, other in pairs if one.blob != other.blob]
    return frozenset(one.path for one, _ in differ) if all(_same_but_for_bodies(*pair) for pair in differ) else None


def holding(flows: Mapping[Function, Flow], repository: Repository, changed: frozenset[str]) -> dict[Function, Flow]:
    """The flows that hold when the bodies of these files change.

    Those do whose functions stand elsewhere, mention nothing that these files declare, and call, through others too, no
    function of which this cannot be said.
    """
    near, far = dict[str, frozenset[str]](), frozenset[str]()
    for path in changed:
        outline = repository.files[path].outline
        names = frozenset(spec.name for spec in outline.functions) | {spec.name for spec in outline.variables}
        folder = repository.files[path].folder
        near[folder] = near.get(folder, frozenset()) | names
        far |= {name for name in names if name[:1].isupper()}
    callers: dict[Function, list[Function]] = {}
    doubtful: dict[Function, None] = {}
    for function, flow in flows.items():
        file = repository.files[function.path]
        if file.path in changed or _mentions(file, function.spec, far | near.get(function.folder, frozenset())):
            doubtful[function] = None
        for callee in {step.call.function for step in flow.steps if step.call is not None}:
            if callee is not None:
                callers.setdefault(callee, []).append(function)
    _spread(doubtful, callers)
    return {function: flow for function, flow in flows.items() if function not in doubtful}


def _spread(doubtful: dict[Function, None], callers: Mapping[Function, Iterable[Function]]) -> None:
    todo = list(doubtful)
    while todo:
        for caller in callers.get(todo.pop(), ()):
            if caller not in doubtful:
                doubtful[caller] = None
                todo.append(caller)


def _mentions(file: File, spec: FuncSpec, names: frozenset[str]) -> bool:
    if file.outline.names.isdisjoint(names):
        return False
    return not words(file.text[spec.start : spec.stop]).isdisjoint(names)


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
