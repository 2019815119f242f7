"""Users, organisations, the App and its installations, as GitHub's answers spell them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from bot.demo.double.state import App, Installation, User, World

Json = dict[str, Any]

_USER_URLS: Final = {
    "events_url": "/events{/privacy}",
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "organizations_url": "/orgs",
    "received_events_url": "/received_events",
    "repos_url": "/repos",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "url": "",
}


def moment(at: datetime | None) -> str | None:
    """A time as GitHub writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def node(kind: str, number: int) -> str:
    """The opaque id that GraphQL knows an object by."""
    return f"{kind}_{number}"


def user(world: World, who: User) -> Json:
    """A user, bot or organisation."""
    address = f"{world.api}/users/{who.login}"
    return {
        "login": who.login,
        "id": who.id,
        "node_id": node("U", who.id),
        "avatar_url": f"{world.url}/avatars/{who.login}",
        "gravatar_id": "",
        "html_url": f"{world.url}/{who.login}",
        "type": who.type,
        "site_admin": False,
        **{key: address + rest for key, rest in _USER_URLS.items()},
    }


def myself(world: World, who: User) -> Json:
    """A person, as that person's own token is told."""
    nothing = ("name", "company", "location", "email", "hireable", "bio", "twitter_username")
    counts = ("public_repos", "public_gists", "followers", "following", "private_gists", "total_private_repos")
    private = ("owned_private_repos", "disk_usage", "collaborators")
    return {
        **user(world, who),
        **dict.fromkeys(nothing),
        **dict.fromkeys((*counts, *private), 0),
        "blog": "",
        "two_factor_authentication": True,
        "user_view_type": "private",
        "created_at": moment(world.app.at),
        "updated_at": moment(world.app.at),
    }


def organisation(world: World, who: User) -> Json:
    """The organisation part of a webhook."""
    address = f"{world.api}/orgs/{who.login}"
    rest = ("repos", "events", "hooks", "issues", "members", "public_members")
    return {
        "login": who.login,
        "id": who.id,
        "node_id": node("O", who.id),
        "url": address,
        "avatar_url": f"{world.url}/avatars/{who.login}",
        "description": "",
        **{f"{name}_url": f"{address}/{name}" for name in rest},
    }


def app(world: World, registered: App) -> Json:
    """The App itself."""
    return {
        "id": registered.id,
        "slug": registered.slug,
        "node_id": node("A", registered.id),
        "owner": user(world, registered.owner),
        "name": registered.slug,
        "description": "",
        "external_url": world.url,
        "html_url": f"{world.url}/apps/{registered.slug}",
        "created_at": moment(registered.at),
        "updated_at": moment(registered.at),
        "permissions": dict(registered.permissions),
        "events": list(registered.events),
    }


def installation(world: World, found: Installation) -> Json:
    """An installation of the App."""
    address = f"{world.api}/app/installations/{found.id}"
    return {
        "id": found.id,
        "account": user(world, found.account),
        "access_tokens_url": f"{address}/access_tokens",
        "repositories_url": f"{world.api}/installation/repositories",
        "html_url": f"{world.url}/organizations/{found.account.login}/settings/installations/{found.id}",
        "app_id": world.app.id,
        "app_slug": world.app.slug,
        "target_id": found.account.id,
        "target_type": found.account.type,
        "repository_selection": "all" if found.repositories is None else "selected",
        "permissions": dict(found.permissions),
        "events": list(world.app.events),
        "single_file_name": None,
        "created_at": moment(found.at),
        "updated_at": moment(found.at),
        "suspended_at": moment(found.suspended),
        "suspended_by": None,
    }
