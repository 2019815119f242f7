"""What decided that nothing is reported at a line: for people who ask, on the command line and on GitHub. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.sources.paths import wanted_file, wanted_folder
from heuristics import Config, Finding, Report, Span, catalogue

_GENERATED = re.compile(rb"^// Code generated .* DO NOT EDIT\.\r?$", re.MULTILINE)  # Go's own convention


@dataclass(frozen=True, slots=True)
class Reason:
    """What was seen or decided. heuristic: whose reason it is, else "" (or the kind of a problem)."""

    heuristic: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.heuristic}: {self.sentence}" if self.heuristic else self.sentence


def class_of_file(path: str, listed: Collection[str], text: bytes | None, absent: str, *, link: bool = False) -> str:
    """Why a file is not looked at at all; "" when it is.

    listed: the paths of the snapshot. text: the file's bytes. absent: said of a file that the snapshot does not list.
    """
    folders = [part for part in PurePosixPath(path).parent.parts if not wanted_folder(part)]
    if not path.endswith(".go"):
        return "not a Go file"
    if link:
        return "a symbolic link: links are not followed"
    if folders:
        return f"below {folders[0]}: such folders are skipped"
    if not wanted_file(path.rpartition("/")[2]):
        return "files that begin with _ or . are skipped, as Go does"
    if path not in listed:
        return absent
    return "generated code is skipped" if text is not None and _GENERATED.search(text) else ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen in a file, everything asked for. bare: without the configuration. name: of the configuration.
    reported: what is said of a finding that nothing silences."""

    configured: Report
    bare: Report
    config: Config
    name: str
    reported: str = "not silent"

    def at(self, path: str, line: int, told: Collection[str] = ()) -> tuple[Reason, ...]:
        """Why nothing is reported at a line, or what is. told: fingerprints of which the reader knows already."""
        said = [*self._reported(path, line, told), *self._configured_away(path, line, told)]
        said += [Reason(each.heuristic, each.reason) for each in self.bare.silences if _covers(each.span, path, line)]
        for each in self.configured.problems:
            if each.path == path:
                said.append(Reason(each.kind, f"{each.message} (line {each.line})"))
        return tuple(dict.fromkeys(said))

    def _reported(self, path: str, line: int, told: Collection[str]) -> Iterator[Reason]:
        for finding in self.configured.introduced:
            if not _concerns(finding, path, line) or finding.fingerprint in told:
                continue
            if finding.offered:
                yield Reason(finding.heuristic, f"{self.reported}: {finding.message} ({finding.fingerprint[:8]})")
            else:
                said = f"tier {finding.tier.value}: only reported with --all: {finding.message}"
                yield Reason(finding.heuristic, said)
        for finding in self.configured.suppressed:
            if finding.suppression and _concerns(finding, path, line):
                silenced = finding.suppression
                place = f"{silenced.path}:{silenced.line}"
                yield Reason(finding.heuristic, f"the directive at {place} silences it: {silenced.reason}")

    def _configured_away(self, path: str, line: int, told: Collection[str]) -> Iterator[Reason]:
        """Findings that are there without the configuration and gone with it."""
        kept = {finding.fingerprint for finding in (*self.configured.introduced, *self.configured.suppressed)}
        for finding in (*self.bare.introduced, *self.bare.suppressed):
            if _concerns(finding, path, line) and finding.fingerprint not in kept.union(told):
                off = self.config.heuristics.get(finding.heuristic) == "off"
                key = f"heuristics: {finding.heuristic}: off" if off else "paths-ignore"
                yield Reason(finding.heuristic, f"{self.name} silences it ({key}): {finding.message}")


def nothing(path: str) -> tuple[Reason, ...]:
    """What is said of a line at which nothing was seen."""
    away = [heuristic.name for heuristic in catalogue() if not heuristic.in_tests]
    seen = Reason("", "no heuristic saw anything here")
    if path.endswith("_test.go") and away:
        return seen, Reason("", f"a test file: {', '.join(away)} do not look at those")
    return (seen,)


def _concerns(finding: Finding, path: str, line: int) -> bool:
    return _covers(finding.span, path, line) or any(_covers(each.span, path, line) for each in finding.related)


def _covers(span: Span, path: str, line: int) -> bool:
    return span.path == path and span.line <= line <= span.end_line
