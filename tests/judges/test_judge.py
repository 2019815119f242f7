"""The judges themselves: they hear what is wrong, and the product's own GraphQL passes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
import requests

from bot.demo.double import Double
from bot.demo.double.api import Exchange
from bot.github import graphql
from bot.github.answers import CommentChange
from tests.judges.judge import Judge, graphql_errors
from tests.patience import PATIENCE

REVIEWS = "/repos/{owner}/{repo}/pulls/{pull_number}/reviews"
SOUND = Exchange("POST", REVIEWS, "/repos/a/b/pulls/1/reviews", {}, {"body": "b", "event": "COMMENT"}, 404, {}, "")


@pytest.fixture
def double() -> Iterator[Double]:
    with Double() as started:
        yield started


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"sent": {"body": "b", "event": "SHOUT"}, "status": 200}, "'SHOUT' is not one of"),
        ({"sent": {"comments": [{"path": "a", "body": "b", "lime": 1}]}, "status": 200}, "/comments[]/lime is not in"),
        ({"sent": {"comments": [{"path": "a", "body": "b", "line": "1"}]}, "status": 200}, "is not of type 'integer'"),
        ({"template": "/repos/{owner}/{repo}/gossip"}, "no such endpoint"),
        ({"query": {"per_pages": "1"}}, "query parameter per_pages"),
        ({"method": "GET", "sent": None, "status": 200, "answer": [{"id": "x"}]}, "answer: 0: 'node_id' is a required"),
        ({"method": "GET", "sent": None, "status": 204}, "has no such status"),
    ],
)
def test_what_does_not_agree_is_heard(double: Double, change: dict[str, object], complaint: str) -> None:
    judge = Judge(double)
    double.log.append(SOUND)
    judge.verdict()
    double.log.append(dataclasses.replace(SOUND, **change))  # type: ignore[arg-type]
    with pytest.raises(AssertionError) as verdict:
        judge.verdict()
    assert complaint in str(verdict.value)


def test_a_webhook_that_github_would_not_send(double: Double) -> None:
    double.postman.send("pull_request", {"action": "opened", "number": "one"})
    double.postman.send("pull_request", {"action": "pondered"})
    double.postman.wait()
    told = "\n".join(Judge(double).complaints())
    assert "webhook pull-request-opened: number: 'one' is not of type 'integer'" in told
    assert "webhook pull-request-pondered: not in the description" in told


def test_a_double_that_breaks_is_heard_and_goes_on(double: Double) -> None:
    double.postman.send("pull_request", {"action": {"a set is no JSON"}})
    double.postman.send("pull_request", {"action": "opened", "number": "one"})
    with pytest.raises(RuntimeError) as told:
        double.postman.wait()
    assert isinstance(told.value.__cause__, TypeError)
    double.postman.wait()
    assert [delivery.payload["action"] for delivery in double.postman.deliveries] == ["opened"]

    double.world.tokens = None  # type: ignore[assignment]
    headers = {"Authorization": "token ghs_1"}
    assert requests.get(f"{double.api_url}/app", headers=headers, timeout=PATIENCE).status_code == 500
    with pytest.raises(AssertionError, match="the double broke") as verdict:
        Judge(double).verdict()
    assert isinstance(verdict.value.__cause__, AttributeError)


def test_the_bots_graphql_is_githubs() -> None:
    changes = [CommentChange(1, "a", "text", True), CommentChange(2, "b", "text"), CommentChange(3, "c", folded=False)]
    document, variables = graphql.comment_changes([*changes, CommentChange(4, "d")])
    assert graphql_errors(document) == graphql_errors(graphql.REVIEW_THREADS) == []
    assert variables == {"node0": "a", "body0": "text", "node1": "b", "body1": "text", "node2": "c"}


def test_graphql_that_is_not_githubs() -> None:
    (error,) = graphql_errors("mutation { minimizeComment(input: {subject: 1}) { clientMutationId } }")[:1]
    assert "subject" in error
