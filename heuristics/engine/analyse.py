"""One snapshot -> what its heuristics say about it: sites with identities, merged to one draft a cause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from posixpath import basename
from traceback import extract_tb

from heuristics.engine.finding import Found, Problem, Silence, Tier
from heuristics.engine.fingerprint import Site, fingerprint, number_equals, statement
from heuristics.engine.heuristic import Heuristic
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index


@frozen()
class Analysis:
    """What was seen in one snapshot. failed: names of heuristics that raised; nothing of theirs is in sites."""

    sites: tuple[Site, ...]
    silences: tuple[Silence, ...]
    problems: tuple[Problem, ...]
    failed: frozenset[str]


@frozen()
class Draft:
    """One cause: the sites of a heuristic on a variable in a function, those that are offered first, then in order."""

    sites: tuple[Site, ...]

    @property
    def first(self) -> Site:
        return self.sites[0]


def analyse(index: Index, heuristics: Sequence[Heuristic]) -> Analysis:
    """Run the heuristics over the index's focus. One that raises is a problem and left out; the others stand."""
    sites: list[Site] = []
    silences: list[Silence] = []
    problems: list[Problem] = []
    failed = set()
    for heuristic in heuristics:
        try:
            found = tuple(heuristic.check(index))
        except Exception as error:
            # A bug in one heuristic must not cost the findings of the others.
            failed.add(heuristic.name)
            place = extract_tb(error.__traceback__)[-1]
            said = f"{type(error).__name__}: {error} ({basename(place.filename)}:{place.lineno})"
            problems.append(Problem("heuristic", "", 0, f"{heuristic.name} failed: {said}"))
            continue
        for one in found:
            reason = one.silent_because or _closed_to(index, heuristic, one)
            if reason:
                silences.append(Silence(heuristic.name, one.span, reason))
            else:
                sites.append(_site(index, heuristic, one))
    numbered = number_equals(dict.fromkeys(sites))
    known = (Problem(problem.kind, problem.path, problem.line, problem.message) for problem in index.problems)
    return Analysis(
        sites=tuple(replace(site, fingerprint=fingerprint(site, ordinal)) for site, ordinal in numbered),
        silences=tuple(silences),
        problems=(*problems, *known),
        failed=frozenset(failed),
    )


def merge(sites: Iterable[Site]) -> tuple[tuple[Draft, ...], tuple[Silence, ...]]:
    """One draft a cause, in source order of their first sites; and the silences of those that yielded."""
    functions: dict[tuple[str, str], dict[tuple[str, str], list[Site]]] = {}
    for site in sites:
        causes = functions.setdefault((site.path, site.found.symbol), {})
        causes.setdefault((site.heuristic.name, site.found.variable), []).append(site)
    kept: list[Draft] = []
    silences: list[Silence] = []
    for causes in functions.values():
        drafts = [Draft(tuple(sorted(group, key=lambda site: not site.offered))) for group in causes.values()]
        for draft in drafts:
            rival = next((rival for rival in drafts if _yields(draft, rival)), None)
            if rival is None:
                kept.append(draft)
            else:
                reason = f"{rival.first.heuristic.name} says it more specifically"
                silences += [Silence(site.heuristic.name, site.found.span, reason) for site in draft.sites]
    return tuple(sorted(kept, key=lambda draft: (draft.first.place, draft.first.heuristic.name))), tuple(silences)


def _closed_to(index: Index, heuristic: Heuristic, found: Found) -> str:
    if not heuristic.in_tests and index.file(found.span.path).tests:
        return "does not look at test files"
    return ""


def _site(index: Index, heuristic: Heuristic, found: Found) -> Site:
    tier = found.tier or heuristic.tier
    return Site(
        heuristic=heuristic,
        found=found,
        package=index.package_of(found.span.path),
        statement=statement(index.text(found.span.path), found.span),
        tier=tier,
        offered=tier is Tier.A or (tier is Tier.B and found.offered),
    )


def _yields(draft: Draft, rival: Draft) -> bool:
    """Both in one function: does the rival report the same cause, more specifically, and at least as loudly?"""
    one, other = draft.first, rival.first
    if other.heuristic.name not in one.heuristic.yields_to or one.offered > other.offered:
        return False
    return one.found.variable == other.found.variable or not _lines(draft).isdisjoint(_lines(rival))


def _lines(draft: Draft) -> set[int]:
    return {site.found.span.line for site in draft.sites}
