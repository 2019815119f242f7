"""Pull requests, their conversation and reactions, as GitHub's answers spell them."""

from __future__ import annotations

from typing import Final

from bot.demo.double.render.accounts import Json, moment, node, user
from bot.demo.double.render.repositories import repository
from bot.demo.double.state import IssueComment, PullRequest, Reaction, Repository, User, World

_REACTIONS: Final = ("+1", "-1", "laugh", "confused", "heart", "hooray", "eyes", "rocket")


def association(pull: PullRequest, who: User) -> str:
    """What an author is to the repository."""
    if who.login == pull.repository.owner.login:
        return "OWNER"
    return "COLLABORATOR" if who.login in pull.repository.roles else "NONE"


def pull_request(world: World, pull: PullRequest, *, whole: bool = True) -> Json:
    """A pull request; not `whole` leaves out what only the answer for a single one has."""
    answer: Json = {
        "id": pull.id,
        "node_id": node("PR", pull.id),
        "number": pull.number,
        "state": pull.state,
        "locked": pull.locked,
        "active_lock_reason": None,
        "title": pull.title,
        "user": user(world, pull.author),
        "body": pull.body,
        "draft": pull.draft,
        "labels": [],
        "milestone": None,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "auto_merge": None,
        "author_association": association(pull, pull.author),
        "created_at": moment(pull.at),
        "updated_at": moment(pull.updated),
        "closed_at": moment(pull.closed),
        "merged_at": moment(pull.closed) if pull.merged else None,
        "merge_commit_sha": None,
        "head": _branch(world, pull.head_repository, pull.head_ref, pull.head),
        "base": _branch(world, pull.repository, pull.base_ref, pull.base),
        **_urls(world, pull),
    }
    return {**answer, **_totals(world, pull)} if whole else answer


def issue(world: World, pull: PullRequest) -> Json:
    """A pull request as issue_comment shows it: an issue with a pull_request part."""
    whole = pull_request(world, pull, whole=False)
    kept = ("id", "node_id", "number", "state", "locked", "active_lock_reason", "title", "user", "body", "labels",
            "milestone", "assignee", "assignees", "author_association", "created_at", "updated_at", "closed_at",
            "html_url", "comments_url", "draft")  # fmt: skip
    address = whole["issue_url"]
    urls = {key: whole[key] for key in ("url", "html_url", "diff_url", "patch_url", "merged_at")}
    return {
        **{key: whole[key] for key in kept},
        "url": address,
        "repository_url": f"{world.api}/repos/{pull.repository.full_name}",
        "labels_url": f"{address}/labels{{/name}}",
        "events_url": f"{address}/events",
        "comments": len(pull.comments),
        "performed_via_github_app": None,
        "state_reason": None,
        "timeline_url": f"{address}/timeline",
        "reactions": reactions(address, []),
        "pull_request": urls,
    }


def reactions(address: str, given: list[Reaction]) -> Json:
    """The summary of the reactions to a comment."""
    counts = {content: sum(one.content == content for one in given) for content in _REACTIONS}
    return {"url": f"{address}/reactions", "total_count": len(given), **counts}


def reaction(world: World, given: Reaction) -> Json:
    """One reaction."""
    return {
        "id": given.id,
        "node_id": node("REA", given.id),
        "user": user(world, given.author),
        "content": given.content,
        "created_at": moment(given.at),
    }


def issue_comment(world: World, pull: PullRequest, comment: IssueComment) -> Json:
    """A comment of the conversation."""
    address = f"{world.api}/repos/{pull.repository.full_name}/issues"
    own = f"{address}/comments/{comment.id}"
    return {
        "id": comment.id,
        "node_id": node("IC", comment.id),
        "url": own,
        "issue_url": f"{address}/{pull.number}",
        "html_url": f"{world.url}/{pull.repository.full_name}/pull/{pull.number}#issuecomment-{comment.id}",
        "user": user(world, comment.author),
        "body": comment.body,
        "created_at": moment(comment.at),
        "updated_at": moment(comment.updated),
        "author_association": association(pull, comment.author),
        "performed_via_github_app": None,
        "reactions": reactions(own, comment.reactions),
    }


def _urls(world: World, pull: PullRequest) -> Json:
    repo = pull.repository
    address = f"{world.api}/repos/{repo.full_name}"
    own, issue = f"{address}/pulls/{pull.number}", f"{address}/issues/{pull.number}"
    page = f"{world.url}/{repo.full_name}/pull/{pull.number}"
    urls = {
        "url": own,
        "html_url": page,
        "issue_url": issue,
        "comments_url": f"{issue}/comments",
        "commits_url": f"{own}/commits",
        "review_comments_url": f"{own}/comments",
        "review_comment_url": f"{address}/pulls/comments{{/number}}",
        "statuses_url": f"{address}/statuses/{pull.head}",
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
    }
    linked = ("html", "issue", "comments", "review_comments", "review_comment", "commits", "statuses")
    links = {name: {"href": urls[f"{name}_url"]} for name in linked}
    return {**urls, "_links": {"self": {"href": own}, **links}}


def _branch(world: World, repo: Repository, ref: str, sha: str) -> Json:
    return {
        "label": f"{repo.owner.login}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": user(world, repo.owner),
        "repo": repository(world, repo),
    }


def _totals(world: World, pull: PullRequest) -> Json:
    changes = pull.repository.git.changes(pull.merge_base, pull.head)
    return {
        "merged": pull.merged,
        "mergeable": None,
        "rebaseable": None,
        "mergeable_state": "unknown",
        "merged_by": user(world, pull.author) if pull.merged else None,
        "comments": len(pull.comments),
        "review_comments": len(pull.review_comments),
        "maintainer_can_modify": False,
        "commits": len(pull.repository.git.beyond(pull.base, pull.head)),
        "additions": sum(found.additions for found in changes),
        "deletions": sum(found.deletions for found in changes),
        "changed_files": len(changes),
    }
