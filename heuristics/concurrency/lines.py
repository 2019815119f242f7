"""Lines of a file around a span: what edits of whole statements need to know."""

from __future__ import annotations

from heuristics.golang.model import Span


def line_start(text: bytes, span: Span) -> int:
    """Where the line begins on which a span starts."""
    return text.rfind(b"\n", 0, span.start) + 1


def line_stop(text: bytes, span: Span) -> int:
    """Behind the line break of the line on which a span ends."""
    return text.find(b"\n", span.stop) + 1 or len(text)


def margin(text: bytes, span: Span) -> str:
    """The white space before the first word of the line on which a span starts."""
    line = text[line_start(text, span) : span.start]
    return line[: len(line) - len(line.lstrip())].decode()


def alone(text: bytes, span: Span) -> bool:
    """Whether nothing else but a comment stands on the lines of a span."""
    behind = text[span.stop : line_stop(text, span)].strip()
    return not text[line_start(text, span) : span.start].strip() and (not behind or behind.startswith(b"//"))


def deferred_whole(text: bytes, span: Span) -> Span:
    """A call with the word defer before it, where that begins its line; else the call."""
    before = text[line_start(text, span) : span.start]
    if before.strip() != b"defer":
        return span
    start = span.start - len(before.lstrip())
    return Span(span.path, span.line, 1, span.end_line, span.end_column, start, span.stop)
