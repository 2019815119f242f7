"""Where concurrent execution may begin, and which of these roots reach a function."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.services import registered_services
from heuristics.golang.callgraph import CallSite
from heuristics.golang.comments import CONCURRENT, SINGLE
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.known import CONCURRENT_CONTRACTS, HANDLERS
from heuristics.golang.model import (
    Act,
    Body,
    Flow,
    Func,
    Function,
    Interface,
    Named,
    Pointer,
    Span,
    Step,
    Type,
    pointee,
)

DEPTH = 8  # calls between a root and the function that it reaches
FEW = 3  # methods that a call through an interface may mean
MAX_REACHED = 300  # functions looked at on the way up; more says that the name means nothing

_RECONCILE_REQUEST = ".Request"
_WORKERS = re.compile(rb"MaxConcurrentReconciles\s*[:=]+\s*(?:[2-9]|\d\d)")
_SERVICE_BASE = re.compile(r"^Un(?:implemented|safe)\w+Server$")


@frozen()
class Root:
    """A place where concurrent execution may begin.

    function: what runs (for a launched literal, the function around it). kind: handler, rpc, contract, reconcile or
    launch. parallel: two runs of it may overlap. site: the launch, or the function's name.
    """

    function: Function
    kind: str
    parallel: bool
    site: Span

    def label(self, package: str) -> str:
        """What a message about code of this package calls the root."""
        function = self.function
        name = function.symbol if function.package == package else f"{function.package_name}.{function.symbol}"
        if self.kind != "launch":
            return f"`{name}`"
        return f"the goroutine{'s' if self.parallel else ''} that `{name}` starts"


@frozen()
class Way:
    """How a root reaches a function: the calls from the root down, empty when the function is the root itself.

    sheltered: why no two runs overlap in spite of it, "" when nothing says so (a lock is held at a call, a Once).
    """

    root: Root
    sites: tuple[CallSite, ...]
    sheltered: str = ""

    @property
    def calls(self) -> tuple[Span, ...]:
        """Where the calls stand."""
        return tuple(site.step.span for site in self.sites)


def ways_to(index: Index, function: Function, body: Body | None = None) -> tuple[Way, ...]:
    """The roots that reach a function within DEPTH calls, the nearest way for each; without tests.

    body: the body of the function in question; one that runs in a goroutine of its own is a root itself.
    """
    if body is not None and (launched := launched_around(index.flow(function), body)) is not None:
        return (Way(_launch(function, launched.site or index.span(function), bool(launched.loops)), ()),)
    return index.once(_ways_to, function)


def _ways_to(index: Index, function: Function) -> tuple[Way, ...]:
    found: dict[Root, Way] = {}
    reached: set[tuple[Function, bool]] = {(function, False)}
    level: list[tuple[Function, tuple[CallSite, ...], str]] = [(function, (), "")]
    for _ in range(DEPTH + 1):
        deeper: list[tuple[Function, tuple[CallSite, ...], str]] = []
        for current, sites, sheltered in level:
            own = own_root(index, current)
            if own is not None:
                _keep(found, Way(own, sites, sheltered))
                continue
            for site in calls_that_count(index, current):
                step, flow = site.step, index.flow(site.caller)
                chain, why = (site, *sites), sheltered or shelter(flow, step) or _wrapped(index, site, current)
                if (launch := launch_of(index, site)) is not None:
                    _keep(found, Way(launch, chain, why))
                elif (site.caller, bool(why)) not in reached:
                    reached.add((site.caller, bool(why)))
                    deeper.append((site.caller, chain, why))
        if len(reached) > MAX_REACHED:
            return ()
        level = deeper
    return tuple(found.values())


def calls_that_count(index: Index, function: Function) -> Iterator[CallSite]:
    """The calls on a way to a function: those that are meant for it, outside tests and what runs one at a time."""
    for site in index.callers(function):
        if not site.caller.test and not one_at_a_time(site.caller) and is_meant(index, site, function):
            yield site


def _keep(found: dict[Root, Way], way: Way) -> None:
    """The first way to a root is the shortest; one without shelter is worth more."""
    known = found.get(way.root)
    if known is None or (known.sheltered and not way.sheltered):
        found[way.root] = way


def is_meant(index: Index, site: CallSite, function: Function) -> bool:
    """Whether a call is meant for this function: the text says so, or an interface that few types satisfy."""
    call = site.step.call
    if call is None or call.function is not None or call.receiver is None:
        return call is not None and call.function is function
    known = isinstance(index.types.underlying(pointee(call.receiver.type)), Interface)
    return known and len(index.targets(call)) <= FEW


def one_at_a_time(function: Function) -> bool:
    """Whether a comment says that the function is not called by several goroutines at once."""
    return any(kind == SINGLE for kind, _ in function.spec.notes)


# --- roots by declaration


def own_root(index: Index, function: Function) -> Root | None:
    """What makes the function itself a root, apart from places that launch it."""
    return index.once(_own_root, function)


def _own_root(index: Index, function: Function) -> Root | None:
    if function.test or function.name in ("main", "init"):
        return None
    signature = index.declared.signature(function)
    names = tuple(_spelled(type_) for type_ in signature.parameters)
    # What returns a writer or request makes one for a handler.
    if _handles(names) and not any(_spelled(type_) in names for type_ in signature.results):
        return Root(function, "handler", True, index.span(function))
    if function.receiver and CONCURRENT_CONTRACTS.get(function.name) == names:
        return Root(function, "contract", True, index.span(function))
    if _reconciles(function, signature, names):
        many = any(_WORKERS.search(file.text) for file in index.package(function).files)
        return Root(function, "reconcile", many, index.span(function))
    if _serves(index, function, signature, names):
        return Root(function, "rpc", True, index.span(function))
    return None


def _handles(names: tuple[str, ...]) -> bool:
    return any(names[: len(wanted)] == wanted or names[:1] == (f"*{wanted[0]}",) for wanted in HANDLERS)


def _reconciles(function: Function, signature: Func, names: tuple[str, ...]) -> bool:
    """A controller's Reconcile(context, request) (result, error)."""
    return (
        function.name == "Reconcile"
        and bool(function.receiver)
        and len(names) in (1, 2)
        and names[-1].endswith(_RECONCILE_REQUEST)
        and len(signature.results) == 2
    )


