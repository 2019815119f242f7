"""Who owns a path by a repository's CODEOWNERS. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pathspec import GitIgnoreSpec

from bot.sources.paths import OWNERS

Rules = tuple[tuple[str, tuple[str, ...]], ...]


def of_base(base: Callable[[str], bytes | None]) -> Rules:
    """The rules of the commit that a change goes into. base: the bytes of a path there, None without it."""
    text = next(filter(None, map(base, OWNERS)), b"")
    return rules(text.decode("utf-8", "replace"))


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
