"""The client against the double of GitHub: one request a question, values out, and refusals with their meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.credentials import Credentials
from bot.demo.double import Double
from bot.demo.double.limits import Fault
from bot.demo.double.state import PullRequest
from bot.demo.double.state import Repository as HostedRepository
from bot.github.answers import (
    Annotation,
    Button,
    ChangeRefused,
    CommentChange,
    FoundCheck,
    NewComment,
    OutcomeUnknown,
    Refused,
    Result,
)
from bot.github.client import GitHub
from bot.github.graphql import batches
from bot.github.repository import Repository
from bot.settings import Settings
from bot.values import Retry
from tests.judges.fixtures import github
from tests.patience import PATIENCE

__all__ = ["github"]

MAIN = "package main\n\nfunc main() {\n}\n"


def settings(double: Double) -> Settings:
    app = double.world.app
    credentials = Credentials(app.id, app.private_key, (app.webhook_secret,))
    return Settings(credentials=credentials, api_url=double.api_url, web_url=double.url)


def client(double: Double, hosted: HostedRepository) -> Repository:
    installation = double.world.installation_of(hosted)
    assert installation is not None
    door = GitHub(settings(double), turn=lambda _: 0.0, patience=PATIENCE)
    return door.repository(installation.id, hosted.full_name)


@pytest.fixture
def pull(github: Double) -> Iterator[PullRequest]:
    hosted = github.people.repository("acme/rockets", {"main.go": MAIN, "old.go": "package main\n"})
    yield github.people.open(hosted, {"main.go": MAIN + "// more\n", "old.go": None, "new.go": "package main\n"})


def test_a_pull_request_and_its_files(github: Double, pull: PullRequest) -> None:
    repository = client(github, pull.repository)
    found = repository.pull(pull.number)
    assert (found.repository, found.full_name, found.head_sha) == (pull.repository.id, "acme/rockets", pull.head)
    assert (found.open, found.draft, found.author, found.base_ref) == (True, False, "gopher", "main")
    files = repository.files(pull.number)
    assert len(files) == found.changed_files
    comparison = repository.compare(found.base_sha, found.head_sha)
    assert (comparison.merge_base, comparison.files) == (pull.merge_base, files)


def test_what_changed_in_the_second_of_the_last_look_is_listed(github: Double, pull: PullRequest) -> None:
    hosted = pull.repository
    installation = github.world.installation_of(hosted)
    assert installation is not None
    door = GitHub(settings(github), turn=lambda _: 0.0, patience=PATIENCE)
    pull.updated = datetime(2026, 11, 22, 12, 0, 0, 900_000, tzinfo=UTC)  # told as 12:00:00

    def listed(since: datetime) -> list[int]:
        found = door.open_pulls(installation.id, hosted.full_name, hosted.id, "", since.timestamp())
        assert found is not None
        return [one.number for one in found.pulls]

    assert listed(pull.updated.replace(microsecond=500_000)) == [pull.number]
    assert listed(pull.updated + timedelta(seconds=1)) == []


def test_listings_are_read_to_their_end(github: Double, pull: PullRequest) -> None:
    repository = client(github, pull.repository)
    for number in range(130):
        github.people.comment(pull, f"comment {number}")
    assert [comment.body for comment in repository.conversation(pull.number)] == [f"comment {n}" for n in range(130)]


def test_files_of_a_commit(github: Double, pull: PullRequest) -> None:
    repository = client(github, pull.repository)
    tree = repository.tree(pull.head)
    assert tree is not None
    entry = next(one for one in tree if one.path == "main.go")
    assert repository.blob(entry.blob) == (MAIN + "// more\n").encode()
    assert entry.size == len(MAIN) + 8
    assert repository.blob("0" * 40) is None
    assert repository.file("main.go", pull.merge_base) == MAIN.encode()
    assert repository.file("absent.yml") is None
    with repository.archive(pull.head) as stream:
        assert stream.read(2) == b"\x1f\x8b"


def test_a_review_a_comment_and_their_life(github: Double, pull: PullRequest) -> None:
    repository = client(github, pull.repository)
    new = [NewComment("main.go", 4, "RIGHT", "two lines", 3), NewComment("main.go", 5, "RIGHT", "one line")]
    repository.post_review(pull.number, pull.head, "body", new)
    repository.post_on_file(pull.number, pull.head, "main.go", "the whole file")
    comments = {comment.body: comment for comment in repository.comments(pull.number)}
    assert set(comments) == {"two lines", "one line", "the whole file"}
    assert all(comment.ours for comment in comments.values())
    one = comments["one line"]
    repository.edit_comment(one.id, "edited")
    repository.reply(pull.number, pull.head, one, "a reply")
    repository.react(one.id, "+1", in_review=True)
    thread = next(comment for comment in pull.review_comments if comment.id == one.id)
    github.people.resolve(pull, thread)
    assert repository.resolved_threads(pull.number) == {one.id}
    assert {c.body: c.reply_to for c in repository.comments(pull.number)}["a reply"] == one.id


def test_a_check_run_with_many_annotations(github: Double, pull: PullRequest) -> None:
    repository = client(github, pull.repository)
    check = repository.queue_check("concurrency-check", pull.head, "mark", "Not yet", "It waits.")
    assert repository.checks("concurrency-check", pull.head) == (FoundCheck(check, "mark", False),)
    assert repository.checks("another", pull.head) == ()
    repository.begin_check(check)
    run = pull.repository.checks[check]
    assert run.status == "in_progress"
    many = tuple(Annotation("main.go", 1, 1, "notice", "title", f"message {n}") for n in range(120))
    result = Result("neutral", "title", "summary", (Button("Again", "Once more", "review"),))
    repository.complete_check(check, result, many[:50])
    repository.annotate_check(check, result, many[50:100])
    repository.annotate_check(check, result, many[100:])
    assert (run.status, run.conclusion) == ("completed", "neutral")
    assert repository.annotations(check) == many
    assert [action["identifier"] for action in run.actions] == ["review"]
    repository.report_check("concurrency-check", pull.head, "other mark", Result("skipped", "title", "summary"))
    assert repository.checks("concurrency-check", pull.head)[-1].completed


def test_who_can_write(github: Double) -> None:
    roles = {"boss": "admin", "keeper": "maintain", "hand": "write", "sorter": "triage", "guest": "read"}
    repository = client(github, github.people.repository("acme/rockets", {"main.go": MAIN}, roles=roles))
    assert [login for login in (*roles, "nobody") if repository.can_write(login)] == [
        "boss",
        "keeper",
        "hand",
    ]


def test_writes_are_sent_once_and_their_outcome_may_be_unknown(github: Double, pull: PullRequest) -> None:
    repository = client(github, pull.repository)
    github.limits.arrange(Fault("POST", "/reviews$", status=502, when="after"))
    with pytest.raises(OutcomeUnknown):
        repository.post_review(pull.number, pull.head, "body", [])
    assert len(pull.reviews) == 1


def test_reads_are_sent_again_but_not_for_ever(github: Double, pull: PullRequest) -> None:
    repository = client(github, pull.repository)
    fault = github.limits.arrange(Fault("GET", "/pulls/1$", status=503, times=2))
    assert repository.pull(pull.number).number == 1
    fault.times = 3
    with pytest.raises(Retry) as retry:
        repository.pull(pull.number)
    assert (retry.value.counts, retry.value.installation_wide) == (True, False)


def test_a_refusal_names_the_permission_in_the_log(github: Double, pull: PullRequest) -> None:
    repository = client(github, pull.repository)
    installation = github.world.installation_of(pull.repository)
    assert installation is not None
    comment = github.people.comment(pull, "hello")
    with capture_logs() as logs, pytest.raises(Refused) as refused:
        repository.react(comment.id, "eyes", in_review=False)
    assert refused.value.status == 403
    assert [one["accepted_permissions"] for one in logs] == ["issues=write"]


def test_many_comments_are_changed_in_one_request_and_each_is_refused_by_itself(
    github: Double, pull: PullRequest
) -> None:
    repository = client(github, pull.repository)
    new = [NewComment("main.go", line, "RIGHT", f"line {line}") for line in (3, 4, 5)]
    repository.post_review(pull.number, pull.head, "body", new)
    first, second, third = pull.review_comments
    github.people.reply(pull, third, "a remark")
    listed = {comment.body: comment for comment in repository.comments(pull.number)}
    before = len(github.log)
    done, gone, theirs, folded = repository.change_comments(
        [
            CommentChange(first.id, listed["line 3"].node, "edited", True),
            CommentChange(7, "no such node", "edited", True),
            CommentChange(8, listed["a remark"].node, "edited"),
            CommentChange(second.id, listed["line 4"].node, folded=True),
        ]
    )
    assert len(github.log) == before + 1
    assert (done, folded) == (ChangeRefused(), ChangeRefused())
    assert (gone.body[:10], gone.folded[:10]) == ("NOT_FOUND:", "NOT_FOUND:")
    assert (theirs.body[:10], theirs.folded) == ("FORBIDDEN:", "")
    assert [(one.body, one.minimized) for one in pull.review_comments] == [
        ("edited", "RESOLVED"), ("line 4", "RESOLVED"), ("line 5", ""), ("a remark", "")
    ]  # fmt: skip
    repository.change_comments([CommentChange(first.id, listed["line 3"].node, folded=False)])
    assert first.minimized == ""


def test_a_mutation_carries_so_many_comments_and_so_much_text() -> None:
    many = [CommentChange(number, "n", "x" * (90_000 if number > 20 else 10)) for number in range(24)]
    assert [len(batch) for batch in batches(many)] == [10, 10, 3, 1]
    assert [one for batch in batches(many) for one in batch] == many


def test_errors_of_graphql_come_with_200(github: Double, pull: PullRequest) -> None:
    repository = client(github, pull.repository)
    with pytest.raises(Refused) as refused:
        repository.resolved_threads(99)
    assert refused.value.status == 200


def test_nobody_there(github: Double) -> None:
    gone = replace(settings(github), api_url="http://127.0.0.1:9")
    with pytest.raises(Retry):
        GitHub(gone, turn=lambda _: 0.0, patience=PATIENCE).repository(1, "acme/rockets")
    with pytest.raises(Retry, match="no token for installation 1"):
        GitHub(settings(github), turn=lambda _: 0.0, patience=PATIENCE).repository(1, "acme/rockets")
    with pytest.raises(Retry, match="no credentials"):
        GitHub(replace(gone, credentials=None), turn=lambda _: 0.0).repository(1, "acme/rockets")


def test_the_delivery_log(github: Double) -> None:
    github.people.repository("acme/rockets", {"main.go": MAIN})
    github.postman.wait()
    door = GitHub(settings(github), turn=lambda _: 0.0, patience=PATIENCE)
    (delivery,) = door.deliveries()
    assert (delivery.event, delivery.redelivery, 200 <= delivery.status < 300) == ("installation", False, False)
    door.redeliver(delivery.id)
    github.postman.wait()
    again, first = door.deliveries()
    assert (again.guid, again.redelivery, first.id) == (delivery.guid, True, delivery.id)
