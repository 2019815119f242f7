"""The counts of the overview are those of the rows, whatever they are, and of those that may be seen alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import delete, insert, select

from bot.store.database import Database, now
from bot.store.findings import STATES
from bot.store.reading.overview import overview, stood
from bot.store.reading.weeks import WEEK, WEEKS
from bot.store.tables import findings, repositories
from bot.viewer import ADMIN, Seen, Sight

# A repository that may be seen and was counted, one that was not counted, and one that may not be seen.
COUNTED, NOT_COUNTED, HIDDEN = 7, 8, 9
SIGHT = Sight(1, "acme", tuple(Seen(id_, f"acme/{id_}", True, ADMIN) for id_ in (COUNTED, NOT_COUNTED)))

# Weeks before now, never at the border of two, and some in the future.
AGO = some.integers(-1, 14).map(lambda week: week + 0.5)


@dataclass(frozen=True)
class Row:
    """A finding. seen: so many weeks before now; lived: weeks till it was closed."""

    repository: int
    number: int
    state: str
    seen: float
    lived: int

    @property
    def closed(self) -> float:
        """How many weeks ago it was closed."""
        return max(self.seen - self.lived, -0.5)

    def stood(self, ago: int) -> bool:
        """Whether it was there when the week ended that is so many back."""
        ends = ago or -1  # what is newer than now is of this week
        return self.seen > ends and (self.state == "open" or self.closed < ends)

    def values(self, at: float) -> dict[str, object]:
        """As it is kept. at: now."""
        closed = 0.0 if self.state == "open" else at - self.closed * WEEK
        kept = {"repository": self.repository, "number": self.number, "state": self.state}
        return {**kept, "seen_at": at - self.seen * WEEK, "closed_at": closed}


ROWS = some.lists(
    some.builds(
        Row,
        repository=some.sampled_from((COUNTED, NOT_COUNTED, HIDDEN)),
        number=some.sampled_from((0, 1)),
        state=some.sampled_from(STATES),
        seen=AGO,
        lived=some.integers(0, 6),
    ),
    max_size=30,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_counts_are_those_of_the_rows(database: Database, rows: list[Row]) -> None:
    with database.write() as connection:
        at = connection.execute(select(now())).scalar_one()
        for table in (findings, repositories):
            connection.execute(delete(table))
        connection.execute(insert(repositories).values(id=COUNTED, counted_at=at))
        for number, row in enumerate(rows):
            connection.execute(insert(findings).values(fingerprint=str(number), **row.values(at)))
    found = overview(database, SIGHT, 0)

    mine = [row for row in rows if row.repository != HIDDEN]
    pulls, standing = ([row for row in mine if bool(row.number) is pull] for pull in (True, False))
    back = range(WEEKS - 1, -1, -1)
    assert Counter(found.states) == Counter(row.state for row in pulls)
    assert Counter(found.standing) == Counter(row.repository for row in standing if row.state == "open")
    exposed = [row for row in mine if row.state == "open" or (row.state, row.repository) == ("merged", NOT_COUNTED)]
    assert Counter(found.exposed) == Counter(row.repository for row in exposed)
    assert [Counter(week) for week in found.weeks] == [
        Counter(row.state for row in pulls if max(row.seen - 0.5, 0) == ago) for ago in back
    ]
    then = [sum(row.stood(ago) for row in standing) for ago in back]
    first = next((at for at, many in enumerate(then) if many), WEEKS)
    assert list(found.stood) == [None] * first + then[first:]
    assert stood(database, SIGHT) == found.stood
