"""Repositories and what git keeps in them: files, trees, blobs, commits, comparisons, archives."""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request

from bot.demo.double import render, rules
from bot.demo.double.api import Call, route
from bot.demo.double.git import Git
from bot.demo.double.limits import Refusal

blueprint = Blueprint("contents", __name__)


@route(blueprint, "GET", "/repos/{owner}/{repo}", "metadata:read")
def repository(call: Call) -> Any:
    return render.repository(call.world, call.repository)


@route(blueprint, "GET", "/repos/{owner}/{repo}/branches/{branch}", "contents:read")
def branch(call: Call, branch: str) -> Any:
    own = f"{call.world.api}/repos/{call.repository.full_name}/branches/{branch}"
    return {
        "name": branch,
        "commit": _commit(call, _resolve(call, branch)),
        "_links": {"self": own, "html": f"{call.world.url}/{call.repository.full_name}/tree/{branch}"},
        "protected": False,
        "protection": {"enabled": False},
        "protection_url": f"{own}/protection",
    }


@route(blueprint, "GET", "/repos/{owner}/{repo}/git/ref/{ref}", "contents:read")
def git_ref(call: Call, ref: str) -> Any:
    sha = call.repository.git.refs().get(f"refs/{ref}")
    if sha is None:
        raise Refusal(404, "Not Found")
    address = f"{call.world.api}/repos/{call.repository.full_name}/git"
    target = {"type": "commit", "sha": sha, "url": f"{address}/commits/{sha}"}
    return {"ref": f"refs/{ref}", "node_id": f"REF_{ref}", "url": f"{address}/refs/{ref}", "object": target}


@route(blueprint, "GET", "/repos/{owner}/{repo}/commits/{ref}", "contents:read")
def commit(call: Call, ref: str) -> Any:
    sha = _resolve(call, ref)
    if "application/vnd.github.sha" in request.headers.get("Accept", ""):
        return Response(sha, mimetype="application/vnd.github.sha")
    return _commit(call, sha)


@route(blueprint, "GET", "/repos/{owner}/{repo}/git/commits/{commit_sha}", "contents:read")
def git_commit(call: Call, commit_sha: str) -> Any:
    found = _commit(call, _resolve(call, commit_sha))
    inner = found["commit"]
    kept = {key: found[key] for key in ("sha", "node_id", "html_url", "parents")}
    return {
        **kept,
        **{key: inner[key] for key in ("author", "committer", "message", "tree", "verification")},
        "url": inner["url"],
    }


@route(blueprint, "GET", "/repos/{owner}/{repo}/pulls/{pull_number}/commits", "pull_requests:read")
def commits(call: Call, pull_number: int) -> Any:
    found = call.pull(pull_number)
    return [_commit(call, sha) for sha in call.page(call.repository.git.beyond(found.base, found.head))]


@route(blueprint, "GET", "/repos/{owner}/{repo}/compare/{basehead}", "contents:read")
def compare(call: Call, basehead: str) -> Any:
    base_name, dots, head_name = basehead.partition("...")
    if not dots:
        raise Refusal(404, "Not Found")
    git = call.repository.git
    base, head = _resolve(call, base_name.split(":")[-1]), _resolve(call, head_name.split(":")[-1])
    fork_point = git.merge_base(base, head)
    if not fork_point:
        raise Refusal(404, f"No common ancestor between {base_name} and {head_name}.")
    ahead, behind = git.beyond(base, head), git.beyond(head, base)
    status = {(False, False): "identical", (True, False): "ahead", (False, True): "behind"}
    page = f"{call.world.url}/{call.repository.full_name}/compare/{quote(basehead)}"
    changes = git.changes(fork_point, head)[: rules.COMPARE_FILES_MAX]
    lines = call.limits.patch_lines
    return {
        "url": f"{call.world.api}/repos/{call.repository.full_name}/compare/{quote(basehead)}",
        "html_url": page,
        "permalink_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "base_commit": _commit(call, base),
        "merge_base_commit": _commit(call, fork_point),
        "status": status.get((bool(ahead), bool(behind)), "diverged"),
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "commits": [_commit(call, sha) for sha in call.page(ahead)],
        "files": [render.file(call.world, call.repository, head, change, lines) for change in changes],
    }


