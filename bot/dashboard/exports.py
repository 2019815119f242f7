"""Exports of findings for spreadsheets, programs and code scanning tools: sent as they are read, however many."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from urllib.parse import quote

from flask import Blueprint, Response, abort, request

from bot.dashboard import told
from bot.dashboard.asked import only
from bot.dashboard.findings import NAMES, chosen, filters_of
from bot.dashboard.here import Catalogue, Here
from bot.dashboard.told import Json
from bot.store.database import Database
from bot.store.posted import IGNORED, RESOLVED
from bot.store.reading import findings as reading
from bot.store.reading.findings import Filters, Listed
from bot.viewer import Sight

_PORTION = 1000
_SARIF = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json", "sarif": "application/sarif+json"}


def add(routes: Blueprint, here: Here) -> None:
    """Route /orgs/ACCOUNT/findings.KIND, with the filters of the page."""

    @routes.get("/findings.<kind>")
    def export(kind: str) -> Response:
        if kind not in _TYPES:
            abort(404)
        only(request.args, NAMES)
        filters, sight = filters_of(request.args), chosen(here, request.args)
        parts = pieces(kind, _rows(here.database, sight, filters), sight, here.catalogue, here.web_url)
        answer = Response(parts, content_type=_TYPES[kind])
        answer.headers["Content-Disposition"] = f"attachment; filename=findings.{kind}"
        return answer


def pieces(kind: str, rows: Iterable[Listed], sight: Sight, catalogue: Catalogue, web_url: str) -> Iterator[str]:
    """An export in pieces. kind: csv, json or sarif."""
    told_of: dict[str, Callable[[], Iterator[str]]] = {
        "csv": lambda: _csv(rows, sight),
        "json": lambda: _json(rows, sight),
        "sarif": lambda: _sarif(rows, sight, catalogue, web_url),
    }
    return told_of[kind]()


def _rows(db: Database, sight: Sight, filters: Filters) -> Iterator[Listed]:
    after = ""
    while True:
        page = reading.page(db, sight, filters, after, _PORTION)
        yield from page.rows
        after = page.following
        if not after:
            return


def _csv(rows: Iterable[Listed], sight: Sight) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(told.NAMES)
    yield text.getvalue()
    for one in rows:
        text.seek(0)
        text.truncate()
        writer.writerow([_cell(value) for value in told.listed(one, sight).values()])
        yield text.getvalue()


def _cell(value: object) -> object:
    """A value of a table; one that a spreadsheet would compute is marked as text."""
    if isinstance(value, list):
        value = " ".join(value)
    if isinstance(value, str) and value.lstrip().startswith(_FORMULA):
        return f"'{value}"
    return value


def _json(rows: Iterable[Listed], sight: Sight) -> Iterator[str]:
    yield '{"findings": ['
    yield from _joined(told.listed(one, sight) for one in rows)
    yield "]}\n"


def _joined(values: Iterable[Json]) -> Iterator[str]:
    for at, value in enumerate(values):
        yield (",\n" if at else "\n") + json.dumps(value)


def _sarif(rows: Iterable[Listed], sight: Sight, catalogue: Catalogue, web_url: str) -> Iterator[str]:
    """A log with one run; the paths of each repository are relative to a base of its own."""
    rules = [
        {"id": one.name, "shortDescription": {"text": one.title}, "properties": {"family": one.family}}
        for one in catalogue()
    ]
    driver = {"name": "concurrency-check", "version": version("concurrency-check"), "rules": rules}
    bases = {
        one.full_name: {"uri": f"{web_url}/{quote(one.full_name)}/", "description": {"text": "a repository"}}
        for one in sight.repositories
    }
    head = {"$schema": _SARIF, "version": "2.1.0"}
    run = {"tool": {"driver": driver}, "originalUriBaseIds": bases}
    yield f'{json.dumps(head)[:-1]}, "runs": [{json.dumps(run)[:-1]}, "results": ['
    yield from _joined(_result(one, sight) for one in rows)
    yield "]}]}\n"


def _result(one: Listed, sight: Sight) -> Json:
    artifact = {"uri": quote(one.path), "uriBaseId": sight.by_id[one.repository].full_name}
    place = {"artifactLocation": artifact, "region": {"startLine": max(one.line, 1)}}
    result: Json = {
        "ruleId": one.heuristic,
        "level": one.severity,
        "message": {"text": one.message},
        "locations": [{"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": one.symbol}]}],
        "partialFingerprints": {"concurrencyCheck/v1": one.fingerprint},
        "properties": {"state": one.state, "pullRequest": one.number, "firstSeen": told.moment(one.seen_at)},
    }
    if one.state in (IGNORED, RESOLVED):
        result["suppressions"] = [{"kind": "external", "status": "accepted"}]
    return result
