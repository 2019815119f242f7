"""The pages of the heuristics, which the comments link to: what each looks for, and why."""

from __future__ import annotations

from flask import Blueprint, Response, abort
from markdown_it import MarkdownIt
from markupsafe import escape

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<h1>{title}</h1>
<p><code>{name}</code>, family {family}, {severity}</p>
{text}
</html>
"""


def blueprint() -> Blueprint:
    """Route /heuristics/NAME; the same text as `concurrency-check explain NAME`."""
    routes = Blueprint("pages", __name__)
    markdown = MarkdownIt("commonmark", {"html": False})

    @routes.get("/heuristics/<name>")
    def heuristic(name: str) -> Response:
        from heuristics import catalogue  # a web process that is not asked for a page does not pay for the engine

        found = next((one for one in catalogue() if one.name == name), None)
        if found is None:
            abort(404)
        page = _PAGE.format(
            title=escape(found.title),
            name=escape(found.name),
            family=escape(found.family),
            severity=escape(found.severity.value),
            text=markdown.render(found.page),
        )
        return Response(page, mimetype="text/html")

    return routes
