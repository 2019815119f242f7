"""The real PyGithub, end to end against the double; the judges listen."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator

import pytest
import requests
from github import GithubException
from github.PullRequest import PullRequest as Pull

from bot.demo.double import Double
from bot.demo.double.state import PullRequest
from tests.demo.client import app, client
from tests.judges.fixtures import github as github
from tests.patience import PATIENCE

FILE = "package tool\n\nfunc Run() {}\n" + "\n// filler" * 40 + "\n"
CHANGED = FILE.replace("Run() {}", "Run() { stop() }") + "\nfunc stop() {}\n"
COMMENT = {"path": "run.go", "line": 3, "side": "RIGHT", "body": "here"}


@pytest.fixture
def opened(github: Double) -> PullRequest:
    """A pull request with a changed and a new file."""
    files = {"go.mod": "module tool\n", "run.go": FILE}
    repository = github.people.repository("acme/tool", files, roles={"gopher": "maintain"})
    return github.people.open(repository, {"run.go": CHANGED, "new.go": "package tool\n"}, title="Stop")


@pytest.fixture
def pull(github: Double, opened: PullRequest) -> Iterator[Pull]:
    """The same as PyGithub sees it, with an installation token."""
    with client(github) as api:
        yield api.get_repo(opened.repository.id).get_pull(1)


def test_reading(pull: Pull, github: Double) -> None:
    repository = pull.base.repo
    assert {file.filename: file.status for file in pull.get_files()} == {"run.go": "modified", "new.go": "added"}
    assert repository.compare(pull.base.sha, pull.head.sha).merge_base_commit.sha == pull.base.sha
    tree = repository.get_git_tree(pull.head.sha, recursive=True)
    assert [entry.path for entry in tree.tree] == ["go.mod", "new.go", "run.go"]
    content = repository.get_contents("go.mod", ref=pull.base.sha)
    assert not isinstance(content, list)
    assert content.decoded_content == b"module tool\n"
    assert repository.get_collaborator_permission("gopher") == "write"
    assert [one.number for one in repository.get_pulls()] == [1]
    assert github.bill().by_endpoint()["GET /repos/{owner}/{repo}/git/trees/{tree_sha}"] == 1


def test_archive_comes_after_a_redirect_and_expires(pull: Pull, github: Double) -> None:
    link = pull.base.repo.get_archive_link("tarball", pull.head.sha)
    packed = requests.get(link, timeout=PATIENCE).content
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        assert [name.split("/", 1)[1] for name in tar.getnames()] == ["go.mod", "new.go", "run.go"]
    github.world.advance(301)
    assert requests.get(link, timeout=PATIENCE).status_code == 404


def test_comments_follow_their_lines(pull: Pull, opened: PullRequest, github: Double) -> None:
    far = {"path": "run.go", "line": 45, "start_line": 44, "side": "RIGHT", "start_side": "RIGHT", "body": "there"}
    pull.create_review(body="Two places.", event="COMMENT", comments=[COMMENT, far])
    github.people.push(opened, {"run.go": "// Package tool.\n" + CHANGED.replace("\nfunc stop() {}\n", "")})
    first, second = pull.get_review_comments()
    assert (first.line, first.original_line, first.commit_id) == (4, 3, opened.head)
    assert (second.line, second.position, second.original_line) == (None, None, 45)
    github.people.force_push(opened, {"new.go": "package tool\n"})
    assert [one.line for one in pull.get_review_comments()] == [None, None]
    assert [one.original_commit_id for one in pull.get_review_comments()] == [pull.head.sha, pull.head.sha]


def test_a_review_is_posted_whole_or_not_at_all(pull: Pull) -> None:
    with pytest.raises(GithubException) as refused:
        pull.create_review(body="Two.", event="COMMENT", comments=[COMMENT, {**COMMENT, "line": 20}])
    assert (refused.value.status, refused.value.data["errors"]) == (422, ["Line could not be resolved"])
    assert list(pull.get_reviews()) == list(pull.get_review_comments()) == []


def test_a_pending_review_blocks_and_is_seen_by_its_author_alone(
    pull: Pull, opened: PullRequest, github: Double
) -> None:
    github.people.start_review(opened, by="gopher")
    assert list(pull.get_reviews()) == []
    github.people.start_review(opened, by="concurrency-check[bot]")
    (pending,) = pull.get_reviews()
    with pytest.raises(GithubException, match="one pending review"):
        pull.create_review(body="No.", event="COMMENT")
    pending.delete()
    assert pull.create_review(body="Yes.", event="COMMENT").state == "COMMENTED"


def test_more_comments_than_a_page_holds(pull: Pull) -> None:
    pull.create_review(body="Many.", event="COMMENT", comments=[COMMENT] * 101)
    assert len(list(pull.get_review_comments())) == 101


def test_a_long_patch_is_left_out(pull: Pull, github: Double) -> None:
    github.limits.patch_lines = 2
    assert {file.filename: bool(file.patch) for file in pull.get_files()} == {"run.go": False, "new.go": True}
    github.limits.files = 1
    assert len(list(pull.get_files())) == 1


def test_a_large_tree_is_cut_short(pull: Pull, github: Double) -> None:
    github.limits.tree_entries = 2
    tree = pull.base.repo.get_git_tree(pull.head.sha, recursive=True)
    assert (tree.raw_data["truncated"], len(tree.tree)) == (True, 2)


def test_check_runs(pull: Pull, opened: PullRequest, github: Double) -> None:
    repository = pull.base.repo
    run = repository.create_check_run("concurrency-check", pull.head.sha, status="in_progress")
    note = {"path": "run.go", "start_line": 3, "end_line": 3, "annotation_level": "notice", "message": "here"}
    run.edit(output={"title": "t", "summary": "s", "annotations": [note] * 50})
    run.edit(conclusion="neutral", output={"title": "t", "summary": "s", "annotations": [note]})
    (seen,) = repository.get_commit(pull.head.sha).get_check_runs()
    assert (seen.status, seen.conclusion, seen.output.annotations_count) == ("completed", "neutral", 51)
    assert [one.number for one in seen.pull_requests] == [1]
    assert len(list(seen.get_annotations())) == 51
    with pytest.raises(GithubException) as refused:
        run.edit(output={"title": "t", "summary": "s", "annotations": [note] * 51})
    assert refused.value.status == 422


def test_a_fork_is_missing_in_its_check_run(github: Double, opened: PullRequest) -> None:
    fork = github.people.fork(opened.repository, "gopher")
    pull = github.people.open(opened.repository, {"fork.go": "package tool\n"}, fork=fork)
    with client(github) as api:
        repository = api.get_repo("acme/tool")
        run = repository.create_check_run("concurrency-check", pull.head, conclusion="success")
        assert run.pull_requests == []
        assert repository.get_pull(2).head.repo.full_name == "gopher/tool"


def test_replies_reactions_and_the_conversation(pull: Pull) -> None:
    pull.create_review(body="One.", event="COMMENT", comments=[COMMENT])
    (comment,) = pull.get_review_comments()
    reply = pull.create_review_comment_reply(comment.id, "indeed")
    assert reply.in_reply_to_id == comment.id
    comment.create_reaction("eyes")
    assert [one.content for one in comment.get_reactions()] == ["eyes"]
    said = pull.create_issue_comment("hello")
    said.edit("goodbye")
    assert [one.body for one in pull.get_issue_comments()] == ["goodbye"]
    head = pull.base.repo.get_commit(pull.head.sha)
    whole = pull.create_review_comment("on all of it", head, "new.go", subject_type="file")
    assert (whole.raw_data["subject_type"], whole.line) == ("file", None)
    comment.delete()
    said.delete()
    assert list(pull.get_issue_comments()) == []


def test_threads_are_seen_but_not_resolved(pull: Pull, opened: PullRequest, github: Double) -> None:
    pull.create_review(body="One.", event="COMMENT", comments=[COMMENT])
    comment = opened.review_comments[0]
    github.people.resolve(opened, comment)
    query = """query($owner: String!, $name: String!, $number: Int!) { repository(owner: $owner, name: $name) {
        pullRequest(number: $number) { reviewThreads(first: 100) { nodes { id isResolved } } } } }"""
    _, answer = pull.requester.graphql_query(query, {"owner": "acme", "name": "tool", "number": 1})
    (thread,) = answer["data"]["repository"]["pullRequest"]["reviewThreads"]["nodes"]
    assert thread["isResolved"] is True
    with pytest.raises(GithubException) as refused:
        wish = {"threadId": thread["id"]}
        pull.requester.graphql_named_mutation("unresolveReviewThread", wish, "thread { isResolved }")
    assert refused.value.data["errors"][0]["type"] == "FORBIDDEN"
    (posted,) = pull.get_review_comments()
    wish = {"subjectId": posted.raw_data["node_id"], "classifier": "RESOLVED"}
    pull.requester.graphql_named_mutation("minimizeComment", wish, "minimizedComment { isMinimized }")
    assert comment.minimized == "RESOLVED"


def test_the_app_and_its_installation(github: Double, opened: PullRequest) -> None:
    assert app(github).get_app().slug == "concurrency-check"
    (installation,) = app(github).get_installations()
    assert app(github).get_repo_installation("acme", "tool").id == installation.id
    assert [one.full_name for one in installation.get_repos()] == ["acme/tool"]


def test_a_repository_by_number_is_the_same(pull: Pull, opened: PullRequest, github: Double) -> None:
    with client(github) as api:
        _, _, text = api.requester.requestBlob("GET", f"/repositories/{opened.repository.id}/pulls/1")
        _, _, named = api.requester.requestBlob("GET", "/repos/ACME/Tool/pulls/1")
    assert text == named
