"""The format for programs: one JSON object, as docs/schemas/report-v1.json describes it."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any

from bot.cli.result import Result
from heuristics import Finding, Fix, Problem, Related, Span


def render(result: Result) -> str:
    """The whole report; ASCII, so that any path survives."""
    document = {
        "version": 1,
        "tool": {"name": "concurrency-check", "version": version("concurrency-check")},
        "command": result.command,
        "files": result.report.files,
        "findings": [_finding(finding) for finding in result.findings],
        "problems": [_problem(problem) for problem in result.report.problems],
    }
    return json.dumps(document, indent=2) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "heuristic": finding.heuristic,
        "family": finding.family,
        "tier": finding.tier.value,
        "severity": finding.severity.value,
        "message": finding.message,
        "symbol": finding.symbol,
        "variable": finding.variable,
        "span": _span(finding.span),
        "fingerprint": finding.fingerprint,
        "offered": finding.offered,
        "related": [_related(place) for place in finding.related],
        "story": [_related(step) for step in finding.story],
        "evidence": list(finding.evidence),
        "anchors": [{"path": each.path, "line": each.line, "side": each.side} for each in finding.anchors],
        "fix": _fix(finding.fix) if finding.fix else None,
    }


def _span(span: Span) -> dict[str, Any]:
    return {
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "start": span.start,
        "stop": span.stop,
    }


def _related(related: Related) -> dict[str, Any]:
    return {"message": related.message, "span": _span(related.span)}


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [{"path": edit.path, "start": edit.start, "end": edit.end, "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "edits": edits}


def _problem(problem: Problem) -> dict[str, Any]:
    return {"kind": problem.kind, "path": problem.path, "line": problem.line, "message": problem.message}
