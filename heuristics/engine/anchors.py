"""Where in a change a finding's comment may hang: the lines of the change that have to do with it, best first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from heuristics.engine.change import Change
from heuristics.engine.finding import Anchor, Related
from heuristics.engine.fingerprint import Site
from heuristics.golang.model import Span

# More than any reader of them tries; a finding in a new file of 20,000 lines would carry as many.
MOST = 50


def anchors(sites: Sequence[Site], change: Change) -> tuple[Anchor, ...]:
    """Lines of the change for a finding of these sites, the most fitting first; empty if the change touched none.

    First the flagged code, then the places that explain it; then, in their functions, lines taken away that hold a lock
    or give it back, other changed lines (the nearest first), other lines taken away (side LEFT: lines of base).
    """
    explaining: list[Related] = [*sites[0].found.related, *sites[0].found.story]
    spans = [*(site.found.span for site in sites), *(place.span for place in explaining)]
    return tuple(islice(dict.fromkeys(_in_order(spans, change)), MOST))


def _in_order(spans: Sequence[Span], change: Change) -> Iterator[Anchor]:
    for span in spans:
        lines = islice(_added(change, span.path, span.line, span.end_line), 1)
        yield from (Anchor(span.path, line, "RIGHT") for line in lines)
    functions = [(span, *_declaration(change.split(span.path), span)) for span in spans if span.path in change.paths]
    gone = [
        Anchor(span.path, line, "LEFT")
        for span, first, last in functions
        for line in change.lines(span.path).removed(first, last)
    ]
    locking = [one for one in gone if b"ock(" in change.old_split(change.origin(one.path))[one.line - 1]]
    yield from locking
    for span, first, last in functions:
        near = sorted(_added(change, span.path, first, last), key=lambda line: abs(line - span.line))
        yield from (Anchor(span.path, line, "RIGHT") for line in near)
    yield from gone


def _added(change: Change, path: str, first: int, last: int) -> Iterator[int]:
    return change.lines(path).added(first, last) if path in change.paths else iter(())


def _declaration(lines: Sequence[bytes], span: Span) -> tuple[int, int]:
    """First and last line of the declaration around the span: formatted Go begins and ends those in column 1."""
    first = min(span.line, len(lines))
    while first > 1 and not lines[first - 1][:1].isalpha():
        first -= 1
    last = min(span.end_line, len(lines))
    while last < len(lines) and not lines[last - 1].startswith((b"}", b")")) and not lines[last][:1].isalpha():
        last += 1
    return first, last
