"""A field is accessed without the lock that its comment names.

Whoever wrote the struct said which lock guards the field, on the field or on the lock; other code keeps to it, and this
access does not. A reader without the lock can see a value that is half written or stale for ever, a writer without it
races with everybody who relies on the comment. Such accesses come with later changes: a log line, a getter, a status
page that was added far away from the declaration.

Take the lock around the access, or call the helper that does. If the comment is wrong, correct it.

WRONG

```go
type session struct {
        mu    sync.Mutex // guards peers
        peers []string
}

func (s *session) Join(p string) { s.mu.Lock(); defer s.mu.Unlock(); s.peers = append(s.peers, p) }
func (s *session) Size() int     { return len(s.peers) }
```

RIGHT

```go
func (s *session) Size() int {
        s.mu.Lock()
        defer s.mu.Unlock()
        return len(s.peers)
}
```

**Limits.** The comment must name the lock ("guarded by mu") or list the fields ("mu protects peers", "protects the
fields below"), and some function must access the field under that lock. A read counts only when somebody changes the
field after its object was made. Fresh objects, helpers whose callers hold the lock, the goroutine that alone writes the
field, code after a wait, and accesses with a comment of their own on the lock stay silent.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.harmless import ends
from heuristics.concurrency.remedies import lock_taken
from heuristics.concurrency.suspects import Suspect, harmless, suspects_of
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index

TIER = Tier.A
SEVERITY = Severity.WARNING
IN_TESTS = False
YIELDS_TO = ("guarded-read-after-unlock",)


def check(index: Index) -> Iterator[Found]:
    for package in index.packages():
        for suspect in suspects_of(index, package.key):
            guard = suspect.guard
            if guard.by == "comment" and (guard.locked if suspect.access.write else guard.changes):
                yield _found(index, suspect)


def _found(index: Index, suspect: Suspect) -> Found:
    guard, access = suspect.guard, suspect.access
    function, name = access.function, guard.field.name
    against = guard.locked if access.write else guard.changes
    witness = next((other for other in against if other.function is not function), against[0])
    who, does = f"`{witness.function.symbol}`", "changes" if witness.write else "reads"
    return Found(
        span=access.span,
        message=f"The comment says `{name}` is guarded by `{guard.name}`, but this access does not hold it.",
        symbol=function.symbol,
        variable=suspect.variable,
        related=(Related(witness.span, f"{who} {does} `{name}` under `{guard.name}`"),),
        story=(
            Related(witness.span, f"one goroutine holds `{guard.name}` and {does} `{name}`"),
            Related(
                access.span,
                f"another one {'changes' if access.write else 'reads'} it in `{function.symbol}` without that lock",
            ),
        ),
        evidence=("a comment names the guard", f"{len(guard.locked)} of {guard.total} accesses hold `{guard.name}`"),
        tier=Tier.B if ends(function) else None,
        fix=_fix(index, suspect),
        silent_because=_silence(index, suspect),
    )


def _silence(index: Index, suspect: Suspect) -> str:
    guard = suspect.guard
    bare = {other.function for other in guard.bare}
    if len(bare) > 1 and len(bare) >= len(guard.functions):
        return "as many functions do without the lock as with it: the comment means something else"
    return harmless(index, suspect)


def _fix(index: Index, suspect: Suspect) -> Fix:
    call, changes = lock_taken(index, suspect.access, suspect.guard)
    edits = tuple(Edit(suspect.access.span.path, *change) for change in changes)
    return Fix(f"take {call or suspect.guard.name} around it", edits)
