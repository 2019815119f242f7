"""What a person may see through the App: themselves, installations, and of these the repositories."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from bot.demo.double import render
from bot.demo.double.api import Call, route
from bot.demo.double.limits import Refusal
from bot.demo.double.state import Installation, Repository, User, World

blueprint = Blueprint("persons", __name__)
_ROLES = ("read", "triage", "write", "maintain", "admin")


@route(blueprint, "GET", "/user", "user")
def user(call: Call) -> Any:
    return render.myself(call.world, call.person)


@route(blueprint, "GET", "/user/installations", "user")
def installations(call: Call) -> Any:
    seen = [one for one in call.world.installations.values() if _seen(call.world, one, call.person)]
    listed = [render.installation(call.world, one) for one in call.page(seen)]
    return {"total_count": len(seen), "installations": listed}


@route(blueprint, "GET", "/user/installations/{installation_id}/repositories", "user")
def repositories(call: Call, installation_id: int) -> Any:
    found = call.world.installations.get(installation_id)
    seen = _seen(call.world, found, call.person) if found else []
    if not seen:
        raise Refusal(404, "Not Found")
    listed = [
        {**render.repository(call.world, one), "permissions": _permissions(one, call.person)} for one in call.page(seen)
    ]
    return {"total_count": len(seen), "repository_selection": "all", "repositories": listed}


def _seen(world: World, installation: Installation, person: User) -> list[Repository]:
    """What is public, and what the person has a role in."""
    covered = (one for one in world.repositories.values() if installation.covers(one))
    return [one for one in covered if not one.private or _role(one, person)]


def _role(repository: Repository, person: User) -> str:
    return "admin" if repository.owner is person else repository.roles.get(person.login, "")


def _permissions(repository: Repository, person: User) -> dict[str, bool]:
    rank = _ROLES.index(_role(repository, person) or "read")
    names = {"pull": "read", "triage": "triage", "push": "write", "maintain": "maintain", "admin": "admin"}
    return {name: rank >= _ROLES.index(role) for name, role in names.items()}
