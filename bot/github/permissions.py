"""What the App may do on GitHub, why, and with which calls: the one table behind tokens and the permission page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_LEVELS = ("", "read", "write")


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission that app.yml asks for. access: read or write. calls: as GitHub's description spells them. events:
    webhooks that need it. more: the access that is made use of where an operator grants it, and its calls."""

    name: str
    access: str
    why: str
    calls: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    more: tuple[str, tuple[str, ...]] = ("", ())


_REPOSITORY: Final = "/repos/{owner}/{repo}"


def _calls(*calls: str) -> tuple[str, ...]:
    """Calls below a repository, spelled without it."""
    return tuple(f"{verb} {_REPOSITORY}{path}" for verb, _, path in (call.partition(" ") for call in calls))


PERMISSIONS: Final = (
    Permission(
        "metadata",
        "read",
        "Every App has it. Tells whether the author of a command may push, and which branch is the default.",
        (f"GET {_REPOSITORY}", *_calls("GET /collaborators/{username}/permission")),
        ("repository",),
    ),
    Permission(
        "contents",
        "read",
        "Source is read to analyse head and base, and `.concurrency-check.yml` to know what the project wants. "
        "It is never written.",
        _calls(
            "GET /branches/{branch}",
            "GET /compare/{basehead}",
            "GET /contents/{path}",
            "GET /git/blobs/{file_sha}",
            "GET /git/trees/{tree_sha}",
            "GET /tarball/{ref}",
        ),
        ("push",),
    ),
    Permission(
        "pull_requests",
        "write",
        "Reviews and their comments are written, edited when a finding is fixed, and folded; answers to commands.",
        (
            *_calls(
                "GET /pulls",
                "GET /pulls/{pull_number}",
                "GET /pulls/{pull_number}/files",
                "GET /pulls/{pull_number}/comments",
                "POST /pulls/{pull_number}/comments",
                "PATCH /pulls/comments/{comment_id}",
                "GET /pulls/comments/{comment_id}/reactions",
                "POST /pulls/comments/{comment_id}/reactions",
                "GET /pulls/{pull_number}/reviews",
                "POST /pulls/{pull_number}/reviews",
                "DELETE /pulls/{pull_number}/reviews/{review_id}",
                "GET /issues/{issue_number}/comments",
                "POST /issues/{issue_number}/comments",
            ),
            "POST /graphql",
        ),
        ("pull_request", "pull_request_review_comment", "pull_request_review_thread"),
    ),
    Permission(
        "checks",
        "write",
        "The check run: created, completed in every case, run again when a person asks.",
        _calls(
            "GET /commits/{ref}/check-runs",
            "POST /check-runs",
            "PATCH /check-runs/{check_run_id}",
            "GET /check-runs/{check_run_id}/annotations",
        ),
        ("check_run", "check_suite"),
    ),
    Permission(
        "issues",
        "read",
        "GitHub counts the conversation of a pull request as an issue: commands written there arrive this way.",
        (),
        ("issue_comment",),
        more=("write", _calls("POST /issues/comments/{comment_id}/reactions")),
    ),
    Permission(
        "merge_queues",
        "read",
        "A check that is required has to report on merge groups too.",
        (),
        ("merge_group",),
    ),
)
# What the App asks as itself, for which there is no permission.
AS_ITSELF: Final = (
    "GET /app",
    "GET /app/installations/{installation_id}",
    "POST /app/installations/{installation_id}/access_tokens",
    "GET /app/hook/config",
    "GET /app/hook/deliveries",
    "POST /app/hook/deliveries/{delivery_id}/attempts",
)


def usable(granted: Mapping[str, str]) -> dict[str, str]:
    """Of what an installation granted, the part that is made use of: a token carries no more than that."""
    found = {}
    for permission in PERMISSIONS:
        most = permission.more[0] or permission.access
        has = granted.get(permission.name, "")
        level = min(_rank(most), _rank(has))
        if level:
            found[permission.name] = _LEVELS[level]
    return found


def lacking(granted: Mapping[str, str]) -> dict[str, str]:
    """What app.yml asks for and an installation has not granted (its owner was asked later, and has not agreed yet)."""
    return {one.name: one.access for one in PERMISSIONS if _rank(granted.get(one.name, "")) < _rank(one.access)}


def _rank(access: str) -> int:
    return _LEVELS.index("write" if access == "admin" else access)
