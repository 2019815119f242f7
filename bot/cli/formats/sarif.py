"""The format for code scanning: SARIF 2.1.0, silenced findings as suppressed results, problems as notifications."""

from __future__ import annotations

import json
import os
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from bot.cli.result import Result, anchor_in_head, in_order
from bot.cli.source_text import Sources, utf16_column
from heuristics import Edit, Finding, Fix, Heuristic, Problem, Related, Span, Suppression, catalogue

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "ROOT"  # paths are relative to the root of what was scanned; where it lies on this machine is nobody's business
Json = dict[str, Any]


def render(result: Result) -> str:
    """A log with one run; ASCII, so that any path survives."""
    rules = catalogue()
    numbers = {rule.name: number for number, rule in enumerate(rules)}
    results = [_result(result.sources, finding, numbers) for finding in result.findings]
    results += [_result(result.sources, finding, numbers) for finding in in_order(result.report.suppressed)]
    run = {
        "tool": {
            "driver": {
                "name": "concurrency-check",
                "version": version("concurrency-check"),
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "invocations": [_invocation(result.report.problems)],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of what was scanned."}}},
        "columnKind": "utf16CodeUnits",
        "results": results,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(heuristic: Heuristic) -> Json:
    page = f"# {heuristic.title}\n\n{heuristic.page}"
    return {
        "id": heuristic.name,
        "shortDescription": {"text": heuristic.title},
        "fullDescription": {"text": heuristic.title},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": heuristic.severity.value},
        "properties": {
            "family": heuristic.family,
            "tier": heuristic.tier.value,
            "tags": ["concurrency", heuristic.family],
        },
    }


def _result(sources: Sources, finding: Finding, numbers: dict[str, int]) -> Json:
    result: Json = {
        "ruleId": finding.heuristic,
        "level": finding.severity.value,
        "message": {"text": finding.message},
        "locations": [_anchor(sources, finding)],
        "partialFingerprints": {"concurrencyCheck/v1": finding.fingerprint},
        "properties": {"family": finding.family, "tier": finding.tier.value, "variable": finding.variable},
    }
    if finding.heuristic in numbers:
        result["ruleIndex"] = numbers[finding.heuristic]
    related = [_told(sources, each) for each in finding.related]
    if anchor_in_head(finding):  # the place itself, which the anchor is not, tells most
        related.insert(0, _told(sources, Related(finding.span, finding.message)))
    if related:
        result["relatedLocations"] = [{"id": number} | each for number, each in enumerate(related, 1)]
    if finding.story:
        steps = [{"location": _told(sources, step)} for step in finding.story]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    if finding.fix and finding.fix.edits:  # a remedy in words alone is none to SARIF
        result["fixes"] = [_fix(sources, finding.fix)]
    if finding.suppression:
        result["suppressions"] = [_suppression(finding.suppression)]
    return result


def _anchor(sources: Sources, finding: Finding) -> Json:
    """Where the result hangs: its piece of source, or the line of the change if that is another."""
    anchor = anchor_in_head(finding)
    place = _place(anchor.path, {"startLine": anchor.line}) if anchor else _spot(sources, finding.span)
    return {"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": finding.symbol}]}


def _told(sources: Sources, related: Related) -> Json:
    return {"physicalLocation": _spot(sources, related.span), "message": {"text": related.message}}


def _spot(sources: Sources, span: Span) -> Json:
    region = {
        "startLine": span.line,
        "startColumn": utf16_column(sources.line(span.path, span.line), span.column),
        "endLine": span.end_line,
        "endColumn": utf16_column(sources.line(span.path, span.end_line), span.end_column),
    }
    return _place(span.path, region)


def _place(path: str, region: Json | None = None) -> Json:
    place: Json = {"artifactLocation": {"uri": quote(os.fsencode(path)), "uriBaseId": _ROOT}}
    return place | {"region": region} if region else place


def _fix(sources: Sources, fix: Fix) -> Json:
    changes = []
    for path in dict.fromkeys(edit.path for edit in fix.edits):
        text = sources.text(path)
        replacements = [_replacement(text, edit) for edit in fix.edits if edit.path == path]
        changes.append(_place(path) | {"replacements": replacements})
    return {"description": {"text": fix.title}, "artifactChanges": changes}


def _replacement(text: bytes, edit: Edit) -> Json:
    start, end = _position(text, edit.start), _position(text, edit.end)
    region = {"startLine": start[0], "startColumn": start[1], "endLine": end[0], "endColumn": end[1]}
    return {"deletedRegion": region, "insertedContent": {"text": edit.text}}


def _position(text: bytes, offset: int) -> tuple[int, int]:
    """The line and the column in UTF-16 units of a byte offset."""
    begin = text.rfind(b"\n", 0, offset) + 1
    return text.count(b"\n", 0, offset) + 1, utf16_column(text[begin:offset], offset - begin + 1)


def _suppression(suppression: Suppression) -> Json:
    return {
        "kind": "inSource",
        "status": "accepted",
        "justification": suppression.reason,
        "location": {"physicalLocation": _place(suppression.path, {"startLine": suppression.line})},
    }


def _invocation(problems: tuple[Problem, ...]) -> Json:
    invocation: Json = {"executionSuccessful": True}
    if problems:
        invocation["toolExecutionNotifications"] = [_notification(problem) for problem in problems]
    return invocation


def _notification(problem: Problem) -> Json:
    notification: Json = {
        "descriptor": {"id": problem.kind},
        "level": "warning",
        "message": {"text": problem.message},
    }
    if problem.path:
        region = {"startLine": problem.line} if problem.line else None
        notification["locations"] = [{"physicalLocation": _place(problem.path, region)}]
    return notification
