"""The answer to why-silent: what was made of a line of head, on the pull request and apart from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot import silence
from bot.review.configuration import Configured
from bot.silence import Reason, Seen
from heuristics import BlobMissing, Config, Finding, Report, Snapshot


@dataclass(frozen=True, slots=True)
class Silences:
    """One head. report: of the change. noes: fingerprint -> who silenced it. scan: all that is seen in one file."""

    report: Report
    noes: Mapping[str, str]
    head: Snapshot
    configured: Configured
    scan: Callable[[Snapshot, Config, str], Report]

    def at(self, path: str, line: int) -> tuple[Reason, ...]:
        """Why there is no comment at a line; never empty."""
        absent = "there is no such file at this head"
        left_out = silence.class_of_file(path, self.head.paths(), self._text(path), absent)
        if left_out:
            return (Reason("", left_out),)
        config = self.configured.config
        seen = Seen(
            self.scan(self.head, config, path),
            self.scan(self.head, Config(), path),
            config,
            self.configured.file or self.configured.origin,
            "this change does not bring it",
        )
        told = {one.fingerprint for one in (*self.report.introduced, *self.report.standing)}
        return (*self._told(path, line), *seen.at(path, line, told)) or silence.nothing(path)

    def _told(self, path: str, line: int) -> tuple[Reason, ...]:
        """What the findings of the pull request come to: told, silenced by a person, or there before."""

        def here(finding: Finding) -> bool:
            return finding.span.path == path and finding.span.line <= line <= finding.span.end_line

        told = [
            Reason(one.heuristic, self.noes.get(one.fingerprint, f"told on this pull request: {one.message}"))
            for one in self.report.introduced
            if here(one)
        ]
        old = [
            Reason(one.heuristic, f"there before this change: {one.message}")
            for one in self.report.standing
            if here(one)
        ]
        return (*told, *old)

    def _text(self, path: str) -> bytes | None:
        blob = self.head.paths().get(path)
        try:
            return None if blob is None else self.head.read(blob)
        except BlobMissing:
            return None
