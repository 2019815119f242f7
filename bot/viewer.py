"""What a person may see: the value that every query of the dashboard asks for, so that no row goes by it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

READ, WRITE, ADMIN = ROLES = ("read", "write", "admin")


@dataclass(frozen=True, slots=True)
class Seen:
    """A repository that a person and the App may both see. role: of the person there; one of ROLES."""

    id: int
    full_name: str
    private: bool
    role: str

    @property
    def name(self) -> str:
        """Without its owner."""
        return self.full_name.rpartition("/")[2]


@dataclass(frozen=True)
class Sight:
    """What a person may see of one account: the repositories, and no other row of any table than theirs.

    account: the login of the organisation or user that the App is installed on.
    """

    installation: int
    account: str
    repositories: tuple[Seen, ...]

    @cached_property
    def by_id(self) -> dict[int, Seen]:
        """The repositories by their number."""
        return {one.id: one for one in self.repositories}

    def named(self, name: str) -> Seen | None:
        """A repository by its name without the owner, letter case ignored; None where there is none to see."""
        return next((one for one in self.repositories if one.name.lower() == name.lower()), None)

    def only(self, repositories: tuple[Seen, ...]) -> Sight:
        """A part of it."""
        return Sight(self.installation, self.account, repositories)

    @property
    def administered(self) -> Sight:
        """The part in which the person is an administrator."""
        return self.only(tuple(one for one in self.repositories if one.role == ADMIN))


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person who is logged in. user: GitHub's number. sights: one an account, in the order of their names."""

    user: int
    login: str
    sights: tuple[Sight, ...]

    def sight(self, account: str) -> Sight | None:
        """What may be seen of an account, letter case ignored; None where that is nothing."""
        return next((one for one in self.sights if one.account.lower() == account.lower()), None)
