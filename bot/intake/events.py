"""Turns a webhook's payload into an Event, or None when it means nothing to us; the last to see a payload."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.intake import commands
from bot.values import ADDED, REMOVED, Command, Event, Kind, Subject

# GitHub's numbers are 64 bits; anything else is not an id of GitHub's.
LARGEST = 2**63

PULL_REQUEST_ACTIONS = frozenset(
    {
        "opened",
        "synchronize",
        "reopened",
        "ready_for_review",
        "converted_to_draft",
        "edited",
        "closed",
        "enqueued",
        "dequeued",
    }
)
INSTALLATION_ACTIONS = frozenset(
    {"created", "deleted", "suspend", "unsuspend", "new_permissions_accepted", ADDED, REMOVED}
)
# Belongs to no installation, and asks for no work: who was logged in is so no more.
REVOCATION = "github_app_authorization"
REPOSITORY_ACTIONS = frozenset(
    {"renamed", "transferred", "archived", "unarchived", "deleted", "privatized", "publicized"}
)


def parse(name: str, delivery: str, payload: object) -> Event | None:
    """The Event of a delivery. name: X-GitHub-Event. delivery: X-GitHub-Delivery. payload: parsed JSON of any shape.

    Missing keys, unknown actions and additional fields are no error: what cannot be understood is None.
    """
    reader = _READERS.get(name)
    if reader is None or not isinstance(payload, dict):
        return None
    look = _Payload(payload, name, delivery)
    return reader(look) if look.installation else None


def revoked(name: str, payload: object) -> int:
    """The number of the person who took back that the App may know them; 0 for any other delivery."""
    if name != REVOCATION or not isinstance(payload, dict):
        return 0
    look = _Payload(payload, name, "")
    return look.number("sender", "id") if look.what == "revoked" else 0


class _Payload:
    """A payload that answers every question: with a value of the right type, or with that type's nothing."""

    def __init__(self, payload: Mapping[str, Any], name: str, delivery: str) -> None:
        self._payload = payload
        self.delivery = delivery
        self.what = self.text("action")
        self.action = f"{name}.{self.what}" if self.what else name
        self.installation = self.number("installation", "id")
        self.repository = self.number("repository", "id")
        self.full_name = self.text("repository", "full_name")

    def at(self, *path: str) -> object:
        place: object = self._payload
        for key in path:
            place = place.get(key) if isinstance(place, dict) else None
        return place

    def text(self, *path: str) -> str:
        value = self.at(*path)
        # No database takes a NUL or half a surrogate pair, both of which JSON can carry.
        return value.replace("\0", "").encode("utf-8", "replace").decode() if isinstance(value, str) else ""

    def number(self, *path: str) -> int:
        value = self.at(*path)
        return value if type(value) is int and 0 < value < LARGEST else 0

    def numbers(self, name: str) -> tuple[int, ...]:
        """The ids of a list of things."""
        things = self.at(name)
        ids = (thing.get("id") for thing in things if isinstance(thing, dict)) if isinstance(things, list) else ()
        return tuple(id_ for id_ in ids if type(id_) is int and 0 < id_ < LARGEST)

    def named(self, name: str) -> tuple[tuple[int, str], ...]:
        """The repositories of a list: id and full name."""
        things = self.at(name)
        looks = (_Payload({"repository": thing}, "", "") for thing in (things if isinstance(things, list) else ()))
        return tuple((look.repository, look.full_name) for look in looks if look.repository and look.full_name)

    def subject(self, kind: Kind, number: int = 0, ref: str = "") -> Subject:
        return Subject(kind, self.installation, self.repository, number, ref)

    def event(
        self, subject: Subject, *, head: str = "", command: Command | None = None, closed: bool = False
    ) -> Event | None:
        if not subject.repository:
            return None
        return Event(self.delivery, self.action, subject, self.full_name, head, command, closed)

    def command(self, verb: str, argument: str, **details: Any) -> Command:
        return Command(self.delivery, verb, argument, self.text("sender", "login"), **details)


def _pull_request(look: _Payload) -> Event | None:
    number = look.number("pull_request", "number")
    if look.what not in PULL_REQUEST_ACTIONS or not number:
        return None
    if look.what == "edited" and not isinstance(look.at("changes", "base"), dict):
        return None  # a new title or description; only a new base changes what is to be reviewed
    return look.event(
        look.subject(Kind.PULL_REQUEST, number),
        head=look.text("pull_request", "head", "sha"),
        closed=look.what == "closed",
    )


