"""The values that the Go front end hands out: places in files, types, variables, places in memory, steps."""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from functools import cached_property
from typing import TypeAlias

from heuristics.golang.frozen import frozen
from heuristics.golang.outline import FuncSpec


@frozen(order=True)
class Span:
    """A piece of a file. Lines and columns are 1-based, columns count bytes, end is exclusive.

    start and stop are byte offsets.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    stop: int


# --- types ---------------------------------------------------------------------------------------------------------


@frozen()
class Unknown:
    """What text alone cannot tell; it never makes a finding louder."""


@frozen()
class Basic:
    """A predeclared type: bool, string, int, ..., error, any; also the type parameters of the function at hand."""

    name: str


@frozen()
class Named:
    """A declared type. package: the key of its package, see Package; a local type has its place in its name."""

    package: str
    name: str
    arguments: tuple[Type, ...] = ()

    @property
    def key(self) -> str:
        """`package.Name`, without type arguments."""
        return f"{self.package}.{self.name}"


@frozen()
class Pointer:
    element: Type


@frozen()
class Slice:
    element: Type


@frozen()
class Array:
    element: Type


@frozen()
class Map:
    key: Type
    value: Type


@frozen()
class Chan:
    element: Type


@frozen()
class Func:
    parameters: tuple[Type, ...]
    results: tuple[Type, ...]
    variadic: bool = False


@frozen()
class Field:
    """A field of a struct. owner: key of the struct type that declares it."""

    owner: str
    name: str
    type: Type
    embedded: bool = False
    notes: tuple[tuple[str, str], ...] = ()


@frozen()
class Struct:
    fields: tuple[Field, ...]


@frozen()
class Interface:
    methods: tuple[tuple[str, Func], ...]
    embeds: tuple[Type, ...] = ()


@frozen()
class Tuple:
    """The results of a call that has not exactly one."""

    types: tuple[Type, ...]


Type: TypeAlias = Unknown | Basic | Named | Pointer | Slice | Array | Map | Chan | Func | Struct | Interface | Tuple
UNKNOWN = Unknown()


def pointee(type_: Type) -> Type:
    """The type behind a pointer, else the type itself."""
    return type_.element if isinstance(type_, Pointer) else type_


# --- declarations --------------------------------------------------------------------------------------------------


@frozen(eq=False)
class Function:
    """A function or method of the snapshot; one object per declaration and index, compared by identity.

    package: key of its package. receiver: name of the receiver's type, "" for a function. test: in a _test.go file.
    """

    package: str
    folder: str
    package_name: str
    path: str
    name: str
    receiver: str
    pointer: bool
    spec: FuncSpec
    test: bool

    @property
    def symbol(self) -> str:
        """`Type.Method` or `Func`."""
        return f"{self.receiver}.{self.name}" if self.receiver else self.name

    @property
    def owner(self) -> str:
        """Key of the receiver's type, "" for a function."""
        return f"{self.package}.{self.receiver}" if self.receiver else ""


class Scope(Enum):
    """Where a variable is declared."""

    GLOBAL = "global"
    RECEIVER = "receiver"
    PARAMETER = "parameter"
    RESULT = "result"
    LOCAL = "local"


@frozen(eq=False)
class Var:
    """A variable, compared by identity.

    start: offset of its declaration in its file. body: offset of the function or literal that declares it (-1: global).
    position: number of the parameter. package: key of its package, for a global. loop: offset of the loop whose header
    declares it; before Go 1.22 its iterations share the variable.
    """

    name: str
    scope: Scope
    type: Type
    start: int
    body: int
    position: int = -1
    package: str = ""
    loop: int = -1


# --- places in memory ----------------------------------------------------------------------------------------------


@frozen()
class FieldRef:
    """A selected field; owner "?" when the struct is unknown. pointer: the field holds a pointer."""

    owner: str
    name: str
    pointer: bool = field(default=False, compare=False)

    @property
    def key(self) -> str:
        """`package.Type.field`."""
        return f"{self.owner}.{self.name}"


@frozen()
class Element:
    """An element of a map, slice or array; text is the index as written, "" for a range or a callback over all.

    inside: of an array, whose elements lie in the variable or field itself.
    """

    text: str
    of_map: bool = field(default=False, compare=False)
    inside: bool = field(default=False, compare=False)


Hop: TypeAlias = FieldRef | Element


@frozen(slots=False)
class Place:
    """A variable or what is reached from one by selectors and indices; promoted fields are spelled out in path.

    root is None when the chain starts at something else (the result of a call); origin is then its text. text: as
    written. names: the variables that indices mention. A place is compared by root and path.
    """

    root: Var | None
    origin: str
    path: tuple[Hop, ...]
    text: str = field(compare=False)
    type: Type = field(compare=False)
    names: tuple[Var, ...] = field(default=(), compare=False)

    @cached_property
    def field(self) -> FieldRef | None:
        """The field that the chain ends with."""
        last = self.path[-1] if self.path else None
        return last if isinstance(last, FieldRef) else None

    @cached_property
    def base(self) -> tuple[Var | None, str, tuple[Hop, ...]]:
        """Everything before the last hop: two fields of one struct value have equal bases."""
        return self.root, self.origin, self.path[:-1]

    def under(self, other: Place) -> bool:
        """Whether this place is `other` or lies inside it."""
        return (self.root, self.origin) == (other.root, other.origin) and self.path[: len(other.path)] == other.path


# --- steps ---------------------------------------------------------------------------------------------------------


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
        return next(body for body in self.bodies if body.start == start)
