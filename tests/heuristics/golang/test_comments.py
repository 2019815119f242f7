"""What the comments of Go code say about concurrency."""

from __future__ import annotations

import pytest

from heuristics.golang.comments import GUARDED_BY, GUARDS, GUARDS_BELOW, SINGLE, parse_notes


@pytest.mark.parametrize(
    ("comment", "note"),
    [
        ("mu protects watchers and nextID.", (GUARDS, "watchers and nextID")),
        ("guards a, b, and c", (GUARDS, "a, b, and c")),
        ("mu protects: rows", (GUARDS, "rows")),
        ("hdrMu protects outgoing header and trailer metadata", (GUARDS, "outgoing header and trailer metadata")),
        ("protects conns.idle from concurrent use", (GUARDS, "conns.idle")),
        ("protect variables below", (GUARDS_BELOW, "")),
        ("mu guards all of the following fields.", (GUARDS_BELOW, "")),
        ("rows is guarded by mu", (GUARDED_BY, "mu")),
        ("protected by the `s.mu`", (GUARDED_BY, "s.mu")),
    ],
)
def test_what_a_lock_is_for(comment: str, note: tuple[str, str]) -> None:
    assert note in parse_notes(comment)


def test_a_comment_without_a_lock_says_nothing() -> None:
    assert parse_notes("rows by name, in no order") == ()


@pytest.mark.parametrize(
    "comment",
    [
        "reset is for testing only.",
        "only used for test",
        "It doesn't need to be thread safe.",
        "must not be called until after WriteHeader",
        "This method may not be called concurrently with any other methods",
        "Use may only be called before Start",
        "not safe for concurrent use",
    ],
)
def test_callers_keep_a_phase_or_a_goroutine(comment: str) -> None:
    assert (SINGLE, "") in parse_notes(comment)
