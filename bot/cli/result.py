"""What a command hands to a format, and what every format asks of a finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.cli.source_text import Sources
from heuristics import Anchor, Finding, Report


@dataclass(frozen=True, slots=True)
class Result:
    """A report with its source lines. command: "scan" or "diff". colour: whether text may carry terminal colours."""

    command: str
    report: Report
    sources: Sources
    colour: bool = False

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is reported, in the order of files and lines. In a scan the engine counts everything as introduced."""
        return in_order(self.report.introduced)


Render = Callable[[Result], str]


def in_order(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings as a reader goes through files; nothing depends on the order in which heuristics ran."""
    return tuple(sorted(findings, key=lambda finding: (finding.span, finding.heuristic, finding.variable)))


def anchor_in_head(finding: Finding) -> Anchor | None:
    """The best line of the change that head has, when the finding's own line is not part of the change."""
    if any(anchor.path == finding.span.path and anchor.line == finding.span.line for anchor in finding.anchors):
        return None
    return next((anchor for anchor in finding.anchors if anchor.side == "RIGHT"), None)
