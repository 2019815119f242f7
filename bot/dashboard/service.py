"""The service: what GitHub leaves it, what the sweep did, in which mode each repository is; who changed what."""

from __future__ import annotations

from flask import Blueprint, render_template

from bot.dashboard.here import Here
from bot.store import audit, sweeps
from bot.store.reading import queue
from bot.store.reading.reviewed import reviewed

_ACTS = 100


def add(routes: Blueprint, here: Here) -> None:
    """Routes /orgs/ACCOUNT/service and /orgs/ACCOUNT/audit."""

    @routes.get("/service")
    def service() -> str:
        return render_template(
            "dashboard/service.html",
            installed=queue.installed(here.database, here.sight),
            counts=queue.counts(here.database, here.sight),
            failed=queue.listed(here.database, here.sight, queue.FAILED, 10),
            sweeps=sweeps.last(here.database),
            reviewed=reviewed(here.database, here.sight),
            default_mode=here.current.settings.default_mode,
            web=here.web_url,
        )

    @routes.get("/audit")
    def log() -> str:
        own = here.sight.administered
        return render_template("dashboard/audit.html", acts=audit.latest(here.database, own, _ACTS), own=own)
