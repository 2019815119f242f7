"""The description of the API, as OpenAPI 3.1."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from bot.dashboard.told import NAMES
from bot.store.findings import STATES
from bot.store.reading.findings import SORTS

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "integer"}
_FROM_ONE: Json = {"type": "integer", "minimum": 1}
_MOMENT: Json = {"type": ["string", "null"], "format": "date-time"}
_SEVERITY: Json = {"enum": ["error", "warning", "note"]}
_STATE: Json = {"enum": list(STATES)}

_FILTERS = (
    ("repository", "Its name, without the owner.", _TEXT),
    ("heuristic", "The name of a heuristic.", _TEXT),
    ("family", "A family of heuristics.", _TEXT),
    ("severity", "", _SEVERITY),
    ("state", "What became of it.", _STATE),
    ("where", "In pull requests, or standing in the default branch.", {"enum": ["pulls", "standing"]}),
    ("pull", "The number of a pull request.", _FROM_ONE),
    ("younger", "First seen in the last so many days.", _FROM_ONE),
    ("older", "First seen more days ago.", _FROM_ONE),
    ("owner", "An owner by CODEOWNERS, as @org/team or @person.", _TEXT),
    ("search", "Words that sentence, symbol, variable or path hold.", _TEXT),
    ("sort", "", {"enum": list(SORTS), "default": SORTS[0]}),
    ("after", "`following` of the page before.", _TEXT),
)


def document() -> Json:
    """The whole document."""
    finding = _object({name: _KINDS.get(name, _TEXT) for name in NAMES})
    return {
        "openapi": "3.1.0",
        "info": {"title": "concurrency-check", "version": version("concurrency-check"), "description": _ABOUT},
        "security": [{"token": []}],
        "paths": {
            f"/api/v1/orgs/{{account}}{path}": {"parameters": [_ACCOUNT], "get": operation}
            for path, operation in _operations().items()
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Finding": finding, "Detail": _detail(finding), **_SCHEMAS},
        },
    }


def _operations() -> dict[str, Json]:
    filters = [
        {"name": name, "in": "query", "schema": schema, **({"description": about} if about else {})}
        for name, about, schema in _FILTERS
    ]
    number = {"name": "id", "in": "path", "required": True, "schema": _NUMBER}
    return {
        "/overview": _operation("overview", "Where the account is exposed", "Overview"),
        "/findings": _operation("findings", "Findings, a page at a time", "Page", filters),
        "/findings/{id}": _operation("finding", "One finding with its story and its life", "Detail", [number]),
        "/heuristics": _operation("heuristics", "What each heuristic is worth", "Heuristics"),
    }


def _operation(name: str, summary: str, schema: str, parameters: list[Json] | None = None) -> Json:
    problem = {"$ref": "#/components/schemas/Problem"}
    wrong = {
        "400": "A parameter that is not described here, or a value that it cannot have.",
        "401": "No token, or none that is good.",
        "404": "Nothing that may be seen.",
        "503": "GitHub is away.",
    }
    return {
        "operationId": name,
        "summary": summary,
        "parameters": parameters or [],
        "responses": {
            "200": _answer("Found.", {"$ref": f"#/components/schemas/{schema}"}),
            **{status: _answer(about, problem) for status, about in wrong.items()},
        },
    }


def _answer(about: str, schema: Json) -> Json:
    return {"description": about, "content": {"application/json": {"schema": schema}}}


def _object(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _list(of: Json) -> Json:
    return {"type": "array", "items": of}


def _detail(finding: Json) -> Json:
    texts = ("tier", "closed_by", "reason", "head_first", "head_last", "head_fixed")
    place = _object({"path": _TEXT, "line": _NUMBER, "end_line": _NUMBER, "message": _TEXT})
    event = _object({"what": _TEXT, "head": _TEXT, "by": _TEXT, "reason": _TEXT, "at": _MOMENT})
    return _object(
        {
            **finding["properties"],
            "end_line": _NUMBER,
            **dict.fromkeys(texts, _TEXT),
            "places": _list(place),
            "evidence": _list(_TEXT),
            "life": _list(event),
        }
    )


_ABOUT = (
    "What concurrency-check found, and what became of it. A token is made on the Reports page of an account; it shows "
    "of that account what its maker may see on GitHub at that moment."
)
_ACCOUNT: Json = {"name": "account", "in": "path", "required": True, "schema": _TEXT}
_KINDS: Json = {
    "id": _NUMBER,
    "pull_request": {"type": ["integer", "null"], "description": "null: in the default branch"},
    "severity": _SEVERITY,
    "state": _STATE,
    "line": _NUMBER,
    "told": {"enum": ["inline", "file", "check", ""]},
    "owners": _list(_TEXT),
    "first_seen": _MOMENT,
    "closed": _MOMENT,
}
_COUNTS: Json = {"type": "object", "propertyNames": _STATE, "additionalProperties": _NUMBER}
_SHARE: Json = {"type": "number", "minimum": 0, "maximum": 1}
_WORTH: Json = {
    "heuristic": _TEXT,
    **dict.fromkeys(("shown", "open", "fixed", "dismissed", "merged"), _NUMBER),
    "precision": {"anyOf": [_SHARE, {"type": "null"}]},
    "interval": {**_list(_SHARE), "minItems": 2, "maxItems": 2},
}
_SCHEMAS: Json = {
    "Problem": _object({"error": _TEXT}),
    "Page": _object(
        {"findings": _list({"$ref": "#/components/schemas/Finding"}), "following": {"type": ["string", "null"]}}
    ),
    "Overview": _object(
        {
            "states": _COUNTS,
            "standing": _NUMBER,
            "median_seconds_to_fix": {"type": ["number", "null"]},
            "weeks": _list(_COUNTS),
            "standing_weeks": _list({"type": ["integer", "null"]}),
            "exposed": _list(_object({"repository": _TEXT, "findings": _NUMBER})),
        }
    ),
    "Heuristics": _object({"heuristics": _list(_object(_WORTH))}),
}
