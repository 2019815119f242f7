"""What is written down of findings, for the dashboard: their life, who closed them, and no line of source."""

from __future__ import annotations

from sqlalchemy import select

from bot.demo.double import Double
from bot.demo.double.state import PullRequest
from bot.store import demotions, repositories
from bot.store.database import Database
from bot.store.tables import findings, history, metadata
from tests.stories.harness import BUGGY, MAIN, Bot, check_of, ours

TWO = BUGGY.replace("_ = x", "_ = x // BUG(y)")


def life(database: Database, pull: PullRequest) -> dict[str, list[str]]:
    """Variable -> what happened, in order, with who did it and why."""
    query = (
        select(findings.c.variable, history.c.what, history.c.author, history.c.reason)
        .join(history, history.c.finding == findings.c.id)
        .where(findings.c.repository == pull.repository.id, findings.c.number == pull.number)
        .order_by(history.c.id)
    )
    told: dict[str, list[str]] = {}
    with database.read() as connection:
        for variable, *words in connection.execute(query):
            told.setdefault(variable, []).append(" ".join(word for word in words if word))
    return told


def states(database: Database, pull: PullRequest) -> dict[str, str]:
    query = select(findings.c.variable, findings.c.state).where(findings.c.number == pull.number)
    with database.read() as connection:
        return {row.variable: row.state for row in connection.execute(query)}


def test_the_life_of_findings(github: Double, bot: Bot, database: Database) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles={"maintainer": "write"})
    pull = github.people.open(repository, {"main.go": TWO + "// BUG(z) ignore\n"})
    bot.work()
    assert states(database, pull) == {"x": "open", "y": "open", "z": "ignored"}
    github.people.push(pull, {"main.go": "// moved\n" + TWO})
    bot.work()
    thread = next(one for one in ours(pull) if "`y`" in one.body)
    github.people.reply(pull, thread, "/concurrency-check ignore one goroutine only", by="maintainer")
    bot.work()
    github.people.push(pull, {"main.go": MAIN})
    bot.work()
    github.people.push(pull, {"main.go": BUGGY})
    bot.work()
    (x, _) = ours(pull)
    github.people.resolve(pull, x, by="gopher")
    bot.work()
    assert life(database, pull) == {
        "x": ["seen", "pushed", "fixed", "pushed", "open", "resolved gopher"],
        "y": ["seen", "pushed", "ignored maintainer one goroutine only"],
        "z": ["seen", "ignored it is fine"],
    }
    with database.read() as connection:
        row = connection.execute(select(findings).where(findings.c.variable == "x")).one()
        everything = repr([connection.execute(select(table)).all() for table in metadata.tables.values()])
    assert (row.told, row.comment, row.pushes, row.number) == ("inline", x.id, 3, pull.number)
    assert row.seen_at > 0 and row.closed_at >= row.seen_at and row.head_last == pull.head
    assert "x := 2" not in everything, "no line of source"
    known = repositories.get(database, repository.id)
    assert known is not None and (known.mode, known.origin) == ("review", "default of this service")


def test_the_end_of_a_pull_request(github: Double, bot: Bot, database: Database) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    merged, closed = (github.people.open(repository, {"main.go": BUGGY}) for _ in range(2))
    bot.work()
    github.people.act(merged, "merged")
    github.people.act(closed, "closed")
    bot.work()
    assert (states(database, merged), states(database, closed)) == ({"x": "merged"}, {"x": "closed"})
    github.people.act(closed, "reopened")
    bot.work()
    assert life(database, closed) == {"x": ["seen", "closed", "open"]}


def test_a_mode_without_comments(github: Double, bot: Bot, database: Database) -> None:
    files = {"main.go": MAIN, ".concurrency-check.yml": "mode: check-only\n"}
    repository = github.people.repository("acme/rockets", files)
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    github.people.push(pull, {"main.go": MAIN})
    bot.work()
    assert life(database, pull) == {"x": ["seen", "fixed"]}
    known = repositories.get(database, repository.id)
    assert known is not None and (known.mode, known.origin) == ("check-only", ".concurrency-check.yml")


def test_a_heuristic_that_is_not_worth_its_noise(github: Double, bot: Bot, database: Database) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles={"maintainer": "write"})
    lines = "".join(f"\ty{n} := {n} // BUG(y{n})\n" for n in range(5))
    noisy = github.people.open(repository, {"main.go": MAIN.replace("\t_ = x\n", lines)})
    good = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    github.people.push(good, {"main.go": MAIN})
    bot.work()
    for comment in ours(noisy):
        github.people.reply(noisy, comment, "/concurrency-check ignore not here", by="maintainer")
    bot.work(demote_percent=0)
    assert demotions.of(database, repository.id) == {}, "an operator may want none to stop"
    github.people.push(good, {"main.go": MAIN + "// again\n"})
    bot.work()
    assert demotions.of(database, repository.id).keys() == {"goroutine-shared-var-write"}
    later = github.people.open(repository, {"main.go": MAIN.replace("x := 1", "x := 3 // BUG(later)")})
    bot.work(public_url="https://check.test")
    assert (ours(later), check_of(later).conclusion, len(check_of(later).annotations)) == ([], "neutral", 1)
    assert (
        "`goroutine-shared-var-write` is told in the check only: 5 of its last 6 decided findings here were dismissed. "
        "An administrator brings it back [on the dashboard]"
        "(https://check.test/orgs/acme/heuristics/goroutine-shared-var-write)."
    ) in (check_of(later).summary or "")
    with database.read() as connection:
        told = connection.execute(select(findings.c.told).where(findings.c.variable == "later")).scalar_one()
    assert told == "check"

    assert demotions.lift(database, repository.id, "goroutine-shared-var-write", "admin")
    assert not demotions.lift(database, repository.id, "goroutine-shared-var-write", "admin")
    back = github.people.open(repository, {"main.go": MAIN.replace("x := 1", "x := 4 // BUG(back)")})
    bot.work()
    assert len(ours(back)) == 1, "it is counted anew"
    assert demotions.of(database, repository.id) == {}


def test_owners_are_those_of_the_base(github: Double, bot: Bot, database: Database) -> None:
    owners = "# who\n* @acme/all\n/pkg/ @acme/core @bob # both\n*.md @writers\n/pkg/free/\n!x @no\n"
    files = {"main.go": MAIN, "pkg/a.go": "package pkg\n", "pkg/free/a.go": "package free\n", "CODEOWNERS": owners}
    repository = github.people.repository("acme/rockets", files)
    brought = {"main.go": BUGGY, "pkg/a.go": "package pkg // BUG(core)\n", "CODEOWNERS": "* @me\n",
               "pkg/free/a.go": "package free // BUG(free)\n"}  # fmt: skip
    github.people.open(repository, brought)
    bot.work()
    with database.read() as connection:
        rows = {row.variable: row.owners for row in connection.execute(select(findings))}
    assert rows == {"x": " @acme/all ", "core": " @acme/core  @bob ", "free": ""}
    only_owners = github.people.open(repository, {"CODEOWNERS": "* @me\n"})
    bot.work()
    assert check_of(only_owners).summary == "This change touches no Go files."
