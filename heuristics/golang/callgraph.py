"""Who calls whom: by resolved declaration where types tell it, else by method name and number of arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import islice

from heuristics.golang.file import File
from heuristics.golang.frozen import frozen
from heuristics.golang.model import UNKNOWN, Act, Call, Flow, Func, Function, Interface, Named, Step, Type, pointee
from heuristics.golang.repository import Repository, by_name
from heuristics.golang.types.resolve import Types
from heuristics.golang.words import LETTERS

# A name with more declarations or call sites than this (Get, Close, String) says nothing about who is meant.
MAX_CANDIDATES = 12
MAX_FILES = 80
# Behind a name that is called: type arguments or nothing. Before one: how far a dot may be.
_CALLED = re.compile(rb"(?:\[[^\]\n]*\])?\s*\(")
_MARGIN = 200


@frozen()
class CallSite:
    """A step that calls or spawns a function, in the function `caller`."""

    caller: Function
    step: Step


class CallGraph:
    """Lazy: parses only files in which the name at hand occurs."""

    def __init__(self, repository: Repository, types: Types, flow: Callable[[Function], Flow]) -> None:
        self._repository = repository
        self._types = types
        self._flow = flow
        self._methods: dict[str, tuple[Function, ...]] = {}
        self._callers: dict[Function, tuple[CallSite, ...]] = {}
        self._calling: dict[Function, tuple[Step, ...]] = {}
        self._candidates: dict[tuple[str, int, Type], tuple[Function, ...]] = {}

    def methods_named(self, name: str) -> tuple[Function, ...]:
        """All methods of the repository with this name, test files left out."""
        if name not in self._methods:
            declared = (f for file in self._declaring.get(name, ()) for f in self.in_file(file))
            self._methods[name] = tuple(f for f in declared if f.name == name and f.receiver)
        return self._methods[name]

    @cached_property
    def _declaring(self) -> dict[str, list[File]]:
        """The files outside tests that may declare functions and methods, by the names of these."""
        return by_name((file for file in self._repository.files.values() if not file.test), "function")

    def in_file(self, file: File) -> Iterator[Function]:
        """The functions and methods of one file."""
        for package in self._repository.load(file.folder):
            if file in package.files:
                yield from package.functions_in(file)

    def targets(self, call: Call) -> tuple[Function, ...]:
        """The functions that a call may reach; through an interface all methods of that name that fit."""
        if call.function is not None:
            return (call.function,)
        if not call.interface or call.known:
            return ()
        type_ = call.receiver.type if call.receiver is not None else UNKNOWN
        behind = self._types.underlying(type_)
        interface = behind if isinstance(behind, Interface) else None
        key = call.name, len(call.arguments), type_ if interface is not None else UNKNOWN
        found = self._candidates.get(key)
        if found is None:
            found = self._candidates[key] = tuple(self._fitting(call.name, len(call.arguments), interface))
        return found if len(found) <= MAX_CANDIDATES else ()

    def _fitting(self, name: str, arguments: int, interface: Interface | None) -> Iterator[Function]:
        """The methods of a name whose types have all methods of the interface that they are called through."""
        wanted = [name for name, _ in interface.methods] if interface is not None else []
        for embedded in interface.embeds if interface is not None else ():
            behind = self._types.underlying(embedded)
            wanted += [name for name, _ in behind.methods] if isinstance(behind, Interface) else []
        called = next((func for each, func in interface.methods if each == name), None) if interface else None
        for method in self.methods_named(name):
            owner = Named(method.package, method.receiver)
            if not _accepts(method, arguments) or any(self._types.member(owner, each) is None for each in wanted):
                continue
            if called is None or self._alike(
                called, self._types.signature(method.spec.signature, self._types.surroundings(method, {}))
            ):
                yield method

    def _alike(self, one: Func, other: Func) -> bool:
        """Whether two signatures may be the same, as far as text tells; results can be of any kind."""
        pairs = zip(one.parameters, other.parameters, strict=False)
        return all(self._may_be(*pair) for pair in pairs) and len(one.results) == len(other.results)

    def _may_be(self, one: Type, other: Type) -> bool:
        one, other = pointee(one), pointee(other)
        apart = isinstance(one, Named) and isinstance(other, Named) and one != other
        return not apart or any(self._types.underlying(type_) == UNKNOWN for type_ in (one, other))

    def callers(self, function: Function) -> tuple[CallSite, ...]:
        """The places that call or spawn a function; empty when its name is too common to say."""
        if function not in self._callers:
            self._callers[function] = ()  # a search that comes back to itself
            self._callers[function] = tuple(self._search(function))
        return self._callers[function]

    def _search(self, function: Function) -> Iterator[CallSite]:
        called = call_of(function)
        files = list(islice(self._spelling(function, called, self._repository.files.values()), MAX_FILES + 1))
        if len(files) > MAX_FILES:
            files = list(self._spelling(function, called, self._repository.within(function.folder)))
        for file in files:
            text = file.text
            for candidate in self.in_file(file):
                if not called(text, candidate.spec.start, candidate.spec.stop):
                    continue
                for step in self._calls_in(candidate):
                    if step.call is not None and self._calls(step.call, function):
                        yield CallSite(candidate, step)

    def _calls_in(self, function: Function) -> tuple[Step, ...]:
        found = self._calling.get(function)
        if found is None:
            flow = self._flow(function)
            found = tuple(calls_in(flow))
            if not flow.gave_up:  # which may only mean that it is being followed right now
                self._calling[function] = found
        return found

    def _spelling(
        self, function: Function, called: Callable[[bytes, int, int], bool], files: Iterable[File]
    ) -> Iterator[File]:
        """Those of the files whose text calls a function, as far as names tell: an unexported one stays in its package.

        called: as call_of gives it.
        """
        exported = function.name[:1].isupper()
        for file in files if exported else self._repository.within(function.folder):
            may_call = (function.test or not file.test) and file.mentions(function.name)
            if may_call and called(file.text, 0, len(file.text)):
                yield file

    def _calls(self, call: Call, function: Function) -> bool:
        if call.function is not None:
            return call.function is function
        return (
            call.interface
            and not call.known
            and call.name == function.name
            and bool(function.receiver)
            and function in self.targets(call)
        )


def calls_in(flow: Flow) -> Iterator[Step]:
    """The steps that call or launch a function.

    A call that runs its argument in a goroutine is both a CALL and a SPAWN, and launches that argument, not its callee.
    """
    called = {step.span for step in flow.steps if step.act is Act.CALL}
    return (s for s in flow.steps if s.act is Act.CALL or (s.act is Act.SPAWN and s.span not in called))


def call_of(function: Function) -> Callable[[bytes, int, int], bool]:
    """Says whether a text calls the function between two offsets, as far as spelling tells: a method behind a dot."""
    name = function.name.encode()

    def called(text: bytes, start: int, stop: int) -> bool:
        at = text.find(name, start, stop)
        while at >= 0:
            after = at + len(name)
            if (text[after : after + 1] == b"(" or _CALLED.match(text, after, stop)) and begins(text, at, start):
                return True
            at = text.find(name, after, stop)
        return False

    begins = _behind_dot if function.receiver else _alone
    return called


def _behind_dot(text: bytes, at: int, start: int) -> bool:
    return text[max(at - _MARGIN, start) : at].rstrip().endswith(b".")


def _alone(text: bytes, at: int, start: int) -> bool:
    """Whether a word begins here that no `func` declares."""
    return (at == start or text[at - 1] not in LETTERS) and text[max(at - 5, start) : at] != b"func "


def _accepts(method: Function, arguments: int) -> bool:
    signature = method.spec.signature
    wanted = len(signature.parameters)
    return arguments >= wanted - 1 if signature.variadic else arguments == wanted
