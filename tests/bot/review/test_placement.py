"""Hunks and placement: nothing is lost, and whatever goes inline hangs on a line that a hunk holds."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pygit2 import Patch
from unidiff.errors import UnidiffParseError

from bot.github.answers import ChangedFile
from bot.review import hunks
from bot.review.hunks import LEFT, RIGHT, FileHunks, Hunk
from bot.review.placement import Where, cap, place
from bot.review.suggestion import Suggestion, suggestion
from heuristics import Anchor, Edit, Fix, Related
from tests.bot.review.makers import finding, span

LINES = st.lists(
    st.sampled_from([b"a", b"b", b"c", b"\tx := 1", b"", b"+", b"--- a", b"\xff", b"@@ -1 +1 @@"]), max_size=30
)


def nothing(path: str) -> bytes | None:
    return None


@given(LINES, LINES)
def test_computed_hunks_hold_exactly_what_changed(old: list[bytes], new: list[bytes]) -> None:
    found = hunks.from_bytes(b"".join(line + b"\n" for line in old), b"".join(line + b"\n" for line in new))
    removed = {line for hunk in found for line in hunk.removed}
    shown = {line for hunk in found for line in range(hunk.start, hunk.stop)}
    left = [line for number, line in enumerate(old, 1) if number not in removed]
    assert len(left) == len(old) - len(removed)
    assert all(1 <= line <= max(1, len(new)) or line == 0 for line in shown)
    # What no hunk shows is the same on both sides, in the same order.
    hidden = [line for number, line in enumerate(new, 1) if number not in shown]
    assert _is_subsequence(hidden, left)


@given(LINES.filter(lambda lines: b"\xff" not in lines), LINES.filter(lambda lines: b"\xff" not in lines))
def test_github_patches_and_computed_ones_read_alike(old: list[bytes], new: list[bytes]) -> None:
    before, after = ([line.decode() for line in lines] for lines in (old, new))
    patch = "\n".join(list(difflib.unified_diff(before, after, lineterm=""))[2:])
    if not patch:
        return
    for hunk in hunks.from_patch(patch):
        assert all(1 <= line <= len(old) for line in hunk.removed)
        assert all(0 <= line <= len(new) for line in range(hunk.start, hunk.stop))


PATCHES = st.lists(
    st.one_of(
        st.builds(
            lambda a, b, c, d: f"@@ -{a},{b} +{c},{d} @@ func f() {{",
            *[st.integers(0, 2**40) | st.integers(0, 9) for _ in range(4)],
        ),
        st.sampled_from(
            ["@@ -1 +1 @@", "-- a", "--- a", "+++ b", "\\ No newline at end of file", "@@", "", "-", "+", " x"]
        ),
        st.builds(lambda sign, text: sign + text, st.sampled_from("+- "), st.text(max_size=5)),
        st.text(max_size=9),
    ),
    max_size=12,
).map("\n".join)


@example("@@ -1 +1 @@\n--- a\n+++ b")
@example("@@ -1,2 +1,2 @@\n a\x0cb\n-x\r\n+y\u2028z")
@given(PATCHES)
def test_whatever_github_sends_as_a_patch_is_no_crash(patch: str) -> None:
    sides = b"a\nb\nc\n", b"a\nB\nc\n"
    file = ChangedFile("f.go", "f.go", "modified", patch, 1, 1)
    (found,) = hunks.of_change([file], lambda path: sides[0], lambda path: sides[1]).values()
    for hunk in found.hunks:
        assert 0 <= hunk.start <= hunk.stop
        assert all(line > 0 for line in hunk.removed)


@given(LINES, LINES)
def test_hunks_read_off_a_patch_are_those_of_the_bytes(old: list[bytes], new: list[bytes]) -> None:
    """git's own text of the change, as GitHub shows it, and the change itself."""
    before, after = (b"".join(line + b"\n" for line in lines) for lines in (old, new))
    text = Patch.create_from(before, after).text or ""
    at = text.find("@@ ")
    if at >= 0 and "\ufffd" not in text:
        assert hunks.from_patch(text[at:].removesuffix("\n")) == hunks.from_bytes(before, after)


