"""What a call of the standard library, or of a container that is known, changes in place."""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.golang import known
from heuristics.golang.model import Call, Element, Place, Value


def changed_by(call: Call) -> Iterator[Place]:
    """The places that a call changes in place, other than builtins: its receiver, or what an argument refers to."""
    if call.known in known.MUTATORS and call.receiver is not None and (place := call.receiver.place) is not None:
        is_map = call.known.rpartition(".")[0] in known.MAP_TYPES
        yield _element(place, call.arguments[0].text if call.arguments else "", True) if is_map else place
    elif call.known in known.REORDERS and call.arguments and (place := _behind(call.arguments[0])) is not None:
        yield _element(place, "", False)
    elif call.known in known.HEAPS and call.arguments and (place := _behind(call.arguments[0])) is not None:
        yield place


def _behind(value: Value) -> Place | None:
    """The place that an argument names, by its address or in a conversion too: `sort.Sort(byName(s.items))`."""
    return value.place if value.place is not None or value.inner is None else _behind(value.inner)


def _element(place: Place, text: str, of_map: bool) -> Place:
    path = (*place.path, Element(text, of_map))
    return Place(place.root, place.origin, path, place.text, place.type, place.names)
