"""Who owns a path by a repository's CODEOWNERS. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from pathspec import GitIgnoreSpec

Rules = tuple[tuple[str, tuple[str, ...]], ...]
# Where GitHub looks for the file, in this order.
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")


def rules(text: str) -> Rules:
    """The rules of a file, in order: pattern and owners (@user, @organisation/team or an address; none where nobody is
    to own what matches)."""
    found = []
    for line in text.splitlines():
        words = line.partition("#")[0].split() if not line.startswith("\\#") else line.split()
        # GitHub has neither negation nor ranges of characters here.
        if words and not words[0].startswith("!") and "[" not in words[0]:
            found.append((words[0], tuple(words[1:])))
    return tuple(found)


def owners(rules: Iterable[tuple[str, tuple[str, ...]]], path: str) -> tuple[str, ...]:
    """The owners of a path: those of the last rule that matches."""
    for pattern, names in reversed(tuple(rules)):
        if GitIgnoreSpec.from_lines([pattern]).match_file(path):
            return names
    return ()
