"""A snapshot of a commit on GitHub: few requests, one memory, and no file that is not what it claims to be."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

import pytest

from bot.sources.github_tree import GitHubSnapshot, Listing, Memory
from bot.values import Retry
from heuristics import BlobMissing, blob_id


@dataclass(frozen=True)
class Entry:
    path: str
    blob: str
    size: int


@dataclass
class Remote:
    """A commit that counts what is asked of it. archived: what its archive holds instead of the files."""

    files: Mapping[str, bytes]
    cut_short: bool = False
    archived: Mapping[str, bytes] | None = None
    damaged: bool = False
    size: int = 0
    asked: list[str] = field(default_factory=list)

    def tree(self, commit: str) -> list[Entry] | None:
        self.asked.append("tree")
        if self.cut_short:
            return None
        return [Entry(path, blob_id(text), max(self.size, len(text))) for path, text in self.files.items()]

    def blob(self, blob: str) -> bytes | None:
        self.asked.append("blob")
        return next((text for text in self.files.values() if blob_id(text) == blob), None)

    @contextmanager
    def archive(self, commit: str) -> Iterator[IO[bytes]]:
        self.asked.append("archive")
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
            for path, text in (self.files if self.archived is None else self.archived).items():
                member = tarfile.TarInfo(f"acme-rockets-{commit}/{path}")
                member.size = len(text)
                tar.addfile(member, io.BytesIO(text))
            link = tarfile.TarInfo(f"acme-rockets-{commit}/link.go")
            link.type, link.linkname = tarfile.SYMTYPE, "a.go"
            tar.addfile(link)
        whole = buffer.getvalue()
        yield io.BytesIO(whole[: len(whole) // 2] if self.damaged else whole)


def go(number: int) -> dict[str, bytes]:
    return {f"f{n}.go": b"package f%d\n" % n for n in range(number)}


def test_paths_are_those_that_the_engine_may_ask_for() -> None:
    remote = Remote({"a.go": b"a", "go.mod": b"m", "README.md": b"r", "vendor/v.go": b"v", "x/y.go": b"y"})
    snapshot = GitHubSnapshot(remote, "head", Memory())
    assert set(snapshot.paths()) == {"a.go", "go.mod", "x/y.go"}
    assert (snapshot.paths(), remote.asked) == (snapshot.paths(), ["tree"])


def test_one_blob_comes_by_itself_and_many_in_the_archive() -> None:
    few, many = Remote(go(1)), Remote(go(30))
    for remote, calls in ((few, ["tree", "blob"]), (many, ["tree", "archive"])):
        snapshot = GitHubSnapshot(remote, "head", Memory())
        read = {path: snapshot.read(blob) for path, blob in snapshot.paths().items()}
        assert (read, remote.asked) == (remote.files, calls)


def test_a_large_tree_is_worth_more_single_calls() -> None:
    remote = Remote(go(10), size=4 << 20)
    snapshot = GitHubSnapshot(remote, "head", Memory())
    snapshot.read(snapshot.paths()["f3.go"])
    assert remote.asked == ["tree", "blob"]


def test_both_sides_of_a_change_share_what_they_read() -> None:
    memory, files = Memory(), go(30)
    base, head = Remote(files), Remote({**files, "f3.go": b"package changed\n"})
    for remote, commit in ((head, "head"), (base, "base"), (base, "base")):
        snapshot = GitHubSnapshot(remote, commit, memory)
        for blob in snapshot.paths().values():
            snapshot.read(blob)
    assert (head.asked, base.asked) == (["tree", "archive"], ["tree", "blob"])


def test_a_list_that_is_cut_short_is_taken_from_the_archive() -> None:
    remote = Remote({**go(3), "README.md": b"r"}, cut_short=True)
    snapshot = GitHubSnapshot(remote, "head", Memory())
    assert {path: snapshot.read(blob) for path, blob in snapshot.paths().items()} == go(3)
    assert remote.asked == ["tree", "archive"]


def test_what_the_archive_rewrites_or_leaves_out_is_asked_for() -> None:
    files = go(30)
    archived = {**files, "f1.go": b"rewritten\n"}
    del archived["f2.go"]
    remote = Remote(files, archived=archived)
    snapshot = GitHubSnapshot(remote, "head", Memory())
    assert {path: snapshot.read(blob) for path, blob in snapshot.paths().items()} == files
    assert remote.asked == ["tree", "archive", "blob", "blob"]


def test_a_blob_that_is_not_there_is_a_problem_of_that_file() -> None:
    with pytest.raises(BlobMissing):
        GitHubSnapshot(Remote(go(1)), "head", Memory()).read("0" * 40)


def test_a_damaged_archive_is_read_again_later() -> None:
    with pytest.raises(Retry, match="is damaged"):
        GitHubSnapshot(Remote(go(30), cut_short=True, damaged=True), "head", Memory()).paths()


def test_files_beyond_the_limit_are_not_listed() -> None:
    remote = Remote({"big.go": b"x" * ((4 << 20) + 1), "a.go": b"a"})
    assert set(GitHubSnapshot(remote, "head", Memory()).paths()) == {"a.go"}


def test_the_memory_stays_within_its_limit() -> None:
    memory = Memory(limit=10, listings=2)
    for name in "abc":
        memory.put(name, b"12345")
        memory.keep_listing(name, Listing({}, 0))
    assert [name in memory for name in "abc"] == [False, True, True]
    assert [memory.listing(name) is not None for name in "abc"] == [False, True, True]
    memory.put("huge", b"x" * 11)
    assert "huge" not in memory
    assert memory.get("b") == b"12345"
    memory.put("d", b"12345")
    assert [name in memory for name in "bcd"] == [True, False, True]
