"""The hunt for files that an analysis cannot bear."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from bot.values import AnalysisFailed
from bot.work.isolation import costly, without
from heuristics import MemorySnapshot, Snapshot


def snapshot(bad: Collection[str], files: Collection[str]) -> MemorySnapshot:
    return MemorySnapshot({path: f"{'BAD' if path in bad else 'good'} {path}".encode() for path in files})


class Engine:
    """Fails of files that are bad; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, part: Snapshot) -> None:
        self.asked += 1
        assert "go.mod" in part.paths()
        if any(part.read(blob).startswith(b"BAD") for blob in part.paths().values()):
            raise AnalysisFailed("it took too long")


FILES = ("go.mod", *(f"a/f{number}.go" for number in range(64)), "b/other.go", "a/readme.md")


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ((), ("a/f7.go",), ("a/f7.go",)),
        ((), ("a/f7.go", "a/f40.go"), ("a/f7.go", "a/f40.go")),
        (("a/f7.go",), (), ("a/f7.go",)),
        (("a/f7.go", "b/other.go"), ("a/f7.go", "b/other.go"), ("a/f7.go",)),
        ((), (), ()),
        ((), ("a/f1.go", "a/f2.go", "a/f3.go", "a/f4.go"), ()),
        ((), FILES[1:], ()),
    ],
    ids=["new", "two", "taken away", "beside the change, not elsewhere", "none alone", "too many", "all of them"],
)
def test_what_is_found(before: Collection[str], after: Collection[str], found: Collection[str]) -> None:
    changed = {"a/f9.go", *({*before} ^ {*after})}
    old, new = snapshot(before, FILES), snapshot(after, FILES)
    head = MemorySnapshot({path: new.read(blob) + b" again" * (path in changed) for path, blob in new.paths().items()})
    engine = Engine()
    culprits = costly(head, old, (), engine)
    blobs = {blob: path for whole in (head, old) for path, blob in whole.paths().items()}
    assert sorted(blobs[blob] for blob in culprits) == sorted(found)
    assert set(culprits.values()) <= {"it took too long"}
    assert engine.asked <= 24
    kept = without(head, culprits).paths()
    assert set(head.paths()) - set(kept) <= set(found) and "go.mod" in kept


def test_of_a_scan_the_files_in_question_are_suspected() -> None:
    head = snapshot(("a/f7.go", "a/f8.go"), FILES)
    assert [*costly(head, None, ("a/f7.go",), Engine())] == [head.paths()["a/f7.go"]]
    assert costly(head, None, (), Engine()) == {}
