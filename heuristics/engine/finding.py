"""What a heuristic yields (Found) and what the engine makes of it (Finding, Report)."""

from __future__ import annotations

from dataclasses import field
from enum import Enum

from heuristics.golang.frozen import frozen
from heuristics.golang.model import Span


class Tier(Enum):
    """Whether a finding comments: A by default, B with its second evidence, C never (reports only)."""

    A = "A"
    B = "B"
    C = "C"


class Severity(Enum):
    """How grave a finding is; what --fail-on and check.fail-on look at."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for a note, 2 for an error: larger is graver."""
        return ("note", "warning", "error").index(self.value)


@frozen()
class Related:
    """A second place that explains a finding."""

    span: Span
    message: str


@frozen()
class Edit:
    """Replace the bytes start..end (offsets into the head's file) by text."""

    path: str
    start: int
    end: int
    text: str


@frozen()
class Fix:
    """A remedy: a verb phrase ("defer t.mtx.Unlock() right after locking") and the edits that do it."""

    title: str
    edits: tuple[Edit, ...]


@frozen()
class Found:
    """What a heuristic yields. No path, line or advice in the message: places are related, remedies are the page's.

    symbol: "Type.Method" or "Func" (no package) around the span. variable: the lock, field or variable named; it is
    part of the identity, so it must be stable under edits elsewhere. related: the most telling place first. story: two
    or three lines, each with the place that it tells of. evidence: the facts that decided, for `explain`. offered: a
    tier B finding carries True when its second evidence is there. silent_because: the trap that was seen; such a Found
    is dropped, but `why-silent` tells it.
    """

    span: Span
    message: str
    symbol: str
    variable: str
    related: tuple[Related, ...] = ()
    story: tuple[Related, ...] = ()
    evidence: tuple[str, ...] = ()
    tier: Tier | None = None
    offered: bool = False
    fix: Fix | None = None
    silent_because: str = ""


@frozen()
class Anchor:
    """A line of the change that a comment may hang on.

    path: in head, on both sides, as a diff names a renamed file. side: "RIGHT" (a 1-based line of head) or "LEFT" (of
    base).
    """

    path: str
    line: int
    side: str


@frozen()
class Suppression:
    """The directive that silences a finding."""

    path: str
    line: int
    reason: str


@frozen()
class Finding:
    """One report by one heuristic, as everything outside the engine sees it.

    fingerprint: 64 hexadecimal digits, the identity across commits (no line number, SHA or file name in it).
    offered: True when the engine offers it for comment (tier A, or B with its second evidence).
    anchors: lines of the change, best first; empty in a scan. acts: digest of what the function does to the variable; a
    human no holds until it changes. source: not kept here; renderers read the snapshot.
    """

    heuristic: str
    family: str
    tier: Tier
    severity: Severity
    message: str
    symbol: str
    variable: str
    span: Span
    fingerprint: str
    acts: str
    offered: bool
    related: tuple[Related, ...] = ()
    story: tuple[Related, ...] = ()
    evidence: tuple[str, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    fix: Fix | None = None
    suppression: Suppression | None = None


@frozen()
class Problem:
    """Something that the engine could not do. kind: parse, blob, heuristic, directive, states, configuration, size."""

    kind: str
    path: str
    line: int
    message: str


@frozen()
class Silence:
    """A place where a heuristic looked and stayed silent, and why; for `why-silent`."""

    heuristic: str
    span: Span
    reason: str


@frozen()
class Report:
    """The result of an analysis. Without a base snapshot every finding counts as introduced.

    introduced: in head and not in base. standing: in both, as far as functions that the change touches or mentions go.
    suppressed: silenced by a directive in the source (introduced or standing). files: how many Go files were looked at.
    """

    introduced: tuple[Finding, ...] = ()
    standing: tuple[Finding, ...] = ()
    suppressed: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    silences: tuple[Silence, ...] = field(default=())
    files: int = 0
