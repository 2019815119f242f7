"""A GitHub Enterprise Server: the API below a path, no limits told, and what its owner has not granted is left out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from bot.demo.double import Double
from bot.demo.double.limits import Fault
from bot.store.database import Database
from tests.judges.fetch import REST
from tests.judges.judge import Judge
from tests.stories.harness import BUGGY, MAIN, check_of, ours, running

VERSIONS = sorted(version for version in REST if version[0].isdigit())
OLDEST = VERSIONS[0]


@pytest.fixture(params=[OLDEST, *(pytest.param(version, marks=pytest.mark.long) for version in VERSIONS[1:])])
def server(request: pytest.FixtureRequest) -> Iterator[Double]:
    """A server of each version that GitHub describes, judged by the description of that version."""
    with Double(enterprise=request.param) as double:
        judge = Judge(double)
        yield double
        judge.verdict()


def test_the_whole_life_of_a_finding(server: Double, database: Database) -> None:
    with running(server, database) as bot:
        assert bot.settings.api_url == f"{bot.settings.web_url}/api/v3"
        repository = server.people.repository("acme/rockets", {"main.go": MAIN}, roles={"maintainer": "write"})
        pull = server.people.open(repository, {"main.go": BUGGY})
        bot.work()
        (comment,) = ours(pull)
        assert f"{server.url}/acme/rockets/blob/{pull.head}/main.go" in comment.body
        assert check_of(pull).conclusion == "neutral"

        server.people.comment(pull, "/concurrency-check status", by="maintainer")
        for number in range(101):
            server.people.reply(pull, comment, f"remark {number}", by="maintainer")
        server.people.push(pull, {"main.go": MAIN})
        bot.work()
        assert (comment.body[:9], comment.minimized, check_of(pull).conclusion) == ("**Fixed i", "RESOLVED", "success")
        assert pull.comments[-1].author.type == "Bot"

        server.people.resolve(pull, comment, by="maintainer")
        server.people.push(pull, {"main.go": BUGGY})
        bot.work()
        assert (comment.body[:9], len(ours(pull)), bot.retries) == ("**Fixed i", 1, [])
    assert {one.path.partition("/repos/")[0] for one in server.log if "/repos/" in one.path} == {"/api/v3"}


def test_what_is_missing_there_is_off_and_said_in_the_log(server: Double, database: Database) -> None:
    with capture_logs() as logs, running(server, database) as bot:
        repository = server.people.repository("acme/rockets", {"main.go": MAIN})
        installation = server.world.installation_of(repository)
        assert installation is not None
        del installation.permissions["merge_queues"]
        pull = server.people.open(repository, {"main.go": BUGGY})
        bot.work()
        server.limits.arrange(Fault("POST", "/graphql$", status=404, times=2))
        server.people.push(pull, {"main.go": MAIN})
        bot.work()
    (comment,) = ours(pull)
    assert (comment.body[:9], comment.minimized, check_of(pull).conclusion) == ("**Fixed i", "", "success")
    said = {one["event"]: one for one in logs}
    assert said["permissions.lacking"]["lacking"] == {"merge_queues": "read"}
    assert said["a comment cannot be minimised"]["comment"] == comment.id
