"""Repositories and changed files, as GitHub's answers spell them."""

from __future__ import annotations

from typing import Final

from bot.demo.double.git import Change
from bot.demo.double.render.accounts import Json, moment, node, user
from bot.demo.double.state import Repository, World

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
_COUNTS: Final = (
    "forks",
    "forks_count",
    "open_issues",
    "open_issues_count",
    "size",
    "stargazers_count",
    "watchers",
    "watchers_count",
    "network_count",
    "subscribers_count",
)


def repository(world: World, found: Repository) -> Json:
    """A repository with everything that a full answer has."""
    address = f"{world.api}/repos/{found.full_name}"
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
        **dict.fromkeys(_COUNTS, 0),
        **{key: address + rest for key, rest in _REPOSITORY_URLS.items()},
    }
    if found.fork_of is not None:
        answer["parent"] = answer["source"] = repository(world, found.fork_of)
    return answer


def file(world: World, repo: Repository, commit: str, found: Change, patch_lines: int) -> Json:
    """A file of a comparison, at the commit that it leads to. A patch of more than `patch_lines` lines is left out."""
    page, address = f"{world.url}/{repo.full_name}", f"{world.api}/repos/{repo.full_name}"
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
