"""Loops that go round without waiting for anything: a select with an empty default is all that they do."""

from __future__ import annotations

from collections.abc import Iterator

from heuristics.concurrency.paths import block_of, nodes
from heuristics.golang import tree
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Function, Span


@frozen()
class Spin:
    """A loop that spins. select: what it does. default: the empty arm. channel: what the first arm does, in text."""

    function: Function
    loop: Span
    select: Span
    default: Span
    channel: str


def spins(index: Index, function: Function) -> Iterator[Spin]:
    """The loops of a function whose body is a select with an empty default, and nothing else."""
    text, spec = index.text(function.path), function.spec
    if text.find(b"default:", spec.start, spec.stop) < 0 or text.find(b"select {", spec.start, spec.stop) < 0:
        return
    block = block_of(index, function, spec.start)
    for loop in nodes(block):
        if not isinstance(loop, tree.For) or loop.condition is not None or len(loop.body.statements) != 1:
            continue  # a condition is what a short wait for an atomic looks like
        select = loop.body.statements[0]
        default = next((c for c in select.cases if c.default), None) if isinstance(select, tree.Select) else None
        if default is None or default.body.statements or not isinstance(select, tree.Select):
            continue
        first = next((c.comm for c in select.cases if c.comm is not None), None)
        if first is not None:
            file = index.file(function.path)
            channel = " ".join(text[first.start : first.stop].decode().split())
            ends = [file.span(n.start, n.start + len(b"select")) for n in (loop, select, default)]
            yield Spin(function, ends[0], ends[1], ends[2], channel)
