"""Launch sites: where goroutines begin, what they run, and how many of them may share a variable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from heuristics.concurrency.words import calls_of, lies_in
from heuristics.golang import known
from heuristics.golang.file import File
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Body, Call, Flow, Func, Function, Slice, Span, Step, Value, Var

# A go statement, a group's method, a timer, a pool: what starts a goroutine by itself.
_COMMON = frozenset({"Add", "Map", "Start"})  # names that mean something else unless a literal is handed over
_NAMES = {name.rpartition(".")[2] for name in (*known.RUNS_IN_GOROUTINE, *known.RUNS_IN_PARALLEL)}
_CALLED = re.compile(rb"\b(\w+)[(\[]")
_GO = re.compile(rb"go[ \t](?<!\w...)")  # what begins with plain text is found fast
_LITERAL = re.compile(rb"func\(")
# On a line before a literal: a call that is still open.
_OPEN = re.compile(rb"(\w+)(?:\[[^\]]*\])?\((?:[^()]|\([^()]*\))*\Z")
_HANDED = re.compile(rb"\w+\([^()]*func\(")


@frozen()
class Launch:
    """A place that starts a goroutine: a go statement, a group's Go, a callee that runs its argument in a goroutine.

    step: the SPAWN. body: offset of the launched literal, -1 for a declared function. call: the launched function as if
    it were called there; None when text alone cannot tell. many: one execution of the site starts several goroutines.
    """

    function: Function
    step: Step
    body: int
    call: Call | None
    many: bool = False

    @property
    def site(self) -> int:
        """The offset by which steps name this launch in `running`."""
        return self.step.span.start

    @property
    def name(self) -> str:
        """What is called to start the goroutine; "" for a go statement with a literal."""
        return self.step.call.name if self.step.call is not None else ""

    @property
    def span(self) -> Span:
        return self.step.span


def launchers(index: Index) -> tuple[Function, ...]:
    """The functions in focus that may start goroutines, by their text; test files are left out."""
    return index.once(_launchers, None)


def _launchers(index: Index, _: None) -> tuple[Function, ...]:
    return tuple(function for function in index.functions(tests=False) if may_launch(index, function))


def may_launch(index: Index, function: Function) -> bool:
    """Whether a function may start goroutines, by its text."""
    return index.once(_may_launch, function)


def _may_launch(index: Index, function: Function) -> bool:
    return lies_in(function, index.once(_starts, function.path)) or may_hand_over(index, function)


def starts_in(index: Index, function: Function) -> tuple[int, ...]:
    """Where a function may start goroutines by itself, by its text: the offsets of go statements and of known names."""
    first, stop = function.spec.name_start, function.spec.stop
    return tuple(at for at in index.once(_starts, function.path) if first <= at < stop)


def may_hand_over(index: Index, function: Function) -> bool:
    """Whether a function may hand a literal to one of the repository that runs it in a goroutine, by its text."""
    takers = _takers_of_literals(index.text(function.path), function.spec.name_start, function.spec.stop)
    return any(not takers.isdisjoint(index.once(_runners, key)) for key in _declaring(index, function.package, takers))


def _takers_of_literals(text: bytes, start: int, stop: int) -> frozenset[str]:
    """The names of what a function calls with a literal; of all that it calls where the line does not tell."""
    names = set()
    for literal in _LITERAL.finditer(text, start, stop):
        before = text[text.rfind(b"\n", 0, literal.start()) + 1 : literal.start()].strip()
        taker = _OPEN.search(before)
        if taker is not None:
            names.add(taker[1].decode())
        elif not before or before.endswith(b"=") or before.count(b"(") > before.count(b")"):
            # An argument on a line of its own, a literal that gets a name, or too many parentheses.
            return frozenset(name.decode() for name in _CALLED.findall(text, start, stop))
    return frozenset(names)


def _starts(index: Index, path: str) -> tuple[int, ...]:
    """Where a file may start goroutines by itself, in order: a go statement, or what the tables know."""
    file = index.file(path)
    common = (at for at in calls_of(file, _NAMES & _COMMON) if _HANDED.match(file.text, at))
    return tuple(sorted((*go_statements(file), *calls_of(file, _NAMES - _COMMON), *common)))


def go_statements(file: File) -> tuple[int, ...]:
    """Where go statements stand in a file, in order."""
    return tuple(match.start() for match in _GO.finditer(file.text))


def _declaring(index: Index, package: str, names: frozenset[str]) -> Iterator[str]:
    """A package, and those that it imports, as far as they declare functions with one of these names."""
    near = index.once(_near, package)
    return (key for key, declared in near.items() if not names.isdisjoint(declared))


def _near(index: Index, key: str) -> dict[str, frozenset[str]]:
    """The names of the functions of a package, and of those that it imports, by their keys."""
    found = index.repository.package(key)
    assert found is not None
    folders = [found.folder, *index.imports(found.folder)]
    packages = (package for folder in folders for package in index.repository.load(folder))
    return {each.key: frozenset().union(*(f.names("function") for f in each.files if not f.test)) for each in packages}


def _runners(index: Index, key: str) -> frozenset[str]:
    """Names of the functions of a package that take a function and may run it in a goroutine, or hand it to such."""
    package = index.repository.package(key)
    assert package is not None
    names: set[str] = set()
    files = [file for file in package.files if not file.test]
    places: Mapping[File, Sequence[int]] = {file: index.once(_starts, file.path) for file in files}
    while True:
        near = ((f, starts) for file, starts in places.items() if starts for f in package.functions_in(file))
        more = {f.name for f, starts in near if lies_in(f, starts) and _takes_function(index, f)} - names
        if not more:
            return frozenset(names)
        # Only what calls those that have just been found can be new.
        places = {file: calls_of(file, more, (b"(", b"[")) for file in files}
        names |= more


def _takes_function(index: Index, function: Function) -> bool:
    parameters = index.declared.signature(function).parameters
    types = (p.element if isinstance(p, Slice) else p for p in parameters)
    return any(isinstance(index.types.underlying(type_), Func) for type_ in types)


def launches_of(index: Index, function: Function) -> tuple[Launch, ...]:
    """The launch sites in a function, in the order of the text."""
    return index.once(_launches, function)


def _launches(index: Index, function: Function) -> tuple[Launch, ...]:
    flow = index.flow(function)
    return tuple(launch for step in flow.steps if step.act is Act.SPAWN for launch in _launches_at(flow, step))


def _launches_at(flow: Flow, step: Step) -> Iterator[Launch]:
    assert step.call is not None
    bodies = [body for body in flow.bodies if body.how == "spawned" and step.span in body.sites]
    for body in bodies:
        own = step.call if step.call.literal == body.start else None
        yield Launch(flow.function, step, body.start, own, body.many)
    if not bodies:
        yield Launch(flow.function, step, -1, _launched_call(step.call))


def _launched_call(call: Call) -> Call | None:
    """The declared function that is launched: that of a go statement, or one that is handed to a launcher."""
    handed = [argument for argument in call.arguments if argument.kind == "method" or argument.function is not None]
    if len(handed) == 1 and (handed[0].function is not None or call.function is None):
        value = handed[0]
        receiver = Value("place", value.span, place=value.place) if value.kind == "method" else None
        return Call(value.text.rpartition(".")[2], (), receiver, value.function)
    return call if call.function is not None or call.interface else None


def may_run(site: int, step: Step) -> bool:
    """Whether a goroutine of this site, of whatever round of a loop, may run beside a step of its launcher."""
    return site in step.running or ~site in step.running


# --- what runs where


def runners(flow: Flow, start: int) -> frozenset[int]:
    """The bodies whose goroutine a body is a part of: itself when it is launched or kept, else those that call it."""
    found: set[int] = set()
    seen: set[int] = set()
    waiting = [start]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        body = flow.body(current)
        if body.how in ("called", "deferred"):
            waiting += body.callers or (body.parent,)
        else:
            found.add(current)
    return frozenset(found)


def code_of(flow: Flow, launch: Launch) -> tuple[Step, ...]:
    """What the launched literal does itself, without closures that run elsewhere (trap T19); () for a function."""
    if launch.body < 0:
        return ()
    own = {body.start for body in flow.bodies if launch.body in runners(flow, body.start)}
    return tuple(step for step in flow.steps if step.body in own)


def captures(flow: Flow, launch: Launch, var: Var) -> bool:
    """Whether a variable lives outside the launched literal, so that the goroutine shares it with its launcher."""
    if launch.body < 0:
        return True
    if launch.body <= var.start < flow.body(launch.body).stop:
        return False
    # A literal of the launcher that the goroutine calls has variables of its own in every call.
    home = next((body for body in flow.bodies if body.start == var.body and body.parent >= 0), None)
    called = home is not None and not home.start <= launch.body < home.stop
    return not (called and launch.body in runners(flow, var.body))


def loop_variables_used(index: Index, launch: Launch) -> Iterator[tuple[Step, Var]]:
    """The steps of a launched literal that use a variable of a loop's header around the launch."""
    for step in code_of(index.flow(launch.function), launch):
        places = [step.place]
        if step.call is not None:
            places += [argument.place for argument in step.call.arguments]
        for place in places:
            if place is not None and place.root is not None and place.root.loop in launch.step.loops:
                yield step, place.root


