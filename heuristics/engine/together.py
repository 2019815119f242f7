"""Findings of one heuristic that stand side by side in one function are told once: one comment, not three."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from heuristics.engine.finding import Finding, Related

NEAR = 3  # lines between two findings that a reader takes in as one


def together(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, in their order, with the later ones of a row no longer offered; the first one names them.

    A row: offered findings of one heuristic in one function, each at most NEAR lines below the one before. One with an
    edit of its own stands for itself. They keep their identities, so that the next is told when only the first is
    mended.
    """
    rows: list[list[Finding]] = []
    for finding in sorted(findings, key=lambda one: (one.heuristic, one.span)):
        last = rows[-1][-1] if rows else None
        if last is not None and last.offered and finding.offered and _side_by_side(last, finding):
            rows[-1].append(finding)
        else:
            rows.append([finding])
    return tuple(sorted((one for row in rows for one in _told_once(row)), key=lambda one: (one.span, one.heuristic)))


def _side_by_side(one: Finding, other: Finding) -> bool:
    same = (one.heuristic, one.symbol, one.span.path) == (other.heuristic, other.symbol, other.span.path)
    mended = other.fix is not None and bool(other.fix.edits)
    return same and not mended and other.span.line - one.span.line <= NEAR


def _told_once(row: list[Finding]) -> Iterable[Finding]:
    first, *others = row
    if others:
        names = (Related(one.span, f"the same holds for `{one.variable.rpartition('.')[2]}`") for one in others)
        first = replace(first, related=(*first.related, *names))
    return first, *(replace(one, offered=False) for one in others)
