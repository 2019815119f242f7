"""Channels across the functions of a package: which names mean one channel, who sends, receives and closes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from heuristics.concurrency.demands import shared_of
from heuristics.concurrency.words import calling
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Chan, Flow, Function, Named, Place, Scope, Step, Value, pointee

# Calls that take a channel and keep nothing of it.
_HARMLESS = frozenset({"builtin.close", "builtin.len", "builtin.cap"})
_LOCAL = re.compile(r"(?P<path>.*\.go):(?P<start>\d+)(?:\.|(?P<result>=))")  # see shared_of and _result
_WORD = re.compile(r"\w+")


@frozen()
class End:
    """A step that sends on a channel, receives from it, or closes it."""

    function: Function
    step: Step


@dataclass(slots=True)
class _Group:
    """What is known of one channel. sizes: as written where it is made, "" for unbuffered."""

    names: set[str] = field(default_factory=set)
    ends: list[End] = field(default_factory=list)
    sizes: set[str] = field(default_factory=set)
    escapes: bool = False


class Channels:
    """The channels of one package; names that are given to each other are one channel. Use `channels_of`.

    Only functions are followed that may know the channel at hand: by the names that it has been found to have so far.
    """

    def __init__(self, index: Index, package: str) -> None:
        self._index = index
        self._parent: dict[str, str] = {}
        self._groups: dict[str, _Group] = {}
        self._package = index.repository.package(package)
        self._followed: set[Function] = set()
        self._known: set[str] = set()

    def _known_as(self, key: str) -> _Group:
        """What the package knows of a channel, once everybody is followed who may have one of its names."""
        while new := (self._group(key).names | {key}) - self._known:
            self._known |= new
            for function in dict.fromkeys(user for name in sorted(new) for user in self._users(name)):
                if function not in self._followed and not function.test:
                    self._followed.add(function)
                    flow = self._index.flow(function)
                    for step in flow.steps:
                        self._follow(flow, step)
                    self._open_parameters(function)
        return self._group(key)

    def _users(self, key: str) -> Iterator[Function]:
        """The functions that may use a channel by one of its names; a parameter or result is known to callers, too.

        Those of test files do not count: to leave them out here saves the parse of their files.
        """
        if self._package is None:
            return
        if (local := _LOCAL.match(key)) is None:
            yield from self._index.mentioning(self._package, _WORD.findall(key)[-1], tests=False)
            return
        start = int(local["start"])
        for function in self._index.functions_at(self._package, local["path"]):
            if function.spec.start <= start < function.spec.stop:
                yield function
                if local["result"] or any(var.start == start for var in self._index.variables(function)):
                    yield from calling(self._index, function)

    def _find(self, key: str) -> str:
        while (parent := self._parent.get(key, key)) != key:
            key = parent
        return key

    def _group(self, key: str) -> _Group:
        found = self._find(key)
        return self._groups.setdefault(found, _Group(names={found}))

    def _join(self, one: str, other: str) -> None:
        first, second = self._find(one), self._find(other)
        if first == second:
            return
        into, gone = self._group(first), self._groups.pop(second, _Group())
        self._parent[second] = first
        into.names |= gone.names | {second}
        into.ends += gone.ends
        into.sizes |= gone.sizes
        into.escapes |= gone.escapes

    # --- asked

    def ends(self, key: str, act: Act) -> tuple[End, ...]:
        """The steps of one kind on the channel of this name."""
        found = (end for end in self._known_as(key).ends if end.step.act is act)
        return tuple(sorted(found, key=lambda end: end.step.span))

    def unbuffered(self, key: str) -> bool:
        """Whether every place that makes the channel gives it no room."""
        return self._known_as(key).sizes in ({""}, {"0"})

    def names(self, key: str) -> frozenset[str]:
        """All names of the channel: locals and parameters (`path:offset.name`), results (`path:offset=number`), fields
        and package variables."""
        return frozenset(self._known_as(key).names)

    def escapes(self, key: str) -> bool:
        """Whether code that is not seen here may use the channel."""
        return self._known_as(key).escapes

    # --- collected

    def _follow(self, flow: Flow, step: Step) -> None:
        function = flow.function
        if step.act in (Act.SEND, Act.RECEIVE, Act.CLOSE):
            key = self._named(function, step.place) if step.place is not None else ""
            key = key or (self._source(function, step.value) if step.act is Act.RECEIVE else "")
            if key:
                self._group(key).ends.append(End(function, step))
        elif step.act in (Act.DECLARE, Act.WRITE, Act.MUTATE) and step.place is not None and step.value is not None:
            self._give(function, self._named(function, step.place), step.value)
        elif step.act is Act.MAKE and step.value is not None:
            type_ = pointee(step.value.type)
            if isinstance(type_, Named):
                for name, value in step.value.fields:
                    self._give(function, f"{type_.key}.{name}" if name else "", value)
        elif step.act is Act.RETURN and step.body == function.spec.start:
            for number, value in enumerate(step.values):
                self._give(function, _result(function, number), value)
        if step.call is not None and step.act in (Act.CALL, Act.SPAWN):
            self._hand_over(function, step)
        if step.act is Act.SEND and step.value is not None and self._is_channel(step.value):
            self._escape(self._source(function, step.value))

    def _hand_over(self, function: Function, step: Step) -> None:
        call = step.call
        assert call is not None
        for position, argument in enumerate(call.arguments):
            if not self._is_channel(argument):
                continue
            if call.function is not None:
                self._give(function, self._parameter(call.function, position), argument)
            elif call.literal < 0 and call.known not in _HARMLESS:
                self._escape(self._source(function, argument))

    def _give(self, function: Function, target: str, value: Value) -> None:
        """A channel gets one more name, or is made."""
        if value.kind == "new" and isinstance(value.type, Chan):
            if target:
                self._group(target).sizes.add(value.text)
        elif self._is_channel(value):
            source = self._source(function, value)
            if source and target:
                self._join(target, source)
            else:
                self._escape(source or target)

    def _escape(self, key: str) -> None:
        if key:
            self._group(key).escapes = True

    def _is_channel(self, value: Value) -> bool:
        return isinstance(self._index.types.underlying(value.type), Chan)

    def _source(self, function: Function, value: Value | None) -> str:
        """The name of the channel that a value is; "" when that is unknown."""
        if value is None:
            return ""
        if value.place is not None:
            return self._named(function, value.place)
        if value.inner is not None:
            return self._source(function, value.inner)
        if value.call is not None and value.call.function is not None:
            return _result(value.call.function, 0)
        return ""

    def _named(self, function: Function, place: Place) -> str:
        shared = shared_of(place, function)
        return shared.key if shared is not None else ""

    def _parameter(self, function: Function, position: int) -> str:
        for var in self._index.variables(function):
            if var.scope is Scope.PARAMETER and var.position == position:
                return f"{function.path}:{var.start}.{var.name}"
        return ""

    def _open_parameters(self, function: Function) -> None:
        """What an exported function or one without a caller in sight is given may come from anywhere."""
        types = self._index.types
        given = [var for var in self._index.variables(function) if var.scope is Scope.PARAMETER]
        given = [var for var in given if isinstance(types.underlying(var.type), Chan)]
        if given and (function.name[:1].isupper() or not self._index.callers(function)):
            for var in given:
                self._escape(f"{function.path}:{var.start}.{var.name}")


def channels_of(index: Index, package: str) -> Channels:
    """The channels of the package with this key; computed once per index."""
    return index.once(Channels, package)


def _result(function: Function, number: int) -> str:
    return f"{function.path}:{function.spec.start}={number}"
