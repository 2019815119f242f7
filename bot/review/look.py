"""What a review looks at: the changed files of a pull request, and both sides of the change."""

from __future__ import annotations

from dataclasses import dataclass

from bot.github.answers import ChangedFile, PullRequest
from bot.github.repository import Repository
from bot.sources.github_tree import GitHubSnapshot, Memory, Since
from bot.sources.paths import wanted
from heuristics import CONFIG_NAME, BlobMissing, Snapshot


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at: the changed files, and both sides of the change."""

    files: tuple[ChangedFile, ...]
    head: GitHubSnapshot
    base: GitHubSnapshot

    @property
    def go_files(self) -> tuple[ChangedFile, ...]:
        """Those that the engine can make something of, now or before a rename."""
        return tuple(
            file
            for file in self.files
            if file.path != CONFIG_NAME and (wanted(file.path) or wanted(file.previous_path))
        )

    def head_bytes(self, path: str) -> bytes | None:
        return _bytes(self.head, path)

    def base_bytes(self, path: str) -> bytes | None:
        return _bytes(self.base, path)

    def unread(self) -> tuple[str, ...]:
        """Paths of Go files that the change has and the snapshot of head leaves out: too large, or no regular files."""
        there = self.head.paths() if self.go_files else {}
        changed = (file.path for file in self.go_files if file.status != "removed" and wanted(file.path))
        return tuple(path for path in changed if path not in there)


def look(repository: Repository, pull: PullRequest, blobs: Memory) -> Look:
    """The change of a pull request since its merge base: from the comparison, which carries all files unless there are
    more than 300, else from the list. Nothing wider ever: what GitHub does not list stays unlisted."""
    comparison = repository.compare(pull.base_sha, pull.head_sha)
    files = comparison.files if len(comparison.files) >= pull.changed_files else repository.files(pull.number)
    base = GitHubSnapshot(repository, comparison.merge_base, blobs)
    known = comparison.complete and files is comparison.files
    since = Since(base, files) if known else None
    return Look(files, GitHubSnapshot(repository, pull.head_sha, blobs, since), base)


def _bytes(snapshot: Snapshot, path: str) -> bytes | None:
    blob = snapshot.paths().get(path)
    try:
        return None if blob is None else snapshot.read(blob)
    except BlobMissing:
        return None
