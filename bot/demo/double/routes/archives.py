"""Archives: what the redirect of a tarball leads to, without further credentials, for five minutes."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request

from bot.demo.double.limits import Refusal
from bot.demo.double.state import World

blueprint = Blueprint("archives", __name__)


@blueprint.get("/_codeload/<owner>/<name>/<sha>")
def archive(owner: str, name: str, sha: str) -> Response:
    world: World = current_app.extensions["world"]
    repository, commit, expires = world.archives.get(request.args.get("token", ""), (None, "", world.now()))
    if repository is None or commit != sha or expires <= world.now():
        raise Refusal(404, "Not Found")
    pieces = repository.git.archive(sha, f"{owner}-{name}-{sha[:7]}")
    return Response(pieces, mimetype="application/x-gzip")
