"""The values that the Go front end hands out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A piece of a file. Lines and columns are 1-based; columns count bytes; end is exclusive; start, stop are byte offsets."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    stop: int
