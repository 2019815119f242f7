"""A fix as the few lines of a diff that a person reads."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from itertools import groupby

from bot.cli.source_text import Sources
from heuristics import Edit, Fix


def fix_diff(sources: Sources, fix: Fix) -> Iterator[tuple[str, int, str, bytes]]:
    """The changed lines as (path, line, sign, text); sign: "-" (line of head), "+" (line after the fix)."""
    edits = sorted(fix.edits, key=lambda edit: (edit.path, edit.start, edit.end))
    for path, of_path in groupby(edits, key=lambda edit: edit.path):
        yield from _of_file(path, sources.text(path), list(of_path))


def _of_file(path: str, text: bytes, edits: list[Edit]) -> Iterator[tuple[str, int, str, bytes]]:
    start = text.rfind(b"\n", 0, edits[0].start) + 1
    stop = text.find(b"\n", max(edit.end for edit in edits))
    old = text[start : stop if stop >= 0 else len(text)]
    new = old
    for edit in reversed(edits):
        new = new[: edit.start - start] + edit.text.encode() + new[edit.end - start :]
    first = text.count(b"\n", 0, start) + 1
    before, after = old.split(b"\n"), new.split(b"\n")
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from ((path, first + i, "-", before[i]) for i in range(i1, i2))
            yield from ((path, first + j, "+", after[j]) for j in range(j1, j2))
