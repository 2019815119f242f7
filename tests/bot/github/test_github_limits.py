"""Tokens, budgets, and what an answer says about rate limits."""

from __future__ import annotations

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.github.auth import InstallationTokens, Scope, Token, app_token
from bot.github.budget import Budget, Limit, limit_of
from bot.github.kept import Kept
from bot.values import Retry

NOW = 1_800_000_000.0


def test_the_apps_own_token_is_good_for_nine_minutes() -> None:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    ).decode()
    token = app_token("4711", pem, NOW)
    assert jwt.get_unverified_header(token)["alg"] == "RS256"
    claims = jwt.decode(
        token, key.public_key(), algorithms=["RS256"], options={"verify_exp": False, "verify_iat": False}
    )
    assert claims == {"iat": int(NOW) - 60, "exp": int(NOW) + 540, "iss": "4711"}


def test_an_installation_token_is_kept_until_it_nears_its_end() -> None:
    time, minted = [NOW], []

    def mint(scope: Scope) -> Token:
        minted.append(scope)
        return Token(f"ghs_{'x' * 300}{len(minted)}", time[0] + 3600)  # of no particular length

    tokens = InstallationTokens(mint, lambda: time[0])
    one, other, elsewhere = Scope(1, 7), Scope(1, 8), Scope(2, 9)
    first = tokens.get(one)
    time[0] += 3200
    assert tokens.get(one) == first
    assert first not in (tokens.get(other), tokens.get(elsewhere))
    time[0] += 200
    assert tokens.get(one) != first
    tokens.forget(one)
    tokens.get(one)
    assert minted == [one, other, elsewhere, one, one]
    assert "ghs_" not in repr(Token("ghs_secret", NOW))


@pytest.mark.parametrize(
    ("status", "headers", "text", "limit"),
    [
        (403, {"retry-after": "30"}, "You have exceeded a secondary rate limit", Limit(30, True)),
        (403, {}, "You have exceeded a secondary rate limit. Please wait a few minutes.", Limit(60, False)),
        (
            403,
            {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(NOW + 900)},
            "API rate limit exceeded",
            Limit(901, True),
        ),
        (429, {"retry-after": "5"}, "", Limit(5, True)),
        (429, {}, "", Limit(60, False)),
        (429, {"retry-after": "soon"}, "", Limit(60, False)),
        (422, {}, "Validation Failed: was submitted too quickly; abuse", Limit(60, False)),
        (422, {}, "Validation Failed: pull_request_review_thread.line must be part of the diff", None),
        (403, {"x-ratelimit-remaining": "4000"}, "Resource not accessible by integration", None),
        (404, {}, "Not Found", None),
        (502, {}, "rate limit", None),
    ],
)
def test_what_a_refusal_says_about_waiting(
    status: int, headers: dict[str, str], text: str, limit: Limit | None
) -> None:
    assert limit_of(status, headers, text, NOW) == limit


