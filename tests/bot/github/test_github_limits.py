"""Tokens, budgets, and what an answer says about rate limits."""

from __future__ import annotations

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.github.auth import InstallationTokens, Token, app_token
from bot.github.budget import Budget, seconds_to_wait
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

    def mint(installation: int) -> Token:
        minted.append(installation)
        return Token(f"ghs_{'x' * 300}{len(minted)}", time[0] + 3600)  # of no particular length

    tokens = InstallationTokens(mint, lambda: time[0])
    first = tokens.get(1)
    time[0] += 3200
    assert tokens.get(1) == first
    assert tokens.get(2) != first
    time[0] += 200
    assert tokens.get(1) != first
    tokens.forget(1)
    tokens.get(1)
    assert minted == [1, 2, 1, 1]
    assert "ghs_" not in repr(Token("ghs_secret", NOW))


@pytest.mark.parametrize(
    ("status", "headers", "text", "seconds"),
    [
        (403, {"retry-after": "30"}, "You have exceeded a secondary rate limit", 30),
        (403, {}, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.", 60),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(NOW + 900)}, "API rate limit exceeded", 901),
        (429, {"retry-after": "5"}, "", 5),
        (429, {}, "", 60),
        (429, {"retry-after": "soon"}, "", 60),
        (422, {}, "Validation Failed: was submitted too quickly; abuse", 60),
        (422, {}, "Validation Failed: pull_request_review_thread.line must be part of the diff", None),
        (403, {"x-ratelimit-remaining": "4000"}, "Resource not accessible by integration", None),
        (404, {}, "Not Found", None),
        (502, {}, "rate limit", None),
    ],
)
def test_what_a_refusal_says_about_waiting(
    status: int, headers: dict[str, str], text: str, seconds: float | None
) -> None:
    assert seconds_to_wait(status, headers, text, NOW) == seconds


def test_the_rest_of_the_hour_is_kept_for_people() -> None:
    time = [NOW]
    budget = Budget(lambda: time[0])
    budget.check(1)
    budget.seen(1, {"x-ratelimit-remaining": "49", "x-ratelimit-reset": str(NOW + 100)})
    budget.seen(2, {"x-ratelimit-remaining": "4900", "x-ratelimit-reset": str(NOW + 100)})
    with pytest.raises(Retry) as retry:
        budget.check(1)
    assert (retry.value.seconds, retry.value.counts, retry.value.installation_wide) == (100, False, True)
    budget.check(2)
    time[0] += 101
    budget.check(1)
