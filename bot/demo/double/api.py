"""How a request reaches a handler and leaves it: routing by GitHub's own templates, paging, ETags, limits, the log."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, g, json, request

from bot.demo.double import gate, rules
from bot.demo.double.limits import Limits, Refusal
from bot.demo.double.state import PullRequest, Repository, Token, User, World
from bot.demo.double.webhooks import Postman

_REPOSITORY = "/repos/{owner}/{repo}"
_WIDE = ("path", "ref", "basehead", "branch")  # Parameters that may hold slashes.
# What each endpoint needs, as `route` was told: "GET /repos/{owner}/{repo}" -> "metadata:read".
NEEDS: dict[str, str] = {}
_TEXT = ("tree_sha", "file_sha", "commit_sha", "sha", "username", "owner", "repo")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer. template: the endpoint as GitHub's description has it. sent, answer: JSON or None."""

    method: str
    template: str
    path: str
    query: dict[str, str]
    sent: Any
    status: int
    answer: Any
    caller: str


@dataclass(slots=True)
class Call:
    """What a handler is given. of: the repository of the path; sent is the JSON body, {} when there is none."""

    world: World
    limits: Limits
    postman: Postman
    caller: gate.Caller
    sent: dict[str, Any]
    query: dict[str, str]
    of: Repository | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def repository(self) -> Repository:
        """The repository of the path; only routes below /repos have one."""
        assert self.of is not None, "the route has no repository"
        return self.of

    @property
    def token(self) -> Token:
        """The installation token; only routes that do not need the App itself have one."""
        if self.caller.token is None:
            raise Refusal(401, "Bad credentials")
        return self.caller.token

    @property
    def person(self) -> User:
        """Whose token it is; only routes that need a person have one."""
        assert self.caller.person is not None, "the route does not need a person"
        return self.caller.person

    def pull(self, number: int) -> PullRequest:
        """The pull request of the path, or 404."""
        if number not in self.repository.pulls:
            raise Refusal(404, "Not Found")
        return self.repository.pulls[number]

    def page(self, items: Sequence[Any]) -> list[Any]:
        """The page of `items` that the query asks for; the Link header goes to the answer."""
        size = min(int(self.query.get("per_page", rules.PAGE_DEFAULT)), rules.PAGE_MAX)
        number = int(self.query.get("page", 1))
        last = max(1, -(-len(items) // size))
        links = []
        for name, target in (("prev", number - 1), ("next", number + 1), ("last", last), ("first", 1)):
            if 1 <= target <= last and (name in ("next", "prev") or target != number):
                address = f"{request.base_url}?{urlencode({**self.query, 'page': target})}"
                links.append(f'<{address}>; rel="{name}"')
        if links:
            self.headers["Link"] = ", ".join(links)
        return list(items[(number - 1) * size : number * size])


Handler = Callable[..., Any]


def route(blueprint: Blueprint, method: str, template: str, need: str) -> Callable[[Handler], Handler]:
    """Serves an endpoint, spelled as in GitHub's description. need: "contents:read"; "app" (JSON web token); "user" (a
    person's token); "any".

    What lies below a repository is also served by number, below /repositories/ID, as GitHub does.
    """

    NEEDS[f"{method} {template}"] = need

    def add(handler: Handler) -> Handler:
        def view(**arguments: Any) -> Response:
            return _serve(handler, template, need, arguments)

        spellings = [template]
        if template.startswith(_REPOSITORY):
            spellings.append(template.replace(_REPOSITORY, "/repositories/{repository_id}", 1))
        for spelling in spellings:
            name = f"{method} {spelling}".replace(".", "_")
            blueprint.add_url_rule(_flask(spelling), name, view, methods=[method])
        return handler

    return add


def _flask(template: str) -> str:
    def convert(match: re.Match[str]) -> str:
        name = match[1]
        kind = "path:" if name in _WIDE else "" if name in _TEXT else "int:"
        return f"<{kind}{name}>"

    return re.sub(r"\{(\w+)\}", convert, template)


def _serve(handler: Handler, template: str, need: str, arguments: dict[str, Any]) -> Response:
    world: World = current_app.extensions["world"]
    limits: Limits = current_app.extensions["limits"]
    g.template = template
    caller = gate.identify(world, request.headers.get("Authorization", ""))
    g.caller = caller.name
    request.get_data()  # a client that is gone by now has sent the whole of it
    _mishap(limits, "before")
    g.resource = "graphql" if template == "/graphql" else "core"
    limits.spend(caller.name, g.resource, world.now())
    with world.lock:
        call = Call(world, limits, current_app.extensions["postman"], caller, _body(), request.args.to_dict())
        call.of = _find(world, arguments)
        if need == "user" and caller.person is None:
            raise Refusal(403, "Resource not accessible by integration")
        if need == "app" and (caller.token is not None or caller.person is not None):
            raise Refusal(401, "A JSON web token could not be decoded")
        if call.of is not None and need != "app":
            gate.admit(caller, call.of, need)
        if request.method == "POST" and template.startswith(_REPOSITORY):
            limits.write(caller.name, world.now())
        answer = handler(call, **arguments)
    _mishap(limits, "after")
    return _finish(answer, call)


def _find(world: World, arguments: dict[str, Any]) -> Repository | None:
    if "repository_id" in arguments:
        found = world.repositories.get(arguments.pop("repository_id"))
    elif "repo" in arguments:
        name = f"{arguments.pop('owner')}/{arguments.pop('repo')}"
        found = world.repository(name)
        if found is None and name.lower() in world.left:
            rest = request.full_path.rstrip("?").partition(f"/repos/{name}")[2]
            there = f"{world.api}/repositories/{world.left[name.lower()]}{rest}"
            status = 301 if request.method == "GET" else 307
            raise Refusal(status, "Moved Permanently", headers={"Location": there})
    else:
        return None
    if found is None:
        raise Refusal(404, "Not Found")
    return found


def _body() -> dict[str, Any]:
    if not request.get_data():
        return {}
    sent = request.get_json(silent=True, force=True)
    if not isinstance(sent, dict):
        raise Refusal(400, "Problems parsing JSON")
    return sent


def _mishap(limits: Limits, when: str) -> None:
    fault = limits.fault(request.method, request.path, when)
    if fault is None:
        return
    if fault.act is not None:
        fault.act()
    if fault.status:
        raise Refusal(fault.status, "Server Error", headers=fault.headers)


def _finish(answer: Any, call: Call) -> Response:
    status = 200
    if isinstance(answer, tuple):
        answer, status = answer
    if isinstance(answer, Response):
        response = answer
    else:
        text = b"" if status == 204 else json.dumps(answer).encode()
        response = Response(text, status, mimetype="application/json")
    response.headers.update(call.headers)
    response.headers.update(call.limits.headers(call.caller.name, g.resource))
    if request.method == "GET" and status == 200:
        # Another token gets another tag for the same answer: eclipse-csi/otterdog#201, github/docs#34689.
        seen_by = request.headers.get("Authorization", "").encode()
        tag = f'W/"{hashlib.sha256(seen_by + response.get_data()).hexdigest()}"'
        response.headers["ETag"] = tag
        if request.headers.get("If-None-Match") == tag:
            call.limits.refund(call.caller.name)
            return Response(status=304, headers={"ETag": tag, **call.limits.headers(call.caller.name, g.resource)})
    return response
