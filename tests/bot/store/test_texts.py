"""A search finds what holds its words, and nothing else, however the index of texts gets there."""

from __future__ import annotations

import random

from sqlalchemy import delete, insert, select, update

from bot.store.database import Database
from bot.store.holds import folded
from bot.store.reading.findings import Filters, page
from bot.store.tables import findings
from bot.viewer import Seen, Sight

ROWS = 2500
SIGHT = Sight(1, "acme", (Seen(1, "acme/rockets", False, "read"),))
LETTERS = "aaabBcéÉß0_%/\\'\"*:&.-"
SEARCHED = ("message", "symbol", "variable", "path")


def text(chance: random.Random, longest: int, letters: str = LETTERS) -> str:
    return "".join(chance.choices(letters, k=chance.randint(0, longest)))


def found(database: Database, **filters: str) -> set[int]:
    return {one.id for one in page(database, SIGHT, Filters(**filters), many=ROWS).rows}  # type: ignore[arg-type]


def expected(database: Database, search: str) -> set[int]:
    """Looked at one by one."""
    with database.read() as connection:
        rows = connection.execute(select(findings)).mappings().all()
    return {
        row["id"] for row in rows
        if all(any(folded(word) in folded(row[name]) for name in SEARCHED) for word in search.split())
    }  # fmt: skip


def test_a_search_finds_what_holds_its_words(database: Database) -> None:
    chance = random.Random(8)
    rows = [
        {"repository": 1, "number": number, "fingerprint": "f", "owners": " @acme/core " if number % 3 else " @Bob ",
         **{name: text(chance, 9, f"{LETTERS} ") for name in SEARCHED}}
        for number in range(ROWS)
    ]  # fmt: skip
    with database.write() as connection:
        connection.execute(insert(findings), rows)
    many, few = "a", "a0"
    assert len(expected(database, many)) > 2000 > len(expected(database, few)) > 0, "by order, and by index"
    searches = [many, few, "É", "éb", "b\\", "'a", '"a', "%a", "_b", "a*", *(text(chance, 5) for _ in range(60))]
    for search in (*searches, *(" ".join(chance.sample(searches, 2)) for _ in range(30))):
        assert found(database, search=search) == expected(database, search), search
    assert len(found(database, owner="@bob")) == len(rows) - len(found(database, owner="@acme/core")) > 0
    assert found(database, owner="@acme") == set()

    with database.write() as connection:
        connection.execute(update(findings).where(findings.c.number == 5).values(symbol="Changed", pushes=7))
        connection.execute(update(findings).where(findings.c.number == 6).values(pushes=7))
        connection.execute(delete(findings).where(findings.c.number > ROWS - 100))
    for search in ("changed", *searches[:20]):
        assert found(database, search=search) == expected(database, search), "what changes, the index follows"
