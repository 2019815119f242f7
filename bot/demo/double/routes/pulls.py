"""Pull requests: one, the list, their files; who may do what in the repository."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from bot.demo.double import render, rules
from bot.demo.double.api import Call, route
from bot.demo.double.limits import Refusal

blueprint = Blueprint("pulls", __name__)


@route(blueprint, "GET", "/repos/{owner}/{repo}/pulls", "pull_requests:read")
def pulls(call: Call) -> Any:
    state = call.query.get("state", "open")
    head, base = call.query.get("head"), call.query.get("base")
    found = [
        pull
        for pull in call.repository.pulls.values()
        if state in ("all", pull.state)
        and head in (None, f"{pull.head_repository.owner.login}:{pull.head_ref}")
        and base in (None, pull.base_ref)
    ]
    by = "updated" if call.query.get("sort") == "updated" else "number"
    newest = sorted(found, key=lambda pull: getattr(pull, by), reverse=call.query.get("direction") != "asc")
    return [render.pull_request(call.world, pull, whole=False) for pull in call.page(newest)]


@route(blueprint, "GET", "/repos/{owner}/{repo}/pulls/{pull_number}", "pull_requests:read")
def pull(call: Call, pull_number: int) -> Any:
    found = call.pull(pull_number)
    if ".diff" not in request.headers.get("Accept", ""):
        return render.pull_request(call.world, found)
    changes = call.repository.git.changes(found.merge_base, found.head)
    if sum(change.patch.count("\n") + 1 for change in changes) > rules.DIFF_LINES_MAX or len(changes) > 300:
        too_large = [{"resource": "PullRequest", "field": "diff", "code": "too_large"}]
        raise Refusal(406, "Sorry, the diff exceeded the maximum number of lines (20000)", errors=too_large)
    files = (
        f"diff --git a/{change.previous or change.path} b/{change.path}\n"
        f"--- a/{change.previous or change.path}\n+++ b/{change.path}\n{change.patch}\n"
        for change in changes
    )
    return Response("".join(files), mimetype="application/vnd.github.diff")


@route(blueprint, "GET", "/repos/{owner}/{repo}/pulls/{pull_number}/files", "pull_requests:read")
def files(call: Call, pull_number: int) -> Any:
    found = call.pull(pull_number)
    changes = call.repository.git.changes(found.merge_base, found.head)[: call.limits.files]
    lines = call.limits.patch_lines
    return [render.file(call.world, call.repository, found.head, change, lines) for change in call.page(changes)]


@route(blueprint, "GET", "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", "pull_requests:read")
def requested_reviewers(call: Call, pull_number: int) -> Any:
    call.pull(pull_number)
    return {"users": [], "teams": []}


@route(blueprint, "GET", "/repos/{owner}/{repo}/collaborators/{username}/permission", "metadata:read")
def permission(call: Call, username: str) -> Any:
    """maintain shows as write and triage as read; anyone may read what is public."""
    if username not in call.world.users:
        raise Refusal(404, "Not Found")
    none = "none" if call.repository.private else "read"
    role = call.repository.roles.get(username, none)
    who = call.world.user(username)
    coarse = {"maintain": "write", "triage": "read"}.get(role, role)
    return {"permission": coarse, "role_name": role, "user": {**render.user(call.world, who), "role_name": role}}
