"""Which lines survived a change."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from heuristics.engine.lines import Hunk, line_diff

TEXTS = st.lists(st.sampled_from([b"a", b"b", b"c", b"}", b""]) | st.binary(max_size=2), max_size=25).map(b"\n".join)


@given(TEXTS, TEXTS)
def test_survivors_are_equal_lines_in_rising_order(base: bytes, head: bytes) -> None:
    diff = line_diff(base, head)
    old, new = base.split(b"\n"), head.split(b"\n")
    kept = [origin for origin in diff.origins if origin]
    assert kept == sorted(set(kept))
    assert all(old[origin - 1] == line for origin, line in zip(diff.origins, new, strict=True) if origin)


@given(TEXTS, TEXTS)
def test_the_hunks_turn_base_into_head(base: bytes, head: bytes) -> None:
    old, new = base.split(b"\n"), head.split(b"\n")
    made, at = [], 1
    for hunk in line_diff(base, head).hunks:
        made += old[at - 1 : hunk.old_start - 1] + new[hunk.start - 1 : hunk.stop - 1]
        at = hunk.old_stop
    assert made + old[at - 1 :] == new


@given(TEXTS)
def test_nothing_changes_between_equals(text: bytes) -> None:
    diff = line_diff(text, text)
    assert diff.hunks == ()
    assert diff.origins == tuple(range(1, text.count(b"\n") + 2))


def test_what_a_reader_would_call_the_change() -> None:
    base = b"func f() {\n\tmu.Lock()\n\tdefer mu.Unlock()\n\tx++\n}\n"
    head = b"func f() {\n\tmu.Lock()\n\tx++\n\ty++\n\tmu.Unlock()\n}\n"
    diff = line_diff(base, head)
    assert diff.hunks == (Hunk(3, 4, 3, 3), Hunk(5, 5, 4, 6))
    assert [diff.origin(line) for line in range(9)] == [0, 1, 2, 4, 0, 0, 5, 6, 0]
    assert list(diff.added(1, 100)) == [4, 5]
    assert list(diff.removed(1, 6)) == [3]
    assert list(diff.removed(4, 6)) == []


def test_a_generated_table_of_20000_lines_is_compared_at_once() -> None:
    base = b"".join(b"\t%d: %d,\n" % (n % 7, n % 5) for n in range(20_000))
    head = base[: len(base) // 2] + b"\t0: 0,\n" * 2_000 + base[len(base) // 2 + 900 :]
    diff = line_diff(base, head)
    assert len(diff.origins) == head.count(b"\n") + 1
    assert diff.origin(1) == 1 and diff.origin(len(diff.origins)) == 20_001
