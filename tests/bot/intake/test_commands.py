"""Which comments are commands, and what they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.commands import parse


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("/concurrency-check", ("", "")),
        ("/concurrency-check help", ("help", "")),
        ("  /Concurrency-Check   HELP  \r\nthank you", ("help", "")),
        ("/concurrency-check ignore the lock is  held by the caller", ("ignore", "the lock is held by the caller")),
        ("/concurrency-check why-silent pkg/a.go:12", ("why-silent", "pkg/a.go:12")),
        ("> /concurrency-check help\n\n/concurrency-check config", ("config", "")),
        ("```\n/concurrency-check help\n```\n/concurrency-check status", ("status", "")),
        ("~~~~ text\n~~~\n/concurrency-check help\n~~~~\n/concurrency-check status", ("status", "")),
        ("    /concurrency-check help\n/concurrency-check status", ("status", "")),
        ("\t/concurrency-check help\n", None),
        ("> quoted only\n> /concurrency-check", None),
        ("```\n/concurrency-check help", None),
        ("please run\n/concurrency-check", None),
        ("see /concurrency-check", None),
        ("/concurrency-checker", None),
        ("/concurrency-check-me help", None),
        ("`/concurrency-check`", None),
        ("", None),
    ],
)
def test_the_first_own_line_decides(body: str, expected: tuple[str, str] | None) -> None:
    assert parse(body) == expected


@given(st.text())
def test_any_text_is_read(body: str) -> None:
    parse(body)


@given(st.text())
def test_quoting_a_command_silences_it(body: str) -> None:
    quoted = "\n".join(f"> {line}" for line in f"/concurrency-check {body}".splitlines())
    assert parse(quoted) is None
