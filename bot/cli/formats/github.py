"""The format for GitHub Actions: workflow commands, which become annotations (ten of each level are shown)."""

from __future__ import annotations

from bot.cli.result import Result, anchor_in_head
from heuristics import Finding, Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(result: Result) -> str:
    """One line a finding; nothing at all when there is none."""
    return "".join(_command(finding) + "\n" for finding in result.findings)


def _command(finding: Finding) -> str:
    span, anchor = finding.span, anchor_in_head(finding)
    message = [finding.message, *(f"{each.message} ({each.span.path}:{each.span.line})" for each in finding.related)]
    if anchor:  # the annotation belongs where the pull request shows it
        message.insert(1, f"{span.path}:{span.line}")
        properties = {"file": anchor.path, "line": anchor.line}
    else:
        properties = {"file": span.path, "line": span.line, "endLine": span.end_line}
        if span.end_line == span.line:  # columns of a piece over several lines are not taken
            properties |= {"col": span.column, "endColumn": span.end_column}
    properties["title"] = finding.heuristic
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {listed}::{_data(chr(10).join(message))}"


def _data(text: str) -> str:
    """Escaped as the runner's command parser undoes it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
