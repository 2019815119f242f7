"""Users, repositories, pull requests and what hangs on them, as GitHub's answers spell them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from bot.demo.double.git import Change
from bot.demo.double.state import App, Installation, IssueComment, PullRequest, Reaction, Repository, User, World

Json = dict[str, Any]

_USER_URLS: Final = {
    "events_url": "/events{/privacy}",
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "organizations_url": "/orgs",
    "received_events_url": "/received_events",
    "repos_url": "/repos",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "url": "",
}
_REPOSITORY_URLS: Final = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
    "url": "",
}
_COUNTS: Final = ("forks", "forks_count", "open_issues", "open_issues_count", "size", "stargazers_count")
_COUNTS_TOO: Final = ("watchers", "watchers_count", "network_count", "subscribers_count")
_REACTIONS: Final = ("+1", "-1", "laugh", "confused", "heart", "hooray", "eyes", "rocket")


def moment(at: datetime | None) -> str | None:
    """A time as GitHub writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def node(kind: str, number: int) -> str:
    """The opaque id that GraphQL knows an object by."""
    return f"{kind}_{number}"


def user(world: World, who: User) -> Json:
    """A user, bot or organisation."""
    address = f"{world.url}/users/{who.login}"
    return {
        "login": who.login,
        "id": who.id,
        "node_id": node("U", who.id),
        "avatar_url": f"{world.url}/avatars/{who.login}",
        "gravatar_id": "",
        "html_url": f"{world.url}/{who.login}",
        "type": who.type,
        "site_admin": False,
        **{key: address + rest for key, rest in _USER_URLS.items()},
    }


def organisation(world: World, who: User) -> Json:
    """The organisation part of a webhook."""
    address = f"{world.url}/orgs/{who.login}"
    rest = ("repos", "events", "hooks", "issues", "members", "public_members")
    return {
        "login": who.login,
        "id": who.id,
        "node_id": node("O", who.id),
        "url": address,
        "avatar_url": f"{world.url}/avatars/{who.login}",
        "description": "",
        **{f"{name}_url": f"{address}/{name}" for name in rest},
    }


def repository(world: World, found: Repository) -> Json:
    """A repository with everything that a full answer has."""
    address = f"{world.url}/repos/{found.full_name}"
    page = f"{world.url}/{found.full_name}"
    answer: Json = {
        "id": found.id,
        "node_id": node("R", found.id),
        "name": found.name,
        "full_name": found.full_name,
        "owner": user(world, found.owner),
        "private": found.private,
        "visibility": "private" if found.private else "public",
        "html_url": page,
        "description": None,
        "fork": found.fork_of is not None,
        "default_branch": found.default_branch,
        "archived": found.archived,
        "disabled": False,
        "homepage": None,
        "language": "Go",
        "license": None,
        "mirror_url": None,
        "topics": [],
        "allow_forking": True,
        "is_template": False,
        "web_commit_signoff_required": False,
        "clone_url": f"{page}.git",
        "git_url": f"{page}.git",
        "ssh_url": f"git@localhost:{found.full_name}.git",
        "svn_url": page,
        "created_at": moment(found.at),
        "updated_at": moment(found.at),
        "pushed_at": moment(found.at),
        **{f"has_{feature}": True for feature in ("issues", "projects", "wiki", "downloads")},
        **{f"has_{feature}": False for feature in ("pages", "discussions")},
        **dict.fromkeys((*_COUNTS, *_COUNTS_TOO), 0),
        **{key: address + rest for key, rest in _REPOSITORY_URLS.items()},
    }
    if found.fork_of is not None:
        answer["parent"] = answer["source"] = repository(world, found.fork_of)
    return answer


def association(pull: PullRequest, who: User) -> str:
    """What an author is to the repository."""
    if who.login == pull.repository.owner.login:
        return "OWNER"
    return "COLLABORATOR" if who.login in pull.repository.roles else "NONE"


def pull_request(world: World, pull: PullRequest, *, whole: bool = True) -> Json:
    """A pull request; not `whole` leaves out what only the answer for a single one has."""
    repo = pull.repository
    address = f"{world.url}/repos/{repo.full_name}"
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
        "base": _branch(world, repo, pull.base_ref, pull.base),
        **urls,
        "_links": {"self": {"href": own}, **links},
    }
    return {**answer, **_totals(world, pull)} if whole else answer


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
    address = f"{world.url}/repos/{pull.repository.full_name}/issues"
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


def file(world: World, repo: Repository, commit: str, found: Change, patch_lines: int) -> Json:
    """A file of a comparison, at the commit that it leads to. A patch of more than `patch_lines` lines is left out."""
    page, address = f"{world.url}/{repo.full_name}", f"{world.url}/repos/{repo.full_name}"
    answer: Json = {
        "sha": found.old_blob if found.status == "removed" else found.new_blob,
        "filename": found.path,
        "status": found.status,
        "additions": found.additions,
        "deletions": found.deletions,
        "changes": found.additions + found.deletions,
        "blob_url": f"{page}/blob/{commit}/{found.path}",
        "raw_url": f"{page}/raw/{commit}/{found.path}",
        "contents_url": f"{address}/contents/{found.path}?ref={commit}",
    }
    if found.previous:
        answer["previous_filename"] = found.previous
    if found.patch and found.patch.count("\n") < patch_lines:
        answer["patch"] = found.patch
    return answer


def app(world: World, registered: App) -> Json:
    """The App itself."""
    return {
        "id": registered.id,
        "slug": registered.slug,
        "node_id": node("A", registered.id),
        "owner": user(world, registered.owner),
        "name": registered.slug,
        "description": "",
        "external_url": world.url,
        "html_url": f"{world.url}/apps/{registered.slug}",
        "created_at": moment(registered.at),
        "updated_at": moment(registered.at),
        "permissions": dict(registered.permissions),
        "events": list(registered.events),
    }


def installation(world: World, found: Installation) -> Json:
    """An installation of the App."""
    address = f"{world.url}/app/installations/{found.id}"
    return {
        "id": found.id,
        "account": user(world, found.account),
        "access_tokens_url": f"{address}/access_tokens",
        "repositories_url": f"{world.url}/installation/repositories",
        "html_url": f"{world.url}/organizations/{found.account.login}/settings/installations/{found.id}",
        "app_id": world.app.id,
        "app_slug": world.app.slug,
        "target_id": found.account.id,
        "target_type": found.account.type,
        "repository_selection": "all" if found.repositories is None else "selected",
        "permissions": dict(found.permissions),
        "events": list(world.app.events),
        "single_file_name": None,
        "created_at": moment(found.at),
        "updated_at": moment(found.at),
        "suspended_at": moment(found.suspended),
        "suspended_by": None,
    }


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
