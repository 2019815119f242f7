"""The statements around a place in the text, from the outside in."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

from heuristics.golang import tree


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
