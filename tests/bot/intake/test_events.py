"""Payloads of every kind become events or nothing, and never an error."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake import events
from bot.intake.events import parse
from bot.values import Command, Kind, Subject
from tests.judges.fetch import fetch, kept

HEAD = "ec26c3e57ca3a959ca5aad62de7213c562f8c821"


@pytest.fixture(scope="module")
def recorded() -> dict[str, list[dict[str, Any]]]:
    """GitHub's own recorded deliveries by event."""
    fetch()
    return {entry["name"]: entry["examples"] for entry in json.loads(kept("webhooks-examples.json").read_bytes())}


def first(recorded: dict[str, list[dict[str, Any]]], name: str, action: str) -> dict[str, Any]:
    found = next(payload for payload in recorded[name] if payload.get("action") == action)
    return {**copy.deepcopy(found), "installation": {"id": 5}}


@pytest.mark.parametrize("action", ["opened", "synchronize", "reopened", "ready_for_review", "converted_to_draft"])
def test_a_pull_request_that_changed_wants_a_look(recorded: dict[str, list[dict[str, Any]]], action: str) -> None:
    event = parse("pull_request", "guid", first(recorded, "pull_request", action))
    assert event is not None
    assert event.subject == Subject(Kind.PULL_REQUEST, 5, 186853002, 2)
    assert (event.action, event.full_name, event.head) == (f"pull_request.{action}", "Codertocat/Hello-World", HEAD)
    assert (event.command, event.closed, event.delivery) == (None, False, "guid")


def test_a_closed_pull_request_is_marked_so(recorded: dict[str, list[dict[str, Any]]]) -> None:
    event = parse("pull_request", "guid", first(recorded, "pull_request", "closed"))
    assert event is not None and event.closed


def test_only_a_new_base_makes_an_edit_matter(recorded: dict[str, list[dict[str, Any]]]) -> None:
    payload = first(recorded, "pull_request", "opened") | {"action": "edited", "changes": {"title": {"from": "x"}}}
    assert parse("pull_request", "guid", payload) is None
    payload["changes"] = {"base": {"ref": {"from": "main"}, "sha": {"from": "0" * 40}}}
    assert parse("pull_request", "guid", payload) is not None


def test_a_command_in_the_conversation(recorded: dict[str, list[dict[str, Any]]]) -> None:
    payload = first(recorded, "issue_comment", "created")
    payload["comment"]["body"] = "/concurrency-check ignore held by the caller"
    assert parse("issue_comment", "guid", payload) is None, "an issue is not a pull request"
    payload["issue"]["pull_request"] = {"url": "…"}
    event = parse("issue_comment", "guid", payload)
    assert event is not None
    assert event.command == Command(
        "guid", "ignore", "held by the caller", payload["sender"]["login"], payload["comment"]["id"]
    )
    assert parse("issue_comment", "guid", payload | {"action": "edited"}) is None
    payload["comment"]["body"] = "I like it"
    assert parse("issue_comment", "guid", payload) is None


def test_a_command_as_a_reply_in_a_thread(recorded: dict[str, list[dict[str, Any]]]) -> None:
    payload = first(recorded, "pull_request_review_comment", "created")
    payload["comment"] |= {"body": "/concurrency-check explain", "in_reply_to_id": 77}
    event = parse("pull_request_review_comment", "guid", payload)
    assert event is not None and event.command is not None
    assert (event.command.verb, event.command.in_review, event.command.reply_to) == ("explain", True, 77)


@pytest.mark.parametrize("action", ["resolved", "unresolved"])
def test_a_resolved_thread_is_a_person_s_word(recorded: dict[str, list[dict[str, Any]]], action: str) -> None:
    payload = first(recorded, "pull_request_review_thread", action)
    event = parse("pull_request_review_thread", "guid", payload)
    assert event is not None and event.command is not None
    assert (event.command.verb, event.command.comment) == (action, payload["thread"]["comments"][0]["id"])


