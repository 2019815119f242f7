"""A goroutine and the code that goes on after its start use one field, and no lock keeps them apart.

A constructor or a Start method starts a goroutine that works on the object. Its caller goes on with the same object
while the goroutine runs. When one of the two assigns a field, or changes a map, and the other uses it, they race unless
both hold the same lock. The two places are often several calls apart: each function looks right by itself, and only
who starts whom shows that they run at the same time. To close a channel and to set its field to nil is such a case: a
goroutine that looks at the field afterwards waits on nil for ever.

Hold one lock in both places, finish the changes before the goroutine is started, or wait for the goroutine first.

WRONG

```go
func (s *source) Start() {
        go func() {
                for {
                        select {
                        case <-s.done:
                                return
                        case event := <-s.events:
                                s.handle(event)
                        }
                }
        }()
}

func (s *source) Stop() {
        close(s.done)
        s.done = nil // the goroutine may look at s.done now
}

func replay(s *source) {
        s.Start()
        s.feed()
        s.Stop()
}
```

RIGHT

```go
func (s *source) Stop() {
        close(s.done) // once is enough, nobody needs the field afterwards
}
```

**Limits.** One function must bring about both: it starts the goroutine, itself or by a call, and touches the object
afterwards, itself, by a call, or in a second goroutine. Whatever comes after a wait or a receive is left out on both
sides, and so is what runs under a lock that cannot be compared, what an atomic flag or closed channel follows, and
what a comment leaves to one goroutine. The cases of one switch do not meet. What the goroutine does in another
package, more than three calls away, is listed: the farther it goes, the less the text tells that it comes that way.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.atomics import atomic_operand
from heuristics.concurrency.contacts import Contact
from heuristics.concurrency.encounters import Encounter, encounters_of
from heuristics.concurrency.joins import is_atomic
from heuristics.concurrency.spawners import hosts
from heuristics.engine.finding import Found, Related, Severity, Tier
from heuristics.golang.comments import SINGLE
from heuristics.golang.index import Index
from heuristics.golang.model import Act, FieldRef, Function

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO = (
    "goroutine-map-write",
    "goroutine-shared-var-write",
    "goroutine-named-result-capture",
    "guarded-field-unlocked-read",
    "guarded-field-unlocked-write",
    "unguarded-field-in-concurrent-type",
    "unguarded-map-in-concurrent-type",
)

_FAR = 3  # calls from the start of a goroutine


def check(index: Index) -> Iterator[Found]:
    told: set[frozenset[Function]] = set()  # two functions that meet in several fields are one cause
    for function in hosts(index):
        for encounter in encounters_of(index, function):
            pair = frozenset({encounter.inside.function, encounter.outside.function})
            if pair not in told:
                told.add(pair)
                yield _found(index, encounter, _accused(encounter))


def _accused(encounter: Encounter) -> Contact:
    """The touch without a lock; of two such the one that changes the field."""
    inside, outside = encounter.inside, encounter.outside
    if bool(inside.locks) != bool(outside.locks):
        return outside if inside.locks else inside
    return outside if outside.write else inside


def _ordered(index: Index, encounter: Encounter) -> str:
    """What orders the two touches although no lock does; "" when nothing in the text says so."""
    contacts = (encounter.inside, encounter.outside)
    if any(kind == SINGLE for c in contacts for kind, _ in c.function.spec.notes):
        return "a comment says that one goroutine at a time comes there"
    for contact in contacts:
        if contact.write and _published_after(index, contact):
            return "trap T18: an atomic flag tells, or a closed channel, that the value is there"
    return ""


def _published_after(index: Index, contact: Contact) -> bool:
    """Whether the function sets an atomic flag, or closes a channel, of the same struct right after its change."""
    owner = next((hop.owner for hop in reversed(contact.way) if isinstance(hop, FieldRef)), "")
    for step in index.flow(contact.function).steps:
        if step.deferred or step.span.start < contact.span.stop:
            continue
        place = step.place if step.act is Act.CLOSE else atomic_operand(step)
        if place is None and is_atomic(step) and step.call is not None and step.call.receiver is not None:
            place = step.call.receiver.place
        if place is not None and place.field is not None and place.field.owner == owner:
            return True
    return False


def _found(index: Index, encounter: Encounter, accused: Contact) -> Found:
    inside, outside = encounter.inside, encounter.outside
    other = inside if accused is outside else outside
    name = f"{encounter.field.owner.rpartition('.')[2]}.{encounter.field.name}"
    assert inside.launch is not None
    runs = f"the goroutine started for `{encounter.variable.name}`"
    beside = f"`{encounter.function.symbol}` goes on"
    does, met = ("changed" if accused.write else "read"), ("changes" if other.write else "reads")
    message = (
        f"`{name}` is {does} here while {runs} {met} it, and no common lock keeps them apart."
        if accused is outside
        else f"`{name}` is {does} in {runs} while the code that goes on {met} it, and no common lock keeps them apart."
    )
    return Found(
        span=accused.span,
        message=message,
        symbol=accused.function.symbol,
        variable=name,
        related=(
            Related(other.span, f"`{name}` is {'changed' if other.write else 'read'} here at the same time"),
            Related(inside.launch, "the goroutine is started here"),
            Related(encounter.step.span, f"{beside} here"),
        ),
        story=(
            Related(encounter.start.span, f"`{encounter.function.symbol}` brings the goroutine about here"),
            Related(inside.span, f"the goroutine comes here{_later(inside)}"),
            Related(outside.span, f"{beside} and comes here{_later(outside)}"),
        ),
        evidence=("nothing is waited for in between", "the two places share no lock"),
        tier=Tier.B if _is_far(encounter) else None,
        silent_because=_ordered(index, encounter),
    )


def _is_far(encounter: Encounter) -> bool:
    """Whether the goroutine comes there in another package, many calls later: which ways it takes is hardly seen."""
    inside = encounter.inside
    return _calls(inside) > _FAR and inside.function.package != encounter.function.package


def _calls(contact: Contact) -> int:
    return len(contact.chain) - 1


def _later(contact: Contact) -> str:
    """How many calls lie between a start and a touch, in words."""
    calls = _calls(contact)
    return f", {calls} call{'s' if calls > 1 else ''} later" if calls else ""
