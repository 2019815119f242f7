"""The few GraphQL operations that REST lacks: review threads, resolving them, hiding comments.

It is no GraphQL engine: the operation is known by its field, its arguments by their names, and the answer holds every
field that these types have here, whichever were asked for. Tests validate each query against GitHub's own schema.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint

from bot.demo.double import render
from bot.demo.double.api import Call, route
from bot.demo.double.limits import Refusal
from bot.demo.double.state import IssueComment, PullRequest, ReviewComment

blueprint = Blueprint("graphql", __name__)
_ARGUMENT = re.compile(r'(\w+)\s*:\s*(?:\$(\w+)|"([^"]*)"|(\w+))')


@route(blueprint, "POST", "/graphql", "any")
def graphql(call: Call) -> Any:
    query = str(call.sent.get("query", ""))
    arguments = _arguments(query, call.sent.get("variables") or {})
    operations = {
        "unresolveReviewThread": _resolve,
        "resolveReviewThread": _resolve,
        "unminimizeComment": _minimize,
        "minimizeComment": _minimize,
        "reviewThreads": _threads,
    }
    for name, operation in operations.items():
        if re.search(rf"\b{name}\b", query):
            try:
                return {"data": operation(call, name, arguments)}
            except Refusal as refusal:
                kind = {403: "FORBIDDEN", 404: "NOT_FOUND"}.get(refusal.status, "UNPROCESSABLE")
                error = {"type": kind, "path": [name], "message": str(refusal)}
                return {"data": {name: None}, "errors": [error]}
    return {"errors": [{"message": "The double knows no such operation"}]}


def _arguments(query: str, variables: dict[str, Any]) -> dict[str, Any]:
    """Argument name -> value: literals of the query, variables by the name of the argument, fields of input objects."""
    found: dict[str, Any] = {}
    body = query[query.index("{") :] if "{" in query else ""
    for name, variable, text, word in _ARGUMENT.findall(body):
        found[name] = variables.get(variable) if variable else text or word
    for value in variables.values():
        if isinstance(value, dict):
            found.update(value)
    return found


def _threads(call: Call, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    if "owner" in arguments:
        repository = call.world.repository(f"{arguments['owner']}/{arguments['name']}")
        pulls = repository.pulls if repository and call.token.reaches(repository) else {}
        pull = pulls.get(int(arguments["number"]))
    else:
        everything = _pulls(call)
        pull = next((one for one in everything if render.node("PR", one.id) == arguments.get("id")), None)
    if pull is None:
        raise Refusal(404, "Could not resolve to a PullRequest.")
    roots = [comment for comment in pull.review_comments if not comment.reply_to]
    size, start = int(arguments.get("first") or 100), int(arguments.get("after") or 0)
    if not 1 <= size <= 100:
        raise Refusal(422, "`first` on `reviewThreads` must be between 1 and 100")
    page = {"hasNextPage": start + size < len(roots), "endCursor": str(start + size)}
    nodes = [_thread(pull, root) for root in roots[start : start + size]]
    threads = {"totalCount": len(roots), "pageInfo": page, "nodes": nodes}
    inner = {"id": render.node("PR", pull.id), "reviewThreads": threads}
    return {"node": inner} if "owner" not in arguments else {"repository": {"pullRequest": inner}}


def _thread(pull: PullRequest, root: ReviewComment) -> dict[str, Any]:
    members = [root, *(one for one in pull.review_comments if one.reply_to == root.id)]
    comments = [
        {
            "id": render.node("PRRC", one.id),
            "databaseId": one.id,
            "fullDatabaseId": str(one.id),
            "author": {"login": one.author.login.removesuffix("[bot]"), "__typename": one.author.type},
            "body": one.body,
            "isMinimized": bool(one.minimized),
            "minimizedReason": one.minimized.lower() or None,
        }
        for one in members
    ]
    return {
        "id": render.node("PRRT", root.id),
        "isResolved": root.resolved_by is not None,
        "resolvedBy": {"login": root.resolved_by.login} if root.resolved_by else None,
        "isOutdated": root.subject == "line" and root.line is None,
        "path": root.path,
        "line": root.line,
        "originalLine": root.original_line,
        "subjectType": root.subject.upper(),
        "viewerCanResolve": False,
        "comments": {"totalCount": len(comments), "nodes": comments},
    }


def _resolve(call: Call, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    for pull, comment in _comments(call):
        if isinstance(comment, ReviewComment) and render.node("PRRT", comment.id) == arguments.get("threadId"):
            if not call.caller.may("contents:write"):
                raise Refusal(403, "Resource not accessible by integration")
            comment.resolved_by = None if name.startswith("un") else call.caller.user
            return {name: {"thread": _thread(pull, comment)}}
    raise Refusal(404, "Could not resolve to a node with the global id")


def _minimize(call: Call, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    for _, comment in _comments(call):
        kind = "PRRC" if isinstance(comment, ReviewComment) else "IC"
        if render.node(kind, comment.id) == arguments.get("subjectId"):
            if not call.caller.may("pull_requests:write"):
                raise Refusal(403, "Resource not accessible by integration")
            comment.minimized = "" if name.startswith("un") else str(arguments.get("classifier", "OUTDATED"))
            shown = {"isMinimized": bool(comment.minimized), "minimizedReason": comment.minimized.lower() or None}
            return {name: {f"{name.removesuffix('Comment')}dComment": shown}}
    raise Refusal(404, "Could not resolve to a node with the global id")


def _pulls(call: Call) -> list[PullRequest]:
    covered = (one for one in call.world.repositories.values() if call.token.reaches(one))
    return [pull for repository in covered for pull in repository.pulls.values()]


def _comments(call: Call) -> list[tuple[PullRequest, ReviewComment | IssueComment]]:
    found: list[tuple[PullRequest, ReviewComment | IssueComment]] = []
    for pull in _pulls(call):
        found.extend((pull, comment) for comment in pull.review_comments)
        found.extend((pull, comment) for comment in pull.comments)
    return found