# --- how many goroutines share a variable


def repeated(index: Index, launch: Launch, var: Var) -> bool:
    """Whether goroutines of this site may run at once and share the variable (traps T17 and T18).

    A variable that the loop around the site declares is another one in each iteration; that of a loop's header is so
    since Go 1.22. A site whose goroutine is joined before it is reached again starts one at a time.
    """
    if launch.many:
        return True
    flow = index.flow(launch.function)
    version = index.go_version(launch.function.path)
    spawns = (step for step in _chain(flow, launch.step, var) if may_run(step.span.start, step))
    return any(_same_again(flow, step, var, version) for step in spawns)


def outlasts_round(index: Index, launch: Launch, var: Var) -> bool:
    """Whether the site, when it is reached again, meets the same variable: nothing around it declares it anew."""
    return _same_again(index.flow(launch.function), launch.step, var, index.go_version(launch.function.path))


def _chain(flow: Flow, step: Step, var: Var) -> Iterator[Step]:
    """A SPAWN and those of the goroutines around it that do not declare the variable themselves."""
    current: Step | None = step
    while current is not None:
        yield current
        current = _around(flow, current, var)


def _around(flow: Flow, step: Step, var: Var) -> Step | None:
    """The SPAWN of the goroutine that a step runs in; None in the function's own, and where the variable is its own."""
    body = flow.body(step.body)
    while body.how in ("called", "deferred"):
        body = flow.body(body.parent)
    if body.how != "spawned" or body.start <= var.start < body.stop:
        return None
    return next((s for s in flow.steps if s.act is Act.SPAWN and s.span == body.site and s.body != step.body), None)


def _same_again(flow: Flow, spawn: Step, var: Var, version: tuple[int, int] | None) -> bool:
    body: Body = flow.body(spawn.body)
    loops = [*spawn.loops]
    while body.start != var.body and body.how in ("called", "deferred"):
        loops += body.loops
        body = flow.body(body.parent)
    if body.start != var.body and not _inside(flow, body, var):
        return not loops or any(not _declared_in(loop, spawn, var, version) for loop in loops)
    return any(not _declared_in(loop, spawn, var, version) for loop in loops)


def _inside(flow: Flow, body: Body, var: Var) -> bool:
    """Whether the variable is declared in the body that was reached, or in one that lies in it."""
    return body.start <= var.start < body.stop


def _declared_in(loop: int, spawn: Step, var: Var, version: tuple[int, int] | None) -> bool:
    """Whether each iteration of the loop has a variable of its own; what lies between loop and site is in the loop."""
    if not loop < var.start < spawn.span.start:
        return False
    return var.loop != loop or version is None or version >= (1, 22)
