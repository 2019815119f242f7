"""The state of one path through a body, and how acts change it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain
from typing import Concatenate, ParamSpec

from heuristics.golang import tree
from heuristics.golang.frozen import frozen
from heuristics.golang.model import Held, Place, Var

_Given = ParamSpec("_Given")
# A function with more states than this is left alone: its locking is decided by data, not by text.
MAX_STATES = 64


class GaveUp(Exception):
    """The function cannot be followed; the argument says why, in words for `why-silent`."""


@frozen()
class Deferred:
    """A deferred call, with the body that registered it."""

    call: tree.Expr
    body: int


@frozen()
class State:
    """One path. facts: conditions known to hold or not, by text. tries: locals that say whether a TryLock succeeded.

    live: offsets of the launch sites whose goroutines nothing on the path has waited for; ~offset for one that was
    reached in an earlier round of a loop around it.
    """

    held: tuple[Held, ...] = ()
    deferred: tuple[Deferred, ...] = ()
    released: tuple[Held, ...] = ()
    facts: frozenset[tuple[str, bool]] = frozenset()
    tries: tuple[tuple[Var, Held], ...] = ()
    live: frozenset[int] = frozenset()

    def holds(self, place: Place) -> Held | None:
        """The hold on this lock that was taken last."""
        return next((h for h in reversed(self.held) if h.place == place), None)

    def _with(self, held: tuple[Held, ...], released: tuple[Held, ...]) -> State:
        """With other locks, which others may have had meanwhile: what was known about fields is no longer known."""
        return State(held, self.deferred, released, _without_fields(self.facts), self.tries, self.live)

    def _beside(self, live: frozenset[int]) -> State:
        return State(self.held, self.deferred, self.released, self.facts, self.tries, live)

    def acquire(self, held: Held) -> State:
        """After the lock was taken; what was known about fields is no longer known.

        A lock that this path holds already deadlocks here: no second hold is kept. A read lock counts once more, but
        only once for each place in the text, so that loops reach their fixpoint.
        """
        kept = tuple(h for h in self.held if not (h.unsure and h.place == held.place))
        if any(
            h.place == held.place and h.mode == held.mode and (held.mode == "W" or h.span == held.span) for h in kept
        ):
            return self._with(kept, self.released)
        released = tuple(h for h in self.released if h.place != held.place)
        return self._with((*kept, held), released)

    def release(self, place: Place, mode: str) -> State:
        """After the lock was released; a lock that is not held is nobody's business here."""
        matching = [h for h in self.held if h.place == place]
        hold = next((h for h in reversed(matching) if h.mode == mode), matching[-1] if matching else None)
        if hold is None:
            return self.called()
        held = list(self.held)
        del held[max(i for i, h in enumerate(held) if h is hold)]
        released = (
            self.released if hold.entered or hold.unsure else (*(h for h in self.released if h.place != place), hold)
        )
        return self._with(tuple(held), released)

    def loses(self, start: int, stop: int) -> bool:
        """Whether a lock is held that is named by a variable which is declared between these offsets."""
        names = ((h.place.root, *h.place.names) for h in self.held)
        return any(var is not None and start <= var.start < stop for group in names for var in group)

    def doubt(self, place: Place) -> State:
        """After a call that gives the lock back on some of its paths only."""
        if not any(h.place == place for h in self.held):
            return self
        return replace(self, held=tuple(replace(h, unsure=True) if h.place == place else h for h in self.held))

    def panicked(self) -> State:
        """In a deferred body, behind a panic that it recovered: the lock that was taken may be held or given back."""
        perhaps = (replace(h, unsure=True) for h in (*self.held, *self.released))
        return replace(self, held=tuple(dict.fromkeys(perhaps)), released=())

    def forget(self, var: Var) -> State:
        """After a variable got another value: what was said with its old value says nothing now."""
        if not (self.held or self.released or self.facts or self.tries):
            return self
        held = tuple(h for h in self.held if not _uses(h.place, var))
        released = tuple(h for h in self.released if not _uses(h.place, var))
        facts = frozenset(f for f in self.facts if not _mentions(f[0], var.name))
        tries = tuple(t for t in self.tries if t[0] is not var)
        if (held, released, facts, tries) == (self.held, self.released, self.facts, self.tries):
            return self
        return State(held, self.deferred, released, facts, tries, self.live)

    def launched(self, site: int) -> State:
        """After a goroutine was started at this offset."""
        return self if site in self.live else self._beside(self.live | {site})

    def next_round(self, start: int, stop: int) -> State:
        """At the head of a loop, or in a literal, that covers these offsets: what it launched is of an old round."""
        if not self.live:
            return self
        live = frozenset(~site if start <= site < stop else site for site in self.live)
        return self if live == self.live else self._beside(live)

    def joined(self, feeding: int = -1) -> State:
        """After a wait or a receive: the goroutines so far may be done.

        feeding: offset of a receive of work, which says nothing of the goroutines that are started for it further down.
        """
        if not self.live:
            return self
        kept = frozenset(site for site in self.live if max(site, ~site) > feeding) if feeding >= 0 else frozenset()
        return self if kept == self.live else self._beside(kept)

    def while_running(self, sites: frozenset[int]) -> State:
        """With no other goroutines than those of these sites: a callback waited for the rest."""
        return self if self.live <= sites else self._beside(self.live & sites)

    def called(self) -> State:
        """After a call of anything: fields may have changed."""
        if not self.facts:
            return self
        facts = _without_fields(self.facts)
        if facts is self.facts:
            return self
        return State(self.held, self.deferred, self.released, facts, self.tries, self.live)

    def learn(self, fact: str, value: bool) -> State | None:
        """With a condition known; None when the path already knows the opposite."""
        if (fact, not value) in self.facts:
            return None
        if (fact, value) in self.facts:
            return self
        facts = self.facts | {(fact, value)}
        state = State(self.held, self.deferred, self.released, facts, self.tries, self.live)
        for var, held in self.tries:
            if var.name == fact and value:
                return state.acquire(held)
        return state


