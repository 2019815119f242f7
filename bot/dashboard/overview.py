"""The first page of an account: where it is exposed, and what became of what was found."""

from __future__ import annotations

from flask import Blueprint, render_template

from bot.store.database import Database


def add(routes: Blueprint, db: Database) -> None:
    """Route /orgs/ACCOUNT/."""

    @routes.get("/")
    def overview() -> str:
        return render_template("dashboard/overview.html")
