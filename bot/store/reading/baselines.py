"""How far the baselines of an account's repositories are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, select

from bot.store.database import Database, now
from bot.store.tables import repositories, subjects
from bot.store.visible import visible
from bot.values import Kind
from bot.viewer import Sight

COUNTED, RUNNING, WAITING, FAILED = STATES = ("counted", "running", "waiting", "failed")


@dataclass(frozen=True, slots=True)
class Baseline:
    """The baseline of a repository. state: of STATES. reason: why it waits or was given up, "" where nothing is wrong.
    counted, to_count: files. gap: lines on what could not be looked at. counted_at: when it was counted last (seconds
    since 1970), 0 for never."""

    repository: int
    state: str
    reason: str
    head: str
    counted: int
    to_count: int
    gap: str
    counted_at: float


def baselines(db: Database, sight: Sight) -> dict[int, Baseline]:
    """By repository, those that were ever to be counted."""
    state = case(
        (subjects.c.failed, FAILED),
        (subjects.c.lease_until > now(), RUNNING),
        (subjects.c.want == subjects.c.done, COUNTED),
        else_=WAITING,
    )
    query = (
        select(
            subjects.c.repository,
            state.label("state"),
            subjects.c.reason,
            *(func.coalesce(repositories.c[name], none).label(name)
              for name, none in (("head", ""), ("counted", 0), ("to_count", 0), ("gap", ""), ("counted_at", 0.0))),
        )
        .outerjoin(repositories, repositories.c.id == subjects.c.repository)
        .where(visible(subjects.c.repository, sight), subjects.c.kind == Kind.BASELINE.value)
    )  # fmt: skip
    with db.read() as connection:
        return {row["repository"]: Baseline(**row) for row in connection.execute(query).mappings()}
