"""What the callers inside a package say about a function: locks that they hold, objects that only they know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from heuristics.concurrency.callbacks import runs_locked
from heuristics.concurrency.choices import chosen
from heuristics.concurrency.freshness import built, fresh_at
from heuristics.concurrency.kept import Kept, called_bare, kept_in
from heuristics.concurrency.operands import seen_inside
from heuristics.concurrency.roots import launched_around
from heuristics.concurrency.words import calling, selecting
from heuristics.golang.callgraph import calls_in
from heuristics.golang.file import File
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Body, Call, FieldRef, Flow, Function, Held, Scope, Step, Var
from heuristics.golang.words import places_of, uncalled

# Methods that libraries call on an object that they were handed.
_SORTING = frozenset({"Len", "Less", "Swap", "Push", "Pop"})
_PRINTING = frozenset(
    {
        "String",
        "GoString",
        "Error",
        "Format",
        "LogValue",
        "MarshalJSON",
        "MarshalText",
        "MarshalYAML",
        "MarshalLogObject",
    }
)
_CALLED = re.compile(rb"\s*[(\[]")
_CALLER_LOCKS = "trap T11: a caller holds a lock"


@frozen()
class Entry:
    """How a function is entered. locks: held by every caller, as the function sees them.

    sheltered: why a lock may be held although not every caller shows it, "" when nothing says so. fresh: every caller
    works on an object that nobody else knows, or that it makes itself and has not finished. guessed: no caller is seen
    to hold a lock, there may only be others.
    """

    locks: tuple[Held, ...] = ()
    sheltered: str = ""
    fresh: bool = False
    guessed: bool = False


@frozen()
class Origin:
    """A goroutine: the launch at this offset in a function, many of them when in a loop. launcher None: OUTSIDE."""

    launcher: Function | None
    start: int
    loop: bool


OUTSIDE = Origin(None, 0, True)  # whoever calls from outside the package


@frozen()
class Site:
    """A call inside the package. launched: it runs in a goroutine of its own."""

    flow: Flow
    step: Step
    launched: Body | None

    @property
    def caller(self) -> Function:
        return self.flow.function

    @property
    def call(self) -> Call:
        assert self.step.call is not None
        return self.step.call


class Entries:
    """The call sites of one package without its tests, and what follows from them; use `entries_of`."""

    def __init__(self, index: Index, package: str) -> None:
        self._index = index
        self._sites: dict[Function, tuple[Site, ...]] = {}
        self._entries: dict[Function, Entry] = {}
        self._origins: dict[Function, frozenset[Origin]] = {}
        self._selected: dict[str, frozenset[tuple[str, int]]] = {}
        found = index.repository.package(package)
        assert found is not None
        self._package = found

    def _calling(self, function: Function) -> Iterator[Flow]:
        """What the functions of the package do that call something of this name: only they can call the function."""
        return map(self._index.flow, calling(self._index, function))

    def sites(self, function: Function) -> tuple[Site, ...]:
        """The calls of a function inside its package."""
        if function not in self._sites:
            self._sites[function] = tuple(
                Site(flow, step, launched_around(flow, flow.body(step.body)))
                for flow in self._calling(function)
                for step in self._index.once(_called, flow.function).get(function, ())
            )
        return self._sites[function]

    def serves_only(self, function: Function, master: Function) -> bool:
        """Whether a function is `master` itself or a helper that is called, in the end, by nobody else."""
        if function is master:
            return True
        seen, todo = {function}, [function]
        while todo:
            current = todo.pop()
            sites = self.sites(current)
            open_ = _exported(current) and (not current.receiver or current.receiver[:1].isupper())
            if not sites or open_ or any(s.launched or s.step.act is Act.SPAWN for s in sites):
                return False
            callers = {site.caller for site in sites} - seen - {master}
            seen |= callers
            todo += callers
        return True

    # --- locks and fresh objects

    def entry(self, function: Function) -> Entry:
        """How a function is entered; a cycle of calls contributes nothing."""
        if function not in self._entries:
            self._entries[function] = Entry()
            self._entries[function] = self._enter(function)
        return self._entries[function]

    def _enter(self, function: Function) -> Entry:
        sites = [site for site in self.sites(function) if site.caller is not function]
        counted = [site for site in sites if not self._on_fresh(site)]
        value = self._as_value(function)
        fresh = bool(sites) and not _exported(function) and all(map(self._on_own, sites))
        if not counted:
            return Entry((), value, fresh, bool(value))
        views = [self._held(site, function) for site in counted]
        sure = [_weakest(h, views) for h in views[0] if all(any(_same(h, o) for o in view) for view in views[1:])]
        held = any(views)
        seen = self._sheltered(function, counted)
        sheltered = value or seen
        if held and (len(sure) < len(views[0]) or not all(views) or _exported(function)):
            sheltered = _CALLER_LOCKS
        elif held:
            sheltered = ""
        return Entry(() if _exported(function) else tuple(sure), sheltered, fresh, bool(value) and not (held or seen))

    def _as_value(self, function: Function) -> str:
        """Why unknown code may call an unexported function: its name stands somewhere without being called there.

        Functions that could not be followed may call it too.
        """
        if function.name in _SORTING and self._sorts(function):
            return "trap T11: sort or heap calls it, perhaps under a lock"
        if function.name in _PRINTING:
            return "trap T11: printing or encoding calls it, perhaps under a lock"
        if _exported(function):
            return ""
        name = function.name.encode()
        if any(flow.gave_up and flow.function is not function for flow in self._calling(function)):
            return "trap T11: a function that could not be followed calls it"
        files = self._naming.get(function.name, ())
        found = ((file, at) for file in files for at in places_of(file.text, name, 0, len(file.text)))
        used = ((file, at) for file, at in found if _is_value(file.text, at, at + len(name), bool(function.receiver)))
        values = ((file.path, at + len(name)) for file, at in used)
        unseen = [value for value in values if value not in self._selections(function.name)]
        if unseen and not set(unseen) <= self._kept(function.name):
            return "trap T11: used as a function value, so that whoever calls it may hold a lock"
        return ""

    @cached_property
    def _naming(self) -> dict[str, list[File]]:
        """The files of the package, test files too, in which the name of a function of its own is not just called."""
        files = self._package.files
        declared = frozenset(name for file in files for name in file.names("function"))
        naming: dict[str, list[File]] = {}
        for file in files:
            for name in declared & uncalled(file.text):
                naming.setdefault(name, []).append(file)
        return naming

    def _selections(self, name: str) -> frozenset[tuple[str, int]]:
        """Where fields of a name are selected: path and offset of the end."""
        if name not in self._selected:
            self._selected[name] = frozenset(
                (step.span.path, step.span.stop)
                for function in selecting(self._index, self._package, name)
                for step in self._index.flow(function).steps
                if step.place is not None and step.place.field is not None and step.place.field.name == name
            )
        return self._selected[name]

    def _kept(self, name: str) -> frozenset[tuple[str, int]]:
        """Where functions of a name are given to somebody who calls them later without a lock: path and offset."""
        return frozenset(
            (kept.value.span.path, kept.value.span.stop)
            for function in self._index.mentioning(self._package, name, tests=False)
            for kept in self._index.once(_keeps, function)
            if (method := kept.value.function) is not None
            and method.name == name
            and self._called_bare(kept, frozenset({method.owner}))
        )

    def _called_bare(self, kept: Kept, owners: frozenset[str]) -> bool:
        """Whether nobody who calls a kept function, which uses these structs, holds a lock of theirs."""
        sites = called_bare(self._index, self._package.key, owners, kept)
        return sites is not None and not any(self.entry(function).sheltered for function, _ in sites)

    def _sorts(self, function: Function) -> bool:
        """Whether the methods of sort.Interface are there."""
        package = self._index.package(function)
        return all(package.method(function.receiver, name) is not None for name in ("Len", "Less", "Swap"))

    def _held(self, site: Site, function: Function) -> tuple[Held, ...]:
        """The locks at a call, as the called function sees them."""
        if site.step.act is Act.SPAWN:
            return ()
        held = site.step.held
        if site.launched is None:
            held = (*held, *self.entry(site.caller).locks)
        variables = self._index.variables(function)
        return tuple(
            Held(place, h.mode, h.span, True)
            for h in held
            if (place := next(seen_inside(h.place, site.call, variables), None))
        )

    def _sheltered(self, function: Function, sites: list[Site]) -> str:
        """One caller that holds a lock is enough; that nobody can tell must be true of all callers."""
        for site in sites:
            if site.step.act is not Act.SPAWN and (site.step.held or chosen(self._index, site.caller, site.step)):
                return _CALLER_LOCKS
        if any(_exported(s.caller) and self.entry(s.caller).sheltered == _CALLER_LOCKS for s in sites):
            return _CALLER_LOCKS  # who holds a lock around an exported function cannot take it again inside
        reasons = [self._unclear(site) for site in sites]
        return reasons[0] if all(reasons) and not _exported(function) else ""

    def _unclear(self, site: Site) -> str:
        if site.step.act is Act.SPAWN:
            return ""
        around = self.around(site.flow, site.flow.body(site.step.body))
        return around or ("" if site.launched is not None else self.entry(site.caller).sheltered)

    def _on_fresh(self, site: Site) -> bool:
        """Whether a call is made on an object that only the caller knows."""
        receiver = site.call.receiver
        if receiver is None or receiver.place is None or site.step.act is Act.SPAWN:
            return False
        root = receiver.place.root
        if root is None or site.launched is not None:
            return False
        if root.scope is Scope.RECEIVER and not receiver.place.path:
            return self.entry(site.caller).fresh
        return root.scope in (Scope.LOCAL, Scope.RESULT) and fresh_at(self._index, site.flow, site.step, root)

    def _on_own(self, site: Site) -> bool:
        """Whether a call is made on an object that the caller makes, though it may have started its goroutines."""
        if self._on_fresh(site):
            return True
        receiver = site.call.receiver
        root = receiver.place.root if receiver is not None and receiver.place is not None else None
        if root is None or site.step.act is Act.SPAWN or site.launched is not None:
            return False
        if root.scope is Scope.RECEIVER:
            return self.entry(site.caller).fresh
        return built(site.flow, root) or _given_back(site, root)

    # --- literals

    def around(self, flow: Flow, body: Body) -> str:
        """Why a literal may run under a lock that its function does not show: it is handed to code that calls it."""
        while body.how not in ("main", "spawned"):
            if body.how == "value":
                owners = _owners(flow, body)
                if any(
                    kept.value.body == body.start and self._called_bare(kept, owners)
                    for kept in self._index.once(_keeps, flow.function)
                ):
                    return ""
                return "a function value: whoever calls it may hold a lock"
            if body.how == "called" and self._runner_locks(flow, body):
                return "the function that calls this literal holds a lock"
            body = flow.body(body.parent)
        return ""

    def _runner_locks(self, flow: Flow, body: Body) -> bool:
        calls = (step.call for step in flow.steps if step.call is not None and step.call.function is not None)
        runners = (call.function for call in calls if body.start in (a.body for a in call.arguments))
        return any(runs_locked(self._index, function) for function in runners if function is not None)

    # --- goroutines

    def origins(self, function: Function) -> frozenset[Origin]:
        """The goroutines that run a function, as far as the package tells."""
        if function not in self._origins:
            self._origins[function] = frozenset()
            self._origins[function] = frozenset(self._begins(function))
        return self._origins[function]

    def _begins(self, function: Function) -> Iterator[Origin]:
        sites = self.sites(function)
        if _exported(function) or not sites:
            yield OUTSIDE
        for site in sites:
            if site.step.act is Act.SPAWN:
                yield Origin(site.caller, site.step.span.start, bool(site.step.loops))
            elif site.launched is not None:
                yield Origin(site.caller, site.launched.start, bool(site.launched.loops))
            else:
                yield from self.origins(site.caller)


def _given_back(site: Site, root: Var) -> bool:
    """Whether the caller puts the object into a pool afterwards, so that nobody else may know it any more."""
    puts = (s.call for s in site.flow.steps if s.call is not None and s.call.known == "sync.Pool.Put")
    return any(v.place is not None and v.place.root is root and not v.place.path for c in puts for v in c.arguments)


def _keeps(index: Index, function: Function) -> tuple[Kept, ...]:
    return tuple(kept_in(index.flow(function)))


def _called(index: Index, function: Function) -> dict[Function, list[Step]]:
    """The steps of a function that call or launch one that is known, by what they call."""
    found: dict[Function, list[Step]] = {}
    for step in calls_in(index.flow(function)):
        if step.call is not None and step.call.function is not None:
            found.setdefault(step.call.function, []).append(step)
    return found


def entries_of(index: Index, package: str) -> Entries:
    """The entries of the package with this key; computed once per index."""
    return index.once(Entries, package)


def _exported(function: Function) -> bool:
    return function.name[:1].isupper()


def _is_value(text: bytes, start: int, stop: int, method: bool) -> bool:
    """Whether a name stands for the function there: it is neither called nor declared, and selected if a method's."""
    if _CALLED.match(text, stop) or _commented(text, start):
        return False
    before = text[start - 1 : start]
    return before == b"." if method else before != b"." and text[max(start - 5, 0) : start] != b"func "


def _commented(text: bytes, offset: int) -> bool:
    """Whether a line comment begins before an offset, on its line."""
    return text.find(b"//", text.rfind(b"\n", 0, offset) + 1, offset) >= 0


def _owners(flow: Flow, body: Body) -> frozenset[str]:
    """The structs whose fields a literal uses."""
    inside = (step.place for step in flow.steps if step.body == body.start and step.place is not None)
    return frozenset(hop.owner for place in inside for hop in place.path if isinstance(hop, FieldRef))


def _same(one: Held, other: Held) -> bool:
    return one.place == other.place


def _weakest(held: Held, views: list[tuple[Held, ...]]) -> Held:
    """The hold on a lock that says least: for reading only, when one of the callers has no more."""
    return next((other for view in views for other in view if _same(held, other) and other.mode == "R"), held)
