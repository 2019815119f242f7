"""What a function does: steps, bodies, flows."""

from __future__ import annotations

from enum import Enum

from heuristics.golang.frozen import frozen
from heuristics.golang.model.declarations import Function, Span, Var
from heuristics.golang.model.places import Place
from heuristics.golang.model.types import UNKNOWN, Type


class Act(Enum):
    """What a step does. WRITE replaces a value; MUTATE changes it in place (element, ++, delete, own append).
    ROUND ends a round of a loop while a lock is held that only this round can name."""

    READ = "read"
    WRITE = "write"
    MUTATE = "mutate"
    DECLARE = "declare"
    CALL = "call"
    ACQUIRE = "acquire"
    RELEASE = "release"
    SPAWN = "spawn"
    SEND = "send"
    RECEIVE = "receive"
    CLOSE = "close"
    RETURN = "return"
    MAKE = "make"
    ROUND = "round"

    __hash__ = object.__hash__  # members are single objects; an Enum's own hash is that of its name, in Python


@frozen()
class Held:
    """A lock that is held. mode: "W" or "R". span: where it was taken. entered: it was held when the body began.

    unsure: a call on the way gave it back on some of its paths, and kept it on others.
    """

    place: Place
    mode: str
    span: Span
    entered: bool = False
    unsure: bool = False


@frozen()
class Value:
    """What an operand is, as far as a heuristic may ask.

    kind: place, composite, call, literal (a function literal), new (make, new, &T{}), constant, copy (*x), method (x.M
    as a value: place is x, text is M), address, conversion, assertion, slicing, element (of a range), other.
    fields: of a composite, by field name ("" and position text for unkeyed ones). inner: the operand of & or of a copy.
    body: offset of a function literal. text: of a place or constant as written, of a make its size. function: the
    declaration that a method value or a function's name means.
    """

    kind: str
    span: Span
    type: Type = UNKNOWN
    place: Place | None = None
    call: Call | None = None
    fields: tuple[tuple[str, Value], ...] = ()
    inner: Value | None = None
    body: int = -1
    text: str = ""
    function: Function | None = None


@frozen()
class Call:
    """A call. known: `sync.WaitGroup.Add` or `sort.Slice` for a function outside the repository whose package or
    receiver type is known, and for the builtins ("builtin.append"). receiver: the operand before the method name.
    function: the declaration when exactly one is meant; interface: the method is called through an interface (or a
    type that is unknown), so that candidates are all methods of that name."""

    name: str
    arguments: tuple[Value, ...]
    receiver: Value | None = None
    function: Function | None = None
    known: str = ""
    interface: bool = False
    literal: int = -1
    variable: Place | None = None


@frozen()
class Step:
    """One act of a body.

    held: on every path that reaches it. paths: the distinct locksets of those paths. released: locks that the body took
    and released before, on some path, and does not hold. body: offset of the function or literal that the act stands
    in. loops: offsets of the loops around it inside that body, outermost first. deferred: runs when the body ends.
    value: what is written, sent, declared or made; values: what is returned. left: for a RETURN, the distinct locksets
    that remain once the deferred calls have run. select: offset of the select that a SEND or RECEIVE is an arm of;
    blocking: False for an arm beside a default. running: offsets of the SPAWN steps whose goroutines may still run, as
    nothing on some path has waited since; ~offset for one that an earlier round of a loop started. facts:
    conditions over locals that hold on every path. freed: for a RELEASE, the holds that the body itself took and gave
    back before, on paths that do not hold the lock here.
    """

    act: Act
    span: Span
    place: Place | None
    held: tuple[Held, ...]
    paths: tuple[tuple[Held, ...], ...]
    released: tuple[Held, ...]
    body: int
    loops: tuple[int, ...]
    deferred: bool = False
    call: Call | None = None
    value: Value | None = None
    values: tuple[Value, ...] = ()
    left: tuple[tuple[Held, ...], ...] = ()
    select: int = -1
    blocking: bool = True
    running: tuple[int, ...] = ()
    facts: frozenset[tuple[str, bool]] = frozenset()
    freed: tuple[Held, ...] = ()


@frozen()
class Body:
    """A function body or a literal's. start: its offset, the name that steps use.

    how: main (the function itself), called (in place, or by a callee that calls it before it returns), deferred,
    spawned (by a go statement or a known launcher), value (stored, returned or passed to an unknown callee).
    parent: offset of the body around it, -1 for main. site: where it is spawned or handed over. loops: of the parent,
    around the site. variable: the local that a literal is first assigned to. callers: the bodies that run a called or
    deferred one, parent among them. many: the callee that it is handed to starts several goroutines of it. sites: all
    places that spawn a spawned one, site the first of them.
    """

    start: int
    stop: int
    how: str
    parent: int
    site: Span | None
    loops: tuple[int, ...]
    variable: Var | None = None
    callers: tuple[int, ...] = ()
    many: bool = False
    sites: tuple[Span, ...] = ()


@frozen()
class Flow:
    """What a function does, act by act, in source order. gave_up: why it was not analysed, "" when it was."""

    function: Function
    bodies: tuple[Body, ...]
    steps: tuple[Step, ...]
    gave_up: str = ""

    def body(self, start: int) -> Body:
        """The body with this offset."""
        for body in self.bodies:
            if body.start == start:
                return body
        raise KeyError(start)
