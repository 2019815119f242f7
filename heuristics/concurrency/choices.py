"""Locks that a function takes on some of its paths on purpose: somebody else holds them otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable

from heuristics.golang.index import Index
from heuristics.golang.model import Act, Element, Function, Held, Scope, Step, Var

_NAME = re.compile(r"[^\W\d]\w*")
_SWITCH = re.compile(r"[^\W\d][\w.]*")  # a flag, with nothing that it is compared with


def chosen(index: Index, function: Function, step: Step) -> tuple[Held, ...]:
    """The locks that some of the paths hold which come to a step, and that the others need not take.

    They are taken where a parameter or a field of the receiver says so (`if lock { s.mu.Lock() }`), or where this lock
    of many is not the one that was taken last (`if slot != last { slots[slot].mu.Lock() }`).
    """
    found = dict.fromkeys(h for path in step.paths for h in path if h not in step.held)
    return tuple(held for held in found if _by_choice(index, function, step, held)) if found else ()


def switches_of(facts: Iterable[tuple[str, bool]]) -> tuple[str, ...]:
    """The variables and fields that are asked as they are, out of conditions as steps have them."""
    return tuple(text for text, _ in facts if _SWITCH.fullmatch(text))


def _by_choice(index: Index, function: Function, step: Step, held: Held) -> bool:
    taken = next((s for s in index.flow(function).steps if s.act is Act.ACQUIRE and s.span == held.span), None)
    if taken is None:
        return False
    facts = taken.facts - step.facts
    switches = {text.partition(".")[0] for text in switches_of(facts)}
    if any(name in switches for name in _told(index, function)):
        return True
    picks = {hop.text for hop in held.place.path if isinstance(hop, Element)}
    return any(" == " in text and not picks.isdisjoint(_NAME.findall(text)) for text, _ in facts)


def _told(index: Index, function: Function) -> tuple[str, ...]:
    """The names of what the function was handed."""
    variables: tuple[Var, ...] = index.variables(function)
    return tuple(v.name for v in variables if v.scope in (Scope.PARAMETER, Scope.RECEIVER))
