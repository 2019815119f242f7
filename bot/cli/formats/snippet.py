"""Source excerpts with marks below the pieces that they explain, in the manner of a compiler."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.cli.source_text import Sources, shown, width
from heuristics import Span

_WIDEST = 160  # cells of one source line; a longer one is cut around its mark
_LEAD = 60  # cells that stay in front of the mark then


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of a line to underline. sign: "^" for the finding, "-" for a second place. label: said beside it."""

    line: int
    start: int
    stop: int
    sign: str
    label: str


def mark(sources: Sources, span: Span, sign: str, label: str) -> Mark:
    """The mark of a span; of one over several lines its first line, from there to the line's end."""
    text = sources.line(span.path, span.line)
    stop = span.end_column if span.end_line == span.line else len(text) + 1
    return Mark(span.line, span.column, stop, sign, label)


def excerpt(sources: Sources, path: str, marks: Iterable[Mark], gutter: int) -> Iterator[tuple[str, str, str]]:
    """The rows of one file as (line number or "", kind, text); kind: source, gap, or the sign of a mark.

    gutter: the width of the line numbers, only for the caller's frame; a gap stands for lines that are left out.
    """
    by_line: dict[int, list[Mark]] = {}
    for each in marks:
        by_line.setdefault(each.line, []).append(each)
    last = 0
    for line in sorted(by_line):
        if last and line == last + 2:
            yield str(line - 1).rjust(gutter), "source", _cut(shown(sources.line(path, line - 1)), 0)[0]
        elif last and line > last + 1:
            yield "", "gap", "..."
        yield from _marked(sources.line(path, line), line, by_line[line], gutter)
        last = line


def _marked(source: bytes, line: int, marks: list[Mark], gutter: int) -> Iterator[tuple[str, str, str]]:
    primary = min(marks, key=lambda each: (each.sign != "^", each.start))
    text, cut = _cut(shown(source), _cell(source, primary.start))
    yield str(line).rjust(gutter), "source", text
    for each in sorted(marks, key=lambda each: (each.sign != "^", each.start)):
        start = max(0, _cell(source, each.start) - cut)
        length = max(1, min(_cell(source, each.stop) - cut, width(text)) - start)
        yield "", each.sign, " " * start + each.sign * length + (f" {shown(each.label)}" if each.label else "")


def _cell(source: bytes, column: int) -> int:
    """The terminal cell, from 0, at which a 1-based byte column of a line is shown."""
    return width(shown(source[: column - 1]))


def _cut(text: str, cell: int) -> tuple[str, int]:
    """A long line cut around a cell, and how many signs are gone in front of the rest."""
    if len(text) <= _WIDEST:
        return text.rstrip(), 0
    start = max(0, min(cell - _LEAD, len(text) - _WIDEST))
    front = "..." if start else ""
    end = "..." if start + _WIDEST < len(text) else ""
    return front + text[start + len(front) : start + _WIDEST - len(end)] + end, start