def _issue_comment(look: _Payload) -> Event | None:
    number = look.number("issue", "number")
    found = commands.parse(look.text("comment", "body"))
    if look.what != "created" or not number or found is None or not isinstance(look.at("issue", "pull_request"), dict):
        return None
    command = look.command(*found, comment=look.number("comment", "id"))
    return look.event(look.subject(Kind.PULL_REQUEST, number), command=command, closed=_is_closed(look, "issue"))


def _review_comment(look: _Payload) -> Event | None:
    number = look.number("pull_request", "number")
    found = commands.parse(look.text("comment", "body"))
    if look.what != "created" or not number or found is None:
        return None
    command = look.command(
        *found,
        comment=look.number("comment", "id"),
        in_review=True,
        reply_to=look.number("comment", "in_reply_to_id"),
    )
    return look.event(
        look.subject(Kind.PULL_REQUEST, number),
        head=look.text("pull_request", "head", "sha"),
        command=command,
        closed=_is_closed(look, "pull_request"),
    )


def _review_thread(look: _Payload) -> Event | None:
    """A person resolved or reopened a thread: verb `resolved` or `unresolved`, comment = the first of the thread."""
    number = look.number("pull_request", "number")
    comments = look.at("thread", "comments")
    first = comments[0].get("id") if isinstance(comments, list) and comments and isinstance(comments[0], dict) else 0
    if look.what not in ("resolved", "unresolved") or not number or type(first) is not int or not 0 < first < LARGEST:
        return None
    return look.event(
        look.subject(Kind.PULL_REQUEST, number),
        command=look.command(look.what, look.text("thread", "node_id"), comment=first, in_review=True),
        closed=_is_closed(look, "pull_request"),
    )


def _check_run(look: _Payload) -> Event | None:
    """Re-run, of one check or of all, or a button, whose identifier is a verb ("review" is the one without a name).

    A fork's pull request is not named: number 0, and the inbox finds it by its head.
    """
    thing = "check_suite" if look.action.startswith("check_suite") else "check_run"
    if look.what not in ("rerequested", "requested_action"):
        return None
    pulls = look.at(thing, "pull_requests")
    first = pulls[0].get("number") if isinstance(pulls, list) and pulls and isinstance(pulls[0], dict) else 0
    number = first if type(first) is int and 0 < first < LARGEST else 0
    head = look.text(thing, "head_sha")
    if not number and not head:
        return None
    verb = look.text("requested_action", "identifier") if look.what == "requested_action" else ""
    command = look.command("" if verb == "review" else verb, "")
    return look.event(look.subject(Kind.PULL_REQUEST, number), head=head, command=command)


def _merge_group(look: _Payload) -> Event | None:
    head = look.text("merge_group", "head_sha")
    if look.what not in ("checks_requested", "destroyed") or not head:
        return None
    return look.event(look.subject(Kind.MERGE_GROUP, ref=head), head=head, closed=look.what == "destroyed")


def _push(look: _Payload) -> Event | None:
    branch = look.text("repository", "default_branch")
    if not branch or look.text("ref") != f"refs/heads/{branch}":
        return None
    found = look.event(look.subject(Kind.REPOSITORY), head=look.text("after"))
    return found and replace(found, baselines=((look.repository, look.full_name),) if look.full_name else ())


def _repository(look: _Payload) -> Event | None:
    if look.what not in REPOSITORY_ACTIONS:
        return None
    return look.event(look.subject(Kind.REPOSITORY), closed=look.what == "deleted")


def _installation(look: _Payload) -> Event | None:
    if look.what not in INSTALLATION_ACTIONS:
        return None
    subject = Subject(Kind.INSTALLATION, look.installation)
    account = look.text("installation", "account", "login")
    command = None
    if look.what in (ADDED, REMOVED):
        numbers = look.numbers(f"repositories_{look.what}")
        command = look.command(look.what, " ".join(map(str, numbers))) if numbers else None
    closed = look.action == "installation.deleted"
    new = {"created": "repositories", ADDED: "repositories_added"}.get(look.what, "")
    baselines = look.named(new) if new else ()
    return Event(look.delivery, look.action, subject, account, command=command, closed=closed, baselines=baselines)


def _is_closed(look: _Payload, thing: str) -> bool:
    return look.text(thing, "state") == "closed"


_READERS: Mapping[str, Callable[[_Payload], Event | None]] = {
    "pull_request": _pull_request,
    "issue_comment": _issue_comment,
    "pull_request_review_comment": _review_comment,
    "pull_request_review_thread": _review_thread,
    "check_run": _check_run,
    "check_suite": _check_run,
    "merge_group": _merge_group,
    "push": _push,
    "repository": _repository,
    "installation": _installation,
    "installation_repositories": _installation,
}
# What GitHub's events that mean something to us are called.
NAMES = frozenset((*_READERS, REVOCATION))
