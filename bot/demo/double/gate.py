"""Who may do what: JSON web tokens of the App, installation tokens, their scope and permissions."""

from __future__ import annotations

import contextlib
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt

from bot.demo.double import rules
from bot.demo.double.limits import Refusal
from bot.demo.double.state import Installation, Repository, Token, User, World

_LEVELS = ("", "read", "write", "admin")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request. token None: the App itself, by its JSON web token; or a person, through the App."""

    name: str
    user: User
    token: Token | None
    person: User | None = None

    def may(self, need: str) -> bool:
        """Whether the token carries a permission such as "contents:read"; a need with "|" is met by either part."""
        return any(self._may(part) for part in need.split("|"))

    def _may(self, need: str) -> bool:
        name, level = need.split(":")
        granted = self.token.permissions.get(name, "") if self.token else ""
        return _LEVELS.index(granted) >= _LEVELS.index(level)


def identify(world: World, header: str) -> Caller:
    """The caller behind an Authorization header; raises the 401 that GitHub answers for anything it does not know."""
    scheme, _, credential = header.partition(" ")
    if scheme.lower() not in ("bearer", "token") or not credential:
        raise Refusal(401, "Requires authentication")
    token = world.tokens.get(credential)
    if token is not None and token.expires > world.now() and token.installation.id in world.installations:
        return Caller(f"installation ID {token.installation.id}", world.app.user, token)
    person = world.user_tokens.get(credential)
    if person is not None and person.expires > world.now():
        return Caller(f"user ID {person.user.id}", person.user, None, person.user)
    if credential.count(".") == 2 and not credential.startswith("ghs_"):
        _verify(world, credential)
        return Caller("the App", world.app.user, None)
    raise Refusal(401, "Bad credentials")


def issue(world: World, installation: Installation, wish: dict[str, Any]) -> Token:
    """A token of an hour for an installation, narrowed as the request wishes; 422 for what it does not have itself."""
    if installation.suspended is not None:
        raise Refusal(403, "This installation has been suspended")
    permissions = dict(wish.get("permissions") or installation.permissions)
    for name, level in permissions.items():
        if _LEVELS.index(level) > _LEVELS.index(installation.permissions.get(name, "")):
            raise Refusal(422, "The permissions requested are not granted to this installation.")
    wanted = set(wish.get("repository_ids") or ())
    for name in wish.get("repositories") or ():
        found = world.repository(f"{installation.account.login}/{name}")
        wanted.add(found.id if found else 0)
    for repository_id in wanted:
        repository = world.repositories.get(repository_id)
        if repository is None or not installation.covers(repository):
            raise Refusal(422, "There is at least one repository that does not exist or is not accessible.")
    expires = world.now() + timedelta(seconds=rules.TOKEN_SECONDS)
    token = Token(
        f"ghs_{secrets.token_hex(20)}", installation, expires, permissions, wanted or installation.repositories
    )
    world.tokens[token.text] = token
    return token


def admit(caller: Caller, repository: Repository, need: str) -> None:
    """Lets a request to a repository pass, or raises what GitHub answers.

    Reading what is public needs no scope. A private repository outside the installation does not exist.
    """
    token = caller.token
    if token is None:
        raise Refusal(401, "A JSON web token could not be used here: an installation token is needed")
    inside = token.reaches(repository)
    reads = need.endswith(":read")
    if not inside and repository.private:
        raise Refusal(404, "Not Found")
    if repository.archived and not reads:
        raise Refusal(403, "Repository was archived so is read-only.")
    if inside and caller.may(need):
        return
    if reads and not repository.private:
        return
    accepted = need.replace(":", "=").replace("|", "; ")
    raise Refusal(403, "Resource not accessible by integration", headers={"X-Accepted-GitHub-Permissions": accepted})


def _verify(world: World, credential: str) -> None:
    now = time.time()  # Not the clock of the world, which a test may move: the client that wrote the claims cannot.
    claims: dict[str, Any] = {}
    with contextlib.suppress(jwt.InvalidTokenError):
        options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
        claims = jwt.decode(credential, world.app.public_key, algorithms=["RS256"], options=options)
    if not claims:
        raise Refusal(401, "A JSON web token could not be decoded")
    if str(claims.get("iss")) != str(world.app.id):
        raise Refusal(401, "'Issuer' claim ('iss') must be an Integer")
    issued, expires = claims.get("iat", 0), claims.get("exp", 0)
    if expires <= now:
        raise Refusal(401, "'Expiration time' claim ('exp') must be a numeric value representing the future time")
    if expires - now > 600 + 60:
        raise Refusal(401, "'Expiration time' claim ('exp') is too far in the future")
    if issued > now + 60:
        raise Refusal(401, "'Issued at' claim ('iat') must be an Integer representing the time that it was issued")
