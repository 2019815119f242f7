"""Heuristics: which is worth its noise, where one was demoted, and the click that brings it back."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.dashboard.here import Here
from bot.store import audit, demotions
from bot.store.reading import heuristics as reading
from bot.viewer import ADMIN


def add(routes: Blueprint, here: Here) -> None:
    """Routes /orgs/ACCOUNT/heuristics, …/heuristics/NAME and …/heuristics/NAME/restore."""

    @routes.get("/heuristics")
    def heuristics() -> str:
        worth = reading.by_heuristic(here.database, here.sight)
        fallen = reading.demoted(here.database, here.sight)
        return render_template(
            "dashboard/heuristics.html",
            rows=sorted(worth.items(), key=lambda one: (-one[1].shown, one[0])),
            demoted=fallen,
            last=here.current.settings.demote_last,
            least=here.current.settings.demote_percent / 100,
        )

    @routes.get("/heuristics/<name>")
    def heuristic(name: str) -> str:
        worth = reading.by_repository(here.database, here.sight, name)
        fallen = {one.repository: one for one in reading.demoted(here.database, here.sight) if one.heuristic == name}
        if not worth and not fallen:
            abort(404)
        rows = sorted(worth.items(), key=lambda one: (one[0] not in fallen, -one[1].shown))
        return render_template(
            "dashboard/heuristic.html",
            name=name,
            rows=rows,
            demoted=fallen,
            least=here.current.settings.demote_percent / 100,
        )

    @routes.post("/heuristics/<name>/restore")
    def restore(name: str) -> AnyResponse:
        text = request.form.get("repository", "")
        repository = here.needs(int(text) if text.isascii() and text.isdigit() else 0, ADMIN)
        if demotions.lift(here.database, repository.id, name, here.viewer.login):
            audit.note(here.database, here.viewer, repository.id, audit.RESTORED, name)
        return redirect(url_for("dashboard.heuristic", account=here.sight.account, name=name), 303)
