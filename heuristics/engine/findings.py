"""What everything outside the engine sees of a draft: levels by tier and configuration, places, anchors, identity."""

from __future__ import annotations

from collections.abc import Sequence

from heuristics.engine.analyse import Draft
from heuristics.engine.anchors import anchors
from heuristics.engine.change import Change
from heuristics.engine.config import Config
from heuristics.engine.finding import Finding, Related, Severity, Tier
from heuristics.engine.fingerprint import Site


def finding_of(config: Config, draft: Draft, fresh: Sequence[Site], change: Change | None) -> Finding:
    """One finding for a draft.

    fresh: those of its sites that the change brought (all of them in a scan, none for a standing finding); the first is
    the one that is told, the other sites are related. With a change, a new finding is offered only with an anchor. acts
    is left open: it is worth its price only for a finding that is kept.
    """
    site = fresh[0] if fresh else draft.first
    found = site.found
    hung = anchors(fresh, change) if change and fresh else ()
    others = [other for other in draft.sites if other.found.span.line != found.span.line]
    again = {other.found.span.line: Related(other.found.span, "here too") for other in others}
    return Finding(
        heuristic=site.heuristic.name,
        family=site.heuristic.family,
        tier=site.tier,
        severity=_severity(config, site),
        message=found.message,
        symbol=found.symbol,
        variable=found.variable,
        span=found.span,
        fingerprint=site.fingerprint,
        acts="",
        offered=site.offered and bool(hung or not fresh or change is None),
        related=(*found.related, *again.values()),
        story=found.story,
        evidence=found.evidence,
        anchors=hung,
        fix=found.fix,
    )


def _severity(config: Config, site: Site) -> Severity:
    """What the configuration says; else a note for tier C, else the heuristic's own."""
    wished = config.heuristics.get(site.heuristic.name, "")
    if wished:
        return Severity(wished)
    return Severity.NOTE if site.tier is Tier.C else site.heuristic.severity
