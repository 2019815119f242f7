"""Who gets in, what it costs, and what goes wrong: the double's gate, its limits, its mishaps, its webhooks."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from github import GithubException, UnknownObjectException
from werkzeug import Request, Response
from werkzeug.serving import make_server

from bot.demo.double import Double
from bot.demo.double.limits import Fault
from bot.demo.double.state import PullRequest
from tests.demo.client import app, client
from tests.judges.fixtures import github as github
from tests.patience import PATIENCE


@pytest.fixture
def opened(github: Double) -> PullRequest:
    repository = github.people.repository("acme/tool", {"run.go": "package tool\n"}, roles={"gopher": "write"})
    return github.people.open(repository, {"new.go": "package tool\n"})


@contextmanager
def receiver(github: Double, status: int = 202) -> Iterator[list[tuple[dict[str, str], bytes]]]:
    """A web server that takes the double's webhooks; gives the list of what came: headers, body."""
    came: list[tuple[dict[str, str], bytes]] = []

    @Request.application
    def take(request: Request) -> Response:
        came.append((dict(request.headers), request.get_data()))
        return Response(status=status)

    server = make_server("127.0.0.1", 0, take)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    github.world.app.webhook_url = f"http://127.0.0.1:{server.server_port}/webhook"
    try:
        yield came
    finally:
        github.postman.wait()
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_foreign_key_does_not_open(github: Double) -> None:
    other = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL
    pem = other.private_bytes(encoding, form, serialization.NoEncryption()).decode()
    with pytest.raises(GithubException) as refused:
        app(github, pem).get_app()
    assert refused.value.status == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "1"},
        {"exp": -10},
        {"exp": 3_600},
        {"iat": 300},
    ],
)
def test_a_json_web_token_that_github_refuses(github: Double, claims: dict[str, object]) -> None:
    now = int(github.world.now().timestamp())
    sound = {"iss": str(github.world.app.id), "iat": -60, "exp": 300}
    times = {key: value if key == "iss" else now + int(str(value)) for key, value in {**sound, **claims}.items()}
    token = jwt.encode(times, github.world.app.private_key, algorithm="RS256")
    answer = requests.get(f"{github.url}/app", headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE)
    assert answer.status_code == 401


def test_a_token_lives_for_an_hour(github: Double, opened: PullRequest) -> None:
    with client(github) as api:
        api.get_repo("acme/tool")
        github.world.advance(3_601)
        with pytest.raises(GithubException) as refused:
            api.get_repo("acme/tool")
    assert refused.value.status == 401


def test_what_the_installation_does_not_cover(github: Double, opened: PullRequest) -> None:
    github.people.repository("other/secret", {"a.go": "package a\n"}, private=True)
    github.people.open(github.people.repository("other/public", {"a.go": "package a\n"}), {"b.go": "package a\n"})
    with client(github) as api:
        with pytest.raises(UnknownObjectException):
            api.get_repo("other/secret")
        with pytest.raises(GithubException) as refused:
            api.get_repo("other/public").get_pull(1).create_issue_comment("hello")
    assert (refused.value.status, refused.value.data["message"]) == (403, "Resource not accessible by integration")


def test_a_missing_permission_is_named(github: Double, opened: PullRequest) -> None:
    with client(github, {"contents": "read", "metadata": "read"}) as api, pytest.raises(GithubException) as refused:
        api.get_repo("acme/tool").get_pull(1).create_issue_comment("hello")
    assert refused.value.headers is not None
    assert refused.value.headers["x-accepted-github-permissions"] == "issues=write; pull_requests=write"
    with pytest.raises(GithubException) as narrowed:
        client(github, {"contents": "write"})
    assert narrowed.value.status == 422


def test_an_unchanged_answer_is_free(github: Double, opened: PullRequest) -> None:
    token = app(github).get_access_token(next(iter(github.world.installations))).token
    headers = {"Authorization": f"token {token}"}
    first = requests.get(f"{github.url}/repos/acme/tool/pulls/1", headers=headers, timeout=PATIENCE)
    headers["If-None-Match"] = first.headers["ETag"]
    second = requests.get(f"{github.url}/repos/acme/tool/pulls/1", headers=headers, timeout=PATIENCE)
    assert (second.status_code, second.content) == (304, b"")
    assert second.headers["X-RateLimit-Remaining"] == first.headers["X-RateLimit-Remaining"]
    assert github.bill().by_endpoint()["GET /repos/{owner}/{repo}/pulls/{pull_number}"] == 1


def test_the_hour_runs_out_and_comes_back(github: Double, opened: PullRequest) -> None:
    github.limits.quota = 1
    with client(github) as api:
        api.get_repo("acme/tool")
        with pytest.raises(GithubException) as refused:
            api.get_repo("acme/tool")
        assert (refused.value.status, refused.value.headers["x-ratelimit-remaining"]) == (403, "0")
    github.world.advance(3_600)
    with client(github) as api:
        api.get_repo("acme/tool")


