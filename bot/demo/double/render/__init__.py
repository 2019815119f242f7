"""The state of the double as GitHub's answers spell it."""

from __future__ import annotations

from bot.demo.double.render.accounts import Json, app, installation, moment, myself, node, organisation, user
from bot.demo.double.render.pulls import issue, issue_comment, pull_request, reaction, reactions
from bot.demo.double.render.repositories import file, repository
from bot.demo.double.render.reviews import check_run, check_suite, review, review_comment

__all__ = [
    "Json",
    "app",
    "check_run",
    "check_suite",
    "file",
    "installation",
    "issue",
    "issue_comment",
    "moment",
    "myself",
    "node",
    "organisation",
    "pull_request",
    "reaction",
    "reactions",
    "repository",
    "review",
    "review_comment",
    "user",
]
