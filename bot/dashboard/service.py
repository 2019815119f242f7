"""The service: what GitHub leaves it, what the sweep did, in which mode each repository is; who changed what."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.dashboard.here import Here
from bot.store import audit, baselines, sweeps
from bot.store.reading import baselines as reading
from bot.store.reading import queue
from bot.store.reading.reviewed import reviewed
from bot.viewer import WRITE

_ACTS = 100


def add(routes: Blueprint, here: Here) -> None:
    """Routes /orgs/ACCOUNT/service, …/baselines/REPOSITORY and …/audit."""

    @routes.get("/service")
    def service() -> str:
        return render_template(
            "dashboard/service.html",
            installed=queue.installed(here.database, here.sight),
            counts=queue.counts(here.database, here.sight),
            failed=queue.listed(here.database, here.sight, queue.FAILED, 10),
            sweeps=sweeps.last(here.database),
            reviewed=reviewed(here.database, here.sight),
            baselines=reading.baselines(here.database, here.sight),
            default_mode=here.current.settings.default_mode,
            web=here.web_url,
        )

    @routes.post("/baselines/<int:repository>")
    def count(repository: int) -> AnyResponse:
        here.needs(repository, WRITE)
        if baselines.ask(here.database, repository):
            audit.note(here.database, here.viewer, repository, audit.COUNTED, "")
        return redirect(url_for("dashboard.service", account=here.sight.account), 303)

    @routes.get("/audit")
    def log() -> str:
        own = here.sight.administered
        return render_template("dashboard/audit.html", acts=audit.latest(here.database, own, _ACTS), own=own)
