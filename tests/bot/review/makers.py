"""Findings and places for tests of the review."""

from __future__ import annotations

from hashlib import sha256

from heuristics import Anchor, Edit, Finding, Fix, Related, Severity, Span, Tier

FINGERPRINT = sha256(b"x").hexdigest()


def span(path: str = "pkg/cache.go", line: int = 4, end_line: int = 0) -> Span:
    """A place; only path and lines matter to the review."""
    return Span(path, line, 1, end_line or line, 9, 0, 0)


def finding(
    name: str = "x",
    at: Span | None = None,
    *,
    anchors: tuple[Anchor, ...] = (),
    related: tuple[Related, ...] = (),
    story: tuple[Related, ...] = (),
    edits: tuple[Edit, ...] = (),
    severity: Severity = Severity.ERROR,
    message: str = "`load` returns with `c.mtx` still locked when `err != nil`.",
) -> Finding:
    """A finding of tier A; its name decides its fingerprint."""
    return Finding(
        heuristic="lock-leak-on-return",
        family="lock-path",
        tier=Tier.A,
        severity=severity,
        message=message,
        symbol="Cache.load",
        variable="c.mtx",
        span=at or span(),
        fingerprint=sha256(name.encode()).hexdigest(),
        acts="",
        offered=True,
        evidence=("the return at line 9 is reached with c.mtx held",),
        related=related,
        story=story,
        anchors=anchors,
        fix=Fix("defer `c.mtx.Unlock()` right after locking", edits) if edits else None,
    )
