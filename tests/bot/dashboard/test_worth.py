"""What a heuristic deserves, in numbers and in words."""

from __future__ import annotations

import pytest

from bot.dashboard.words import ago, count, duration, percent
from bot.store import demotions
from bot.store.reading.heuristics import Worth


@pytest.mark.parametrize(
    ("worth", "low", "high"), [(Worth(1, 0, 1, 0, 0), 0.207, 1.0), (Worth(100, 0, 80, 20, 0), 0.711, 0.867)]
)
def test_the_interval_is_wilson_s(worth: Worth, low: float, high: float) -> None:
    assert [round(end, 3) for end in worth.interval] == [low, high]


@pytest.mark.parametrize(
    ("last", "percent", "dismissed"), [(20, 80, 5), (20, 75, 6), (10, 85, 2), (1, 100, 1), (20, 0, 21)]
)
def test_so_many_have_to_be_dismissed(last: int, percent: int, dismissed: int) -> None:
    assert demotions.Measure(last, percent).dismissed == dismissed


def test_words() -> None:
    assert [duration(seconds) for seconds in (1, 61, 7200, 86_400 * 400)] == [
        "less than a minute", "1 minute", "2 hours", "1 year"
    ]  # fmt: skip
    assert (count(1, "repository"), count(2, "repository"), count(2000, "day")) == (
        "1 repository", "2 repositories", "2,000 days"
    )  # fmt: skip
    assert (percent(None), percent(0.5), ago(0)) == ("-", "50 %", "never")