def merge(*groups: Iterable[State]) -> tuple[State, ...]:
    """The states of all groups, one for each set of locks that a path may hold; raises GaveUp above the bound.

    Paths that hold the same locks become one path that knows what all of them know: a condition is remembered for as
    long as it tells locksets apart (property simulation: Das, Lerner and Seigle, ESP, PLDI 2002).
    """
    states = tuple(chain.from_iterable(groups))
    if len(states) < 2 or (len(states) == 2 and states[0] is states[1]):
        return states[:1]
    merged: dict[tuple[object, ...], State] = {}
    for state in states:
        key = state.held, state.deferred, state.tries
        other = merged.setdefault(key, state)
        if other is not state and other != state:
            merged[key] = _joined(other, state)
    if len(merged) > MAX_STATES:
        raise GaveUp(f"more than {MAX_STATES} lock states")
    return tuple(merged.values())


def each(
    states: tuple[State, ...],
    change: Callable[Concatenate[State, _Given], State],
    *args: _Given.args,
    **kwargs: _Given.kwargs,
) -> tuple[State, ...]:
    """The states after the same change of all of them, merged; most paths are one, and most acts change nothing."""
    if len(states) == 1:
        changed = change(states[0], *args, **kwargs)
        return states if changed is states[0] else (changed,)
    return merge([change(state, *args, **kwargs) for state in states])


def _joined(one: State, other: State) -> State:
    released = (*one.released, *(h for h in other.released if h not in one.released))
    return State(one.held, one.deferred, released, one.facts & other.facts, one.tries, one.live | other.live)


def _without_fields(facts: frozenset[tuple[str, bool]]) -> frozenset[tuple[str, bool]]:
    kept = [fact for fact in facts if "." not in fact[0]]
    return facts if len(kept) == len(facts) else frozenset(kept)


def _uses(place: Place, var: Var) -> bool:
    return place.root is var or var in place.names


def _mentions(text: str, name: str) -> bool:
    position = text.find(name)
    while position >= 0:
        before, after = text[position - 1 : position], text[position + len(name) : position + len(name) + 1]
        if not (before.isalnum() or before in ("_", ".")) and not (after.isalnum() or after == "_"):
            return True
        position = text.find(name, position + 1)
    return False
