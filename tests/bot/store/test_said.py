"""What people said and what was told, on both databases."""

from __future__ import annotations

from dataclasses import replace

from bot.store import dispositions, feedback, posted
from bot.store.database import Database
from bot.store.dispositions import Disposition
from bot.store.feedback import DOWN, UP, Feedback
from bot.store.posted import FIXED, RESOLVED, Posted

ROW = Posted(1, 2, "old", "lock-leak-on-return", "Cache.Put", "c.mtx", "m", "cache.go", review=7, head_first="h")


def test_a_finding_goes_on_under_another_name_with_its_history(database: Database) -> None:
    posted.add(database, [ROW, replace(ROW, fingerprint="new", review=0), replace(ROW, number=3)])
    posted.set_state(database, 1, 2, "old", RESOLVED, author="gopher")
    posted.carry_on(database, "old", replace(ROW, fingerprint="new", symbol="Cache.Store", acts="a"))
    (row,) = posted.for_pull(database, 1, 2)
    assert (row.fingerprint, row.symbol, row.acts, row.review, row.head_first) == ("new", "Cache.Store", "a", 7, "h")
    assert (row.state, row.author, row.said_at > 0) == (RESOLVED, "gopher", True)
    posted.set_state(database, 1, 2, "new", FIXED, "h2")
    (row,) = posted.for_pull(database, 1, 2)
    assert (row.head_fixed, row.author, row.said_at) == ("h2", "", 0)
    assert posted.elsewhere(database, 1, 2, "old") == (3,)
    assert posted.elsewhere(database, 1, 3, "new") == ()


def test_a_no_keeps_its_time_when_it_is_given(database: Database) -> None:
    no = Disposition(1, "f", "a", "ignored", "gopher", "fine", "h", "p", "s", "v")
    dispositions.add(database, no)
    dispositions.add(database, replace(no, fingerprint="g", at=5.0))
    first, second = dispositions.for_repository(database, 1)
    assert (first.fingerprint, first.at) == ("g", 5.0)
    assert second == replace(no, at=second.at)
    assert second.at > 1_700_000_000
    assert [dispositions.lift(database, 1, "f"), dispositions.lift(database, 1, "f")] == [True, False]


def test_an_answer_is_heard_once_and_can_be_withdrawn(database: Database) -> None:
    down = Feedback(1, "reaction/9", 2, "f", "h", DOWN, "gopher", comment=4)
    feedback.add(database, [down])
    feedback.add(database, [replace(down, kind=UP), replace(down, source="reaction/10", author="vole")])
    said = {(one.kind, one.author) for one in feedback.for_pull(database, 1, 2)}
    assert said == {("down", "vole"), ("down", "gopher")}
    feedback.withdraw(database, 1, ["reaction/10"])
    feedback.withdraw(database, 1, [])
    assert feedback.for_pull(database, 1, 2) == (down,)