def test_a_re_run_of_a_fork_is_known_by_its_head(recorded: dict[str, list[dict[str, Any]]]) -> None:
    payload = first(recorded, "check_run", "rerequested")
    payload["check_run"]["pull_requests"] = []
    event = parse("check_run", "guid", payload)
    assert event is not None and event.command is not None
    assert (event.subject.number, event.head, event.command.verb) == (0, payload["check_run"]["head_sha"], "")


def test_a_merge_group_is_its_head(recorded: dict[str, list[dict[str, Any]]]) -> None:
    payload = first(recorded, "merge_group", "checks_requested")
    event = parse("merge_group", "guid", payload)
    assert event is not None
    assert (event.subject.kind, event.subject.ref) == (Kind.MERGE_GROUP, payload["merge_group"]["head_sha"])


def test_only_pushes_to_the_default_branch_matter(recorded: dict[str, list[dict[str, Any]]]) -> None:
    for payload in recorded["push"]:
        event = parse("push", "guid", payload | {"installation": {"id": 5}})
        wanted = payload["ref"] == f"refs/heads/{payload['repository']['default_branch']}"
        assert (event is not None) == wanted
        assert event is None or event.subject.kind is Kind.REPOSITORY
        repository = payload["repository"]
        assert event is None or event.baselines == ((repository["id"], repository["full_name"]),)


def test_what_the_app_covers_from_now_on_is_counted(recorded: dict[str, list[dict[str, Any]]]) -> None:
    for name, action, key in (
        ("installation", "created", "repositories"),
        ("installation_repositories", "added", "repositories_added"),
    ):
        payload = first(recorded, name, action)
        event = parse(name, "guid", payload)
        assert event is not None and event.baselines == tuple((one["id"], one["full_name"]) for one in payload[key])
        assert event.baselines
    for name, action in (("installation", "deleted"), ("installation_repositories", "removed")):
        event = parse(name, "guid", first(recorded, name, action))
        assert event is not None and not event.baselines


def test_an_installation_that_goes_is_closed(recorded: dict[str, list[dict[str, Any]]]) -> None:
    event = parse("installation", "guid", first(recorded, "installation", "deleted"))
    assert event is not None and event.closed and event.subject == Subject(Kind.INSTALLATION, 5)


def test_every_recorded_delivery_is_read_even_when_parts_are_missing(
    recorded: dict[str, list[dict[str, Any]]],
) -> None:
    for name, payloads in recorded.items():
        for payload in payloads:
            for damaged in (payload, *_damaged(payload)):
                event = parse(name, "guid", damaged)
                assert event is None or event.subject.installation > 0


def _damaged(payload: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The payload without one of its keys, with each key emptied, and with an action that is not known."""
    for key, value in payload.items():
        yield {other: kept_ for other, kept_ in payload.items() if other != key}
        yield payload | {key: None}
        if isinstance(value, dict):
            for inner in value:
                yield payload | {key: value | {inner: None}}
    yield payload | {"action": "something_new", "surplus": {"a": [1]}}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "number",
                    "installation",
                    "repository",
                    "pull_request",
                    "head",
                    "sha",
                    "action",
                    "check_run",
                    "thread",
                    "comments",
                    "pull_requests",
                    "issue",
                    "comment",
                    "body",
                    "changes",
                    "base",
                    "ref",
                    "merge_group",
                ]
            ),
            inner,
        )
    ),
    max_leaves=20,
)


@given(st.sampled_from([*events._READERS, "ping", "star", ""]), JSON)
def test_any_json_is_read(name: str, payload: object) -> None:
    event = parse(name, "guid", payload)
    assert event is None or 0 < event.subject.installation < 2**63


def test_what_no_database_takes_is_taken_out() -> None:
    payload = {
        "action": "opened",
        "installation": {"id": 5},
        "repository": {"id": 7, "full_name": "a\0b/\ud800c"},
        "pull_request": {"number": 3, "head": {"sha": "x"}},
    }
    event = parse("pull_request", "guid", payload)
    assert event is not None and event.full_name == "ab/?c"
    assert parse("pull_request", "guid", payload | {"repository": {"id": 2**64}}) is None