def told(left: float, seconds: float = 1800.0, **more: str) -> dict[str, str]:
    """The rate headers of an answer, so many seconds before the hour ends."""
    reset = str(NOW + seconds)
    return {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": str(left), "x-ratelimit-reset": reset} | more


def waiting(budget: Budget, installation: int, *, urgent: bool = False) -> Retry | None:
    """What a round that wants to begin is told."""
    try:
        budget.begin(installation, urgent=urgent)
    except Retry as retry:
        return retry
    return None


def test_in_the_first_half_of_the_hours_requests_nobody_waits() -> None:
    budget = Budget(lambda: NOW)
    assert waiting(budget, 1) is None
    budget.seen(1, told(2501))
    assert [waiting(budget, 1) for _ in range(3)] == [None] * 3


def test_the_rest_of_the_hour_is_spread_over_the_reviews() -> None:
    time = [NOW]
    budget = Budget(lambda: time[0])
    budget.seen(1, told(2000))
    budget.seen(2, told(4000))
    assert waiting(budget, 1) is None
    retry = waiting(budget, 1)
    assert retry is not None
    # 1,750 requests for 30 minutes, 12 a review: one every 12 seconds
    assert (round(retry.seconds), retry.counts) == (12, False)
    assert (retry.installation_wide, retry.people_too) == (True, False)
    assert waiting(budget, 1, urgent=True) is None
    assert waiting(budget, 2) is None
    time[0] += 13
    assert waiting(budget, 1) is None
    assert waiting(budget, 1) is not None


def test_the_last_of_the_hour_is_for_people_and_the_very_last_for_checks() -> None:
    time = [NOW]
    budget = Budget(lambda: time[0])
    budget.seen(1, told(240, 100))
    retry = waiting(budget, 1)
    assert retry is not None
    assert (retry.seconds, retry.installation_wide, retry.people_too) == (100, True, False)
    assert waiting(budget, 1, urgent=True) is None
    budget.seen(1, told(24, 100))
    retry = waiting(budget, 1, urgent=True)
    assert retry is not None
    assert (retry.seconds, retry.installation_wide, retry.people_too) == (100, True, True)
    time[0] += 101
    assert waiting(budget, 1) is None


def test_what_nobody_waits_for_takes_of_the_first_half_alone() -> None:
    time = [NOW]
    budget = Budget(lambda: time[0])
    budget.spare(5)
    for left, spared in ((2501, True), (2500, False)):
        budget.seen(5, told(left))
        if spared:
            budget.spare(5)
        else:
            with pytest.raises(Retry) as retry:
                budget.spare(5)
            assert not retry.value.installation_wide and not retry.value.counts
    budget.spare(6)
    time[0] += 3601
    budget.spare(5)


def test_graphql_has_an_hour_of_its_own() -> None:
    budget = Budget(lambda: NOW)
    budget.seen(1, told(4000))
    budget.seen(1, told(10, **{"x-ratelimit-resource": "graphql"}))
    assert waiting(budget, 1, urgent=True) is not None
    budget.seen(1, told(4000, **{"x-ratelimit-resource": "graphql"}))
    assert waiting(budget, 1) is None


def test_who_is_told_to_rest_sends_nothing_and_the_others_do_not_notice() -> None:
    time = [NOW]
    budget = Budget(lambda: time[0])
    assert budget.limited(1, Limit(30, True)) == 30
    with pytest.raises(Retry, match="rest") as retry:
        budget.admit(1)
    assert (retry.value.seconds, retry.value.installation_wide, retry.value.people_too) == (30, True, True)
    budget.admit(2)
    time[0] += 31
    budget.admit(1)


def test_where_github_does_not_say_how_long_the_rest_doubles() -> None:
    budget = Budget(lambda: NOW)
    assert [budget.limited(1, Limit(60, False)) for _ in range(6)] == [60, 120, 240, 480, 900, 900]
    assert budget.limited(2, Limit(60, False)) == 60
    budget.seen(1, {}, wrote=True)
    assert budget.limited(1, Limit(60, False)) == 60


def test_answers_are_kept_up_to_a_limit_and_for_their_token_alone() -> None:
    kept = Kept(limit=100)
    key = Kept.key("token", "/a", {"page": 1})
    assert key not in {Kept.key("other", "/a", {"page": 1}), Kept.key("token", "/a", {"page": 2}), "token"}
    kept.put(key, {"etag": "e", "link": "l"}, ["x" * 30])
    found = kept.get(key)
    assert found is not None and (found.etag, found.link, found.data) == ("e", "l", ["x" * 30])
    kept.put("no tag", {}, [])
    kept.put("too large", {"etag": "e"}, ["x" * 100])
    kept.put("second", {"etag": "e"}, ["x" * 30])
    assert kept.get(key) == found  # used last
    kept.put("third", {"etag": "e"}, ["x" * 30])
    assert [kept.get(one) is not None for one in (key, "no tag", "too large", "second", "third")] == [
        True,
        False,
        False,
        False,
        True,
    ]
