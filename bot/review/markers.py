"""The hidden last line of what the bot writes, by which it knows its own words again."""

from __future__ import annotations

import re
from hashlib import sha256

_FINGERPRINT = re.compile(r"<!-- concurrency-check fingerprint=([0-9a-f]{64}) -->\s*\Z")


def of_finding(fingerprint: str) -> str:
    return f"<!-- concurrency-check fingerprint={fingerprint} -->"


def of_review(head: str, fingerprints: tuple[str, ...]) -> str:
    """Names the head and, in short, what the review tells, so that a second review of one head is another one."""
    return f"<!-- concurrency-check review={head} findings={digest(*sorted(fingerprints))} -->"


def of_check(head: str, after: int) -> str:
    """after: id of the check run of this head that came before; 0 for the first."""
    return f"check={head}" + (f" after={after}" if after else "")


def of_answer(command: str) -> str:
    """command: the delivery id of the command that is answered."""
    return f"<!-- concurrency-check answer={digest(command)} -->"


def fingerprint_of(body: str) -> str:
    """The fingerprint of the finding that a comment tells; "" for other comments."""
    found = _FINGERPRINT.search(body)
    return found.group(1) if found else ""


def digest(*parts: str) -> str:
    """Sixteen hexadecimal digits that stand for these texts."""
    return sha256("\0".join(parts).encode()).hexdigest()[:16]
