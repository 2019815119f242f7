"""Directives: comments in the source that silence a finding, with a reason, on or above its line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from heuristics.engine.analyse import Draft
from heuristics.engine.finding import Problem, Suppression
from heuristics.engine.fingerprint import TEXT_OR_COMMENT, Site
from heuristics.golang.frozen import frozen

OWN = re.compile(r"//\s*concurrency-check:(?P<verb>\S*)(?:\s+(?P<names>\S+))?(?:\s+(?P<reason>.*))?$")
NOLINT = re.compile(r"//\s*nolint:(?P<names>[^\s/]+(?:\s*,\s*[^\s/]+)*)\s*(?://\s*(?P<reason>.*))?$")
LINT = re.compile(r"//\s*lint:ignore\s+(?P<names>\S+)(?:\s+(?P<reason>.*))?$")


@frozen()
class Directive:
    """One directive. line: where it stands. target: the line that it silences. names: heuristics; empty = all."""

    path: str
    line: int
    target: int
    names: frozenset[str]
    reason: str

    def covers(self, site: Site) -> bool:
        """Does it silence this site? A flagged piece of several lines may carry it on its first or its last one."""
        span = site.found.span
        named = not self.names or site.heuristic.name in self.names
        return named and self.path == span.path and self.target in (span.line, span.end_line)


def directives(path: str, text: bytes, known: Collection[str]) -> tuple[tuple[Directive, ...], tuple[Problem, ...]]:
    """The directives in a Go file, and those that are not in order (unknown heuristic, no reason) as problems.

    known: the names of all heuristics that there are.
    """
    if b"nolint:" not in text and b"concurrency-check" not in text:
        return (), ()
    comments = [match for match in TEXT_OR_COMMENT.finditer(text) if match["comment"]]
    lines = text.split(b"\n")
    good: list[Directive] = []
    problems: list[Problem] = []
    for comment in comments:
        parsed = _parse(comment["comment"].decode(errors="replace").strip(), known)
        if parsed is None:
            continue
        line = text.count(b"\n", 0, comment.start()) + 1
        names, reason, wrong = parsed
        if wrong:
            problems.append(Problem("directive", path, line, wrong))
        else:
            good.append(Directive(path, line, _target(lines, line), names, reason))
    return tuple(good), tuple(problems)


def silence(
    drafts: Iterable[Draft], given: Iterable[Directive]
) -> tuple[tuple[tuple[Draft, Suppression | None], ...], frozenset[Directive]]:
    """Each draft with the directive that silences it, or None; and the directives that silenced something.

    A directive at the first site is the answer to what was reported there: it silences the whole draft. One at a later
    site splits that site off.
    """
    at: dict[str, list[Directive]] = {}
    for directive in given:
        at.setdefault(directive.path, []).append(directive)
    told: list[tuple[Draft, Suppression | None]] = []
    used: set[Directive] = set()
    for draft in drafts:
        here = at.get(draft.first.path, [])
        covering = {site: [one for one in here if one.covers(site)] for site in draft.sites}
        used.update(one for ones in covering.values() for one in ones)
        told += _split(draft, covering)
    return tuple(told), frozenset(used)


def unused(
    given: Iterable[Directive], used: Collection[Directive], ran: Collection[str], known: Collection[str]
) -> tuple[Problem, ...]:
    """A problem for each directive that silenced nothing, if all the heuristics that it is about have run."""
    return tuple(
        Problem("directive", one.path, one.line, "this directive silences nothing: remove it")
        for one in given
        if one not in used and (one.names or frozenset(known)) <= set(ran)
    )


def _split(draft: Draft, covering: Mapping[Site, Sequence[Directive]]) -> list[tuple[Draft, Suppression | None]]:
    first = covering[draft.first]
    if first:
        return [(draft, Suppression(first[0].path, first[0].line, first[0].reason))]
    parts: list[tuple[Draft, Suppression | None]] = [
        (Draft(tuple(site for site in draft.sites if not covering[site])), None)
    ]
    for site, ones in covering.items():
        if ones:
            parts.append((Draft((site,)), Suppression(ones[0].path, ones[0].line, ones[0].reason)))
    return parts


def _parse(comment: str, known: Collection[str]) -> tuple[frozenset[str], str, str] | None:
    """Names, reason and what is wrong ("" if nothing) of a comment that is a directive of ours; else None."""
    if match := OWN.match(comment):
        if match["verb"] != "ignore":
            return frozenset(), "", f"unknown directive {match['verb']!r}: write concurrency-check:ignore"
        if not match["names"]:
            return frozenset(), "", "a directive needs the name of a heuristic and a reason"
        names = match["names"].split(",")
    elif match := NOLINT.match(comment):
        if "concurrency-check" not in re.split(r"\s*,\s*", match["names"]):
            return None
        names = []
    elif match := LINT.match(comment):
        checks = (name.partition("/") for name in match["names"].split(","))
        names = [name for tool, _, name in checks if tool == "concurrency-check"]
        if not names:
            return None
    else:
        return None
    reason = (match["reason"] or "").strip()
    return frozenset(names), reason, _wrong(names, reason, known)


def _wrong(names: Iterable[str], reason: str, known: Collection[str]) -> str:
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            return f"unknown heuristic {name!r}" + (f"; did you mean {near[0]}?" if near else "")
    return "" if reason else "a directive needs a reason"


def _target(lines: Sequence[bytes], line: int) -> int:
    """The directive's own line if code stands on it, else the next line that is not just another comment."""
    if not lines[line - 1].lstrip().startswith(b"//"):
        return line
    below = line + 1
    while below <= len(lines) and lines[below - 1].lstrip().startswith(b"//"):
        below += 1
    return below
