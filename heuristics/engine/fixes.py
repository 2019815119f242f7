"""A fix is offered only when it was tried: applied to the bytes, the package analysed again, the finding gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from posixpath import dirname

from heuristics.engine.analyse import Analysis
from heuristics.engine.finding import Edit, Finding, Fix
from heuristics.engine.fingerprint import Site
from heuristics.golang.frozen import frozen
from heuristics.golang.snapshot import BlobMissing, Snapshot, blob_id

# Analyses a snapshot in the given folders with the heuristics of the run.
Again = Callable[[Snapshot, Sequence[Finding]], Analysis]


@frozen()
class Overlay:
    """A snapshot with some files replaced."""

    below: Snapshot
    files: Mapping[str, bytes]

    def paths(self) -> Mapping[str, str]:
        return {**self.below.paths(), **{path: blob_id(text) for path, text in self.files.items()}}

    def read(self, blob: str) -> bytes:
        for text in self.files.values():
            if blob_id(text) == blob:
                return text
        return self.below.read(blob)


def verified(findings: Iterable[Finding], head: Snapshot, now: Analysis, again: Again) -> tuple[Finding, ...]:
    """The findings in their order, each with its fix if that stands the trial, else with the fix in words (no edits).

    now: the analysis of head. Only what is offered is worth a trial. A fix stands when its edits can be applied and
    keep the indentation, the files still parse, the finding is gone, and no other came. The fixes of one folder are
    tried together: mostly all of them stand, and then one analysis has told it. Else those that are to blame are left
    out and the rest is tried again; one by one where nothing tells whose fault it is.
    """
    told = list(findings)
    folders: dict[str, list[int]] = {}
    for n, finding in enumerate(told):
        if not finding.offered:
            told[n] = in_words(finding)
        elif finding.fix is not None and finding.fix.edits:
            folders.setdefault(dirname(finding.span.path), []).append(n)
    groups = list(folders.values())
    while groups:
        places = groups.pop()
        outcome = _try([told[n] for n in places], head, now, again)
        if outcome.stands:
            continue
        blamed = [n for n in places if told[n] in outcome.blamed] if len(places) > 1 else places
        for n in blamed:
            told[n] = in_words(told[n])
        rest = [n for n in places if n not in blamed]
        groups += [rest] if blamed and rest else [[n] for n in rest]
    return tuple(told)


def in_words(finding: Finding) -> Finding:
    """The finding with the title of its fix alone: edits that were not tried are not handed out."""
    return replace(finding, fix=Fix(finding.fix.title, ())) if finding.fix is not None else finding


def apply(edits: Iterable[Edit], head: Snapshot) -> dict[str, bytes]:
    """Path -> bytes after the edits; empty if they overlap, miss the file or leave its indentation."""
    paths = head.paths()
    files: dict[str, bytes] = {}
    rest: dict[str, int] = {}
    for edit in sorted(edits, key=lambda edit: (edit.path, edit.start, edit.end), reverse=True):
        try:
            text = files[edit.path] if edit.path in files else head.read(paths[edit.path])
        except (KeyError, BlobMissing):
            return {}
        # From the end to the start: offsets before an edit stay right, and the next one must end where this began.
        if not 0 <= edit.start <= edit.end <= rest.get(edit.path, len(text)) or not _indented(edit, text):
            return {}
        files[edit.path] = text[: edit.start] + edit.text.encode() + text[edit.end :]
        rest[edit.path] = edit.start
    return files


def _indented(edit: Edit, text: bytes) -> bool:
    """Further lines that the edit brings are indented like the line on which it begins, or deeper."""
    start = text.rfind(b"\n", 0, edit.start) + 1
    line = text[start:].split(b"\n", 1)[0]
    margin = line[: len(line) - len(line.lstrip(b"\t "))]
    return all(not added.strip() or added.startswith(margin) for added in edit.text.encode().split(b"\n")[1:])


@frozen()
class _Outcome:
    """How fixes that were applied together did. blamed: those that surely do not stand; none if nothing tells."""

    stands: bool
    blamed: tuple[Finding, ...] = ()


def _try(findings: Sequence[Finding], head: Snapshot, now: Analysis, again: Again) -> _Outcome:
    """Apply the fixes of these findings, all of one folder, and look again."""
    files = apply((edit for finding in findings if finding.fix for edit in finding.fix.edits), head)
    if not files:
        return _Outcome(False)
    folders = frozenset(map(dirname, files))
    then = again(Overlay(head, files), findings)
    before = _causes(site for site in now.sites if site.folder in folders)
    after = _causes(then.sites)
    causes = {(finding.heuristic, finding.span.path, finding.symbol, finding.variable) for finding in findings}
    if _broken(then, files) - _broken(now, files) or then.failed or not causes <= before.keys():
        return _Outcome(False)
    wrong = [cause for cause in after if cause in causes or after[cause] > before[cause]]
    return _Outcome(not wrong, _blamed(findings, {variable for *_, variable in wrong}))


def _blamed(findings: Sequence[Finding], variables: Collection[str]) -> tuple[Finding, ...]:
    """The findings that are each the only one about one of the variables of which something is told still, or anew.

    None if that leaves a variable open: the fixes may have got into each other's way.
    """
    about = [[finding for finding in findings if finding.variable == variable] for variable in variables]
    return tuple(own[0] for own in about) if all(len(own) == 1 for own in about) else ()


def _causes(sites: Iterable[Site]) -> Counter[tuple[str, str, str, str]]:
    return Counter((site.heuristic.name, site.path, site.found.symbol, site.found.variable) for site in sites)


def _broken(analysis: Analysis, files: Collection[str]) -> Counter[tuple[str, str]]:
    return Counter((problem.kind, problem.path) for problem in analysis.problems if problem.path in files)
