"""What differs between two snapshots, as far as Go files go: paths, renames, lines, and where findings can differ."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from posixpath import basename, dirname

from heuristics.engine.lines import LineDiff, line_diff
from heuristics.golang.facts import Outlines
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.repository import skipped
from heuristics.golang.snapshot import BlobMissing, Snapshot

# A file that is gone and one that is new are one renamed file when so much of the larger one is in both; compared only
# while the pairs to compare stay few. Both as git does it.
SAME_FILE = 0.5
RENAME_PAIRS = 10_000


# What changed lines say of other packages, and what those declare.
MENTIONED = re.compile(rb"(\w*)\)?\.([A-Z]\w*)")
FUNCTION = re.compile(rb"^func (?:\([^)]*\) ?)?([A-Z]\w*)", re.M)
# Every package has these methods; that one is called says nothing about which package's.
EVERYWHERE = frozenset({b"Error", b"String", b"Lock", b"Unlock", b"RLock", b"RUnlock"})


@frozen()
class Change:
    """The change from base to head.

    old, new: path -> blob id of base and head. paths: Go files of head that are new or different and those of base
    that are gone, without those that the engine skips. folders: theirs. before: path in head -> path in base of the
    same file, where a file was renamed.
    """

    base: Snapshot
    head: Snapshot
    old: Mapping[str, str]
    new: Mapping[str, str]
    paths: frozenset[str]
    folders: frozenset[str]
    before: Mapping[str, str]
    _diffs: dict[str, LineDiff] = field(default_factory=dict, repr=False, compare=False)
    _lines: dict[tuple[str, str], Sequence[bytes]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, base: Snapshot, head: Snapshot) -> Change:
        """Compare blob ids; only files that may have been renamed are read."""
        old, new = base.paths(), head.paths()
        differ = (path for path in {*old, *new} if old.get(path) != new.get(path))
        paths = frozenset(path for path in differ if path.endswith(".go") and not skipped(path))
        gone = {path: old[path] for path in sorted(paths) if path not in new}
        come = {path: new[path] for path in sorted(paths) if path not in old}
        folders = frozenset(dirname(path) for path in paths)
        return cls(base, head, old, new, paths, folders, _renames(base, gone, head, come))

    def origin(self, path: str) -> str:
        """The path in base of this file of head; "" for a new file."""
        return path if path in self.old else self.before.get(path, "")

    def lines(self, path: str) -> LineDiff:
        """The lines of a file of head against those of its origin; a file that cannot be read counts as empty."""
        if path not in self._diffs:
            origin = self.origin(path)
            same = origin and self.old[origin] == self.new.get(path)
            head = self.text(path)
            self._diffs[path] = line_diff(head if same else self.old_text(origin), head)
        return self._diffs[path]

    def brought(self, path: str) -> bytes:
        """The lines that the change brought to a file of head."""
        lines = self.split(path)
        return b"\n".join(lines[number - 1] for number in self.lines(path).added(1, len(lines)))

    def split(self, path: str) -> Sequence[bytes]:
        """The lines of a file of head, without their ends; kept, because every finding of the file asks."""
        return self._split("head", self.text, path)

    def old_split(self, path: str) -> Sequence[bytes]:
        """The lines of a file of base."""
        return self._split("base", self.old_text, path)

    def _split(self, side: str, text: Callable[[str], bytes], path: str) -> Sequence[bytes]:
        if (side, path) not in self._lines:
            self._lines[side, path] = text(path).split(b"\n")
        return self._lines[side, path]

    def text(self, path: str) -> bytes:
        """The bytes of a file of head; empty if there is no such file or it cannot be read."""
        return _read(self.head, self.new.get(path, ""))

    def old_text(self, path: str) -> bytes:
        """The bytes of a file of base; empty if there is no such file or it cannot be read."""
        return _read(self.base, self.old.get(path, ""))


def focus_of(change: Change, outlines: Outlines) -> frozenset[str]:
    """The folders whose findings the change can bring or take away.

    Besides the changed ones those of this repository that declare what the changed lines now mention: a new caller or
    goroutine makes code wrong that nobody touched. Code further away is read as evidence, not reported for this change.
    """
    index = Index(change.head, outlines, change.folders)
    sources: dict[str, list[str]] = {}
    for path in change.new:
        if path.endswith(".go") and not path.endswith("_test.go"):
            sources.setdefault(dirname(path), []).append(path)
    focus = set(change.folders)
    for path in sorted(change.paths & change.new.keys()):
        mentioned = set(MENTIONED.findall(change.brought(path)))
        imports = {spec.path: (spec.name or _usual_name(spec.path)).encode() for spec in index.file(path).imports}
        methods = {name for before, name in mentioned if before not in imports.values()} - EVERYWHERE
        for target, local in imports.items() if mentioned else ():
            folder = index.repository.import_key(target).removeprefix("./")
            names = methods | {name for before, name in mentioned if before == local}
            texts = (change.text(source) for source in sources.get(folder, ()))
            if folder not in focus and any(not names.isdisjoint(FUNCTION.findall(text)) for text in texts):
                focus.add(folder)
    return frozenset(focus)


def _usual_name(import_path: str) -> str:
    """The name that an import without a name of its own most likely goes by."""
    parts = [part for part in import_path.split("/") if not re.fullmatch(r"v\d+", part)]
    return parts[-1] if parts else import_path


def _renames(base: Snapshot, gone: Mapping[str, str], head: Snapshot, come: Mapping[str, str]) -> dict[str, str]:
    """New path -> old path: equal bytes first, then the most similar; equal base names are preferred."""
    left = dict(gone)
    before: dict[str, str] = {}
    for path, blob in come.items():
        if origin := _best(path, {old: 1.0 for old, its in left.items() if its == blob}):
            before[path] = origin
            del left[origin]
    rest = {path: blob for path, blob in come.items() if path not in before}
    if not left or not rest or len(left) * len(rest) > RENAME_PAIRS:
        return before
    bags = {path: _bag(_read(base, blob)) for path, blob in left.items()}
    for path, blob in rest.items():
        bag = _bag(_read(head, blob))
        alike = {old: _likeness(bag, bags[old]) for old in left}
        if origin := _best(path, {old: likeness for old, likeness in alike.items() if likeness >= SAME_FILE}):
            before[path] = origin
            del left[origin]
    return before


def _best(path: str, likeness: Mapping[str, float]) -> str:
    return max(sorted(likeness), key=lambda old: (basename(old) == basename(path), likeness[old]), default="")


def _bag(text: bytes) -> Counter[bytes]:
    return Counter(_bare(text.split(b"\n")))


def _bare(lines: Iterable[bytes]) -> Iterable[bytes]:
    """Lines that tell something: neither empty nor a brace."""
    return (line for line in (line.strip() for line in lines) if len(line) > 1)


def _likeness(one: Counter[bytes], other: Counter[bytes]) -> float:
    most = max(one.total(), other.total())
    return (one & other).total() / most if most else 0.0


def _read(snapshot: Snapshot, blob: str) -> bytes:
    try:
        return snapshot.read(blob) if blob else b""
    except BlobMissing:
        return b""
