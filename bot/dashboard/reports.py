"""Reports: what goes out of the dashboard, to programs by token, to a README as a badge, to people as a digest."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.dashboard import badge
from bot.dashboard.asked import number, only
from bot.dashboard.badge import Badges
from bot.dashboard.bearers import MOST, Bearers
from bot.dashboard.digest import MOST as MOST_GRAVE
from bot.dashboard.digest import markdown
from bot.dashboard.here import Here
from bot.dashboard.visits import Visits
from bot.store import tokens
from bot.store.reading.digest import digest as read
from bot.viewer import ADMIN

_LONGEST_NAME = 60
_DAYS, _MOST_DAYS = 7, 90


def add(routes: Blueprint, here: Here, visits: Visits, bearers: Bearers, badges: Badges) -> None:
    """Routes /orgs/ACCOUNT/reports, …/digest.md, …/tokens and …/tokens/ID/revoke."""

    @routes.get("/reports")
    def reports() -> str:
        name = request.args.get("badge", "")
        seen = here.repository(name) if name else None
        shown = path = ""
        if seen is not None and (not seen.private or seen.role == ADMIN):
            root = here.current.settings.public_url or request.url_root.rstrip("/")
            path = badges.path(seen.id)
            shown = badge.markdown(root, path, here.sight.account, seen.name)
        return _page(badge_of=seen, badge=shown, badge_path=path)

    @routes.get("/digest.md")
    def digest() -> Response:
        only(request.args, ("days",))
        days = number(request.args, "days", most=_MOST_DAYS, default=_DAYS)
        found = read(here.database, here.sight, days, MOST_GRAVE)
        return Response(markdown(found, here.sight, here.web_url), content_type="text/markdown; charset=utf-8")

    @routes.post("/tokens")
    def make() -> str:
        name = " ".join(request.form.get("name", "").replace("\0", "").split())[:_LONGEST_NAME]
        row = visits.row(here.visit) or abort(403)
        secret = bearers.make(row, here.sight, name or "unnamed")
        return _page(secret=secret, problem="" if secret else f"You have {MOST} tokens; revoke one first.")

    @routes.post("/tokens/<int:number>/revoke")
    def revoke(number: int) -> AnyResponse:
        if number >= 2**63 or not tokens.revoke(here.database, number, here.viewer.user, here.viewer.login):
            abort(404)
        return redirect(url_for("dashboard.reports", account=here.sight.account), 303)

    def _page(**more: object) -> str:
        own = tokens.of_person(here.database, here.viewer.user, here.sight.installation)
        return render_template("dashboard/reports.html", tokens=own, **more)
