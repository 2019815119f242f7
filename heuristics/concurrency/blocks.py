"""The statements around a place in the text, from the outside in."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

from heuristics.concurrency.paths import block_of
from heuristics.golang import tree
from heuristics.golang.index import Index
from heuristics.golang.model import Function, Step


def enclosing(block: tree.Block, offset: int) -> tuple[tree.Stmt, ...]:
    """The statements of a body that an offset lies in, outermost first, blocks and cases among them left out.

    A function literal on the way is a body of its own: what is around it does not count.
    """
    found: list[tree.Stmt] = []
    _descend(block, offset, found)
    return tuple(found)


def _descend(node: object, offset: int, found: list[tree.Stmt]) -> None:
    if isinstance(node, tuple):
        for part in node:
            _descend(part, offset, found)
        return
    start, stop = getattr(node, "start", None), getattr(node, "stop", None)
    if start is None or stop is None or not start <= offset < stop:
        return
    if isinstance(node, tree.FuncLit):
        found.clear()
    elif isinstance(node, tree.If | tree.For | tree.Range | tree.Switch | tree.TypeSwitch | tree.Select):
        found.append(node)
    if is_dataclass(node) and not isinstance(node, type):
        for part in fields(node):
            _descend(getattr(node, part.name), offset, found)


def asked_twice(index: Index, function: Function, one: Step, other: Step) -> bool:
    """Whether two steps of a body stand in the same branches of two ifs that ask the same, letter by letter (T6)."""
    block = block_of(index, function, one.body)
    if block is None or one.body != other.body:
        return False
    text = index.text(function.path)
    asked = []
    for step, beside in ((one, other), (other, one)):
        around = (n for n in enclosing(block, step.span.start) if isinstance(n, tree.If))
        apart = [n for n in around if not n.start <= beside.span.start < n.stop]
        asked.append({text[n.condition.start : n.condition.stop] for n in apart if step.span.start < n.then.stop})
    return bool(asked[0] & asked[1])


def asked_around(index: Index, function: Function, block: tree.Block, offset: int) -> frozenset[tuple[str, bool]]:
    """The variables and fields that the branches around an offset ask for, each with the value that leads there."""
    text = index.text(function.path)
    found: set[tuple[str, bool]] = set()
    for node in enclosing(block, offset):
        if isinstance(node, tree.If) and node.then.start <= offset < node.then.stop:
            asked, value = node.condition, True
            while isinstance(asked, tree.Unary) and asked.operator == "!":
                asked, value = asked.operand, not value
            if isinstance(asked, tree.Name | tree.Selector):
                found.add((text[asked.start : asked.stop].decode(), value))
    return frozenset(found)