@pytest.mark.parametrize(
    ("answer", "status", "header"), [("retry-after", 403, "60"), ("plain", 403, None), ("abuse", 422, None)]
)
def test_too_many_writes(
    github: Double,
    opened: PullRequest,
    answer: Literal["retry-after", "plain", "abuse"],
    status: int,
    header: str | None,
) -> None:
    github.limits.secondary = answer
    github.limits.writes_per_minute = 1
    with client(github) as api:
        pull = api.get_repo("acme/tool").get_pull(1)
        pull.create_issue_comment("one")
        with pytest.raises(GithubException) as refused:
            pull.create_issue_comment("two")
        assert (refused.value.status, refused.value.headers.get("retry-after")) == (status, header)
        github.world.advance(61)
        pull.create_issue_comment("three")


def test_a_mishap_before_and_after_the_write(github: Double, opened: PullRequest) -> None:
    meanwhile: list[str] = []
    github.limits.arrange(Fault("POST", "/comments", when="before", act=lambda: meanwhile.append("before")))
    github.limits.arrange(Fault("POST", "/comments", when="after"))
    with client(github) as api:
        pull = api.get_repo("acme/tool").get_pull(1)
        for _ in range(2):
            with pytest.raises(GithubException):
                pull.create_issue_comment("said")
        assert [comment.body for comment in pull.get_issue_comments()] == ["said"]
    assert meanwhile == ["before"]


def test_webhooks_are_signed_logged_and_sent_again(github: Double) -> None:
    with receiver(github) as came:
        repository = github.people.repository("acme/tool", {"run.go": "package tool\n"})
        pull = github.people.open(repository, {"new.go": "package tool\n"})
        github.postman.wait()
        github.postman.dropping = True
        github.people.push(pull, {"new.go": "package tool\n\n"})
        github.postman.wait()
        github.postman.dropping = False
        assert [headers["X-Github-Event"] for headers, _ in came] == ["installation", "pull_request"]
        for headers, body in came:
            digest = hmac.new(github.world.app.webhook_secret.encode(), body, hashlib.sha256).hexdigest()
            assert headers["X-Hub-Signature-256"] == f"sha256={digest}"
        (failed,) = app(github).get_app().requester.requestJsonAndCheck("GET", "/app/hook/deliveries?status=failure")[1]
        assert (failed["event"], failed["action"], failed["status_code"]) == ("pull_request", "synchronize", 0)
        app(github).get_app().requester.requestJsonAndCheck("POST", f"/app/hook/deliveries/{failed['id']}/attempts")
        github.postman.wait()
        headers, body = came[-1]
        assert headers["X-Github-Delivery"] == failed["guid"]
        assert json.loads(body)["after"] == pull.head
        assert [one.redelivery for one in github.postman.deliveries] == [False, False, False, True]


def test_everything_that_people_do_sends_what_github_would(github: Double, opened: PullRequest) -> None:
    people, repository = github.people, opened.repository
    with client(github) as api:
        run = api.get_repo("acme/tool").create_check_run("concurrency-check", opened.head, conclusion="success")
        comment = {"path": "new.go", "line": 1, "side": "RIGHT", "body": "here"}
        api.get_repo("acme/tool").get_pull(1).create_review(body="One.", event="COMMENT", comments=[comment])
    for action in ("closed", "reopened", "converted_to_draft", "ready_for_review"):
        people.act(opened, action)
    people.comment(opened, "/concurrency-check")
    people.reply(opened, opened.review_comments[0], "no")
    people.resolve(opened, opened.review_comments[0])
    people.resolve(opened, opened.review_comments[0], resolved=False)
    people.click(repository, repository.checks[run.id], by="gopher")
    people.click(repository, repository.checks[run.id], "again", by="gopher")
    people.queue_merge(opened)
    people.push_base(repository, {"other.go": "package tool\n"})
    people.act(opened, "merged")
    people.uninstall(next(iter(github.world.installations.values())))
    github.postman.wait()
    sent = [f"{one.event}.{one.payload.get('action', '')}".rstrip(".") for one in github.postman.deliveries]
    assert sent == [
        "installation.created",
        "pull_request.opened",
        "pull_request.closed",
        "pull_request.reopened",
        "pull_request.converted_to_draft",
        "pull_request.ready_for_review",
        "issue_comment.created",
        "pull_request_review_comment.created",
        "pull_request_review_thread.resolved",
        "pull_request_review_thread.unresolved",
        "check_run.rerequested",
        "check_run.requested_action",
        "merge_group.checks_requested",
        "push",
        "pull_request.closed",
        "installation.deleted",
    ]
