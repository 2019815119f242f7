"""Findings that go on under another name: a function was renamed or moved, a statement was written anew. Pure.

The fingerprint holds what a finding is made of, so a push that renames a part of it seems to fix one finding and bring
another. Its thread goes on all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from posixpath import dirname

from bot.review.threads import Standing
from heuristics import Finding, Report

Bytes = Callable[[str], bytes | None]
Fits = Callable[[Standing, Finding], bool]


def carried_on(before: Sequence[Standing], report: Report, head: Bytes) -> tuple[Standing, ...]:
    """What was told, under the fingerprints that it has at head. head: the bytes of a path there, None without it.

    Each finding of the report serves once, and only one that was not told itself. In this order: the same variable of
    the same function; the same function in another folder; another function that does the same to the variable; another
    variable of the same function. What has another name may not be named any more where it was: a function that is
    still there was not renamed.
    """
    there = {one.fingerprint for one in _all(report)}
    told = {one.fingerprint for one in before}
    heirs = [one for one in _all(report) if one.fingerprint not in told]
    orphans = [one for one in before if one.fingerprint not in there and one.symbol]
    found: dict[str, Finding] = {}
    for fits in (_same_function, _moved(head), _renamed(head), _renamed_variable(head)) if heirs else ():
        for orphan in (one for one in orphans if one.fingerprint not in found):
            heir = next((one for one in heirs if one.heuristic == orphan.heuristic and fits(orphan, one)), None)
            if heir is not None:
                heirs.remove(heir)
                found[orphan.fingerprint] = heir
    return tuple(_under(one, found[one.fingerprint]) if one.fingerprint in found else one for one in before)


def same_function(path: str, symbol: str, variable: str, finding: Finding) -> bool:
    """Whether a finding is about this variable of this function; its file may have another name."""
    return (dirname(path), symbol, variable) == (dirname(finding.span.path), finding.symbol, finding.variable)


def _same_function(one: Standing, finding: Finding) -> bool:
    return same_function(one.path, one.symbol, one.variable, finding)


def _moved(head: Bytes) -> Fits:
    def fits(one: Standing, finding: Finding) -> bool:
        same = (one.symbol, one.variable) == (finding.symbol, finding.variable)
        return same and not _declares(head(one.path), one.symbol)

    return fits


def _renamed(head: Bytes) -> Fits:
    def fits(one: Standing, finding: Finding) -> bool:
        near = one.variable == finding.variable and dirname(one.path) == dirname(finding.span.path)
        alike = not one.acts or one.acts == finding.acts
        return near and alike and not _declares(head(one.path), one.symbol)

    return fits


def _renamed_variable(head: Bytes) -> Fits:
    def fits(one: Standing, finding: Finding) -> bool:
        near = one.symbol == finding.symbol and dirname(one.path) == dirname(finding.span.path)
        return near and not _names(head(one.path), one.variable)

    return fits


def _under(one: Standing, finding: Finding) -> Standing:
    body = one.body.replace(one.fingerprint, finding.fingerprint)
    return replace(one, fingerprint=finding.fingerprint, was=one.fingerprint, path=finding.span.path, body=body)


def _declares(text: bytes | None, symbol: str) -> bool:
    """Whether a file still declares the function "Func" or "Type.Method"."""
    receiver, _, name = symbol.rpartition(".")
    of = rb"func\s*\([^)]*\b%b\b[^)]*\)\s*" % re.escape(receiver).encode() if receiver else rb"func\s+"
    return text is not None and re.search(of + re.escape(name).encode() + rb"\b", text) is not None


def _names(text: bytes | None, variable: str) -> bool:
    """Whether a file still speaks of a variable, by each word of it."""
    words = re.findall(r"\w+", variable)
    return text is not None and all(re.search(rb"\b%b\b" % word.encode(), text) for word in words)


def _all(report: Report) -> Iterable[Finding]:
    return (*report.introduced, *report.suppressed, *report.standing)
