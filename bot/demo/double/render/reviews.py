"""Reviews, review comments and check runs, as GitHub's answers spell them."""

from __future__ import annotations

from bot.demo.double.render.accounts import Json, app, moment, node, user
from bot.demo.double.render.pulls import association, reactions
from bot.demo.double.state import CheckRun, PullRequest, Repository, Review, ReviewComment, World


def review(world: World, pull: PullRequest, found: Review) -> Json:
    """A review; submitted_at is missing while it is pending."""
    page = f"{world.url}/{pull.repository.full_name}/pull/{pull.number}#pullrequestreview-{found.id}"
    of = f"{world.api}/repos/{pull.repository.full_name}/pulls/{pull.number}"
    answer: Json = {
        "id": found.id,
        "node_id": node("PRR", found.id),
        "user": user(world, found.author),
        "body": found.body,
        "state": found.state,
        "commit_id": found.commit,
        "html_url": page,
        "pull_request_url": of,
        "author_association": association(pull, found.author),
        "_links": {"html": {"href": page}, "pull_request": {"href": of}},
    }
    if found.submitted is not None:
        answer["submitted_at"] = moment(found.submitted)
    return answer


def review_comment(world: World, pull: PullRequest, found: ReviewComment) -> Json:
    """A review comment. Outdated: line and position are null."""
    address = f"{world.api}/repos/{pull.repository.full_name}/pulls"
    own, of = f"{address}/comments/{found.id}", f"{address}/{pull.number}"
    page = f"{world.url}/{pull.repository.full_name}/pull/{pull.number}#discussion_r{found.id}"
    answer: Json = {
        "id": found.id,
        "node_id": node("PRRC", found.id),
        "pull_request_review_id": found.review,
        "url": own,
        "html_url": page,
        "pull_request_url": of,
        "user": user(world, found.author),
        "body": found.body,
        "path": found.path,
        "diff_hunk": found.hunk,
        "commit_id": found.commit,
        "original_commit_id": found.original_commit,
        "created_at": moment(found.at),
        "updated_at": moment(found.updated),
        "author_association": association(pull, found.author),
        "subject_type": found.subject,
        "side": found.side,
        "start_side": found.start_side if found.original_start_line else None,
        "line": found.line,
        "start_line": found.start_line,
        "original_line": found.original_line,
        "original_start_line": found.original_start_line,
        "position": found.position,
        "original_position": found.original_position,
        "reactions": reactions(own, found.reactions),
        "_links": {"self": {"href": own}, "html": {"href": page}, "pull_request": {"href": of}},
    }
    if found.reply_to:
        answer["in_reply_to_id"] = found.reply_to
    return answer


def check_run(world: World, repo: Repository, found: CheckRun) -> Json:
    """A check run, with the pull requests of this repository (not of forks) whose head it is on."""
    own = f"{world.api}/repos/{repo.full_name}/check-runs/{found.id}"
    return {
        "id": found.id,
        "node_id": node("CR", found.id),
        "name": found.name,
        "head_sha": found.head,
        "url": own,
        "html_url": f"{world.url}/{repo.full_name}/runs/{found.id}",
        "details_url": found.details_url,
        "external_id": found.external_id,
        "status": found.status,
        "conclusion": found.conclusion,
        "started_at": moment(found.started),
        "completed_at": moment(found.completed),
        "check_suite": {"id": found.suite},
        "output": {
            "title": found.title,
            "summary": found.summary,
            "text": found.text,
            "annotations_count": len(found.annotations),
            "annotations_url": f"{own}/annotations",
        },
        "app": app(world, world.app),
        "pull_requests": [_minimal(world, repo, pull) for pull in repo.pulls_of(found.head)],
    }


def check_suite(world: World, repo: Repository, of: CheckRun) -> Json:
    """The suite that a run belongs to, as webhooks have it."""
    commit, at = repo.git.describe(of.head), moment(of.started)
    who = {"name": commit.author.name, "email": commit.author.email}
    head = {"id": of.head, "tree_id": str(commit.tree_id), "message": commit.message, "timestamp": at,
            "author": who, "committer": who}  # fmt: skip
    own = f"{world.url}/repos/{repo.full_name}/check-suites/{of.suite}"
    runs = [run for run in repo.checks.values() if run.suite == of.suite]
    return {
        "id": of.suite,
        "node_id": node("CS", of.suite),
        "url": own,
        "check_runs_url": f"{own}/check-runs",
        "head_branch": next((pull.head_ref for pull in repo.pulls_of(of.head)), None),
        "head_sha": of.head,
        "head_commit": head,
        "before": None,
        "after": of.head,
        "status": of.status,
        "conclusion": of.conclusion,
        "latest_check_runs_count": len({run.name for run in runs}),
        "app": app(world, world.app),
        "pull_requests": [_minimal(world, repo, pull) for pull in repo.pulls_of(of.head)],
        "created_at": at,
        "updated_at": at,
    }


def _minimal(world: World, repo: Repository, pull: PullRequest) -> Json:
    address = f"{world.api}/repos/{repo.full_name}"
    place = {"id": repo.id, "url": address, "name": repo.name}
    return {
        "id": pull.id,
        "number": pull.number,
        "url": f"{address}/pulls/{pull.number}",
        "head": {"ref": pull.head_ref, "sha": pull.head, "repo": place},
        "base": {"ref": pull.base_ref, "sha": pull.base, "repo": place},
    }
