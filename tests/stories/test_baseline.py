"""What stands in a default branch is known from the first day, and nobody is told on GitHub."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.demo.double import Double
from bot.demo.double.state import Repository
from bot.review import baseline
from bot.store import baselines, covered, repositories
from bot.store.database import Database
from bot.store.reading.baselines import Baseline
from bot.store.reading.baselines import baselines as read
from bot.store.tables import findings, history, metadata
from bot.viewer import Seen, Sight
from tests.stories.harness import BUGGY, MAIN, Bot, standing


@pytest.fixture
def counting(bot: Bot) -> Bot:
    bot.count = standing
    return bot


def states(database: Database) -> dict[str, str]:
    """Variable -> what became of the finding, of those that stand or stood in a default branch."""
    query = select(findings.c.variable, findings.c.state).where(findings.c.number == 0).order_by(findings.c.id)
    with database.read() as connection:
        return {row.variable: row.state for row in connection.execute(query)}


def shown(database: Database, repository: Repository) -> Baseline:
    """As its viewers see it."""
    seen = Seen(repository.id, repository.full_name, repository.private, "read")
    assert read(database, Sight(1, "acme", ())) == {}, "who may see none sees none"
    return read(database, Sight(1, "acme", (seen,)))[repository.id]


def an_hour_later(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE repositories SET counted_at = counted_at - 3600")
        connection.exec_driver_sql("UPDATE subjects SET run_at = run_at - 3600")


def test_from_installation_to_a_fix_on_the_default_branch(github: Double, counting: Bot, database: Database) -> None:
    files = {
        "a/a.go": BUGGY + "// BUG(silenced) ignore\n", "b/b.go": BUGGY.replace("x", "y"), "b/c.go": "// BUG(z)\n",
        "CODEOWNERS": "/b/ @acme/core\n",
    }  # fmt: skip
    repository = github.people.repository("acme/rockets", files)
    counting.work()
    assert states(database) == {"x": "open", "silenced": "ignored", "y": "open", "z": "open"}
    now = shown(database, repository)
    assert (now.state, now.counted, now.to_count, now.gap, now.reason) == ("counted", 3, 3, "", "")
    assert now.head == repository.git.resolve("main") and now.counted_at > 0
    known = repositories.get(database, repository.id)
    assert known is not None and known.rules == (("/b/", ("@acme/core",)),)

    github.people.push_base(repository, {"a/a.go": MAIN})
    second = github.people.push_base(repository, {"b/b.go": None})
    counting.work()
    assert shown(database, repository).state == "waiting", "two pushes within the hour share a count at its end"
    assert states(database)["x"] == "open"
    an_hour_later(database)
    counting.work()
    assert states(database) == {"x": "fixed", "silenced": "fixed", "y": "fixed", "z": "open"}
    assert shown(database, repository).head == second
    github.people.push_base(repository, {"a/a.go": BUGGY})
    an_hour_later(database)
    counting.work()
    assert states(database)["x"] == "open", "it came back"

    with database.read() as connection:
        life = [row.what for row in connection.execute(select(history.c.what).order_by(history.c.id))]
        everything = repr([connection.execute(select(table)).all() for table in metadata.tables.values()])
    assert life == ["ignored", "fixed", "fixed", "fixed", "open"], "not a word for each push"
    assert "x := 2" not in everything, "no line of source"
    assert not repository.checks and {one.method for one in github.log if "/repos/" in one.template} == {"GET"}

    assert covered.erase(database, [repository.id])
    assert states(database) == {} and baselines.progress(database, repository.id) == baselines.Progress()


def test_a_part_at_a_time_and_what_could_not_be_counted(
    github: Double, counting: Bot, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(baseline, "PORTION", 2)
    monkeypatch.setattr(baseline, "TURN_SECONDS", 0.0)
    files = {f"d{n}/f.go": BUGGY.replace("x", f"v{n}") for n in range(6)}
    repository = github.people.repository(
        "acme/rockets", {**files, "d2/f.go": "COSTLY", "d4/f.go": files["d4/f.go"] + "BROKEN"}
    )
    counting.work()
    assert [retry.reason for retry in counting.retries] == ["2 of 6 files are counted", "4 of 6 files are counted"]
    assert sorted(states(database)) == ["v0", "v1", "v4", "v5"]
    assert shown(database, repository).gap.splitlines() == [
        "2 files, d2/f.go the first of them: the analysis took longer than 120 s", "d4/f.go:1: this file does not parse"
    ]  # fmt: skip
    github.people.push_base(repository, {"d0/f.go": "COSTLY"})
    an_hour_later(database)
    counting.work()
    assert states(database)["v0"] == "open", "what was not looked at stays as it was"


def test_a_person_asks_and_another_repository_has_the_name(github: Double, counting: Bot, database: Database) -> None:
    repository = github.people.repository("acme/rockets", {"a.go": BUGGY})
    counting.work()
    with database.write() as connection:
        connection.exec_driver_sql("DELETE FROM findings")
    counting.work()
    assert states(database) == {}
    assert baselines.ask(database, repository.id) and not baselines.ask(database, 12345)
    counting.work()
    assert states(database) == {"x": "open"}, "at once, at the same commit too"
    github.people.rename(repository, "rocket")
    github.people.repository("acme/rockets", {"b.go": BUGGY.replace("x", "other")})
    assert baselines.ask(database, repository.id)
    counting.work()
    assert set(states(database)) == {"x"}