def _serves(index: Index, function: Function, signature: Func, names: tuple[str, ...]) -> bool:
    """A method that a gRPC server calls once per request: of a registered type, or one that embeds a generated base."""
    if not function.receiver or not function.name[:1].isupper() or not names:
        return False
    unary = names[0] == "context.Context" and len(names) == 2 and len(signature.results) == 2
    if not unary and names[0] != "context.Context" and not names[-1].endswith(("Server", "ServerStream")):
        return False
    fields = index.types.fields(Named(function.package, function.receiver))
    if any(f.embedded and _SERVICE_BASE.match(f.name) for f in fields):
        return True
    return unary and function.owner in index.once(registered_services, "")


def _spelled(type_: Type) -> str:
    if isinstance(type_, Pointer):
        return "*" + _spelled(type_.element)
    if isinstance(type_, Named):
        return type_.key
    element = getattr(type_, "element", None)
    return f"chan {_spelled(element)}" if element is not None else ""


# --- roots by launch


def launched_around(flow: Flow, body: Body) -> Body | None:
    """The body that runs in a goroutine of its own and of which this one is a part; None in the caller's goroutine."""
    current = body
    while current.how != "main":
        if current.how == "spawned":
            return current
        current = flow.body(current.parent)
    return None


def launch_of(index: Index, site: CallSite) -> Root | None:
    """The launch that a call site is, or that it stands in."""
    flow = index.flow(site.caller)
    if site.step.act is Act.SPAWN:
        return _launch(site.caller, site.step.span, bool(site.step.loops) and not _by_turns(index, flow, site.step))
    launched = launched_around(flow, flow.body(site.step.body))
    if launched is None:
        return None
    return _launch(site.caller, launched.site or site.step.span, bool(launched.loops))


