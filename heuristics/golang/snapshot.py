"""The files of one commit, as everything in the engine sees them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha1
from typing import Protocol

from heuristics.golang.frozen import frozen


class BlobMissing(Exception):
    """A blob that the snapshot names cannot be read: a problem of that file, not of the run."""


class Snapshot(Protocol):
    """Paths with their blob ids, and the bytes behind an id. Equal ids mean equal bytes."""

    def paths(self) -> Mapping[str, str]:
        """Slash-separated path relative to the root -> blob id, regular files only (no symlinks, no submodules)."""
        ...

    def read(self, blob: str) -> bytes:
        """The bytes of a blob; raises BlobMissing."""
        ...


class FactsCache(Protocol):
    """Facts about single files that the caller keeps. Keys (blob id and engine version) and values are opaque to it."""

    def get(self, keys: Collection[str]) -> Mapping[str, bytes]:
        """The values of those keys that are known; the rest is simply absent."""
        ...

    def put(self, facts: Mapping[str, bytes]) -> None:
        """Keep these; a caller may forget any of them at any time."""
        ...


@frozen()
class MemorySnapshot:
    """A snapshot that is handed in whole: path -> bytes. Blob ids are git's."""

    files: Mapping[str, bytes]

    def paths(self) -> Mapping[str, str]:
        return {path: blob_id(text) for path, text in self.files.items()}

    def read(self, blob: str) -> bytes:
        for text in self.files.values():
            if blob_id(text) == blob:
                return text
        raise BlobMissing(blob)


def blob_id(text: bytes) -> str:
    """Git's object id of a blob with these bytes, so that one cache serves every kind of snapshot."""
    return sha1(b"blob %d\0" % len(text) + text, usedforsecurity=False).hexdigest()
