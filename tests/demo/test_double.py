"""The real PyGithub, end to end against the double; the judges listen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from github import Auth, Github, GithubException, GithubIntegration
from github.PullRequest import PullRequest as Pull

from bot.demo.double import Double
from tests.judges.fixtures import github as github

FILE = "package tool\n\nfunc Run() {}\n" + "\n// filler" * 40 + "\n"
CHANGED = FILE.replace("Run() {}", "Run() { stop() }").replace("filler\n" * 1, "filler\n", 1) + "\nfunc stop() {}\n"


@pytest.fixture
def pull(github: Double) -> Iterator[Pull]:
    """A pull request as PyGithub sees it, with an installation token."""
    repository = github.people.repository("acme/tool", {"go.mod": "module tool\n", "run.go": FILE}, roles={"gopher": "write"})
    github.people.open(repository, {"run.go": CHANGED, "new.go": "package tool\n\nfunc New() {}\n"}, title="Stop")
    with client(github) as api:
        yield api.get_repo(repository.id).get_pull(1)


def client(github: Double) -> Github:
    """PyGithub for the only installation, without its pauses between requests."""
    auth = Auth.AppAuth(github.world.app.id, github.world.app.private_key)
    app = GithubIntegration(auth=auth, base_url=github.url, seconds_between_requests=0, seconds_between_writes=0, retry=None)
    token = app.get_access_token(next(iter(github.world.installations))).token
    return Github(auth=Auth.Token(token), base_url=github.url, seconds_between_requests=0, seconds_between_writes=0, retry=None)


def test_reading(pull: Pull, github: Double) -> None:
    repository = pull.base.repo
    assert {file.filename: file.status for file in pull.get_files()} == {"run.go": "modified", "new.go": "added"}
    assert repository.compare(pull.base.sha, pull.head.sha).merge_base_commit.sha == pull.base.sha
    tree = repository.get_git_tree(pull.head.sha, recursive=True)
    assert [entry.path for entry in tree.tree] == ["go.mod", "new.go", "run.go"]
    assert repository.get_contents("go.mod", ref=pull.base.sha).decoded_content == b"module tool\n"
    assert github.bill()["GET /repos/{owner}/{repo}/git/trees/{tree_sha}"] == 1


def test_review_edit_and_fix(pull: Pull, github: Double) -> None:
    comments = [{"path": "run.go", "line": 3, "side": "RIGHT", "body": "here"}]
    review = pull.create_review(body="One place.", event="COMMENT", comments=comments)
    assert review.state == "COMMENTED"
    (comment,) = pull.get_review_comments()
    comment.edit("fixed")
    repository = github.world.repository("acme/tool")
    assert repository is not None
    github.people.push(repository.pulls[1], {"run.go": "// Package tool.\n" + CHANGED})
    (comment,) = pull.get_review_comments()
    assert (comment.body, comment.line, comment.original_line) == ("fixed", 4, 3)


def test_all_or_nothing(pull: Pull) -> None:
    comments = [
        {"path": "run.go", "line": 3, "side": "RIGHT", "body": "fine"},
        {"path": "run.go", "line": 20, "side": "RIGHT", "body": "in no hunk"},
    ]
    with pytest.raises(GithubException) as refused:
        pull.create_review(body="Two places.", event="COMMENT", comments=comments)
    assert refused.value.status == 422
    assert list(pull.get_reviews()) == []
    assert list(pull.get_review_comments()) == []
