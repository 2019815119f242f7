"""What a person may see through the App, asked with that person's own token; it is never kept here, nor logged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import requests

from bot.viewer import ADMIN, READ, WRITE, Seen, Sight, Viewer

TIMEOUT_SECONDS = 10
_PAGE = 100
# More pages than any account has repositories for: an answer that leads in a circle must end.
_MOST_PAGES = 500


class Revoked(Exception):
    """GitHub does not know the token any more."""


class Away(Exception):
    """GitHub did not answer, or not with what was asked for. reason: one clause for a log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def viewer(api_url: str, token: str) -> Viewer:
    """Who the token is of, and what that person and the App may both see. Raises Revoked, Away.

    Accounts of which nothing may be seen are left out; GitHub itself leaves out those that want another log-in (SAML).
    """
    with requests.Session() as session:
        session.headers.update({"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"})
        person = _get(session, f"{api_url}/user", {})
        installations = _listed(session, f"{api_url}/user/installations", "installations")
        sights = [
            Sight(one["id"], one["account"]["login"], _repositories(session, api_url, one["id"]))
            for one in installations
            if one.get("suspended_at") is None and isinstance(one.get("account"), dict)
        ]
    seen = sorted((sight for sight in sights if sight.repositories), key=lambda sight: sight.account.lower())
    return Viewer(person["id"], person["login"], tuple(seen))


def _repositories(session: requests.Session, api_url: str, installation: int) -> tuple[Seen, ...]:
    address = f"{api_url}/user/installations/{installation}/repositories"
    listed = _listed(session, address, "repositories")
    found = (Seen(one["id"], one["full_name"], bool(one["private"]), _role(one)) for one in listed)
    return tuple(sorted(found, key=lambda one: one.full_name.lower()))


def _role(repository: dict[str, Any]) -> str:
    permissions = repository.get("permissions") or {}
    return ADMIN if permissions.get("admin") else WRITE if permissions.get("push") else READ


def _listed(session: requests.Session, address: str, what: str) -> Iterator[dict[str, Any]]:
    """All entries of a list in pages; one that is gone meanwhile, or that the person may not ask for, has none."""
    for page in range(1, _MOST_PAGES):
        answer = _get(session, address, {"per_page": _PAGE, "page": page}, may_be_gone=True)
        entries = answer.get(what, [])
        yield from entries
        if len(entries) < _PAGE:
            return


def _get(
    session: requests.Session, address: str, query: dict[str, int], *, may_be_gone: bool = False
) -> dict[str, Any]:
    try:
        answer = session.get(address, params=query, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        if answer.status_code == 401:
            raise Revoked
        if may_be_gone and answer.status_code in (403, 404) and not _limited(answer):
            return {}
        body = answer.json() if answer.status_code == 200 else None
    except (requests.RequestException, ValueError) as error:
        raise Away(type(error).__name__) from None
    if not isinstance(body, dict):
        raise Away(f"it answered with {answer.status_code}")
    return body


def _limited(answer: requests.Response) -> bool:
    """A refusal that says nothing on what may be seen: GitHub wants rest."""
    return answer.headers.get("X-RateLimit-Remaining") == "0" or "Retry-After" in answer.headers
