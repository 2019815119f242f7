"""Tiny heuristics as values, and the engine's story run with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pytest
from hypothesis import settings

from heuristics import Config, MemorySnapshot, Report, Severity, Tier
from heuristics.engine.finding import Found, Related
from heuristics.engine.heuristic import Heuristic
from heuristics.engine.run import Wish, report
from heuristics.golang.index import Index

settings.register_profile("engine", parent=settings.get_profile("no clock"), max_examples=50)
settings.load_profile("engine")

CALL = re.compile(rb"(?P<variable>\w+)\.leak\((?P<kind>\w*)\)")


def leaks(index: Index) -> Iterator[Found]:
    """Flags every `x.leak()`; `x.leak(quiet)` is a trap, `x.leak(b)` and `x.leak(c)` are of those tiers."""
    for function in index.functions():
        text = index.text(function.path)
        for call in CALL.finditer(text, function.spec.start, function.spec.stop):
            kind = call["kind"].decode()
            yield Found(
                span=index.file(function.path).span(*call.span()),
                message=f"`{call['variable'].decode()}` leaks.",
                symbol=function.symbol,
                variable=call["variable"].decode(),
                tier={"b": Tier.B, "c": Tier.C}.get(kind),
                silent_because="it is quiet" if kind == "quiet" else "",
            )


def unlocked(index: Index) -> Iterator[Found]:
    """Flags `x.touch()` in functions that never mention x.Lock, and tells of every function that calls this one."""
    functions = list(index.functions())
    for function in functions:
        text = index.text(function.path)
        body = text[function.spec.start : function.spec.stop]
        for call in re.finditer(rb"(\w+)\.touch\(\)", body):
            if call[1] + b".Lock" in body:
                continue
            callers = []
            for other in functions:
                code = index.text(other.path)
                for use in re.finditer(rb"\b%b\(\)" % function.name.encode(), code[: other.spec.stop]):
                    if other is not function and use.start() > other.spec.start:
                        callers.append(Related(index.file(other.path).span(*use.span()), "called here"))
            offset = function.spec.start
            yield Found(
                span=index.file(function.path).span(offset + call.start(), offset + call.end()),
                message=f"`{call[1].decode()}` is touched without its lock.",
                symbol=function.symbol,
                variable=call[1].decode(),
                related=tuple(callers),
            )


def breaks(index: Index) -> Iterator[Found]:
    yield from leaks(index)
    raise KeyError("a bug in the heuristic")


LEAKS = Heuristic("leaks", "lock-path", "It leaks", "The page.\n", Tier.A, Severity.ERROR, True, (), leaks)


@pytest.fixture(scope="session")
def tiny() -> Callable[..., Heuristic]:
    """Makes a heuristic: tiny("leaks"), tiny("unlocked") or tiny("breaks"), with attributes replaced at will."""
    checks = {"leaks": leaks, "unlocked": unlocked, "breaks": breaks}

    def make(kind: str = "leaks", **attributes: object) -> Heuristic:
        return replace(LEAKS, **{"name": kind, "check": checks[kind], **attributes})

    return make


@pytest.fixture(scope="session")
def run() -> Callable[..., Report]:
    """run(head, base, *heuristics, config=…, and what Wish takes) over trees {path: text}; default: leaks."""

    def go(
        head: Mapping[str, str | bytes],
        base: Mapping[str, str | bytes] | None = None,
        *heuristics: Heuristic,
        config: Config | None = None,
        **wish: object,
    ) -> Report:
        before = None if base is None else snapshot(base)
        return report(snapshot(head), before, config or Config(), None, Wish(**wish), heuristics or (LEAKS,))

    return go


def snapshot(tree: Mapping[str, str | bytes]) -> MemorySnapshot:
    return MemorySnapshot({path: text if isinstance(text, bytes) else text.encode() for path, text in tree.items()})
