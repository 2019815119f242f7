"""Findings: the list with its filters, and one finding with its story, its life, and why it was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, request

from bot.dashboard.here import Here
from bot.store.findings import STATES
from bot.store.reading import findings as reading
from bot.store.reading.findings import SORTS, Filters
from bot.viewer import Sight

SEVERITIES = ("error", "warning", "note")
WHERE = ("pulls", "standing")
_LONGEST = 200


def add(routes: Blueprint, here: Here) -> None:
    """Routes /orgs/ACCOUNT/findings and /orgs/ACCOUNT/findings/ID."""

    @routes.get("/findings")
    def findings() -> str:
        filters, sight = filters_of(request.args), chosen(here, request.args)
        page = reading.page(here.database, sight, filters, request.args.get("after", "")[:_LONGEST])
        asked = {name: value for name, value in request.args.items() if value and name != "after"}
        return render_template(
            "dashboard/findings.html",
            page=page,
            filters=filters,
            repository=request.args.get("repository", ""),
            heuristics=[one.name for one in here.catalogue()],
            families=dict.fromkeys(one.family for one in here.catalogue()),
            severities=SEVERITIES,
            states=STATES,
            sorts=SORTS,
            asked=urlencode(asked),
            filtered=bool(asked.keys() - {"sort"}),
            following=urlencode({**asked, "after": page.following}) if page.following else "",
            first=urlencode(asked) if request.args.get("after") else "",
        )

    @routes.get("/findings/<int:number>")
    def finding(number: int) -> str:
        found = reading.detail(here.database, here.sight, number) if number < 2**63 else None
        if found is None:
            abort(404)
        repository = here.sight.by_id[found.listed.repository]
        return render_template("dashboard/finding.html", found=found, repository=repository, web=here.web_url)


def chosen(here: Here, asked: Mapping[str, str]) -> Sight:
    """What may be seen of the repository that is asked for, or of all; 404 where there is none of that name to see."""
    name = asked.get("repository", "")
    return here.sight.only((here.repository(name),)) if name else here.sight


def filters_of(asked: Mapping[str, str]) -> Filters:
    """The filters of a query string; what is none of the choices is left out."""
    choices = {"severity": SEVERITIES, "state": STATES, "where": WHERE, "sort": SORTS}
    texts = {name: _text(asked, name) for name in ("heuristic", "family", "owner", "search")}
    numbers = {name: _number(asked, name) for name in ("pull", "younger", "older")}
    known = {name: asked[name] for name, values in choices.items() if asked.get(name) in values}
    return replace(Filters(), **{**asdict(Filters()), **texts, **numbers, **known})


def _text(asked: Mapping[str, str], name: str) -> str:
    return asked.get(name, "").replace("\0", "").strip()[:_LONGEST]


def _number(asked: Mapping[str, str], name: str) -> int:
    text = asked.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
