"""Where a finding goes on GitHub: inline in the diff, on a changed file, or into the check. Marks, never drops."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from bot.review.hunks import RIGHT, Bytes, FileHunks
from bot.review.suggestion import Suggestion, suggestion
from heuristics import Anchor, Finding


class Where(Enum):
    """INLINE: on a line of the diff. FILE: on a changed file as a whole. CHECK: in the check run only."""

    INLINE = "inline"
    FILE = "file"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Placed:
    """A finding and its place. line, side: of an inline comment, else 0 and "". near: the line is not the finding's own
    but the nearest one of the diff that explains it. suggestion: lies in the hunk of the line."""

    finding: Finding
    where: Where
    path: str
    line: int = 0
    side: str = ""
    near: bool = False
    suggestion: Suggestion | None = None


def place(findings: Iterable[Finding], hunks: Mapping[str, FileHunks], head: Bytes) -> tuple[Placed, ...]:
    """Every finding with its place, the gravest first. head: the bytes of a path at head, for suggestions."""
    ranked = sorted(findings, key=lambda f: (-f.severity.rank, f.tier.value, f.span.path, f.span.line, f.fingerprint))
    return tuple(_placed(finding, hunks, head) for finding in ranked)


def cap(placed: Sequence[Placed], most: int) -> tuple[Placed, ...]:
    """The same findings with at most `most` comments among them; one of these at most on a whole file, since each of
    those costs a request and a mail of its own. What is beyond goes into the check."""
    kept: list[Placed] = []
    comments = on_files = 0
    for one in placed:
        fits = comments < most and (one.where is Where.INLINE or (one.where is Where.FILE and not on_files))
        comments += fits
        on_files += fits and one.where is Where.FILE
        kept.append(one if fits else to_check(one))
    return tuple(kept)


def to_check(placed: Placed) -> Placed:
    """The same finding in the check run."""
    return Placed(placed.finding, Where.CHECK, placed.finding.span.path)


def _placed(finding: Finding, hunks: Mapping[str, FileHunks], head: Bytes) -> Placed:
    for anchor, near in _candidates(finding):
        file = hunks.get(anchor.path)
        if file is not None and file.at(anchor.line, anchor.side) is not None:
            fix = _suggestion(finding, anchor, file, head)
            return Placed(finding, Where.INLINE, anchor.path, anchor.line, anchor.side, near, fix)
    for path in (finding.span.path, *(related.span.path for related in finding.related)):
        if path in hunks:
            return Placed(finding, Where.FILE, path, near=True)
    return Placed(finding, Where.CHECK, finding.span.path)


def _candidates(finding: Finding) -> Iterable[tuple[Anchor, bool]]:
    """Places to try, best first, each with whether it is another place than the finding's own."""
    span = finding.span
    for anchor in finding.anchors:
        own = (anchor.path, anchor.side) == (span.path, RIGHT) and span.line <= anchor.line <= span.end_line
        yield anchor, not own
    yield Anchor(span.path, span.line, RIGHT), False
    for related in finding.related:
        yield Anchor(related.span.path, related.span.line, RIGHT), True


def _suggestion(finding: Finding, anchor: Anchor, file: FileHunks, head: Bytes) -> Suggestion | None:
    if finding.fix is None or anchor.side != RIGHT:
        return None
    source = head(anchor.path)
    found = None if source is None else suggestion(finding.fix, anchor.path, anchor.line, source)
    hunk = file.at(anchor.line, RIGHT)
    if found is None or hunk is None or not (hunk.holds(found.start, RIGHT) and hunk.holds(found.end, RIGHT)):
        return None
    return found