def test_a_patch_that_is_cut_off_is_computed_from_the_bytes() -> None:
    with pytest.raises(UnidiffParseError):
        hunks.from_patch("@@ -1,3 +1,3 @@\n a\n")
    file = ChangedFile("f.go", "f.go", "modified", "@@ -1,3 +1,3 @@\n a\n", 1, 1)
    found = hunks.of_change([file], lambda path: b"a\nb\nc\n", lambda path: b"a\nB\nc\n")
    assert found["f.go"].hunks == (Hunk(1, 4, frozenset({2})),)


def test_sides_of_renamed_added_and_removed_files() -> None:
    sides = {"old.go": b"a\nb\n", "gone.go": b"a\n"}, {"new.go": b"a\nB\n", "fresh.go": b"x\ny\n"}
    files = [
        ChangedFile("new.go", "old.go", "renamed", None, 1, 1),
        ChangedFile("fresh.go", "fresh.go", "added", None, 2, 0),
        ChangedFile("gone.go", "gone.go", "removed", None, 0, 1),
        ChangedFile("moved.go", "was.go", "renamed", None, 0, 0),
    ]
    found = hunks.of_change(files, sides[0].get, sides[1].get)
    assert found["new.go"].at(2, LEFT) and found["new.go"].at(2, RIGHT)
    assert found["fresh.go"].at(2, RIGHT) and not found["fresh.go"].at(1, LEFT)
    assert found["gone.go"].at(1, LEFT) and not found["gone.go"].at(1, RIGHT)
    assert found["moved.go"].hunks == ()


PATHS = st.sampled_from(["a.go", "b.go", "far.go"])
ANCHORS = st.builds(Anchor, PATHS, st.integers(1, 40), st.sampled_from([LEFT, RIGHT]))
PLACES = st.builds(span, PATHS, st.integers(1, 40))
FINDINGS = st.lists(
    st.builds(
        lambda number, at, anchors, related: finding(
            str(number), at, anchors=tuple(anchors), related=tuple(Related(one, "here") for one in related)
        ),
        st.integers(),
        PLACES,
        st.lists(ANCHORS, max_size=3),
        st.lists(PLACES, max_size=2),
    ),
    max_size=60,
    unique_by=lambda one: one.fingerprint,
)
CHANGES = st.dictionaries(
    st.sampled_from(["a.go", "b.go"]),
    st.lists(
        st.builds(
            lambda start, length, removed: Hunk(start, start + length, frozenset(removed)),
            st.integers(1, 40),
            st.integers(0, 6),
            st.sets(st.integers(1, 40), max_size=3),
        ),
        max_size=3,
    ),
)


@given(FINDINGS, CHANGES, st.integers(0, 30))
def test_nothing_is_lost_and_every_inline_anchor_lies_in_a_hunk(
    findings: list[object], changes: dict[str, list[Hunk]], most: int
) -> None:
    lines = {path: FileHunks(path, path, tuple(found)) for path, found in changes.items()}
    placed = cap(place(findings, lines, nothing), most)  # type: ignore[arg-type]
    assert {one.finding.fingerprint for one in placed} == {one.fingerprint for one in findings}  # type: ignore[attr-defined]
    assert len(placed) == len(findings)
    assert sum(one.where is not Where.CHECK for one in placed) <= most
    assert sum(one.where is Where.FILE for one in placed) <= 1
    for one in placed:
        if one.where is Where.INLINE:
            assert lines[one.path].at(one.line, one.side) is not None
        if one.where is Where.FILE:
            assert one.path in lines


