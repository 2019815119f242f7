"""The whole story of an analysis: from two snapshots and a configuration to a report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import astuple, replace
from functools import partial
from posixpath import dirname

from heuristics.engine.analyse import Analysis, Draft, analyse, merge
from heuristics.engine.change import Change, focus_of
from heuristics.engine.config import Config
from heuristics.engine.finding import Finding, Problem, Report, Silence, Suppression, Tier
from heuristics.engine.findings import finding_of
from heuristics.engine.fixes import in_words, verified
from heuristics.engine.heuristic import Heuristic, catalogue
from heuristics.engine.introduced import new_sites
from heuristics.engine.suppress import Directive, directives, silence, unused
from heuristics.engine.together import together
from heuristics.engine.view import view_of_change, view_of_paths, view_of_trial
from heuristics.golang.facts import Outlines
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.snapshot import FactsCache, Snapshot
from heuristics.golang.view import View

DEFAULTS = Config()
NOTHING = Analysis((), (), (), frozenset())


@frozen()
class Wish:
    """What of the result is asked for. only: heuristics. within: files or folders. Empty means all of them.

    everything: also what is not offered for comment.
    """

    only: frozenset[str] = frozenset()
    within: tuple[str, ...] = ()
    everything: bool = False


def analyze(
    head: Snapshot,
    base: Snapshot | None = None,
    config: Config = DEFAULTS,
    cache: FactsCache | None = None,
    *,
    only: frozenset[str] = frozenset(),
    within: tuple[str, ...] = (),
    everything: bool = False,
) -> Report:
    """Look for concurrency bugs in head, or in what head brings beyond base. Pure; reads nothing but the snapshots.

    cache: keeps facts about single files between runs. only: names of heuristics (empty = all). within: files or
    folders, slash paths from the root, whose findings are reported (empty = all); all files are read as evidence either
    way. everything: keep findings with offered=False too. Raises ValueError for a name in only that is no heuristic.
    """
    return report(head, base, config, cache, Wish(only, within, everything), catalogue())


def report(
    head: Snapshot,
    base: Snapshot | None,
    config: Config,
    cache: FactsCache | None,
    wish: Wish,
    heuristics: Sequence[Heuristic],
) -> Report:
    """analyze() with the heuristics handed in."""
    known = frozenset(heuristic.name for heuristic in heuristics)
    if strange := wish.only - known:
        raise ValueError(f"no such heuristic: {', '.join(sorted(strange))}")
    # A heuristic of tier C says nothing that is offered, and a Found never carries more than its heuristic's tier.
    listed = frozenset(heuristic.name for heuristic in heuristics if heuristic.tier is Tier.C and not wish.everything)
    wanted = frozenset(name for name in wish.only or known if config.heuristics.get(name) != "off") - listed
    change = Change.of(base, head) if base is not None else None
    if change and not change.folders:
        return Report()
    running = _with_rivals(heuristics, wanted)
    return _Run(head, change, config, Outlines(cache), wish, known, wanted, running, config.ignores()).report()


def _with_rivals(heuristics: Sequence[Heuristic], wanted: Collection[str]) -> tuple[Heuristic, ...]:
    """Those that must run: the wanted ones, and those to which they yield, so that leaving one out wakes no other."""
    by_name = {heuristic.name: heuristic for heuristic in heuristics}
    names = set(wanted)
    todo = list(wanted)
    while todo:
        more = [name for name in by_name[todo.pop()].yields_to if name in by_name and name not in names]
        names.update(more)
        todo += more
    return tuple(heuristic for heuristic in heuristics if heuristic.name in names)


@frozen()
class _Run:
    """One analysis. known: names of all heuristics; wanted: the reported ones; running: those that run."""

    head: Snapshot
    change: Change | None
    config: Config
    outlines: Outlines
    wish: Wish
    known: frozenset[str]
    wanted: frozenset[str]
    running: tuple[Heuristic, ...]
    ignored: Callable[[str], bool]

    def report(self) -> Report:
        focus = focus_of(self.change, self.outlines) if self.change else self.wished_folders()
        view = self.view(focus)
        index = Index(self.head, self.outlines, focus, view)
        now = analyse(index, self.running)
        then = self.before(self.change, index, now, view) if self.change else NOTHING
        failed = now.failed | then.failed
        sites = tuple(site for site in now.sites if site.heuristic.name not in failed)
        drafts, yielded = merge(sites)
        paths = looked_at(index)
        given, wrong = self.directives(index, paths)
        silenced, used = silence(drafts, given)
        sorted_out = self.sort_out(index, silenced, new_sites(sites, then.sites, self.change) if self.change else None)
        problems = (
            *now.problems,
            *(problem for problem in then.problems if problem.kind == "heuristic"),
            *wrong,
            *unused(given, used, self.wanted - failed, self.known),
        )
        return Report(
            introduced=verified(sorted_out.introduced, self.head, now, partial(self.again, index)),
            standing=tuple(map(in_words, sorted_out.standing)),
            suppressed=tuple(map(in_words, sorted_out.suppressed)),
            problems=tuple(sorted(filter(self.concerns, set(problems)), key=astuple)),
            silences=(*now.silences, *yielded, *sorted_out.silences),
            files=len(paths),
        )

    def wished_folders(self) -> frozenset[str]:
        """The folders of the Go files that were asked for; empty for all of them. What is elsewhere is evidence."""
        if not self.wish.within:
            return frozenset()
        folders = frozenset(dirname(path) for path in self.head.paths() if path.endswith(".go") and self.inside(path))
        return folders or frozenset(self.wish.within)

    def view(self, focus: frozenset[str]) -> View | None:
        """What of the focus can have findings that are asked for."""
        if self.change:
            return view_of_change(self.change, self.outlines, focus)
        if not self.wish.within:
            return None
        index = Index(self.head, self.outlines, focus)
        return view_of_paths(index, filter(self.inside, index.repository.files))

    def before(self, change: Change, index: Index, now: Analysis, view: View | None) -> Analysis:
        """Analyse base as far as head found something: what nobody found in head needs no counterpart.

        index: that of head.
        """
        found = {site.heuristic.name for site in now.sites}
        folders = change.folders.union(site.folder for site in now.sites)
        heuristics = [heuristic for heuristic in self.running if heuristic.name in found]
        return analyse(Index(change.base, self.outlines, folders, view, index), heuristics) if found else NOTHING

    def again(self, index: Index, snapshot: Snapshot, findings: Sequence[Finding]) -> Analysis:
        """Analyse what the fixes of these findings would make of their functions; nothing of it is worth keeping.

        index: that of head.
        """
        folders = frozenset(dirname(finding.span.path) for finding in findings)
        view = view_of_trial(findings, snapshot)
        return analyse(Index(snapshot, self.outlines.trial(), folders, view, index), self.running)

    def directives(self, index: Index, paths: Iterable[str]) -> tuple[tuple[Directive, ...], tuple[Problem, ...]]:
        """Every directive in these files, and what is wrong with them."""
        read = [directives(path, index.text(path), self.known) for path in paths]
        return tuple(one for good, _ in read for one in good), tuple(one for _, bad in read for one in bad)

    def concerns(self, problem: Problem) -> bool:
        """Is this for this reader? A change is not told of directives and syntax that it did not touch."""
        if not problem.path:
            return True
        if self.ignored(problem.path):
            return False
        if self.change and problem.kind in ("directive", "parse") and problem.path not in self.change.paths:
            return False
        return self.inside(problem.path)

    def inside(self, path: str) -> bool:
        """Is the path among those that were asked for?"""
        wished = [place.strip("/") for place in self.wish.within]
        return not wished or any(place in ("", ".", path) or path.startswith(f"{place}/") for place in wished)

    def sort_out(
        self, index: Index, silenced: Iterable[tuple[Draft, Suppression | None]], new: Collection[str] | None
    ) -> Report:
        """The drafts as findings under introduced, standing and suppressed. new: None = everything counts as new."""
        introduced: list[Finding] = []
        standing: list[Finding] = []
        suppressed: list[Finding] = []
        silences: list[Silence] = []
        for draft, suppression in silenced:
            site = draft.first
            fresh = draft.sites if new is None else tuple(one for one in draft.sites if one.fingerprint in new)
            touched = self.change is None or bool(fresh) or site.folder in self.change.folders
            if site.heuristic.name not in self.wanted or not touched or not self.inside(site.path):
                continue
            finding = finding_of(self.config, draft, fresh, self.change)
            reason = (
                "paths-ignore covers this file" if self.ignored(site.path) else self.too_quiet(finding, bool(fresh))
            )
            if reason:
                silences.append(Silence(finding.heuristic, finding.span, reason))
                continue
            acts = index.step_digest(finding.symbol, site.folder, finding.variable)
            kept = replace(finding, acts=acts, suppression=suppression)
            (suppressed if suppression else introduced if fresh else standing).append(kept)
        told = together(introduced)
        if not self.wish.everything:
            quiet = (one for one in told if not one.offered)
            silences += [Silence(one.heuristic, one.span, "told together with the finding above it") for one in quiet]
            told = tuple(one for one in told if one.offered)
        return Report(told, _ordered(standing), _ordered(suppressed), silences=tuple(silences))

    def too_quiet(self, finding: Finding, fresh: bool) -> str:
        """Why a finding is not offered for comment; "" if it is, or if everything was asked for."""
        if finding.offered or self.wish.everything:
            return ""
        if finding.tier is Tier.C:
            return "tier C: reported only when everything is asked for"
        if finding.tier is Tier.A or (fresh and self.change and not finding.anchors):
            return "no line of the change has to do with it"
        return "tier B, and the second evidence is missing"


def looked_at(index: Index) -> tuple[str, ...]:
    """The Go files in focus, without generated ones."""
    files = (file for package in index.packages() for file in package.files)
    return tuple(sorted(file.path for file in files if not file.generated))


def _ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda one: (one.span, one.heuristic)))
