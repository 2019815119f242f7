"""What reviews leave behind for the dashboard: findings with their fates, and work that was given up."""

from __future__ import annotations

from sqlalchemy import insert

from bot.demo.double.state import Repository
from bot.store import findings
from bot.store.database import Database, now
from bot.store.findings import Facts, Fate, Look
from bot.store.tables import inbox
from bot.store.tables import subjects as work


def facts(name: str, **other: object) -> Facts:
    """A finding about the variable of that name."""
    known: dict[str, object] = {
        "fingerprint": name.ljust(64, "0"), "heuristic": "lock-leak-on-return", "family": "lock-path",
        "severity": "error", "grade": 2, "tier": "A", "symbol": "Store.Open", "variable": name,
        "message": f"`{name}` is still held by this return", "path": f"pkg/{name}.go", "line": 7, "end_line": 8,
        "places": f'[["pkg/{name}.go", 3, 3, "`{name}` is locked here"]]', "evidence": '["no release on this path"]',
        "owners": " @acme/core ", "told": "inline", "comment": 99,
    }  # fmt: skip
    return Facts(**{**known, **other})  # type: ignore[arg-type]


def found(database: Database, repository: Repository, number: int, *seen: Facts, **fates: Fate) -> None:
    """A review of a pull request saw these findings, and what became of them, by variable."""
    moved = {name.ljust(64, "0"): fate for name, fate in fates.items()}
    findings.keep(database, Look(repository.id, number, "a" * 40, seen, moved, {}))


def given_up(database: Database, repository: Repository, number: int, reason: str) -> int:
    """A pull request whose review was given up; the number of its row."""
    with database.write() as connection:
        row = insert(work).values(
            key=f"pull_request/{repository.id}/{number}", kind="pull_request", installation=1, want=2, done=1,
            repository=repository.id, number=number, full_name=repository.full_name, failed=True, reason=reason,
            tries=8, updated_at=now(),
        )  # fmt: skip
        id_: int = connection.execute(row.returning(work.c.id)).scalar_one()
        connection.execute(insert(inbox).values(delivery=f"delivery-{number}", subject=id_, want=2))
    return id_
