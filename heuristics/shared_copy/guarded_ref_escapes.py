"""A guarded map or slice leaves its lock.

The getter takes the lock, returns the map itself, and releases the lock: what the caller holds is the very map that
others go on changing under the lock. The caller's loop and a writer meet, and Go ends the process with "concurrent map
iteration and map write"; of a slice whose elements are changed in place the caller reads half of a change. A struct
that is returned by value takes its maps and slices along in the same way. And so does a local: `nodes := r.nodes`, or a
copied struct, copies no map, and after the release it is used without protection.

Return a copy that is made under the lock.

WRONG

```go
func (r *Registry) All() map[string]Node {
        r.mu.RLock()
        defer r.mu.RUnlock()
        return r.nodes // the lock is gone when the caller ranges over it
}
```

RIGHT

```go
func (r *Registry) All() map[string]Node {
        r.mu.RLock()
        defer r.mu.RUnlock()
        return maps.Clone(r.nodes)
}
```

**Limits.** A comment is made only when some function of the package changes elements in place under the lock and a
caller looks into the result with no lock held. A map or slice that is only ever replaced as a whole may be handed out,
and so may one that the method replaces as it hands it out.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.aftermath import Aftermath, aftermaths_of
from heuristics.concurrency.escapes import Escape, Use, escapes_of, uses_of
from heuristics.concurrency.guards import beside_the_product
from heuristics.concurrency.locks import InPlace, functions_with
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import Field, Function, Map

TIER = Tier.B
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO: tuple[str, ...] = ()


def check(index: Index) -> Iterator[Found]:
    """Every return of guarded memory, offered when a caller looks into it; every local that outlives the lock."""
    for function in functions_with(index, b"Lock()", tests=IN_TESTS):
        if not beside_the_product(function.folder):
            for escape in escapes_of(index, function):
                yield _found(index, escape, next(uses_of(index, escape), None))
            for aftermath in aftermaths_of(index, index.flow(function)):
                yield _outlived(index, function, aftermath)


def _found(index: Index, escape: Escape, use: Use | None) -> Found:
    method, change, name = escape.method, escape.change, escape.field.name
    what = _what(index, escape.field)
    mutex = escape.lock.place.text
    changer = f"`{change.function.symbol}`"
    related = [Related(change.span, f"{changer} changes an element of `{name}` under `{change.lock.name}`")]
    story = [Related(escape.lock.span, f"`{method.symbol}` returns the {what} itself and releases `{mutex}`;")]
    evidence = [f"{changer} changes `{name}` in place while `{change.lock.name}` is held"]
    if use is not None:
        user = f"`{use.site.caller.symbol}`"
        related.insert(0, Related(use.step.span, f"{user} looks into it without the lock"))
        story.append(Related(use.step.span, f"one goroutine is here in {user}, without the lock,"))
        evidence.append(f"{user} uses the result with no lock held")
    story.append(Related(change.span, f"another one holds the lock and changes `{name}` here."))
    return Found(
        span=escape.value.span,
        message=f"The {what} `{name}`, which `{mutex}` guards, leaves the lock here; callers use it unprotected.",
        symbol=method.symbol,
        variable=f"{method.receiver}.{name}",
        related=tuple(related),
        story=tuple(story),
        evidence=tuple(evidence),
        offered=use is not None,
        fix=_fix(index, escape, what),
    )


def _what(index: Index, field: Field) -> str:
    return "map" if isinstance(index.types.underlying(field.type), Map) else "slice"


def _outlived(index: Index, function: Function, aftermath: Aftermath) -> Found:
    assert aftermath.taken.place is not None
    local, name, lock = aftermath.taken.place.text, aftermath.field.name, aftermath.lock
    what, does = _what(index, aftermath.field), "changed" if aftermath.writes else "read"
    other, taken = aftermath.other.span, aftermath.taken.span
    when = f"after `{lock.place.text}` was released" if lock is not None else "without a lock"
    at = f"with `{lock.place.text}` held" if lock is not None else "without a lock"
    meanwhile = "changes" if isinstance(aftermath.other, InPlace) or aftermath.other is aftermath.use else "reads"
    return Found(
        span=aftermath.use.span,
        message=f"`{local}` still shares the {what} `{name}`, which is {does} here {when}.",
        symbol=function.symbol,
        variable=f"{local}.{name}",
        related=(
            Related(taken, f"`{local}` is set here, {at}; that copies no {what}"),
            Related(other, f"other code {meanwhile} the same {what} here"),
        ),
        story=(
            Related(taken, f"`{local}` refers to the same {what} `{name}` as its source;"),
            Related(aftermath.use.span, f"one goroutine is here without the lock, and the {what} is {does};"),
            Related(other, f"another one {meanwhile} the {what} here at the same time."),
        ),
        evidence=(f"`{local}` is set {at}", "no lock is held on this line"),
        offered=True,
        fix=Fix(f"clone the {what} where `{local}` is set, under the lock", ()),
    )


def _fix(index: Index, escape: Escape, what: str) -> Fix:
    """Clone what is returned; edits only where the package that clones is imported already."""
    package = "maps" if what == "map" else "slices"
    title, span = f"return {package}.Clone(…), made under the lock", escape.value.span
    imported = index.repository.imports_of(index.file(span.path)).get(package) == package
    if escape.way or not imported or not (escape.value.place is not None and escape.value.place.path):
        return Fix(title, ())
    return Fix(
        title,
        (
            Edit(span.path, span.start, span.start, f"{package}.Clone("),
            Edit(span.path, span.stop, span.stop, ")"),
        ),
    )
