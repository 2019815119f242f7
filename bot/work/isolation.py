"""Finds the files that an analysis cannot bear, by analysing ever smaller groups of them alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from posixpath import dirname

from bot.values import AnalysisFailed
from heuristics import Snapshot

# More than these are no exception: then it is not the files' fault.
_MOST_FILES = 3
_MOST_PROBES = 24

# Analyses some files of a snapshot alone; raises AnalysisFailed.
Probe = Callable[[Snapshot], object]


@dataclass(frozen=True, slots=True)
class Part:
    """A snapshot of which some Go files are left out."""

    whole: Snapshot
    wanted: Callable[[str, str], bool]

    def paths(self) -> Mapping[str, str]:
        """The paths whose path and blob id are wanted; those of other files, such as go.mod, always."""
        found = self.whole.paths().items()
        return {path: blob for path, blob in found if not path.endswith(".go") or self.wanted(path, blob)}

    def read(self, blob: str) -> bytes:
        return self.whole.read(blob)


def without(whole: Snapshot, blobs: Collection[str]) -> Part:
    """The snapshot without Go files of these blob ids."""
    return Part(whole, lambda path, blob: blob not in blobs)


def costly(head: Snapshot, base: Snapshot | None, within: Sequence[str], probe: Probe) -> Mapping[str, str]:
    """Blob id -> why, of each file that fails even when it is analysed alone; none where that explains nothing.

    Looks first at what the change brings (or at the files in question, within), then at what it takes away, then at
    what stands beside it. Raises what reading a snapshot raises.
    """
    files = dict(head.paths())
    before = {} if base is None else dict(base.paths())
    changed = [path for path in files if path in within or (base is not None and files[path] != before.get(path))]
    folders = {dirname(path) for path in changed}
    beside = [path for path in files if path not in changed and dirname(path) in folders]
    gone = [path for path in before if before[path] != files.get(path)]
    search = _Search(probe)
    try:
        for snapshot, paths in ((head, changed), (base, gone), (head, beside)):
            if snapshot is not None and (
                found := search.among(snapshot, [one for one in paths if one.endswith(".go")])
            ):
                return found
    except _Endless:
        pass
    return {}


class _Endless(Exception):
    """Too many files fail, or too many groups had to be tried."""


class _Search:
    """One hunt; counts what it costs."""

    def __init__(self, probe: Probe) -> None:
        self._probe = probe
        self._left = _MOST_PROBES

    def among(self, snapshot: Snapshot, paths: Sequence[str]) -> Mapping[str, str]:
        """Those of the files that fail alone."""
        why = self._fails(snapshot, paths)
        if not why:
            return {}
        if len(paths) == 1:
            return {snapshot.paths()[paths[0]]: why}
        middle = len(paths) // 2
        found = {**self.among(snapshot, paths[:middle]), **self.among(snapshot, paths[middle:])}
        if len(found) > _MOST_FILES:
            raise _Endless
        return found

    def _fails(self, snapshot: Snapshot, paths: Sequence[str]) -> str:
        """Why an analysis of these files alone fails, "" where it does not."""
        if not paths:
            return ""
        if not self._left:
            raise _Endless
        self._left -= 1
        group = frozenset(paths)
        try:
            self._probe(Part(snapshot, lambda path, blob: path in group))
        except AnalysisFailed as failed:
            return failed.reason
        return ""
