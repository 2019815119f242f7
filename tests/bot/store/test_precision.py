"""The tally of each heuristic, on both databases."""

from __future__ import annotations

from bot.store import feedback, posted
from bot.store.database import Database
from bot.store.feedback import DOWN, UP, Feedback
from bot.store.posted import FIXED, IGNORED, MERGED, OPEN, RESOLVED, Posted
from bot.store.precision import Tally, by_heuristic


def tell(database: Database, heuristic: str, states: list[str], repository: int = 7) -> None:
    for number, state in enumerate(states):
        fingerprint = f"{heuristic}{number}"
        row = Posted(repository, number, fingerprint, heuristic, "s", "v", "m", "p", state=state)
        posted.add(database, [row])
        posted.set_state(database, repository, number, fingerprint, state, "a" * 40)


def test_each_heuristic_is_counted_for_itself(database: Database) -> None:
    tell(database, "good", [FIXED] * 4 + [OPEN, MERGED, IGNORED])
    tell(database, "poor", [FIXED, IGNORED, RESOLVED, RESOLVED, OPEN, OPEN])
    tell(database, "elsewhere", [IGNORED] * 9, repository=8)
    said = [(4, DOWN), (5, UP), (0, DOWN)]
    feedback.add(
        database,
        [Feedback(7, f"reaction/{n}", n, f"poor{n}", "poor", kind, "gopher") for n, kind in said],
    )
    tallies = by_heuristic(database, [7], 20)
    assert tallies == (Tally("good", 7, 4, 1), Tally("poor", 6, 1, 4)), "a thumbs-down counts, but not against a fix"
    assert [one.precision for one in tallies] == [0.8, 0.2]
    assert by_heuristic(database, [7, 8], 20)[0] == Tally("elsewhere", 9, 0, 9)
    assert by_heuristic(database, [], 20) == ()


def test_only_the_last_ones_count_and_few_say_nothing(database: Database) -> None:
    tell(database, "old", [IGNORED] * 10)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE posted SET created_at = 1")
    tell(database, "old", [FIXED] * 3, repository=9)
    assert by_heuristic(database, [7, 9], 5) == (Tally("old", 5, 3, 2),)
    (few,) = by_heuristic(database, [9], 20)
    assert (few, few.precision) == (Tally("old", 3, 3, 0), None)