def _by_turns(index: Index, flow: Flow, spawn: Step) -> bool:
    """Whether a loop starts a function anew only when it has received what that function sends when it ends."""
    function = spawn.call.function if spawn.call is not None else None
    arms = (s for s in flow.steps if s.act in (Act.RECEIVE, Act.SEND) and s.span.stop <= spawn.span.start)
    last = next((s for s in reversed(tuple(arms)) if s.body == spawn.body and s.loops == spawn.loops), None)
    if function is None or last is None or last.act is not Act.RECEIVE or last.place is None:
        return False
    field, ends = last.place.field, (Act.SEND, Act.CLOSE)
    inner = index.flow(function)
    last_acts = (s for s in inner.steps if s.act in ends and (s.deferred or inner.body(s.body).how == "deferred"))
    return field is not None and any(s.place is not None and s.place.field == field for s in last_acts)


def _launch(function: Function, site: Span, loop: bool) -> Root:
    return Root(function, "launch", loop, site)


# --- what keeps runs apart


def shelter(flow: Flow, step: Step) -> str:
    """Why the calls that a step makes do not overlap, in words; "" when the function shows nothing."""
    if step.held:
        return f"`{step.held[0].place.text}` is held at a call on the way"
    if once_around(flow, step) is not None:
        return "a Once runs it"
    return "a compare-and-swap lets one caller through" if _claimed(flow, step) else ""


def _claimed(flow: Flow, step: Step) -> bool:
    """Whether the function asks an atomic flag before the step, which lets the first one through."""
    calls = (s.call for s in flow.steps if s.act is Act.CALL and s.body == step.body and s.span.start < step.span.start)
    return any(
        call is not None and call.known.startswith("sync/atomic.") and call.name.startswith("CompareAndSwap")
        for call in calls
    )


def _wrapped(index: Index, site: CallSite, function: Function) -> str:
    """Who may stand between a call through an interface and this method: a type that satisfies the interface too and
    forwards the call with a lock held."""
    call = site.step.call
    if call is None or call.function is not None:
        return ""
    for target in index.targets(call):
        inner = (s for s in index.flow(target).steps if s.held and s.call is not None and s.call.name == function.name)
        if target is not function and any(function in index.targets(s.call) for s in inner if s.call is not None):
            return f"`{target.symbol}` may be called instead, which holds a lock around it"
    return ""


def once_around(flow: Flow, step: Step) -> Step | None:
    """The call of sync.Once.Do whose literal the step stands in."""
    return next(
        (
            call
            for call in flow.steps
            if call.call is not None
            and call.call.known == "sync.Once.Do"
            and call.span.start < step.span.start
            and step.span.stop <= call.span.stop
        ),
        None,
    )


# --- types that are used from several goroutines


def concurrent_type(index: Index, named: Named) -> str:
    """Why values of a type are used from several goroutines at once, in words; "" when nothing says so."""
    return index.once(_concurrent_type, named)


def _concurrent_type(index: Index, named: Named) -> str:
    declared = index.types.declaration(named)
    package = index.repository.package(named.package)
    if declared is None or package is None:
        return ""
    kinds = {kind for kind, _ in declared[1].notes}
    if SINGLE in kinds:
        return ""
    if CONCURRENT in kinds:
        return "its comment says that it is safe for concurrent use"
    for method in package.methods(named.name):
        root = own_root(index, method)
        if root is not None and root.parallel:
            return f"{root.label(named.package)} runs once per request"
    return ""


def distinct(ways: tuple[Way, ...]) -> Iterator[Way]:
    """Ways whose roots are different pieces of code: no two launches at one place, no two Reconciles of one type."""
    seen: set[tuple[str, str, int]] = set()
    for way in ways:
        root = way.root
        key = (root.function.owner or root.function.package, root.kind, root.site.start if root.kind == "launch" else 0)
        if root.kind in ("handler", "rpc", "contract"):
            key = (root.function.package, root.function.symbol, 0)
        if key not in seen:
            seen.add(key)
            yield way
