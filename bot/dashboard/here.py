"""What every page below an account has at hand: the database, who is there, and what they may see of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import abort, g

from bot.dashboard.visits import Visit
from bot.setup.current import Current
from bot.store.database import Database
from bot.viewer import ROLES, Seen, Sight, Viewer


@dataclass(frozen=True, slots=True)
class Named:
    """A heuristic."""

    name: str
    family: str
    title: str


Catalogue = Callable[[], tuple[Named, ...]]


@dataclass(frozen=True, slots=True)
class Here:
    """The service around a request. `site` has let the visitor in before any page asks. catalogue: all heuristics."""

    current: Current
    database: Database
    catalogue: Catalogue

    @property
    def sight(self) -> Sight:
        """What may be seen here, of the account that the address names."""
        found: Sight = g.sight
        return found

    @property
    def visit(self) -> Visit:
        """Who is there."""
        found: Visit = g.visit
        return found

    @property
    def viewer(self) -> Viewer:
        return self.visit.viewer

    @property
    def web_url(self) -> str:
        """Root of GitHub's pages."""
        return self.current.settings.web_url

    def repository(self, name: str) -> Seen:
        """A repository by its name; ends the request with 404 where there is none to see."""
        return self.sight.named(name) or abort(404)

    def needs(self, repository: int, role: str) -> Seen:
        """The repository, for who has at least this role there; 404 where it may not be seen, else 403."""
        found = self.sight.by_id.get(repository) or abort(404)
        if ROLES.index(found.role) < ROLES.index(role):
            abort(403)
        return found
