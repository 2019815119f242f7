"""Wait is called on a condition variable whose lock is not held.

Wait gives the lock back before it sleeps, and takes it again when it wakes up. Without the lock that is the release
of a lock that nobody holds: "fatal error: sync: unlock of unlocked mutex", which cannot be recovered from.

Take the lock before the loop that tests the condition.

WRONG

```go
for !q.ready {
        q.cond.Wait() // gives back what was never taken
}
```

RIGHT

```go
q.mu.Lock()
for !q.ready {
        q.cond.Wait()
}
q.mu.Unlock()
```

**Limits.** The function must give the lock back before on every path, run as a goroutine, or have callers none of
which holds a lock. A function that says in its name or comment that the lock is held stays silent, and so does a
goroutine to which the lock is left: by who starts it and waits, or does not give the lock back.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.conds import entered_locked, held_at, using
from heuristics.concurrency.launches import runners
from heuristics.engine.finding import Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Flow, Function, Place, Span, Step

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every Wait that a path reaches without the lock of the condition variable."""
    for function, wait, cond in using(index, "Wait"):
        if any(held_at(index, function, cond, path) for path in wait.paths):
            continue
        before = _bare(index, function, wait, cond)
        if before is not None:
            yield _found(function, wait, cond, *before)


def _bare(index: Index, function: Function, wait: Step, cond: Place) -> tuple[Span, str] | None:
    """Where it is seen that the lock is not held, and how; None when nobody can tell."""
    given = next((hold for hold in wait.released if held_at(index, function, cond, (hold,))), None)
    if given is not None:
        return given.span, "the lock that was taken here has been given back"
    flow = index.flow(function)
    homes = runners(flow, wait.body)
    started = [flow.body(start) for start in homes if start != function.spec.start]
    if started and all(body.how == "spawned" and body.site is not None for body in started):
        site = started[0].site
        if site is None or _handed_over(index, flow, site, cond):
            return None
        return site, "the goroutine begins here, with no lock"
    if started or entered_locked(index, function, cond):
        return None
    sites = index.callers(function)
    calls = all(site.step.act in (Act.CALL, Act.SPAWN) for site in sites)
    if not sites or not calls or any(entered_locked(index, site.caller, cond) for site in sites):
        return None
    return sites[0].step.span, "it is called here, with no lock"


def _handed_over(index: Index, flow: Flow, site: Span, cond: Place) -> bool:
    """Whether who starts a goroutine, or its caller, holds the lock, and leaves it to the goroutine.

    It does when it waits for something then, or has taken the lock and does not give it back itself.
    """
    function = flow.function
    spawn = next((s for s in flow.steps if s.act is Act.SPAWN and s.span == site), None)
    if spawn is None:
        return False
    behind = [s for s in flow.steps if s.body == spawn.body and (s.deferred or s.span.start >= site.stop)]
    waits = any(s.act is Act.RECEIVE or (s.call is not None and s.call.name == "Wait") for s in behind)
    if waits and entered_locked(index, function, cond):
        return True
    places = {h.place for path in spawn.paths for h in path if held_at(index, function, cond, (h,))}
    return bool(places) and (waits or not any(s.act is Act.RELEASE and s.place in places for s in behind))


def _found(function: Function, wait: Step, cond: Place, where: Span, why: str) -> Found:
    locker = f"{cond.text}.L"
    return Found(
        span=wait.span,
        message=f"Wait unlocks `{locker}`, which is not held here: fatal error.",
        symbol=function.symbol,
        variable=cond.text,
        related=(Related(where, why),),
        story=(
            Related(where, f"{why[0].upper()}{why[1:]};"),
            Related(wait.span, f"Wait gives `{locker}` back, which nobody holds: the program ends."),
        ),
        evidence=("no path that is seen holds the lock of the condition variable",),
        fix=Fix(f"take `{locker}` before the loop that waits, and give it back behind it", ()),
    )
