"""The few GraphQL operations that REST lacks: review threads, resolving them, hiding comments; and editing comments.

It is no GraphQL engine: the operation is known by its field, its arguments by their names, and the answer holds every
field that these types have here, whichever were asked for. The fields of a mutation are done in order, and each stands
or fails for itself. Tests validate each query against GitHub's own schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint

from bot.demo.double import render
from bot.demo.double.api import Call, route
from bot.demo.double.limits import Refusal
from bot.demo.double.posting import edit
from bot.demo.double.state import IssueComment, PullRequest, ReviewComment

blueprint = Blueprint("graphql", __name__)
_ARGUMENT = re.compile(r'(\w+)\s*:\s*(?:\$(\w+)|"([^"]*)"|(\w+))')
_INPUT = r"\s*\(\s*input\s*:\s*(?P<input>\{[^}]*\}|\$\w+)\s*\)"
_KINDS = {403: "FORBIDDEN", 404: "NOT_FOUND"}


@route(blueprint, "POST", "/graphql", "any")
def graphql(call: Call) -> Any:
    query, variables = str(call.sent.get("query", "")), call.sent.get("variables") or {}
    fields = list(_FIELD.finditer(query))
    done: dict[str, Any] = {}
    errors = []
    try:
        if re.search(r"\breviewThreads\b", query):
            return {"data": _threads(call, _arguments(query[query.index("{") :], variables))}
    except Refusal as refusal:
        return {"data": {"reviewThreads": None}, "errors": [_error("reviewThreads", refusal)]}
    for field in fields:
        name, alias = field["name"], field["alias"] or field["name"]
        try:
            done[alias] = _MUTATIONS[name](call, name, _arguments(field["input"], variables))
        except Refusal as refusal:
            done[alias] = None
            errors.append(_error(alias, refusal))
    if not fields:
        return {"errors": [{"message": "The double knows no such operation"}]}
    return {"data": done, "errors": errors} if errors else {"data": done}


def _error(path: str, refusal: Refusal) -> dict[str, Any]:
    return {"type": _KINDS.get(refusal.status, "UNPROCESSABLE"), "path": [path], "message": str(refusal)}


def _arguments(text: str, variables: dict[str, Any]) -> dict[str, Any]:
    """Argument name -> value: literals of the text, variables by the name of the argument; or a whole input object."""
    if text.startswith("$"):
        return dict(variables.get(text[1:]) or {})
    return {
        name: variables.get(variable) if variable else literal or word
        for name, variable, literal, word in _ARGUMENT.findall(text)
    }


def _threads(call: Call, arguments: dict[str, Any]) -> dict[str, Any]:
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
    comments = [_comment(one) for one in members]
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


def _comment(one: ReviewComment) -> dict[str, Any]:
    return {
        "id": render.node("PRRC", one.id),
        "databaseId": one.id,
        "fullDatabaseId": str(one.id),
        "author": {"login": one.author.login.removesuffix("[bot]"), "__typename": one.author.type},
        "body": one.body,
        "isMinimized": bool(one.minimized),
        "minimizedReason": one.minimized.lower() or None,
    }


def _resolve(call: Call, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    pull, comment = _find(call, "PRRT", arguments.get("threadId"))
    if not call.caller.may("contents:write"):
        raise Refusal(403, "Resource not accessible by integration")
    assert isinstance(comment, ReviewComment)
    comment.resolved_by = None if name.startswith("un") else call.caller.user
    return {"thread": _thread(pull, comment)}


def _minimize(call: Call, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    _, comment = _find(call, "", arguments.get("subjectId"))
    _own(call, comment)
    comment.minimized = "" if name.startswith("un") else str(arguments.get("classifier", "OUTDATED"))
    shown = {"isMinimized": bool(comment.minimized), "minimizedReason": comment.minimized.lower() or None}
    return {f"{name.removesuffix('Comment')}dComment": shown}


def _update(call: Call, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    _, comment = _find(call, "PRRC", arguments.get("pullRequestReviewCommentId"))
    _own(call, comment)
    assert isinstance(comment, ReviewComment)
    edit(call.world, comment, str(arguments.get("body") or ""))
    return {"pullRequestReviewComment": _comment(comment)}


_MUTATIONS: dict[str, Callable[[Call, str, dict[str, Any]], dict[str, Any]]] = {
    "unresolveReviewThread": _resolve,
    "resolveReviewThread": _resolve,
    "unminimizeComment": _minimize,
    "minimizeComment": _minimize,
    "updatePullRequestReviewComment": _update,
}
_FIELD = re.compile(rf"(?:(?P<alias>\w+)\s*:\s*)?\b(?P<name>{'|'.join(_MUTATIONS)})\b{_INPUT}")


def _own(call: Call, comment: ReviewComment | IssueComment) -> None:
    """An App that may not write code changes its own comments alone."""
    if not call.caller.may("pull_requests:write") or comment.author is not call.caller.user:
        raise Refusal(403, "Resource not accessible by integration")


def _find(call: Call, kind: str, node: object) -> tuple[PullRequest, ReviewComment | IssueComment]:
    """A comment with its pull request by a node id. kind: PRRC, PRRT (a thread, by its first comment), "" for both
    kinds of comment."""
    for pull, comment in _comments(call):
        own = "PRRC" if isinstance(comment, ReviewComment) else "IC"
        if own == (kind or own).replace("PRRT", "PRRC") and render.node(kind or own, comment.id) == node:
            return pull, comment
    raise Refusal(404, f"Could not resolve to a node with the global id of '{node}'")


def _pulls(call: Call) -> list[PullRequest]:
    covered = (one for one in call.world.repositories.values() if call.token.reaches(one))
    return [pull for repository in covered for pull in repository.pulls.values()]


def _comments(call: Call) -> list[tuple[PullRequest, ReviewComment | IssueComment]]:
    found: list[tuple[PullRequest, ReviewComment | IssueComment]] = []
    for pull in _pulls(call):
        found.extend((pull, comment) for comment in pull.review_comments)
        found.extend((pull, comment) for comment in pull.comments)
    return found
