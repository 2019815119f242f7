"""Loops that go round without waiting for anything: a select with an empty default is all that they do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.paths import block_of, nodes
from heuristics.golang import tree
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Function, Span

_NOTHING = rb"(?:\s|//[^\n]*|/\*.*?\*/)*"
# A block that begins with a select, and a default in which nothing stands.
_FIRST = re.compile(rb"\{" + _NOTHING + rb"select \{", re.S)
_EMPTY = re.compile(rb"default:" + _NOTHING + rb"(?:\}|case\b)", re.S)


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
    if not (_EMPTY.search(text, spec.start, spec.stop) and _FIRST.search(text, spec.start, spec.stop)):
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
