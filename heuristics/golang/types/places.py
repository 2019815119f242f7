"""Expressions as places in memory and as values that steps carry."""

from __future__ import annotations

from heuristics.golang import known, tree
from heuristics.golang.model import (
    UNKNOWN,
    Array,
    Call,
    Element,
    FieldRef,
    Function,
    Hop,
    Map,
    Place,
    Pointer,
    Scope,
    Span,
    Type,
    Value,
    Var,
    pointee,
)
from heuristics.golang.types.infer import Inference
from heuristics.golang.types.meanings import Callee
from heuristics.golang.types.members import Member

# Name of a method -> what it does to a lock, and in which mode.
_LOCKING = {
    name: (act, mode)
    for act, table in (("acquire", known.ACQUIRE), ("try", known.TRY_ACQUIRE), ("release", known.RELEASE))
    for name, mode in table.items()
}


class Places:
    """Answers for the expressions of one function; each is computed once."""

    def __init__(self, inference: Inference) -> None:
        self.inference = inference
        self._places: dict[tree.Expr, Place | None] = {}
        self._variables: dict[Var, Place] = {}
        self._values: dict[tree.Expr, Value] = {}
        self._calls: dict[tree.Call, Call] = {}

    # --- places

    def place(self, expression: tree.Expr) -> Place | None:
        """The place that an expression denotes; None for a constant, an operation, a type or a function."""
        found = self._places.get(expression)
        if found is None and expression not in self._places:
            found = self._places[expression] = self._place(expression)
        return found

    def _place(self, expression: tree.Expr) -> Place | None:
        match expression:
            case tree.Name():
                meaning = self.inference.meanings.get(expression)
                return self._variable(meaning) if isinstance(meaning, Var) else None
            case tree.Selector():
                return self._selected(expression)
            case tree.Index(operand, indices):
                return self._element(expression, operand, indices)
            case tree.Unary("*", operand):
                inner = self.place(operand)
                if inner is None:
                    return None
                return Place(
                    inner.root,
                    inner.origin,
                    (*inner.path, Element("*")),
                    self.inference.text(expression),
                    self.inference.type_of(expression),
                    inner.names,
                )
            case tree.Unary("&", operand):
                return self.place(operand)
            case tree.Slicing(operand):
                return self.place(operand)
        return None

    def _variable(self, var: Var) -> Place:
        found = self._variables.get(var)
        if found is None:
            found = self._variables[var] = Place(var, "", (), var.name, var.type)
        return found

    def _base(self, operand: tree.Expr) -> Place:
        """The place before a selector or an index; a chain that starts at something else gets its text as origin."""
        if isinstance(operand, tree.Unary) and operand.operator in ("*", "&"):
            return self._base(operand.operand)
        found = self.place(operand)
        if found is not None:
            return found
        text = self.inference.text(operand)
        return Place(None, text, (), text, self.inference.type_of(operand))

    def _selected(self, selector: tree.Selector) -> Place | None:
        meaning = self.inference.meaning(selector)
        if meaning is not None:
            if isinstance(meaning, Var) and meaning.scope is Scope.GLOBAL:
                return Place(meaning, "", (), self.inference.text(selector), meaning.type)
            return None
        member = self.inference.member_of(selector)
        if member is not None and not member.field and (member.method or member.interface or _is_method(member.known)):
            return None
        base = self._base(selector.operand)
        hops: tuple[Hop, ...] = member.hops if member is not None else ()
        if member is None or member.field is None:
            hops = (*hops, FieldRef("?", selector.name))
        type_ = member.field.type if member is not None and member.field else UNKNOWN
        text = f"{base.text}.{selector.name}"
        return Place(base.root, base.origin, (*base.path, *hops), text, self._bound_type(selector, type_), base.names)

    def _bound_type(self, selector: tree.Selector, declared: Type) -> Type:
        inferred = self.inference.type_of(selector)
        return declared if inferred is UNKNOWN else inferred

    def _element(self, expression: tree.Expr, operand: tree.Expr, indices: tuple[tree.Expr, ...]) -> Place | None:
        if self.inference.meaning(expression) is not None:
            return None
        base = self._base(operand)
        index = ", ".join(self.inference.text(i) for i in indices)
        names = tuple(v for i in indices for v in self.variables_in(i))
        container = self.inference.types.underlying(self.inference.type_of(operand))
        element = Element(index, isinstance(container, Map), isinstance(container, Array))
        return Place(
            base.root,
            base.origin,
            (*base.path, element),
            f"{base.text}[{index}]",
            self.inference.type_of(expression),
            (*base.names, *names),
        )

    def method_place(self, callee: Callee) -> Place | None:
        """The place that a method works on: the receiver with the embedded fields on the way to the method."""
        if callee.receiver is None:
            return None
        base = self._base(callee.receiver)
        way = callee.member.way if callee.member is not None else ()
        if not way:
            return base
        hops = callee.member.hops[: len(way)] if callee.member is not None else ()
        return Place(base.root, base.origin, (*base.path, *hops), base.text, way[-1].type, base.names)

    def field_place(self, var: Var, member: Member) -> Place:
        """The place of a field, possibly promoted, of a variable."""
        assert member.field is not None
        return Place(var, "", member.hops, f"{var.name}.{member.field.name}", member.field.type)

    def range_value(self, operand: tree.Expr) -> Value:
        """What a range loop hands out: an element of its operand."""
        inner = self.value(operand)
        return Value("element", inner.span, place=inner.place, inner=inner)

    def variables_in(self, expression: tree.Expr) -> tuple[Var, ...]:
        """The local variables that an index mentions, as far as it is made of names, selectors and arithmetic."""
        match expression:
            case tree.Name():
                meaning = self.inference.meanings.get(expression)
                return (meaning,) if isinstance(meaning, Var) else ()
            case tree.Selector(operand) | tree.Unary(_, operand) | tree.Slicing(operand):
                return self.variables_in(operand)
            case tree.Index(operand, indices):
                return (*self.variables_in(operand), *(v for i in indices for v in self.variables_in(i)))
            case tree.Binary(_, left, right):
                return (*self.variables_in(left), *self.variables_in(right))
            case tree.Call(_, arguments):
                return tuple(v for a in arguments for v in self.variables_in(a))
        return ()

    # --- values

    def value(self, expression: tree.Expr) -> Value:
        """What an operand is."""
        found = self._values.get(expression)
        if found is None:
            found = self._values[expression] = self._value(expression)
        return found

    def _value(self, expression: tree.Expr) -> Value:
        span = self.inference.span(expression)
        type_ = self.inference.type_of(expression)
        if isinstance(expression, tree.Name | tree.Selector):  # nearly all are one of these
            return self._named_value(expression, span, type_)
        match expression:
            case tree.Composite():
                return Value("composite", span, type_, fields=self._fields(expression))
            case tree.FuncLit(start=start):
                return Value("literal", span, type_, body=start)
            case tree.Literal(_, text):
                return Value("constant", span, type_, text=text)
            case tree.Call():
                return self._call_value(expression, span, type_)
            case tree.Unary("&", operand):
                inner = self.value(operand)
                return Value(
                    "new" if inner.kind == "composite" else "address", span, type_, self.place(operand), inner=inner
                )
            case tree.Unary("*", operand):
                return Value("copy", span, type_, self.place(operand), inner=self.value(operand))
            case tree.TypeAssertion(operand):
                return Value("assertion", span, type_, inner=self.value(operand))
            case tree.Slicing(operand):
                return Value("slicing", span, type_, self.place(operand))
        return self._named_value(expression, span, type_)

    def _named_value(self, expression: tree.Expr, span: Span, type_: Type) -> Value:
        place = self.place(expression)
        if place is None and isinstance(expression, tree.Selector) and self.is_method(expression):
            member = self.inference.member_of(expression)
            method = member.method if member is not None else None
            return Value("method", span, type_, self._base(expression.operand), text=expression.name, function=method)
        meaning = self.inference.meaning(expression)
        return Value(
            "place" if place is not None else "other",
            span,
            type_,
            place,
            text=self.inference.text(expression),
            function=meaning if isinstance(meaning, Function) else None,
        )

    def is_method(self, selector: tree.Selector) -> bool:
        """Whether a selector is a method as a value, or what a call calls."""
        member = self.inference.member_of(selector)
        return member is not None and member.field is None

    def _call_value(self, expression: tree.Call, where: Span, type_: Type) -> Value:
        callee = self.inference.callee(expression)
        if callee.conversion is not None and len(expression.arguments) == 1:
            inner = self.value(expression.arguments[0])
            return Value("conversion", where, type_, inner.place, inner=inner)
        if callee.known in ("builtin.make", "builtin.new"):
            size = expression.arguments[1:2] if callee.name == "make" else ()
            return Value("new", where, type_, text=self.inference.text(size[0]) if size else "")
        return Value("call", where, type_, call=self.call(expression))

    def _fields(self, composite: tree.Composite) -> tuple[tuple[str, Value], ...]:
        out: list[tuple[str, Value]] = []
        declared = self.inference.types.fields(self.inference.type_of(composite))
        for i, (key, value) in enumerate(composite.elements):
            if isinstance(key, tree.Name):
                name = key.name
            elif key is None and i < len(declared):
                name = declared[i].name
            else:
                name = f"[{i}]" if key is None else f"[{self.inference.text(key)}]"
            out.append((name, self.value(value)))
        return tuple(out)

    def call(self, expression: tree.Call) -> Call:
        """A call as steps carry it."""
        found = self._calls.get(expression)
        if found is None:
            found = self._calls[expression] = self._call(expression)
        return found

    def _call(self, expression: tree.Call) -> Call:
        callee = self.inference.callee(expression)
        receiver: Value | None = None
        if callee.receiver is not None:
            place = self.method_place(callee)
            operand = self.value(callee.receiver)
            receiver = Value(
                operand.kind,
                operand.span,
                place.type if place is not None else operand.type,
                place,
                operand.call,
                operand.fields,
                operand.inner,
                operand.body,
                operand.text,
            )
        arguments = tuple(self.value(a) for a in expression.arguments)
        variable = self.place(expression.function) if callee.function is None and not callee.known else None
        if callee.member is not None and callee.member.field is not None:
            variable = self.place(expression.function)
        return Call(
            callee.name,
            arguments,
            receiver,
            callee.function,
            callee.known,
            callee.interface,
            callee.literal.start if callee.literal is not None else -1,
            variable,
        )

    # --- locks

    def lock(self, callee: Callee, arguments: tuple[tree.Expr, ...]) -> tuple[str, str, Place] | None:
        """(act, mode, lock) of a call that takes or releases a lock; act is acquire, try or release.

        A method called Lock or Unlock without arguments counts when its receiver is a lock, or when the receiver's type
        is unknown; a repository type's own Lock is an ordinary call when it takes a lock inside. With one argument it
        works on one of a collection of locks, when the type has such a Lock and Unlock.
        """
        if arguments:
            return self._keyed(callee, arguments)
        does = _LOCKING.get(callee.name)
        if does is None or callee.receiver is None:
            return None
        place = self._locked(callee)
        if place is None or not self._is_lock(place.type, callee):
            return None
        return *does, self._as_handed_over(place)

    def _keyed(self, callee: Callee, arguments: tuple[tree.Expr, ...]) -> tuple[str, str, Place] | None:
        does = _LOCKING.get(callee.name.removesuffix("Key"))
        if does is None or does[0] == "try" or len(arguments) > 1 or callee.receiver is None:
            return None
        base = self.method_place(callee)
        if base is None or not self.inference.types.locks_by_key(base.type, callee.name):
            return None
        key = self.inference.text(arguments[0])
        names = (*base.names, *self.variables_in(arguments[0]))
        return *does, Place(base.root, base.origin, (*base.path, Element(key)), f"{base.text}[{key}]", base.type, names)

    def _locked(self, callee: Callee) -> Place | None:
        """The lock that a method works on: a lock under another name is meant as a whole, and has the lock's type."""
        place = self.method_place(callee)
        if place is None or callee.member is None or callee.receiver is None:
            return place
        base, is_lock = self._base(callee.receiver), self.inference.types.lock_name
        types = [base.type, *(f.type for f in callee.member.way)]
        outer = next((n for n, type_ in enumerate(types) if is_lock(type_)), len(types) - 1)
        path = place.path[: len(base.path) + outer]
        return Place(place.root, place.origin, path, place.text, place.type, place.names)

    def _as_handed_over(self, lock: Place) -> Place:
        """A lock behind a pointer that a literal gets as an argument is the lock of whoever calls the literal."""
        root = lock.root
        if root is None or root.scope is not Scope.PARAMETER or not isinstance(root.type, Pointer):
            return lock
        arguments = self.inference.arguments.get(root.body, ())
        handed = self.place(arguments[root.position]) if root.position < len(arguments) else None
        if handed is None:
            return lock
        text = handed.text + lock.text.removeprefix(root.name)
        return Place(handed.root, handed.origin, (*handed.path, *lock.path), text, lock.type, handed.names)

    def _is_lock(self, type_: Type, callee: Callee) -> bool:
        types = self.inference.types
        if types.is_lock(type_) or types.is_unknown(type_):
            return True
        return (bool(callee.known) and pointee(type_) != type_) or callee.known.endswith(
            (".Lock", ".Unlock", ".RLock", ".RUnlock")
        )


def _is_method(known_name: str) -> bool:
    """Whether a library member that is not called is a method value; the types of sync have one field, Cond.L."""
    return known_name.startswith("sync") and not known_name.endswith(".L")
