"""The first page of an account: where it is exposed, and what became of what was found."""

from __future__ import annotations

from flask import Blueprint, render_template

from bot.dashboard.here import Here
from bot.store.reading.baselines import baselines
from bot.store.reading.overview import overview as read

_RECENT = 12
_MOST_EXPOSED = 15


def add(routes: Blueprint, here: Here) -> None:
    """Route /orgs/ACCOUNT/."""

    @routes.get("/")
    def overview() -> str:
        sight = here.sight
        seen = read(here.database, sight, _RECENT)
        ranked = sorted(((many, sight.by_id[id_]) for id_, many in seen.exposed.items()), key=lambda one: -one[0])
        return render_template(
            "dashboard/overview.html",
            seen=seen,
            exposed=ranked[:_MOST_EXPOSED],
            more=len(ranked) - _MOST_EXPOSED,
            total=sum(seen.states.values()) + len(seen.standing),
            standing=sum(seen.standing.values()),
            baselines=baselines(here.database, sight),
        )
