"""Pull requests: what waits, what runs, what was given up and why; and the click that tries it once more."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.dashboard.asked import choice
from bot.dashboard.here import Here
from bot.store import audit, subjects
from bot.store.reading import queue
from bot.viewer import WRITE


def add(routes: Blueprint, here: Here) -> None:
    """Routes /orgs/ACCOUNT/pulls and …/pulls/ID/retry."""

    @routes.get("/pulls")
    def pulls() -> str:
        state = choice(request.args, "state", queue.STATES)
        return render_template(
            "dashboard/pulls.html",
            counts=queue.counts(here.database, here.sight),
            rows=queue.listed(here.database, here.sight, state),
            state=state,
            most=queue.MOST,
            web=here.web_url,
        )

    @routes.post("/pulls/<int:number>/retry")
    def retry(number: int) -> AnyResponse:
        found = queue.one(here.database, here.sight, number) if number < 2**63 else None
        if found is None:
            abort(404)
        key, repository = found
        here.needs(repository, WRITE)
        if subjects.retry(here.database, key):
            what = key.removeprefix(f"pull_request/{repository}/")
            audit.note(here.database, here.viewer, repository, audit.RETRIED, what)
        return redirect(url_for("dashboard.pulls", account=here.sight.account), 303)