@route(blueprint, "GET", "/repos/{owner}/{repo}/contents/{path}", "contents:read")
def contents(call: Call, path: str) -> Any:
    ref = call.query.get("ref", call.repository.default_branch)
    try:
        blob, text = call.repository.git.read(_resolve(call, ref), path)
    except KeyError:
        raise Refusal(404, "Not Found") from None
    if "raw" in request.headers.get("Accept", ""):
        return Response(text, mimetype="application/vnd.github.raw")
    address, page = (
        f"{call.world.api}/repos/{call.repository.full_name}",
        f"{call.world.url}/{call.repository.full_name}",
    )
    own, git_url, html = (
        f"{address}/contents/{path}?ref={ref}",
        f"{address}/git/blobs/{blob}",
        f"{page}/blob/{ref}/{path}",
    )
    return {
        "type": "file",
        "encoding": "base64",
        "size": len(text),
        "name": path.rsplit("/", 1)[-1],
        "path": path,
        "content": base64.encodebytes(text).decode(),
        "sha": blob,
        "url": own,
        "git_url": git_url,
        "html_url": html,
        "download_url": f"{page}/raw/{ref}/{path}",
        "_links": {"self": own, "git": git_url, "html": html},
    }


@route(blueprint, "GET", "/repos/{owner}/{repo}/git/trees/{tree_sha}", "contents:read")
def tree(call: Call, tree_sha: str) -> Any:
    address = f"{call.world.api}/repos/{call.repository.full_name}/git"
    try:
        sha, entries = call.repository.git.tree(tree_sha, recursive="recursive" in call.query)
    except (KeyError, ValueError):
        raise Refusal(404, "Not Found") from None
    shown = entries[: call.limits.tree_entries]
    places = {"blob": "blobs", "tree": "trees", "commit": "commits"}
    rows = [
        {
            "path": entry.path,
            "mode": entry.mode,
            "type": entry.kind,
            "sha": entry.sha,
            **({"size": entry.size} if entry.kind == "blob" else {}),
            "url": f"{address}/{places[entry.kind]}/{entry.sha}",
        }
        for entry in shown
    ]
    return {"sha": sha, "url": f"{address}/trees/{sha}", "tree": rows, "truncated": len(shown) < len(entries)}


@route(blueprint, "GET", "/repos/{owner}/{repo}/git/blobs/{file_sha}", "contents:read")
def blob(call: Call, file_sha: str) -> Any:
    try:
        text = call.repository.git.blob(file_sha)
    except KeyError:
        raise Refusal(404, "Not Found") from None
    if "raw" in request.headers.get("Accept", ""):
        return Response(text, mimetype="application/vnd.github.raw")
    return {
        "sha": file_sha,
        "node_id": f"B_{file_sha}",
        "size": len(text),
        "url": f"{call.world.api}/repos/{call.repository.full_name}/git/blobs/{file_sha}",
        "content": base64.encodebytes(text).decode(),
        "encoding": "base64",
    }


@route(blueprint, "GET", "/repos/{owner}/{repo}/tarball/{ref}", "contents:read")
def tarball(call: Call, ref: str) -> Any:
    sha = _resolve(call, ref)
    key = secrets.token_hex(8)
    expires = call.world.now() + timedelta(seconds=rules.ARCHIVE_SECONDS)
    call.world.archives[key] = (call.repository, sha, expires)
    location = f"{call.world.url}/_codeload/{call.repository.full_name}/{sha}?token={key}"
    return Response(status=302, headers={"Location": location})


def _resolve(call: Call, revision: str) -> str:
    try:
        return call.repository.git.resolve(revision)
    except KeyError:
        raise Refusal(404, f"No commit found for SHA: {revision}") from None


def _commit(call: Call, sha: str) -> render.Json:
    git: Git = call.repository.git
    found = git.describe(sha)
    address, page = (
        f"{call.world.api}/repos/{call.repository.full_name}",
        f"{call.world.url}/{call.repository.full_name}",
    )
    at = render.moment(datetime.fromtimestamp(found.commit_time, UTC))
    tree = str(found.tree_id)
    parents = [str(parent) for parent in found.parent_ids]
    unsigned = {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}
    who = {"name": found.author.name, "email": found.author.email, "date": at}
    return {
        "url": f"{address}/commits/{sha}",
        "sha": sha,
        "node_id": f"C_{sha}",
        "html_url": f"{page}/commit/{sha}",
        "comments_url": f"{address}/commits/{sha}/comments",
        "commit": {
            "url": f"{address}/git/commits/{sha}",
            "author": who,
            "committer": who,
            "message": found.message,
            "comment_count": 0,
            "tree": {"sha": tree, "url": f"{address}/git/trees/{tree}"},
            "verification": unsigned,
        },
        "author": render.user(call.world, call.world.user(found.author.name)),
        "committer": render.user(call.world, call.world.user(found.committer.name)),
        "parents": [
            {"sha": one, "url": f"{address}/commits/{one}", "html_url": f"{page}/commit/{one}"} for one in parents
        ],
    }