def test_the_best_place_there_is() -> None:
    lines = {"a.go": FileHunks("a.go", "a.go", (Hunk(10, 14, frozenset({11})),))}
    own = finding("own", span("a.go", 12), anchors=(Anchor("a.go", 11, RIGHT), Anchor("a.go", 12, RIGHT)))
    related = finding("related", span("far.go", 3), related=(Related(span("a.go", 13), "spawned here"),))
    on_file = finding("file", span("a.go", 90))
    nowhere = finding("check", span("far.go", 5))
    placed = {one.finding.fingerprint: one for one in place([own, related, on_file, nowhere], lines, nothing)}
    assert [(placed[f.fingerprint].where, placed[f.fingerprint].line, placed[f.fingerprint].near) for f in
            (own, related, on_file, nowhere)] == [
        (Where.INLINE, 11, True),
        (Where.INLINE, 13, True),
        (Where.FILE, 0, True),
        (Where.CHECK, 0, False),
    ]  # fmt: skip


SOURCE = b"func (c *C) f() {\n\tc.mtx.Lock()\n\twork()\n\tc.mtx.Unlock()\n}\n"


def test_a_fix_becomes_whole_lines() -> None:
    insert = Edit("a.go", SOURCE.index(b"\twork"), SOURCE.index(b"\twork"), "\tdefer c.mtx.Unlock()\n")
    delete = Edit("a.go", SOURCE.index(b"\tc.mtx.Unlock"), SOURCE.index(b"}"), "")
    fix = Fix("defer the unlock", (delete, insert))
    assert suggestion(fix, "a.go", 2, SOURCE) == Suggestion(2, 4, "\tc.mtx.Lock()\n\tdefer c.mtx.Unlock()\n\twork()\n")
    assert suggestion(fix, "b.go", 2, SOURCE) is None
    assert suggestion(fix, "a.go", 2, SOURCE.replace(b"\n", b"\r\n")) is None


def test_a_suggestion_stays_in_the_hunk_of_its_line() -> None:
    insert = Edit("a.go", SOURCE.index(b"\twork"), SOURCE.index(b"\twork"), "\tdefer c.mtx.Unlock()\n")
    one = finding("x", span("a.go", 2), anchors=(Anchor("a.go", 2, RIGHT),), edits=(insert,))
    for stop, expected in ((5, True), (3, False)):
        lines = {"a.go": FileHunks("a.go", "a.go", (Hunk(1, stop, frozenset()),))}
        (placed,) = place([one], lines, lambda path: SOURCE)
        assert (placed.suggestion is not None) is expected


@example(source=b"", wishes=[(0, 0, "\n")], line=1)
@example(source=b"a", wishes=[(1, 0, "\n")], line=1)
@example(source=b"\n", wishes=[(0, 0, "")], line=2)
@example(source=b"a\n", wishes=[(2, 0, "b\n")], line=1)
@given(
    st.binary(max_size=80),
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 10), st.text(max_size=6)), min_size=1, max_size=3),
    st.integers(1, 6),
)
def test_a_suggestion_says_what_the_edits_do(source: bytes, wishes: list[tuple[int, int, str]], line: int) -> None:
    edits, at = [], 0
    for start, length, text in sorted(wishes):
        start = min(max(start, at), len(source))
        at = min(start + length, len(source))
        edits.append(Edit("a.go", start, at, text))
    line = min(line, source.count(b"\n") + 1)
    found = suggestion(Fix("do it", tuple(edits)), "a.go", line, source)
    if found is None:
        return
    whole, at = b"", 0
    for edit in edits:
        whole += source[at : edit.start] + edit.text.encode()
        at = edit.end
    whole += source[at:]
    lines = source.split(b"\n")
    block = found.text.encode().split(b"\n")[:-1]
    assert b"\n".join([*lines[: found.start - 1], *block, *lines[found.end :]]) == whole


def _is_subsequence(few: list[bytes], many: list[bytes]) -> bool:
    rest = iter(many)
    return all(line in rest for line in few)
