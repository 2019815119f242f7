"""Findings: the list with its filters, and one finding with its story, its life, and why it was told."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, request

from bot.dashboard.asked import Asked, choice, number, only, refuse, text
from bot.dashboard.here import Here
from bot.store.findings import STATES
from bot.store.reading import findings as reading
from bot.store.reading.findings import SORTS, Filters, NotAKey, Page
from bot.viewer import Sight

SEVERITIES = ("error", "warning", "note")
WHERE = ("pulls", "standing")
# The parameters of a list of findings, in the order of its form.
NAMES = (
    "search", "repository", "state", "severity", "heuristic", "family", "where", "pull", "younger", "older", "owner",
    "sort",
)  # fmt: skip
AFTER = "after"
_MOST_WORDS = 10


def add(routes: Blueprint, here: Here) -> None:
    """Routes /orgs/ACCOUNT/findings and /orgs/ACCOUNT/findings/ID."""

    @routes.get("/findings")
    def findings() -> str:
        filters, _, page = page_of(here, request.args)
        asked = {name: value for name, value in request.args.items() if value and name != AFTER}
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
            following=urlencode({**asked, AFTER: page.following}) if page.following else "",
            first=urlencode(asked) if request.args.get(AFTER) else "",
        )

    @routes.get("/findings/<int:number>")
    def finding(number: int) -> str:
        found = reading.detail(here.database, here.sight, number) if number < 2**63 else None
        if found is None:
            abort(404)
        repository = here.sight.by_id[found.listed.repository]
        return render_template("dashboard/finding.html", found=found, repository=repository, web=here.web_url)


def page_of(here: Here, asked: Asked) -> tuple[Filters, Sight, Page]:
    """The page of findings that a query string asks for, and out of what; 400 where it cannot be meant."""
    only(asked, (*NAMES, AFTER))
    filters, sight = filters_of(asked), chosen(here, asked)
    try:
        return filters, sight, reading.page(here.database, sight, filters, text(asked, AFTER))
    except NotAKey:
        refuse(f"{AFTER}: as the page before gave it, in the same order")


def chosen(here: Here, asked: Asked) -> Sight:
    """What may be seen of the repository that is asked for, or of all; 404 where there is none of that name to see."""
    name = asked.get("repository", "")
    return here.sight.only((here.repository(name),)) if name else here.sight


def filters_of(asked: Asked) -> Filters:
    """The filters of a query string; 400 where one is none."""
    search = text(asked, "search")
    if len(search.split()) > _MOST_WORDS:
        refuse(f"search: at most {_MOST_WORDS} words")
    return Filters(
        heuristic=text(asked, "heuristic"),
        family=text(asked, "family"),
        severity=choice(asked, "severity", SEVERITIES),
        state=choice(asked, "state", STATES),
        where=choice(asked, "where", WHERE),
        pull=number(asked, "pull"),
        younger=number(asked, "younger"),
        older=number(asked, "older"),
        owner=text(asked, "owner"),
        search=search,
        sort=choice(asked, "sort", SORTS, SORTS[0]),
    )
