"""Goroutines get copies of a struct that all share one map.

Passing a struct by value looks safe: each goroutine has its own. But a map in it is a reference, and every copy leads
to the same map. When some function that the goroutines call adds a key to it, however far away, two of them do so at
once and the Go runtime ends the process with `fatal error: concurrent map writes`. The write is often behind an
interface, or in a method with a pointer receiver that seems to change the copy only. Such a bug shows when the work is
spread over more goroutines than before.

Give every goroutine a deep copy: clone the struct, or at least its maps, as the first thing in the goroutine or before
it is started in the loop.

WRONG

```go
func renderAll(files []string, opts Options) {
        for _, file := range files {
                go func() {
                        render(file, opts) // adds a key to opts.Variables
                }()
        }
}
```

RIGHT

```go
func renderAll(files []string, opts Options) {
        for _, file := range files {
                go func() {
                        opts := opts.Clone() // copies the map, too
                        render(file, opts)
                }()
        }
}
```

**Limits.** Calls are followed eight deep, and through an interface only while few types have such a method. The finding
comments by itself when the repository clones such a struct somewhere else before it goes on, which shows that its map
is known to be changed; without that it is only listed. Writes under a lock stay silent.
"""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.clones import CloneMethod, clone_methods, cloned_elsewhere
from heuristics.concurrency.launches import Launch, launchers, launches_of
from heuristics.concurrency.ownership import Change, changes_of, in_copy, map_of, shared_by_all
from heuristics.engine.finding import Edit, Fix, Found, Related, Severity, Tier
from heuristics.golang.index import Index
from heuristics.golang.model import FieldRef, Function, Span

TIER = Tier.A
SEVERITY = Severity.ERROR
IN_TESTS = False
YIELDS_TO = ()


def check(index: Index) -> Iterator[Found]:
    for function in launchers(index):
        for launch in launches_of(index, function):
            told: set[str] = set()
            for change in changes_of(index, launch):
                name = _map_name(index, change)
                cause = change.effect.function.symbol if change.effect is not None else name
                if name and cause not in told and shared_by_all(index, launch, change):
                    told.add(cause)
                    yield _found(index, launch, change, name)


def _map_name(index: Index, change: Change) -> str:
    """The map that is changed in a copied struct, by the fields that lead to it; "" for anything else."""
    way = map_of(change.place)
    if way is None or not in_copy(index, change):
        return ""
    return ".".join(hop.name for hop in way if isinstance(hop, FieldRef))


def _found(index: Index, launch: Launch, change: Change, name: str) -> Found:
    variable = change.root.name
    writer, through = _writer(index, change)
    methods = tuple(clone_methods(index, change.place))
    clones = [(m, elsewhere) for m in methods if (elsewhere := cloned_elsewhere(index, m.method, launch.function))]
    related = [Related(change.span, f"`{name}` is changed here")]
    if launch.body >= 0:
        related.append(Related(_head(index, launch), "the goroutines are started here"))
    related += [Related(span, f"`{caller.symbol}` makes a copy of its own first") for _, (caller, span) in clones[:1]]
    return Found(
        span=change.step.span if launch.body >= 0 else launch.span,
        message=f"`{variable}` is copied, but its map `{name}` is shared by all goroutines started here and changed by "
        f"{writer}.",
        symbol=launch.function.symbol,
        variable=f"{variable}.{name}",
        related=tuple(related),
        story=(
            Related(_head(index, launch), f"each goroutine works with a copy of `{variable}`, all of one map"),
            *through,
            Related(change.span, f"{len(change.chain) - 1} calls later it writes to that map without a lock"),
        ),
        evidence=(
            f"`{variable}` is declared outside the loop that starts the goroutines",
            f"no lock is held on the way to the write of `{name}`",
            *(f"`{caller.symbol}` calls `{m.method.symbol}` before it goes on" for m, (caller, _) in clones[:1]),
        ),
        tier=Tier.A if clones else Tier.B,
        fix=_fix(index, launch, change, methods),
    )


def _writer(index: Index, change: Change) -> tuple[str, tuple[Related, ...]]:
    """Who changes the map, in words, and the call that leads there when it is not the launched code's own."""
    assert change.effect is not None
    last = change.effect.function
    callers = [_function_at(index, span) for span in change.chain[1:-1]]
    caller = next((f for f in reversed(callers) if f is not None and f is not last), None)
    if caller is None:
        return f"`{last.symbol}`", ()
    story = Related(change.chain[-2], f"`{caller.symbol}` calls `{last.symbol}` on it")
    return f"`{caller.symbol}` through `{last.symbol}`", (story,)


def _function_at(index: Index, span: Span) -> Function | None:
    functions = index.graph.in_file(index.file(span.path))
    return next((f for f in functions if f.spec.start <= span.start < f.spec.stop), None)


def _head(index: Index, launch: Launch) -> Span:
    """The beginning of the launch, without the body of its literal."""
    if launch.body < 0:
        return launch.span
    return index.file(launch.span.path).span(launch.span.start, launch.body + len("func"))


# --- the remedy


def _fix(index: Index, launch: Launch, change: Change, methods: tuple[CloneMethod, ...]) -> Fix | None:
    """A clone as the first statement of the launched literal, with the method of the outermost type that has one."""
    method = next((m for m in reversed(methods) if m.same), None)
    if method is None or launch.body < 0 or change.through:
        return None
    text = index.text(launch.span.path)
    opening = text.find(b"{", launch.body)
    if text[opening + 1 : opening + 2] != b"\n":
        return None
    indent = _indent_after(text, opening)
    variable = change.root.name
    path = ".".join([variable, *(h.name for h in change.place.path[: method.depth] if isinstance(h, FieldRef))])
    lines = [f"{variable} := {path}.{method.method.name}()"]
    if method.depth:
        lines = [f"{variable} := {variable}", f"{path} = {path}.{method.method.name}()"]
    inserted = "".join(f"\n{indent}{line}" for line in lines)
    edit = Edit(launch.span.path, opening + 1, opening + 1, inserted)
    return Fix(f"clone `{path}` in each goroutine", (edit,))


def _indent_after(text: bytes, brace: int) -> str:
    """The white space before the first statement of a block that opens at this offset."""
    rest = text[brace + 2 :]
    return rest[: len(rest) - len(rest.lstrip(b"\t "))].decode()
